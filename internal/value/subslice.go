package value

import (
	"math"
	"math/big"
)

// Subslice is Python's obj[lo:hi:step]; nil bounds are omitted ones.
func Subslice(obj, lo, hi, step any) (any, error) {
	switch o := obj.(type) {
	case *List:
		items, err := sliceItems(o.Items, lo, hi, step)
		if err != nil {
			return nil, err
		}
		return &List{Items: items}, nil
	case Tuple:
		items, err := sliceItems(o, lo, hi, step)
		return Tuple(items), err
	case string:
		return sliceText(o, lo, hi, step)
	case Markup:
		s, err := sliceText(string(o), lo, hi, step)
		return Markup(s), err
	case Bytes:
		s, err := sliceBytes(string(o), lo, hi, step)
		return Bytes(s), err
	case *Range:
		b, err := sliceBounds(o.Len(), lo, hi, step)
		if err != nil {
			return nil, err
		}
		return &Range{o.Start + int64(b.start)*o.Step, o.Start + int64(b.stop)*o.Step, int64(b.step) * o.Step}, nil
	case *Dict:
		return nil, typeError("unhashable type: 'slice'")
	case *Undefined:
		if o.Chains() {
			return o, nil
		}
		return nil, o.Err()
	case *Record:
		return Subslice(o.Items, lo, hi, step)
	case Indexed:
		return o.Item(Slice{lo, hi, step})
	default:
		return nil, typeError("'%s' object is not subscriptable", typePath(obj))
	}
}

// bounds are a slice's, brought within the sequence; count is its length.
type bounds struct{ start, stop, step, count int }

func sliceBounds(n int, lo, hi, step any) (bounds, error) {
	s, err := sliceIndex(step, 1)
	if err != nil {
		return bounds{}, err
	}
	if s == 0 {
		return bounds{}, valueError("slice step cannot be zero")
	}
	first, last := 0, n
	if s < 0 {
		first, last = n-1, -1
	}
	start, err := sliceBound(lo, first, n, s)
	if err != nil {
		return bounds{}, err
	}
	stop, err := sliceBound(hi, last, n, s)
	if err != nil {
		return bounds{}, err
	}
	b := bounds{start: start, stop: stop, step: s}
	if s > 0 && start < stop {
		b.count = (stop-start-1)/s + 1
	} else if s < 0 && stop < start {
		b.count = (start-stop-1)/-s + 1
	}
	return b, nil
}

func sliceBound(v any, omitted, n, step int) (int, error) {
	if v == nil {
		return omitted, nil
	}
	i, err := sliceIndex(v, 0)
	if err != nil {
		return 0, err
	}
	if i < 0 {
		i += n
	}
	if step < 0 {
		return max(-1, min(i, n-1)), nil
	}
	return max(0, min(i, n)), nil
}

// sliceIndex reads one bound; what is too big for any sequence is cut.
func sliceIndex(v any, omitted int) (int, error) {
	const huge = math.MaxInt >> 2
	switch v := unbool(v).(type) {
	case nil:
		return omitted, nil
	case int64:
		return int(max(-huge, min(v, huge))), nil
	case *big.Int:
		return v.Sign() * huge, nil
	}
	return 0, typeError("slice indices must be integers or None or have an __index__ method")
}

func sliceItems(items []any, lo, hi, step any) ([]any, error) {
	b, err := sliceBounds(len(items), lo, hi, step)
	if err != nil {
		return nil, err
	}
	out := make([]any, b.count)
	for i := range out {
		out[i] = items[b.start+i*b.step]
	}
	return out, nil
}

func sliceText(s string, lo, hi, step any) (string, error) {
	if isASCII(s) {
		return sliceBytes(s, lo, hi, step)
	}
	rs := runes(s)
	b, err := sliceBounds(len(rs), lo, hi, step)
	if err != nil {
		return "", err
	}
	out := make([]rune, b.count)
	for i := range out {
		out[i] = rs[b.start+i*b.step]
	}
	return text(out), nil
}

func sliceBytes(s string, lo, hi, step any) (string, error) {
	b, err := sliceBounds(len(s), lo, hi, step)
	if err != nil {
		return "", err
	}
	if b.step == 1 {
		return s[b.start : b.start+b.count], nil
	}
	out := make([]byte, b.count)
	for i := range out {
		out[i] = s[b.start+i*b.step]
	}
	return string(out), nil
}
