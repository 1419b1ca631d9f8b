package jinja

import (
	"goplay/internal/value"
)

type bound = func(c *Call, a []any) (any, error)

// addFilters adds Jinja2's own filters.
func addFilters(r *Registry) {
	add := func(name, spec string, code bound) {
		r.Filter(name, NewParams(functionName(name), spec).Func(code))
	}
	addText(add)
	addHTML(r, add)
	addNumbers(r, add)
	addSequences(r, add)
	addSorting(add)
	addMapping(r)
	add("attr", "environment, obj, name", attrFilter)
	add("default", "value, default_value='', boolean=False", defaultFilter)
	r.Filter("d", r.filters["default"])
	add("tojson", "eval_ctx, value, indent=None", toJSON)
	add("pprint", "value", func(_ *Call, a []any) (any, error) { return pretty(a[0]) })
}

func attrFilter(c *Call, a []any) (any, error) {
	name, err := str(a[1])
	if err != nil {
		return nil, err
	}
	if u, ok := a[0].(*value.Undefined); ok {
		if u.Chains() {
			return u, nil
		}
		return nil, u.Err()
	}
	if c.run != nil {
		if v, ok := c.run.part(a[0], name); ok {
			return v, nil
		}
	}
	if v, ok := value.Attr(a[0], name); ok {
		return v, nil
	}
	return c.Env.undefinedIn(a[0], name), nil
}

func defaultFilter(_ *Call, a []any) (any, error) {
	if value.IsUndefined(a[0]) {
		return a[1], nil
	}
	boolean, err := truth(a[2])
	if err != nil {
		return nil, err
	}
	if !boolean {
		return a[0], nil
	}
	if yes, err := truth(a[0]); yes || err != nil {
		return a[0], err
	}
	return a[1], nil
}

func argumentError(format string, args ...any) error {
	return value.Raise("FilterArgumentError", format, args...)
}

// getitem is Getitem in the rendering that the call is part of.
func (c *Call) getitem(obj, index any) (any, error) {
	if c.run != nil {
		return c.run.getitem(obj, index)
	}
	return c.Env.Getitem(obj, index)
}

// attributeGetter reads an attribute path such as "a.0.b" from an item, as
// environment.getitem does for each part.
func (c *Call) attributeGetter(attribute any, def any) func(item any) (any, error) {
	parts := attributeParts(attribute)
	return func(item any) (any, error) {
		for _, part := range parts {
			v, err := c.getitem(item, part)
			if err != nil {
				return nil, err
			}
			if value.IsUndefined(v) && def != nil {
				v = def
			}
			item = v
		}
		return item, nil
	}
}

// ignoreCase makes a getter's strings lower case unless case counts.
func ignoreCase(caseSensitive any, get func(any) (any, error)) (func(any) (any, error), error) {
	sensitive, err := truth(caseSensitive)
	if err != nil || sensitive {
		return get, err
	}
	return func(item any) (any, error) {
		v, err := get(item)
		if err != nil {
			return nil, err
		}
		return lowered(v)
	}, nil
}

func lowered(v any) (any, error) {
	if !isString(v) {
		return v, nil
	}
	return method(v, "lower")
}

func attributeParts(attribute any) []any {
	switch a := attribute.(type) {
	case nil:
		return nil
	case string:
		return splitPath(a)
	case value.Markup:
		return splitPath(string(a))
	}
	return []any{attribute}
}

// functionName is what Jinja2 calls the function of a filter; those that have
// a form for asyncio too are named for the one without.
func functionName(filter string) string {
	switch filter {
	case "first", "list", "slice", "groupby", "sum", "join":
		return "sync_do_" + filter
	default:
		return "do_" + filter
	}
}
