package jinja

import (
	"math/big"
	"math/rand/v2"
	"strings"

	"goplay/internal/value"
)

func addSequences(r *Registry, add func(name, spec string, code bound)) {
	length := builtin("len", 1, func(_ *Call, a []any) (any, error) {
		n, err := value.Len(a[0])
		return int64(n), err
	})
	r.Filter("length", length)
	r.Filter("count", length)
	add("list", "value", func(c *Call, a []any) (any, error) {
		list, err := c.Items(a[0])
		return &value.List{Items: list}, err
	})
	add("items", "value", itemsFilter)
	add("first", "environment, seq", func(c *Call, a []any) (any, error) {
		it, err := c.Iter(a[0])
		if err != nil {
			return nil, err
		}
		return firstOf(c, it, "No first item, sequence was empty.")
	})
	add("last", "environment, seq", func(c *Call, a []any) (any, error) {
		it, err := c.reversed(a[0])
		if err != nil {
			return nil, err
		}
		return firstOf(c, it, "No last item, sequence was empty.")
	})
	add("random", "context, seq", randomItem)
	add("reverse", "value", reverse)
	add("join", "eval_ctx, value, d='', attribute=None", join)
	add("batch", "value, linecount, fill_with=None", batch)
	add("slice", "value, slices, fill_with=None", slice)
	add("sum", "environment, iterable, attribute=None, start=0", sum)
	add("unique", "environment, value, case_sensitive=False, attribute=None", unique)
}

func firstOf(c *Call, it *value.Iterator, empty string) (any, error) {
	v, ok, err := it.Next()
	if err != nil {
		return nil, err
	}
	if !ok {
		return c.Env.undefinedHint(empty, nil), nil
	}
	return v, nil
}

// reversed is Python's reversed(v).
func (c *Call) reversed(v any) (*value.Iterator, error) {
	typ := ""
	switch v := v.(type) {
	case *value.List:
		typ = "list_reverseiterator"
	case *value.Dict:
		typ = "dict_reversekeyiterator"
	case *value.Range:
		typ = "range_iterator"
	case string, value.Markup, value.Tuple, value.Bytes, value.Mapping, *value.View:
		typ = "reversed"
	case *value.Undefined:
		if v.Strict() {
			return nil, v.Err()
		}
		typ = "reversed"
	default:
		return nil, value.Raise("TypeError", "'%s' object is not reversible", value.LongName(v))
	}
	list, err := c.Items(v)
	if err != nil {
		return nil, err
	}
	i := len(list)
	return &value.Iterator{Type: typ, Next: func() (any, bool, error) {
		if i == 0 {
			return nil, false, nil
		}
		i--
		return list[i], true, nil
	}}, nil
}

func reverse(c *Call, a []any) (any, error) {
	if isString(a[0]) {
		return value.Subslice(a[0], nil, nil, int64(-1))
	}
	it, err := c.reversed(a[0])
	if !value.IsException(err, "TypeError") {
		return it, err
	}
	list, err := c.Items(a[0])
	if value.IsException(err, "TypeError") {
		return nil, argumentError("argument must be iterable")
	}
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return &value.List{Items: list}, err
}

func randomItem(c *Call, a []any) (any, error) {
	n, err := value.Len(a[0])
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return c.Env.undefinedHint("No random item, sequence was empty.", nil), nil
	}
	return value.Item(a[0], int64(rand.IntN(n)))
}

// generator gives a function's items as Python's generator of that name does:
// nothing runs before the first is asked for.
func generator(name string, start func() (func() (any, bool, error), error)) *value.Iterator {
	var next func() (any, bool, error)
	done := false
	return &value.Iterator{Name: name, Next: func() (any, bool, error) {
		if done {
			return nil, false, nil
		}
		if next == nil {
			var err error
			if next, err = start(); err != nil {
				done = true
				return nil, false, err
			}
		}
		v, ok, err := next()
		if !ok || err != nil {
			done = true
			return nil, false, err
		}
		return v, true, nil
	}}
}

func itemsFilter(c *Call, a []any) (any, error) {
	return generator("do_items", func() (func() (any, bool, error), error) {
		if value.IsUndefined(a[0]) {
			return value.SliceIterator("", nil).Next, nil
		}
		if !isMapping(a[0]) {
			return nil, value.Raise("TypeError", "Can only get item pairs from a mapping.")
		}
		view, err := method(a[0], "items")
		if err != nil {
			return nil, err
		}
		it, err := c.Iter(view)
		if err != nil {
			return nil, err
		}
		return it.Next, nil
	}), nil
}

// mapped applies a function to each item of an iterable when it is asked for.
func (c *Call) mapped(v any, fn func(any) (any, error)) (*value.Iterator, error) {
	it, err := c.Iter(v)
	if err != nil {
		return nil, err
	}
	return &value.Iterator{Type: "map", Next: func() (any, bool, error) {
		item, ok, err := it.Next()
		if !ok || err != nil {
			return nil, false, err
		}
		item, err = fn(item)
		return item, err == nil, err
	}}, nil
}

