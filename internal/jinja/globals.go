package jinja

import (
	"fmt"

	"goplay/internal/value"
)

// addGlobals adds Jinja2's own globals.
func addGlobals(r *Registry) {
	r.Global("range", Func(makeRange))
	r.Global("dict", Func(makeDict))
	r.Global("namespace", Func(makeNamespace))
	r.Global("cycler", Func(makeCycler))
	separated := NewParams("Joiner.__init__", "context, sep=''")
	separated.defaults[0] = ", "
	r.Global("joiner", separated.Func(func(_ *Call, a []any) (any, error) { return &joiner{sep: a[0]}, nil }))
	r.Global("lipsum", NewParams("generate_lorem_ipsum", "n=5, html=True, min=20, max=100").Func(lipsum))
}

func makeRange(c *Call) (any, error) {
	if c.Kwargs.Len() > 0 {
		return nil, value.Raise("TypeError", "range() takes no keyword arguments")
	}
	switch {
	case len(c.Args) == 0:
		return nil, value.Raise("TypeError", "range expected at least 1 argument, got 0")
	case len(c.Args) > 3:
		return nil, value.Raise("TypeError", "range expected at most 3 arguments, got %d", len(c.Args))
	}
	bounds := [3]int64{0, 0, 1}
	for i, arg := range c.Args {
		n, err := index(arg)
		if err != nil {
			return nil, err
		}
		bounds[i] = n
	}
	if len(c.Args) == 1 {
		bounds[0], bounds[1] = 0, bounds[0]
	}
	return value.NewRange(bounds[0], bounds[1], bounds[2])
}

// index is what Python takes for an index: an int or a bool.
func index(v any) (int64, error) {
	switch v := v.(type) {
	case int64:
		return v, nil
	case bool:
		if v {
			return 1, nil
		}
		return 0, nil
	}
	return 0, value.Raise("TypeError", "'%s' object cannot be interpreted as an integer", value.TypeName(v))
}

func makeDict(c *Call) (any, error) {
	if len(c.Args) > 1 {
		return nil, value.Raise("TypeError", "dict expected at most 1 argument, got %d", len(c.Args))
	}
	return dictFrom(c.Args, c.Kwargs)
}

// dictFrom is Python's dict(*args, **kwargs).
func dictFrom(args []any, kwargs *value.Dict) (*value.Dict, error) {
	d := value.NewDict()
	if len(args) > 0 {
		if u, ok := args[0].(*value.Undefined); ok && u.Strict() {
			return nil, u.Err()
		}
		made, err := value.MakeDict(args[0])
		if err != nil {
			return nil, err
		}
		d = made
	}
	d.Update(kwargs)
	return d, nil
}

// namespace is the only value whose attributes {% set %} can change.
type namespace struct{ attrs *value.Dict }

func makeNamespace(c *Call) (any, error) {
	if len(c.Args) > 1 {
		return nil, value.Raise("TypeError", "dict expected at most 1 argument, got %d", len(c.Args))
	}
	d, err := dictFrom(c.Args, c.Kwargs)
	if err != nil {
		return nil, err
	}
	return &namespace{d}, nil
}

// TypeName is Python's.
func (n *namespace) TypeName() string { return "Namespace" }

// TypeModule is where Python has the class.
func (n *namespace) TypeModule() string { return "jinja2.utils" }

// Attr gives an attribute.
func (n *namespace) Attr(name string) (any, bool) { return n.attrs.Get(name) }

// Enclosed is what Jinja2 prints for it: its attributes, which it may be among.
func (n *namespace) Enclosed() (before string, inner any, after string) {
	return "<Namespace ", n.attrs, ">"
}

// cycler goes through its items again and again.
type cycler struct {
	items value.Tuple
	pos   int
}

func makeCycler(c *Call) (any, error) {
	if c.Kwargs.Len() > 0 {
		return nil, value.Raise("TypeError", "Cycler.__init__() got an unexpected keyword argument %s", value.Repr(c.Kwargs.Keys()[0]))
	}
	if len(c.Args) == 0 {
		return nil, value.Raise("RuntimeError", "at least one item has to be provided")
	}
	return &cycler{items: c.Args}, nil
}

// TypeName is Python's.
func (c *cycler) TypeName() string { return "Cycler" }

// TypeModule is where Python has the class.
func (c *cycler) TypeModule() string { return "jinja2.utils" }

// Repr stands for what Python prints, which has an address in it.
func (c *cycler) Repr() string { return fmt.Sprintf("<jinja2.utils.Cycler object at %p>", c) }

// Attr gives next, reset and current.
func (c *cycler) Attr(name string) (any, bool) {
	switch name {
	case "items":
		return c.items, true
	case "pos":
		return int64(c.pos), true
	case "current":
		return c.items[c.pos], true
	case "next":
		return &value.Func{Name: "next", Fn: func([]any, *value.Dict) (any, error) {
			v := c.items[c.pos]
			c.pos = (c.pos + 1) % len(c.items)
			return v, nil
		}}, true
	case "reset":
		return &value.Func{Name: "reset", Fn: func([]any, *value.Dict) (any, error) {
			c.pos = 0
			return nil, nil
		}}, true
	}
	return nil, false
}

// joiner is empty the first time it is called and the separator from then on.
type joiner struct {
	sep  any
	used bool
}

// TypeName is Python's.
func (j *joiner) TypeName() string { return "Joiner" }

// TypeModule is where Python has the class.
func (j *joiner) TypeModule() string { return "jinja2.utils" }

// Repr stands for what Python prints, which has an address in it.
func (j *joiner) Repr() string { return fmt.Sprintf("<jinja2.utils.Joiner object at %p>", j) }

// Attr gives sep and used.
func (j *joiner) Attr(name string) (any, bool) {
	switch name {
	case "sep":
		return j.sep, true
	case "used":
		return j.used, true
	}
	return nil, false
}

// Call gives the separator, but not the first time.
func (j *joiner) Call([]any, *value.Dict) (any, error) {
	if !j.used {
		j.used = true
		return "", nil
	}
	return j.sep, nil
}
