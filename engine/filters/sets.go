package filters

import (
	"slices"
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
	union               = combined(value.Or, unionOf)
	intersect           = combined(value.And, intersectionOf)
	difference          = combined(value.Sub, differenceOf)
	symmetricDifference = combined(value.Xor, symmetricDifferenceOf)
)

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
	a, err := bindLoose(c, "a case_sensitive? attribute?")
	if err != nil {
		return nil, err
	}
	strict := a.get("case_sensitive") == false || value.Truth(a.get("attribute"))
	out, err := uniqueOf(a, strict)
	if err != nil && strict {
		return nil, filterError("Jinja2's unique filter failed and we cannot fall back to Ansible's version as it does not support the parameters supplied. %v", err)
	}
	return out, err
}

func uniqueOf(a *args, strict bool) (*value.List, error) {
	items, err := value.Items(a.get("a"))
	if err != nil {
		return nil, err
	}
	fold := !a.truth("case_sensitive", false)
	attribute := a.get("attribute")
	if !value.Truth(attribute) {
		attribute = nil
	}
	s, out := newSeen(), value.NewList()
	for _, item := range items {
		key, err := attributeOf(item, attribute)
		if err != nil {
			return nil, err
		}
		if err := defined(key); err != nil && strict {
			return nil, err
		}
		if text, ok := isText(key); ok && fold {
			key = strings.ToLower(text)
		}
		if err := value.Hashable(key); err != nil && strict {
			return nil, err
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

// combined makes a real set of what is of a type that Python can hash, such as
// text, and hands everything else to another.
func combined(ofSets func(s, t any) (any, error), others func(x, y any) (any, error)) jinja.Func {
	return func(c *jinja.Call) (any, error) {
		bound, err := bindLoose(c, "a b")
		if err != nil {
			return nil, err
		}
		x, y := bound.get("a"), bound.get("b")
		if !hashableType(x) || !hashableType(y) {
			return others(x, y)
		}
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
}

// hashableType reports whether Python hashes values of such a type, though
// perhaps not this one: a tuple of lists.
func hashableType(v any) bool {
	switch v.(type) {
	case *value.List, *value.Dict, *value.Set:
		return false
	case *value.View:
		return value.TypeName(v) == "dict_values"
	default:
		return true
	}
}

// membership is Python's `in` for many items, which is quick where nothing can
// go wrong: between lists of what is defined.
func membership(y any) func(item any) (bool, error) {
	l, ok := y.(*value.List)
	if !ok || slices.ContainsFunc(l.Items, value.IsUndefined) {
		return func(item any) (bool, error) { return value.Contains(y, item) }
	}
	in := seenOf(l.Items)
	return func(item any) (bool, error) {
		if value.IsUndefined(item) {
			return value.Contains(y, item)
		}
		return in.has(item), nil
	}
}

// filtered are the items of x that are in y, or that are not.
func filtered(x, y any, wanted bool) (any, error) {
	items, err := value.Items(x)
	if err != nil {
		return nil, err
	}
	has, kept := membership(y), []any{}
	for _, item := range items {
		in, err := has(item)
		if err != nil {
			return nil, err
		}
		if in == wanted {
			kept = append(kept, item)
		}
	}
	return distinct(kept), nil
}

func intersectionOf(x, y any) (any, error) { return filtered(x, y, true) }

func differenceOf(x, y any) (any, error) { return filtered(x, y, false) }

func unionOf(x, y any) (any, error) {
	both, err := value.Add(x, y)
	if err != nil {
		return nil, err
	}
	items, err := value.Items(both)
	if err != nil {
		return nil, err
	}
	for _, item := range items {
		if err := defined(item); err != nil {
			return nil, err
		}
	}
	return distinct(items), nil
}

func symmetricDifferenceOf(x, y any) (any, error) {
	common, err := intersectionOf(x, y)
	if err != nil {
		return nil, err
	}
	all, err := unionOf(x, y)
	if err != nil {
		return nil, err
	}
	return filtered(all, common, false)
}
