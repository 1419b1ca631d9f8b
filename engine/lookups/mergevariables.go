package lookups

import (
	"sort"
	"strings"

	"goplay/internal/pyre"
	"goplay/internal/value"
)

// mergeVariables merges the variables whose names match.
func mergeVariables(c *Call) ([]any, error) {
	kind := c.text("pattern_type", "regex")
	var out []any
	for _, term := range c.Terms {
		pattern, ok := term.(string)
		if !ok {
			return nil, failure("Non-string type '<class '%s'>' passed, only 'str' types are allowed!", value.TypeName(term))
		}
		names, err := c.matching(kind, pattern)
		if err != nil {
			return nil, err
		}
		initial, _ := c.Options.Get("initial_value")
		merged := value.DeepCopy(initial)
		if err := mergeable(initial); initial != nil && err != nil {
			return nil, err
		}
		for _, name := range names {
			v, err := c.variable(name)
			if err != nil {
				return nil, err
			}
			if err := mergeable(v); err != nil {
				return nil, err
			}
			if merged, err = c.merge(merged, v, name); err != nil {
				return nil, err
			}
		}
		out = append(out, merged)
	}
	return out, nil
}

func (c *Call) matching(kind, pattern string) ([]string, error) {
	var re *pyre.Regexp
	if kind == "regex" {
		var err error
		if re, err = pyre.Compile(pattern, 0); err != nil {
			return nil, failure("merge_variables: %v", err)
		}
	}
	var names []string
	for _, name := range c.Vars.Names() {
		if kind == "prefix" && strings.HasPrefix(name, pattern) || kind == "suffix" && strings.HasSuffix(name, pattern) ||
			re != nil && re.Search(name) != nil {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names, nil
}

func mergeable(v any) error {
	switch v.(type) {
	case *value.List, *value.Dict:
		return nil
	default:
		return failure("Not supported type detected, variable must be a list or a dict")
	}
}

func (c *Call) merge(into, v any, name string) (any, error) {
	switch x := into.(type) {
	case nil:
		return value.DeepCopy(v), nil
	case *value.List:
		y, ok := v.(*value.List)
		if !ok {
			break
		}
		return value.NewList(append(append([]any{}, x.Items...), y.Items...)...), nil
	case *value.Dict:
		y, ok := v.(*value.Dict)
		if !ok {
			break
		}
		return c.mergeDicts(x, y, name)
	}
	return nil, failure("Unable to merge, not all variables are of the same type")
}

func (c *Call) mergeDicts(x, y *value.Dict, path string) (any, error) {
	out := x.Copy()
	for k, v := range y.All() {
		old, both := out.Get(k)
		if !both {
			out.Set(k, value.DeepCopy(v))
			continue
		}
		_, oldDict := old.(*value.Dict)
		_, newDict := v.(*value.Dict)
		_, oldList := old.(*value.List)
		_, newList := v.(*value.List)
		if oldDict && newDict || oldList && newList {
			merged, err := c.merge(old, v, path+"."+value.Str(k))
			if err != nil {
				return nil, err
			}
			out.Set(k, merged)
			continue
		}
		msg := "The key '" + value.Str(k) + "' with value '" + value.Str(old) + "' will be overwritten with value '" + value.Str(v) + "' from '" + path + "." + value.Str(k) + "'"
		switch c.text("override", "error") {
		case "error":
			if !value.Equal(old, v) {
				return nil, failure("%s", msg)
			}
		case "warn":
			c.warn("%s", msg)
		}
		out.Set(k, v)
	}
	return out, nil
}
