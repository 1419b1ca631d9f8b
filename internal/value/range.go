package value

import "strconv"

// Range is Python's range object. Make it with NewRange.
type Range struct{ Start, Stop, Step int64 }

// NewRange is range(start, stop, step); a step of zero is a ValueError.
func NewRange(start, stop, step int64) (*Range, error) {
	if step == 0 {
		return nil, valueError("range() arg 3 must not be zero")
	}
	return &Range{start, stop, step}, nil
}

// Len is the number of items.
func (r *Range) Len() int {
	span, step := uint64(r.Stop)-uint64(r.Start), uint64(r.Step)
	if r.Step < 0 {
		span, step = -span, -step
		if r.Start <= r.Stop {
			return 0
		}
	} else if r.Start >= r.Stop {
		return 0
	}
	return int((span-1)/step + 1)
}

// At is the i-th item; i has to be within Len.
func (r *Range) At(i int) int64 { return r.Start + int64(i)*r.Step }

func (r *Range) index(n int64) (int, bool) {
	if r.Len() == 0 || (n-r.Start)%r.Step != 0 {
		return 0, false
	}
	i := (n - r.Start) / r.Step
	return int(i), i >= 0 && i < int64(r.Len())
}

func (r *Range) repr() string {
	s := "range(" + strconv.FormatInt(r.Start, 10) + ", " + strconv.FormatInt(r.Stop, 10)
	if r.Step != 1 {
		s += ", " + strconv.FormatInt(r.Step, 10)
	}
	return s + ")"
}

func (r *Range) equal(o *Range) bool {
	n := r.Len()
	if n != o.Len() {
		return false
	}
	return n == 0 || r.Start == o.Start && (n == 1 || r.Step == o.Step)
}
