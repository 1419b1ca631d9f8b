package lookups

import (
	"goplay/internal/template"
	"goplay/internal/value"
)

// dependency is one variable of a dependent loop: what it goes through, or the
// expression that says so.
type dependency struct {
	key    string
	text   string
	values any // nil where text counts
}

// dependent goes through variables whose values depend on those before them.
// The expressions may be anything that a value can be, so they run no lookups.
func dependent(c *Call) ([]any, error) {
	deps := make([]dependency, 0, len(c.Terms))
	for i, term := range c.Terms {
		d, err := dependencyOf(i, term)
		if err != nil {
			return nil, err
		}
		for _, before := range deps {
			if before.key == d.key {
				return nil, lookupError("The variable %s appears more than once", value.Repr(d.key))
			}
		}
		deps = append(deps, d)
	}
	if len(deps) == 0 {
		return nil, nil
	}
	var out []any
	err := c.depend(deps, value.NewDict(), &out)
	return out, err
}

func dependencyOf(i int, term any) (d dependency, err error) {
	one, isDict, err := value.AsDict(term)
	if err != nil {
		return d, err
	}
	if !isDict {
		return d, lookupError("Parameter %d must be a dictionary, got <class '%s'>", i, value.TypeName(term))
	}
	if one.Len() != 1 {
		return d, lookupError("Parameter %d must be a one-element dictionary, got %d elements", i, one.Len())
	}
	for k, v := range one.All() {
		d.key = value.Str(k)
		switch v := v.(type) {
		case string:
			d.text = v
		case *value.List, value.Tuple, *value.Dict:
			d.values = v
		default:
			return d, lookupError("Parameter %s (index %d) must have a value of type string, dictionary or list, got type <class '%s'>",
				value.Repr(k), i, value.TypeName(v))
		}
	}
	return d, nil
}

// depend adds every way to go on from what is chosen so far.
func (c *Call) depend(deps []dependency, item *value.Dict, out *[]any) error {
	if err := c.Ctx.Err(); err != nil {
		return err
	}
	if len(deps) == 0 {
		*out = append(*out, item.Copy())
		return nil
	}
	d := deps[0]
	values, err := c.dependentValues(d, item)
	if err != nil {
		return err
	}
	next := item.Copy()
	for _, v := range values {
		next.Set(d.key, v)
		if err := c.depend(deps[1:], next, out); err != nil {
			return err
		}
	}
	return nil
}

func (c *Call) dependentValues(d dependency, item *value.Dict) ([]any, error) {
	v := d.values
	if v == nil {
		var err error
		vars := template.Overlay(c.Vars, value.DictOf("item", item.Copy()))
		v, err = c.Engine.Expression(template.WithoutLookups(c.Ctx), d.text, c.Pos, vars)
		if err != nil {
			return nil, lookupError("Caught \"%s\" while evaluating %s with item == %s", template.Message(err), value.Repr(d.key), value.Repr(item))
		}
	}
	switch v := v.(type) {
	case *value.List:
		return v.Items, nil
	case value.Tuple:
		return v, nil
	case *value.Dict:
		keys := v.Keys()
		if err := value.Sort(keys, nil, false); err != nil {
			return nil, err
		}
		out := make([]any, len(keys))
		for i, k := range keys {
			val, _ := v.Get(k)
			out[i] = value.DictOf("key", k, "value", val)
		}
		return out, nil
	}
	return nil, lookupError("Did not obtain dictionary or list while evaluating %s with item == %s, but <class '%s'>",
		value.Repr(d.key), value.Repr(item), value.TypeName(v))
}

// lookupError is the error that a lookup gives as it is, with nothing around it.
func lookupError(format string, args ...any) error {
	return value.Raise("AnsibleLookupError", format, args...)
}
