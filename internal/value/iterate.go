package value

import (
	"iter"
	"slices"
)

// Iterator is a Python iterator or generator: it gives its items once.
type Iterator struct {
	Type string                    // the type's name; "" is generator
	Name string                    // a generator's function, for its repr
	Next func() (any, bool, error) // false ends it; so does an error
}

func (it *Iterator) typeName() string {
	if it.Type != "" {
		return it.Type
	}
	return "generator"
}

// SliceIterator goes through a slice.
func SliceIterator(typ string, items []any) *Iterator {
	i := 0
	return &Iterator{Type: typ, Next: func() (any, bool, error) {
		if i >= len(items) {
			return nil, false, nil
		}
		i++
		return items[i-1], true, nil
	}}
}

// Iterate is Python's for: it goes through a value's items, a dict's keys, a
// string's characters. An error ends the loop; it is a TypeError at once for what
// cannot be iterated over.
func Iterate(v any) (iter.Seq2[any, error], error) {
	switch v := v.(type) {
	case *List:
		return listSeq(v), nil
	case Tuple:
		return sliceSeq(v), nil
	case *Dict:
		return func(yield func(any, error) bool) {
			for k := range v.All() {
				if !yield(k, nil) {
					return
				}
			}
		}, nil
	case string:
		return stringSeq(v), nil
	case Markup:
		return stringSeq(string(v)), nil
	case *Range:
		return func(yield func(any, error) bool) {
			for i, n := 0, v.Len(); i < n; i++ {
				if !yield(v.At(i), nil) {
					return
				}
			}
		}, nil
	case *Iterator:
		return iteratorSeq(v), nil
	case *Undefined:
		if v.Strict() {
			return nil, v.Err()
		}
		return sliceSeq(nil), nil
	case Mapping:
		return sliceSeq(v.Keys()), nil
	case Iterable:
		it, err := v.Iterator()
		if err != nil {
			return nil, err
		}
		return iteratorSeq(it), nil
	}
	if items, ok := fixedItems(v); ok {
		return sliceSeq(items), nil
	}
	return nil, typeError("'%s' object is not iterable", typePath(v))
}

func fixedItems(v any) ([]any, bool) {
	switch v := v.(type) {
	case *Set:
		return v.Items(), true
	case *View:
		return v.Items(), true
	case Bytes:
		items := make([]any, len(v))
		for i := range len(v) {
			items[i] = int64(v[i])
		}
		return items, true
	default:
		return nil, false
	}
}

func sliceSeq(items []any) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}
}

// listSeq sees items that the loop itself appends, as Python does.
func listSeq(l *List) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for i := 0; i < l.Len(); i++ {
			if !yield(l.Items[i], nil) {
				return
			}
		}
	}
}

func stringSeq(s string) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for at := 0; at < len(s); {
			_, n := decodeRune(s[at:])
			if !yield(s[at:at+n], nil) {
				return
			}
			at += n
		}
	}
}

func iteratorSeq(it *Iterator) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for {
			v, ok, err := it.Next()
			if err != nil {
				yield(nil, err)
				return
			}
			if !ok || !yield(v, nil) {
				return
			}
		}
	}
}

// Items is Python's list(v): all items of what can be iterated over, in a new
// slice. It fails with a MemoryError beyond MaxItems.
func Items(v any) ([]any, error) {
	switch v := v.(type) {
	case *List:
		return append(make([]any, 0, v.Len()), v.Items...), nil
	case Tuple:
		return append(make([]any, 0, len(v)), v...), nil
	case *Dict:
		return v.Keys(), nil
	}
	if items, ok := fixedItems(v); ok {
		return items, nil
	}
	seq, err := Iterate(v)
	if err != nil {
		return nil, err
	}
	known := lengthOf(v)
	if err := grow(int64(known), 1, MaxItems); err != nil {
		return nil, err
	}
	var c collected
	c.last = make([]any, 0, max(known, 8))
	for item, err := range seq {
		if err != nil {
			return nil, err
		}
		if c.len >= MaxItems {
			return nil, grow(MaxItems, 2, MaxItems)
		}
		c.add(item)
	}
	return c.items(), nil
}

// lengthOf is how many items something has, 0 where only stepping through it
// tells.
func lengthOf(v any) int {
	switch v := v.(type) {
	case *Range:
		return v.Len()
	case string:
		return runeLen(v)
	case Markup:
		return runeLen(string(v))
	}
	return 0
}

// collected gathers items whose number nobody knows, in pieces that are never
// moved: growing one slice would touch five times the memory of a long list.
type collected struct {
	full [][]any
	last []any
	len  int
}

func (c *collected) add(item any) {
	if len(c.last) == cap(c.last) {
		c.full = append(c.full, c.last)
		c.last = make([]any, 0, min(2*cap(c.last), 1<<15))
	}
	c.last = append(c.last, item)
	c.len++
}

func (c *collected) items() []any {
	if len(c.full) == 0 {
		return c.last
	}
	return slices.Concat(append(c.full, c.last)...)
}

// Iter is Python's iter(v): an iterator that can be stepped by hand.
func Iter(v any) (*Iterator, error) {
	switch v := v.(type) {
	case *Iterator:
		return v, nil
	case Iterable:
		return v.Iterator()
	case *Range:
		i := 0
		return &Iterator{Type: "range_iterator", Next: func() (any, bool, error) {
			if i >= v.Len() {
				return nil, false, nil
			}
			i++
			return v.At(i - 1), true, nil
		}}, nil
	case *List:
		i := 0
		return &Iterator{Type: "list_iterator", Next: func() (any, bool, error) {
			if i >= v.Len() {
				return nil, false, nil
			}
			i++
			return v.Items[i-1], true, nil
		}}, nil
	}
	if s, ok := asString(v); ok {
		return stringIterator(iteratorType(v), s), nil
	}
	items, err := Items(v)
	if err != nil {
		return nil, err
	}
	return SliceIterator(iteratorType(v), items), nil
}

func stringIterator(typ, s string) *Iterator {
	return &Iterator{Type: typ, Next: func() (any, bool, error) {
		if s == "" {
			return nil, false, nil
		}
		_, n := decodeRune(s)
		char := s[:n]
		s = s[n:]
		return char, true, nil
	}}
}

func iteratorType(v any) string {
	switch v := v.(type) {
	case *Dict:
		return "dict_keyiterator"
	case *View:
		return [...]string{"dict_keyiterator", "dict_valueiterator", "dict_itemiterator"}[v.kind]
	case Markup:
		return "str_iterator"
	default:
		return TypeName(v) + "_iterator"
	}
}
