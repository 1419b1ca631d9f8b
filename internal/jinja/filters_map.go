package jinja

import (
	"strconv"
	"strings"

	"goplay/internal/value"
)

// addMapping adds map, select, reject, selectattr and rejectattr.
func addMapping(r *Registry) {
	r.Filter("map", mapFilter)
	r.Filter("select", choose("sync_do_select", true, false))
	r.Filter("reject", choose("sync_do_reject", false, false))
	r.Filter("selectattr", choose("sync_do_selectattr", true, true))
	r.Filter("rejectattr", choose("sync_do_rejectattr", false, true))
}

// each makes a generator of the items of a call's first argument, if it is
// true, with a function that is prepared when the first item is asked for.
func each(c *Call, name string, prepare func() (func(any) (any, bool, error), error)) *value.Iterator {
	return generator(name, func() (func() (any, bool, error), error) {
		yes, err := truth(c.Args[0])
		if err != nil || !yes {
			return value.SliceIterator("", nil).Next, err
		}
		fn, err := prepare()
		if err != nil {
			return nil, err
		}
		it, err := c.Iter(c.Args[0])
		if err != nil {
			return nil, err
		}
		return func() (any, bool, error) {
			for {
				if err := c.Context.Err(); err != nil {
					return nil, false, err
				}
				item, ok, err := it.Next()
				if !ok || err != nil {
					return nil, false, err
				}
				v, keep, err := fn(item)
				if keep || err != nil {
					return v, keep, err
				}
			}
		}, nil
	})
}

func mapFilter(c *Call) (any, error) {
	return each(c, "sync_do_map", func() (func(any) (any, bool, error), error) {
		fn, err := mapping(c)
		return func(item any) (any, bool, error) {
			v, err := fn(item)
			return v, err == nil, err
		}, err
	}), nil
}

// mapping is what map does with an item: read an attribute, or apply a filter.
func mapping(c *Call) (func(any) (any, error), error) {
	args := c.Args[1:]
	if attribute, ok := c.Kwargs.Get("attribute"); ok && len(args) == 0 {
		def, _ := c.Kwargs.Get("default")
		for k := range c.Kwargs.All() {
			if k != "attribute" && k != "default" {
				return nil, argumentError("Unexpected keyword argument %s", value.Repr(k))
			}
		}
		return c.attributeGetter(attribute, def), nil
	}
	if len(args) == 0 {
		return nil, argumentError("map requires a filter argument")
	}
	return func(item any) (any, error) { return c.applyFilter(args[0], item, args[1:], c.Kwargs) }, nil
}

// ApplyFilter applies a filter by its name, from within another.
func (c *Call) ApplyFilter(name string, v any, args ...any) (any, error) {
	return c.applyFilter(name, v, args, nil)
}

// ApplyTest applies a test by its name, from within another or a filter.
func (c *Call) ApplyTest(name string, v any, args ...any) (bool, error) {
	return c.applyTest(name, v, args, nil)
}

func (c *Call) applyFilter(name, v any, args []any, kwargs *value.Dict) (any, error) {
	fn, err := c.named("filter", name)
	if err != nil {
		return nil, err
	}
	by := value.Str(name)
	inner := c.inner(by, v, args, kwargs)
	if err := c.run.reads(inner.Args...); err != nil {
		return nil, err
	}
	out, err := c.run.over(fn, inner)
	return c.run.given(by, v, out), err
}

func (c *Call) applyTest(name, v any, args []any, kwargs *value.Dict) (bool, error) {
	fn, err := c.named("test", name)
	if err != nil {
		return false, err
	}
	inner := c.inner(value.Str(name), v, args, kwargs)
	if err := c.run.reads(inner.Args...); err != nil {
		return false, err
	}
	verdict, err := c.run.over(fn, inner)
	if err != nil {
		return false, err
	}
	return truth(verdict)
}

func (c *Call) inner(name string, v any, args []any, kwargs *value.Dict) *Call {
	if c.run != nil {
		c.run.fuel -= itemSteps
	}
	call := *c
	call.Name, call.Kwargs = name, kwargs
	call.Args = append([]any{v}, args...)
	return &call
}

// named finds the filter or test that map, select and their like are given.
func (c *Call) named(what string, name any) (Func, error) {
	fn, err := c.Env.reg.named(what, name)
	if fn != nil || err != nil {
		return fn, err
	}
	msg := "No " + what + " named " + value.Repr(name) + "."
	if u, ok := name.(*value.Undefined); ok {
		msg += " (" + u.Message() + "; did you forget to quote the callable name?)"
	}
	return nil, runtimeError(msg)
}

// choose makes select and its three relatives.
func choose(name string, want, byAttribute bool) Func {
	return func(c *Call) (any, error) {
		return each(c, name, func() (func(any) (any, bool, error), error) {
			test, err := c.predicate(byAttribute)
			return func(item any) (any, bool, error) {
				yes, err := test(item)
				return item, err == nil && yes == want, err
			}, err
		}), nil
	}
}

// predicate is the test that select's arguments name, or truth.
func (c *Call) predicate(byAttribute bool) (func(any) (bool, error), error) {
	args := c.Args[1:]
	get := func(item any) (any, error) { return item, nil }
	if byAttribute {
		if len(args) == 0 {
			return nil, argumentError("Missing parameter for attribute name")
		}
		get, args = c.attributeGetter(args[0], nil), args[1:]
	}
	return func(item any) (bool, error) {
		v, err := get(item)
		if err != nil {
			return false, err
		}
		if len(args) == 0 {
			return truth(v)
		}
		return c.applyTest(args[0], v, args[1:], c.Kwargs)
	}, nil
}

func splitPath(path string) []any {
	var parts []any
	for _, part := range strings.Split(path, ".") {
		if part != "" && strings.Trim(part, "0123456789") == "" {
			if n, err := strconv.ParseInt(part, 10, 64); err == nil {
				parts = append(parts, n)
				continue
			}
		}
		parts = append(parts, part)
	}
	return parts
}
