package filters

import (
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/value"
)

var setFilters = table{
	"unique":               unique,
	"union":                union,
	"intersect":            intersect,
	"difference":           difference,
	"symmetric_difference": symmetricDifference,
}

var (
	union               = combined(value.Or, unionOf, true)
	intersect           = combined(value.And, intersectionOf, false)
	difference          = combined(value.Sub, differenceOf, false)
	symmetricDifference = combined(value.Xor, symmetricDifferenceOf, true)
)

// seen finds what was there before, hashable or not.
type seen struct {
	hashed *value.Set
	rest   []any
}

func newSeen() *seen { return &seen{hashed: value.NewSet()} }

// add puts v in and reports whether it is new.
func (s *seen) add(v any) bool {
	if s.has(v) {
		return false
	}
	if value.Hashable(v) == nil {
		s.hashed.Add(v)
	} else {
		s.rest = append(s.rest, v)
	}
	return true
}

func (s *seen) has(v any) bool {
	if value.Hashable(v) == nil {
		return s.hashed.Has(v)
	}
	return holds(s.rest, v)
}

func seenOf(items []any) *seen {
	s := newSeen()
	for _, item := range items {
		s.add(item)
	}
	return s
}

func distinct(items []any) *value.List {
	s, out := newSeen(), value.NewList()
	for _, item := range items {
		if s.add(item) {
			out.Append(item)
		}
	}
	return out
}

// unique keeps the first of what is equal; text counts as equal in any case
// unless case_sensitive, as in Jinja2.
func unique(c *jinja.Call) (any, error) {
	a, err := bind(c, "a case_sensitive? attribute?")
	if err != nil {
		return nil, err
	}
	items, err := value.Items(a.get("a"))
	if err != nil {
		return nil, err
	}
	fold := !a.truth("case_sensitive", false)
	strict := a.get("case_sensitive") == false || value.Truth(a.get("attribute"))
	s, out := newSeen(), value.NewList()
	for _, item := range items {
		attribute := a.get("attribute")
		if !value.Truth(attribute) {
			attribute = nil
		}
		key, err := attributeOf(item, attribute)
		if err != nil {
			return nil, err
		}
		if text, ok := isText(key); ok && fold {
			key = strings.ToLower(text)
		}
		if err := value.Hashable(key); err != nil && strict {
			return nil, filterError("Jinja2's unique filter failed and we cannot fall back to Ansible's version as it does not support the parameters supplied. %v", err)
		}
		if s.add(key) {
			out.Append(item)
		}
	}
	return out, nil
}

// attributeOf is the value at a dotted path, as Jinja2's attribute arguments name it.
func attributeOf(v, path any) (any, error) {
	if path == nil {
		return v, nil
	}
	keys := []any{path}
	if text, ok := isText(path); ok {
		keys = nil
		for _, part := range strings.Split(text, ".") {
			if n, ok := digits(part); ok {
				keys = append(keys, int64(n))
			} else {
				keys = append(keys, part)
			}
		}
	}
	var err error
	for _, key := range keys {
		if v, err = subscript(v, key); err != nil {
			return nil, err
		}
		if err := defined(v); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// twoLists are the operands of the filters that treat lists as sets.
func twoLists(c *jinja.Call) (a, b []any, err error) {
	bound, err := bind(c, "a b")
	if err != nil {
		return nil, nil, err
	}
	if a, err = value.Items(bound.get("a")); err == nil {
		b, err = value.Items(bound.get("b"))
	}
	return a, b, err
}

// combined makes a real set of what Python can hash, such as text, and hands
// lists to another.
func combined(ofSets func(s, t any) (any, error), ofLists func(a, b []any) (any, error), joins bool) jinja.Func {
	return func(c *jinja.Call) (any, error) {
		bound, err := bind(c, "a b")
		if err != nil {
			return nil, err
		}
		x, y := bound.get("a"), bound.get("b")
		if value.Hashable(x) == nil && value.Hashable(y) == nil {
			s, err := value.SetOf(x)
			if err != nil {
				return nil, err
			}
			t, err := value.SetOf(y)
			if err != nil {
				return nil, err
			}
			return ofSets(s, t)
		}
		if items, ok := x.(*value.List); ok && len(items.Items) == 0 && !joins {
			return value.NewList(), nil
		}
		if err := comparable(x, y, joins); err != nil {
			return nil, err
		}
		a, b, err := twoLists(c)
		if err != nil {
			return nil, err
		}
		return ofLists(a, b)
	}
}

// comparable fails where Python does: what is not of one kind cannot be added,
// and only text can be looked for in text.
func comparable(x, y any, joins bool) error {
	_, isSet := x.(*value.Set)
	_, dict := x.(*value.Dict)
	_, dict2 := y.(*value.Dict)
	if joins && !isSet && (dict || dict2 || value.Hashable(x) != nil != (value.Hashable(y) != nil)) {
		if _, err := value.Add(x, y); err != nil {
			return err
		}
	}
	if _, ok := isText(y); !ok || joins {
		return nil
	}
	items, err := value.Items(x)
	if err != nil {
		return err
	}
	for _, item := range items {
		if _, err := value.Contains(y, item); err != nil {
			return err
		}
	}
	return nil
}

func unionOf(a, b []any) (any, error) { return distinct(append(a, b...)), nil }

func intersectionOf(a, b []any) (any, error) {
	in, out := seenOf(b), value.NewList()
	for _, item := range distinct(a).Items {
		if in.has(item) {
			out.Append(item)
		}
	}
	return out, nil
}

func differenceOf(a, b []any) (any, error) {
	in, out := seenOf(b), value.NewList()
	for _, item := range distinct(a).Items {
		if !in.has(item) {
			out.Append(item)
		}
	}
	return out, nil
}

func symmetricDifferenceOf(a, b []any) (any, error) {
	inA, inB, out := seenOf(a), seenOf(b), value.NewList()
	for _, item := range distinct(append(a, b...)).Items {
		if !inA.has(item) || !inB.has(item) {
			out.Append(item)
		}
	}
	return out, nil
}