func join(c *Call, a []any) (any, error) {
	var source any = a[0]
	if a[2] != nil {
		it, err := c.mapped(a[0], c.attributeGetter(a[2], nil))
		if err != nil {
			return nil, err
		}
		source = it
	}
	sep, err := str(a[1])
	if err != nil {
		return nil, err
	}
	if n, known := sized(source); known && n > 1 {
		if err := fits(int(min(uint64(n-1)*uint64(len(sep)), 1<<40))); err != nil {
			return nil, err
		}
	}
	it, err := c.Iter(source)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	for n := 0; ; n++ {
		item, ok, err := it.Next()
		if err != nil {
			return nil, err
		}
		if !ok {
			return b.String(), nil
		}
		s, err := str(item)
		if err != nil {
			return nil, err
		}
		if err := fits(b.Len() + len(sep) + len(s)); err != nil {
			return nil, err
		}
		if n > 0 {
			b.WriteString(sep)
		}
		b.WriteString(s)
	}
}

// sized is how many items something has, where that can be told without
// going through them.
func sized(v any) (int, bool) {
	switch v.(type) {
	case string, value.Markup, *value.List, value.Tuple, *value.Dict, *value.Range:
		n, err := value.Len(v)
		return n, err == nil
	}
	return 0, false
}

func batch(c *Call, a []any) (any, error) {
	return generator("do_batch", func() (func() (any, bool, error), error) {
		it, err := c.Iter(a[0])
		if err != nil {
			return nil, err
		}
		var pending []any
		return func() (any, bool, error) {
			for {
				item, ok, err := it.Next()
				if err != nil {
					return nil, false, err
				}
				if !ok {
					return lastBatch(&pending, a[1], a[2])
				}
				full, err := compare("==", int64(len(pending)), a[1])
				if err != nil {
					return nil, false, err
				}
				if full {
					done := &value.List{Items: pending}
					pending = []any{item}
					return done, true, nil
				}
				pending = append(pending, item)
			}
		}, nil
	}), nil
}

// lastBatch gives what is left over, filled up.
func lastBatch(pending *[]any, size, fill any) (any, bool, error) {
	last := *pending
	*pending = nil
	if len(last) == 0 {
		return nil, false, nil
	}
	if fill != nil {
		n, err := index(size)
		if err != nil {
			return nil, false, err
		}
		if n > value.MaxItems {
			return nil, false, &LimitError{"a batch is too long"}
		}
		for int64(len(last)) < n {
			last = append(last, fill)
		}
	}
	return &value.List{Items: last}, true, nil
}

func slice(c *Call, a []any) (any, error) {
	return generator("sync_do_slice", func() (func() (any, bool, error), error) {
		list, err := c.Items(a[0])
		if err != nil {
			return nil, err
		}
		slices, err := index(a[1])
		if _, big := a[1].(*big.Int); err != nil && !big {
			if _, notNumber := value.FloorDiv(int64(len(list)), a[1]); notNumber != nil {
				err = notNumber
			}
			return nil, err
		}
		if slices == 0 {
			return nil, value.Raise("ZeroDivisionError", "integer division or modulo by zero")
		}
		n := int64(len(list))
		per, extra, offset, i := n/slices, n%slices, int64(0), int64(0)
		return func() (any, bool, error) {
			if i >= slices {
				return nil, false, nil
			}
			start := offset + i*per
			if i < extra {
				offset++
			}
			part := append([]any(nil), list[start:offset+(i+1)*per]...)
			if a[2] != nil && i >= extra {
				part = append(part, a[2])
			}
			i++
			return &value.List{Items: part}, true, nil
		}, nil
	}), nil
}

func sum(c *Call, a []any) (any, error) {
	var source any = a[0]
	if a[1] != nil {
		it, err := c.mapped(a[0], c.attributeGetter(a[1], nil))
		if err != nil {
			return nil, err
		}
		source = it
	}
	it, err := c.Iter(source)
	if err != nil {
		return nil, err
	}
	total := a[2]
	if isString(total) {
		return nil, value.Raise("TypeError", "sum() can't sum strings [use ''.join(seq) instead]")
	}
	for {
		item, ok, err := it.Next()
		if err != nil {
			return nil, err
		}
		if !ok {
			return total, nil
		}
		if total, err = value.Add(total, item); err != nil {
			return nil, err
		}
	}
}

func unique(c *Call, a []any) (any, error) {
	return generator("sync_do_unique", func() (func() (any, bool, error), error) {
		get, err := ignoreCase(a[1], c.attributeGetter(a[2], nil))
		if err != nil {
			return nil, err
		}
		it, err := c.Iter(a[0])
		if err != nil {
			return nil, err
		}
		seen := value.NewDict()
		return func() (any, bool, error) {
			for {
				item, ok, err := it.Next()
				if !ok || err != nil {
					return nil, false, err
				}
				key, err := get(item)
				if err == nil {
					err = hashable(key)
				}
				if value.IsUndefined(key) {
					key = missing // they all are equal
				}
				if err != nil {
					return nil, false, err
				}
				if _, twice := seen.Get(key); !twice {
					seen.Set(key, true)
					return item, true, nil
				}
			}
		}, nil
	}), nil
}
