package filters

import (
	"goplay/internal/jinja"
	"goplay/internal/value"
)

// listsMergeBy merges the dicts of several lists that agree in a key, in order
// of that key.
func listsMergeBy(c *jinja.Call) (any, error) {
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
			return nil, filterError("'recursive' and 'list_merge' are the only valid keyword arguments.")
		}
	}
	if len(a.rest) < 2 {
		return nil, filterError("At least one list and index are needed.")
	}
	lists, err := mergedLists(a.rest[:len(a.rest)-1])
	if err != nil {
		return nil, err
	}
	switch len(lists) {
	case 0:
		return value.NewList(), nil
	case 1:
		return lists[0], nil
	}
	index := a.rest[len(a.rest)-1]
	name, ok := isText(index)
	if !ok {
		return nil, filterError("First argument after the lists for community.general.lists_mergeby must be string. %s is %s", value.Str(index), class(index))
	}
	merged := value.NewDict()
	for _, list := range lists {
		items, err := value.Items(list)
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			if err := m.mergeBy(merged, item, name); err != nil {
				return nil, err
			}
		}
	}
	keys := merged.Keys()
	if err := value.Sort(keys, nil, false); err != nil {
		return nil, err
	}
	out := value.NewList()
	for _, k := range keys {
		v, _ := merged.Get(k)
		out.Append(v)
	}
	return out, nil
}

// mergedLists are the lists to merge: the terms, and what stands in a term that
// has nothing but lists.
func mergedLists(terms []any) ([]any, error) {
	var lists []any
	for _, term := range terms {
		if !isIndexed(term) {
			return nil, filterError("All arguments before the argument index for community.general.lists_mergeby must be lists. %s is %s", value.Str(term), class(term))
		}
		items, err := value.Items(term)
		if err != nil {
			return nil, err
		}
		nested := len(items) > 0
		for _, item := range items {
			nested = nested && isIndexed(item)
		}
		switch {
		case nested:
			lists = append(lists, items...)
		case len(items) > 0:
			lists = append(lists, term)
		}
	}
	return lists, nil
}

// isIndexed reports whether Python counts a value as a sequence, as it does text.
func isIndexed(v any) bool {
	_, text := isText(v)
	return text || isSequence(v)
}

func (m merger) mergeBy(merged *value.Dict, item any, name string) error {
	d, ok := item.(*value.Dict)
	if !ok {
		return filterError("Elements of list arguments for lists_mergeby must be dictionaries. %s is %s", value.Str(item), class(item))
	}
	key, ok := d.Get(name)
	if !ok {
		return nil
	}
	if err := value.Hashable(key); err != nil {
		return err
	}
	if old, ok := merged.Get(key); ok {
		d = m.merge(old.(*value.Dict), d)
	}
	merged.Set(key, d)
	return nil
}

// listsFilter applies a filter of two lists to any number of them.
func listsFilter(two jinja.Func) jinja.Func {
	return func(c *jinja.Call) (any, error) {
		a, err := bind(c, "*lists **kw")
		if err != nil {
			return nil, err
		}
		lists := a.rest
		if flattenFirst, _ := a.kw.Get("flatten"); value.Truth(flattenFirst) {
			lists = nil
			for _, l := range a.rest {
				items, err := value.Items(l)
				if err != nil {
					return nil, err
				}
				lists = append(lists, items...)
			}
		}
		if len(lists) == 0 {
			return value.NewList(), nil
		}
		for _, l := range lists {
			if !isSequence(l) {
				return nil, filterTypeError("Filter argument is not a list, got %s instead.", class(l))
			}
		}
		items, err := value.Items(lists[0])
		if err != nil {
			return nil, err
		}
		var out any = distinct(items)
		for _, l := range lists[1:] {
			if out, err = two(&jinja.Call{Context: c.Context, Name: c.Name, Args: []any{out, l}}); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
}
