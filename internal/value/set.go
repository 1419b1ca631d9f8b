package value

// Set is Python's set. It keeps the order of insertion, so that what prints
// it gives the same on every run.
type Set struct {
	d Dict
}

// NewSet makes a set of hashable items.
func NewSet(items ...any) *Set {
	s := &Set{}
	for _, item := range items {
		s.Add(item)
	}
	return s
}

// Len is the number of items; a nil set has none.
func (s *Set) Len() int {
	if s == nil {
		return 0
	}
	return s.d.Len()
}

// Has reports whether a hashable item is in the set.
func (s *Set) Has(item any) bool {
	_, ok := s.d.Get(item)
	return ok
}

// Add puts in a hashable item (see Hashable).
func (s *Set) Add(item any) {
	if !s.Has(item) {
		s.d.Set(item, nil)
	}
}

// Delete takes out an item and reports whether it was there.
func (s *Set) Delete(item any) bool { return s.d.Delete(item) }

// Items returns the items in order of insertion.
func (s *Set) Items() []any { return s.d.Keys() }

// Copy makes a set of the same items.
func (s *Set) Copy() *Set { return &Set{d: *s.d.Copy()} }

// SetOf makes a set of anything that can be iterated over; it fails with a
// TypeError on unhashable items.
func SetOf(v any) (*Set, error) {
	if s, ok := v.(*Set); ok {
		return s.Copy(), nil
	}
	items, err := Items(v)
	if err != nil {
		return nil, err
	}
	s := &Set{}
	for _, item := range items {
		if err := Hashable(item); err != nil {
			return nil, err
		}
		s.Add(item)
	}
	return s, nil
}

func (s *Set) subset(o *Set) bool {
	if s.Len() > o.Len() {
		return false
	}
	for k := range s.d.All() {
		if !o.Has(k) {
			return false
		}
	}
	return true
}

func (s *Set) union(o *Set) *Set {
	out := s.Copy()
	for k := range o.d.All() {
		out.Add(k)
	}
	return out
}

func (s *Set) filter(keep func(any) bool) *Set {
	out := &Set{}
	for k := range s.d.All() {
		if keep(k) {
			out.Add(k)
		}
	}
	return out
}

func (s *Set) intersection(o *Set) *Set { return s.filter(o.Has) }

func (s *Set) difference(o *Set) *Set {
	return s.filter(func(k any) bool { return !o.Has(k) })
}

func (s *Set) symmetric(o *Set) *Set { return s.difference(o).union(o.difference(s)) }
