package lookups

import (
	"strings"

	"goplay/internal/value"
)

const subelementsUsage = "subelements lookup expects a list of two or three items, %s"

// subelements pairs each element of a list with each item of a list within it.
func subelements(c *Call) ([]any, error) {
	if len(c.Terms) < 2 || len(c.Terms) > 3 {
		return nil, failure(subelementsUsage, "")
	}
	key, ok := c.Terms[1].(string)
	if !ok {
		return nil, failure(subelementsUsage, "first a dict or a list, second a string pointing to the subkey")
	}
	skipMissing := false
	if len(c.Terms) == 3 {
		flags, ok := c.Terms[2].(*value.Dict)
		if !ok {
			return nil, failure("the optional third item must be a dict with flags ('skip_missing',)")
		}
		v, _ := flags.Get("skip_missing")
		skipMissing = value.Truth(v) && !strings.EqualFold(value.Str(v), "false")
	}
	elements, err := elementsOf(c.Terms[0])
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, element := range elements {
		d, ok := element.(*value.Dict)
		if !ok {
			return nil, failure("subelements lookup expects a dictionary, got '%s'", value.Str(element))
		}
		if skipped, _ := d.Get("skipped"); value.Equal(skipped, true) {
			continue
		}
		path := strings.Split(key, ".")
		list, err := sublist(d, path, skipMissing)
		if err != nil {
			return nil, err
		}
		rest := without(d, path)
		for _, item := range list {
			out = append(out, value.Tuple{rest, item})
		}
	}
	return out, nil
}

// without copies a dict but for what is at a path: that is in the items already.
func without(d *value.Dict, path []string) *value.Dict {
	out := d.Copy()
	if len(path) == 1 {
		out.Delete(path[0])
		return out
	}
	v, _ := out.Get(path[0])
	if inner, ok := v.(*value.Dict); ok {
		out.Set(path[0], without(inner, path[1:]))
	}
	return out
}

func elementsOf(v any) ([]any, error) {
	if l, ok := v.(*value.List); ok {
		return l.Items, nil
	}
	d, ok, err := value.AsDict(v)
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return []any{v}, nil
	}
	if skipped, _ := d.Get("skipped"); value.Equal(skipped, true) {
		return nil, nil
	}
	return d.Values(), nil
}

func sublist(element *value.Dict, path []string, skipMissing bool) ([]any, error) {
	at := element
	for i, key := range path {
		v, ok := at.Get(key)
		if !ok {
			if skipMissing {
				return nil, nil
			}
			return nil, failure("could not find '%s' key in iterated item '%s'", key, value.Str(at))
		}
		if i < len(path)-1 {
			inner, isDict := v.(*value.Dict)
			if !isDict {
				if skipMissing {
					return nil, nil
				}
				return nil, failure("the key %s should point to a dictionary, got '%s'", key, value.Str(v))
			}
			at = inner
			continue
		}
		list, isList := v.(*value.List)
		if !isList {
			if skipMissing {
				return nil, nil
			}
			return nil, failure("the key %s should point to a list, got '%s'", key, value.Str(v))
		}
		return list.Items, nil
	}
	return nil, nil
}
