package filters

import (
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/value"
)

var dictFilters = table{
	"combine":         combine,
	"dict2items":      dictToItems,
	"items2dict":      itemsToDict,
	"extract":         extract,
	"subelements":     subelements,
	"rekey_on_member": rekeyOnMember,
}

func dictToItems(c *jinja.Call) (any, error) {
	a, err := bindRest(c, "mydict key_name? value_name?")
	if err != nil {
		return nil, err
	}
	d, ok, err := value.AsDict(a.get("mydict"))
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, filterTypeError("dict2items requires a dictionary, got %s instead.", class(a.get("mydict")))
	}
	items := value.NewList()
	for k, v := range d.All() {
		items.Append(value.DictOf(a.or("key_name", "key"), k, a.or("value_name", "value"), v))
	}
	return items, nil
}

func itemsToDict(c *jinja.Call) (any, error) {
	a, err := bind(c, "mylist key_name? value_name?")
	if err != nil {
		return nil, err
	}
	list := a.get("mylist")
	if !isSequence(list) {
		return nil, filterTypeError("items2dict requires a list, got %s instead.", class(list))
	}
	items, err := value.Items(list)
	if err != nil {
		return nil, err
	}
	key, val := a.or("key_name", "key"), a.or("value_name", "value")
	out := value.NewDict()
	for _, item := range items {
		d, ok, err := value.AsDict(item)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, filterTypeError("items2dict requires a list of dictionaries, got %s instead.", value.Repr(list))
		}
		k, hasKey := d.Get(key)
		v, hasVal := d.Get(val)
		if !hasKey || !hasVal {
			return nil, filterTypeError("items2dict requires each dictionary in the list to contain the keys '%s' and '%s', got %s instead.",
				value.Str(key), value.Str(val), value.Repr(list))
		}
		if err := value.Hashable(k); err != nil {
			return nil, err
		}
		out.Set(k, v)
	}
	return out, nil
}

// extract is item|extract(container, more keys): container[item][key]...
func extract(c *jinja.Call) (any, error) {
	a, err := bindLoose(c, "item container morekeys?")
	if err != nil {
		return nil, err
	}
	keys := []any{a.get("item")}
	switch more := a.get("morekeys").(type) {
	case nil:
	case *value.List:
		keys = append(keys, more.Items...)
	default:
		keys = append(keys, more)
	}
	v := a.get("container")
	for _, key := range keys {
		if v, err = subscript(v, key); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// subscript is Jinja2's obj[key]: an item, else an attribute, else undefined.
func subscript(obj, key any) (any, error) {
	if _, ok := obj.(*value.Undefined); ok {
		return obj, nil // said when it is used, unless a default covers it
	}
	v, err := value.Item(obj, key)
	if err == nil {
		return v, nil
	}
	if !value.IsException(err, "KeyError", "IndexError", "TypeError", "AttributeError") {
		return nil, err
	}
	if name, ok := isText(key); ok {
		if v, ok := value.Attr(obj, name); ok {
			return v, nil
		}
	}
	return &value.Undefined{Obj: obj, HasObj: true, Name: key}, nil
}

func subelements(c *jinja.Call) (any, error) {
	a, err := bindLoose(c, "obj subelements skip_missing?")
	if err != nil {
		return nil, err
	}
	path, err := subelementPath(a.get("subelements"))
	if err != nil {
		return nil, err
	}
	elements, err := subelementSource(a.get("obj"))
	if err != nil {
		return nil, err
	}
	out := value.NewList()
	for _, element := range elements {
		values := element
		for _, key := range path {
			next, err := value.Item(values, key)
			switch {
			case value.IsException(err, "KeyError"):
				if !a.truth("skip_missing", false) {
					return nil, filterError("could not find %s key in iterated item %s", value.Repr(key), value.Repr(values))
				}
				next = value.NewList()
			case err != nil:
				return nil, filterTypeError("the key %s should point to a dictionary, got '%s'", value.Str(key), value.Str(values))
			}
			if values = next; err != nil {
				break
			}
		}
		list, ok := values.(*value.List)
		if !ok {
			return nil, filterTypeError("the key %s should point to a list, got %s", value.Repr(path[len(path)-1]), value.Repr(values))
		}
		for _, v := range list.Items {
			out.Append(value.Tuple{element, v})
		}
	}
	return out, nil
}

func subelementPath(v any) ([]any, error) {
	if list, ok := v.(*value.List); ok {
		return list.Items, nil
	}
	s, ok := isText(v)
	if !ok {
		return nil, filterTypeError("subelements must be a list or a string")
	}
	var path []any
	for _, part := range strings.Split(s, ".") {
		path = append(path, part)
	}
	return path, nil
}

func subelementSource(v any) ([]any, error) {
	if list, ok := v.(*value.List); ok {
		return list.Items, nil
	}
	d, ok, err := value.AsDict(v)
	if err != nil && !value.IsUndefined(v) {
		return nil, err
	}
	if !ok {
		return nil, filterError("obj must be a list of dicts or a nested dict")
	}
	return d.Values(), nil
}

func rekeyOnMember(c *jinja.Call) (any, error) {
	a, err := bind(c, "data key duplicates?")
	if err != nil {
		return nil, err
	}
	duplicates := a.text("duplicates", "error")
	if duplicates != "error" && duplicates != "overwrite" {
		return nil, filterError("duplicates parameter to rekey_on_member has unknown value: %s", duplicates)
	}
	items, err := rekeySource(a.get("data"))
	if err != nil {
		return nil, err
	}
	out := value.NewDict()
	for _, item := range items {
		d, ok, err := value.AsDict(item)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, filterTypeError("List item is not a valid dict")
		}
		key, ok := d.Get(a.get("key"))
		if !ok {
			return nil, filterError("Key %s was not found", value.Str(a.get("key")))
		}
		if err := value.Hashable(key); err != nil {
			return nil, err
		}
		if _, ok := out.Get(key); ok && duplicates == "error" {
			return nil, filterError("Key %s is not unique, cannot correctly turn into dict", value.Str(key))
		}
		out.Set(key, item)
	}
	return out, nil
}

func rekeySource(v any) ([]any, error) {
	d, ok, err := value.AsDict(v)
	switch {
	case err != nil:
		return nil, err
	case ok:
		return d.Values(), nil
	}
	if _, isSet := v.(*value.Set); isSequence(v) || isSet {
		return value.Items(v)
	}
	return nil, filterTypeError("Type is not a valid list, set, or dict")
}
