package filters

import (
	"goplay/internal/jinja"
	"goplay/internal/value"
)

// merger says how combine treats what both dicts have.
type merger struct {
	recursive bool
	lists     string
}

func combine(c *jinja.Call) (any, error) {
	a, err := bind(c, "*terms **kw")
	if err != nil {
		return nil, err
	}
	m := merger{lists: "replace"}
	for k, v := range a.kw.All() {
		switch value.Str(k) {
		case "recursive":
			m.recursive = value.Truth(v)
		case "list_merge":
			m.lists = value.Str(v)
		default:
			return nil, filterError("'recursive' and 'list_merge' are the only valid keyword arguments")
		}
	}
	dicts, err := dictsOf(a.rest)
	if err != nil {
		return nil, err
	}
	switch len(dicts) {
	case 0:
		return value.NewDict(), nil
	case 1:
		return dicts[0], nil
	}
	switch m.lists {
	case "replace", "keep", "append", "prepend", "append_rp", "prepend_rp":
	default:
		return nil, value.Raise("AnsibleError", "merge_hash: 'list_merge' argument can only be equal to 'replace', 'keep', 'append', 'prepend', 'append_rp' or 'prepend_rp'")
	}
	result := dicts[len(dicts)-1]
	for i := len(dicts) - 2; i >= 0; i-- {
		low, err := combinable(dicts[i], result, dicts[i])
		if err != nil {
			return nil, err
		}
		high, err := combinable(dicts[i], result, result)
		if err != nil {
			return nil, err
		}
		result = m.merge(low, high)
	}
	return result, nil
}

// dictsOf flattens lists of dicts one level, dropping nulls.
func dictsOf(terms []any) ([]any, error) {
	out := value.NewList()
	err := flattenInto(out, terms, 1, true, 0)
	return out.Items, err
}

func combinable(a, b, v any) (*value.Dict, error) {
	d, ok, err := value.AsDict(v)
	if err != nil {
		return nil, err
	}
	if ok {
		return d, nil
	}
	for _, v := range []any{a, b} {
		if err := copies(v, 0); value.IsException(err, "UndefinedError") {
			return nil, err // it cannot be shown
		}
	}
	return nil, value.Raise("AnsibleError", "failed to combine variables, expected dicts but got a '%s' and a '%s': \n%s\n%s",
		value.TypeName(a), value.TypeName(b), shown(a), shown(b))
}

func shown(v any) string {
	text, err := value.EncodeJSON(v, value.JSONOptions{Default: jsonStandIn})
	if err != nil {
		return value.Repr(v)
	}
	return text
}

// merge gives a new dict of both; y wins.
func (m merger) merge(x, y *value.Dict) *value.Dict {
	if x.Len() == 0 || value.Equal(x, y) {
		return y.Copy()
	}
	out := x.Copy()
	for k, yv := range y.All() {
		xv, both := out.Get(k)
		if !both {
			out.Set(k, yv)
			continue
		}
		xd, xIsDict := xv.(*value.Dict)
		yd, yIsDict := yv.(*value.Dict)
		xl, xIsList := xv.(*value.List)
		yl, yIsList := yv.(*value.List)
		switch {
		case xIsDict && yIsDict && m.recursive:
			out.Set(k, m.merge(xd, yd))
		case xIsList && yIsList:
			out.Set(k, m.mergeLists(xl, yl))
		default:
			out.Set(k, yv)
		}
	}
	return out
}

func (m merger) mergeLists(x, y *value.List) *value.List {
	switch m.lists {
	case "keep":
		return x
	case "append":
		return joined(x.Items, y.Items)
	case "prepend":
		return joined(y.Items, x.Items)
	case "append_rp":
		return joined(without(x.Items, y.Items), y.Items)
	case "prepend_rp":
		return joined(y.Items, without(x.Items, y.Items))
	default:
		return y
	}
}

func joined(a, b []any) *value.List {
	return value.NewList(append(append(make([]any, 0, len(a)+len(b)), a...), b...)...)
}

func without(items, drop []any) []any {
	var kept []any
	in := seenOf(drop)
	for _, item := range items {
		if !in.has(item) {
			kept = append(kept, item)
		}
	}
	return kept
}

func holds(items []any, v any) bool {
	for _, item := range items {
		if value.Equal(item, v) {
			return true
		}
	}
	return false
}
