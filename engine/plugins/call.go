package plugins

import (
	"context"

	"goplay/internal/jinja"
	"goplay/internal/template"
	"goplay/internal/value"
)

// running is the Python that plugins run in, started when it is first wanted.
func (p *Plugins) running() (*process, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.process != nil {
		return p.process, nil
	}
	started, err := start(p.o)
	if err != nil {
		return nil, err
	}
	p.process = started
	return started, nil
}

func (p *Plugins) load(kind Kind, at place) *folder {
	python, err := p.running()
	if err != nil {
		return &folder{err: err}
	}
	v, err := python.converse(context.Background(), value.DictOf("call", "load", "kind", string(kind), "folder", at.path, "prefix", at.prefix), nil)
	d, ok := v.(*value.Dict)
	if err != nil || !ok {
		return &folder{err: err}
	}
	f := &folder{names: map[string]bool{}, broken: map[string]string{}}
	names, _ := d.Get("names")
	items, _ := value.Items(names)
	for _, name := range items {
		f.names[value.Str(name)] = true
	}
	broken, _ := d.Get("broken")
	if files, ok := broken.(*value.Dict); ok {
		for file, problem := range files.All() {
			f.broken[value.Str(file)] = value.Str(problem)
		}
	}
	return f
}

// Func is the project's filter or test of a name; nil where it has none, and
// why then says what kept its plugins from being looked at.
func (p *Plugins) Func(kind Kind, name string) (fn jinja.Func, why string) {
	has, why := p.Has(kind, name)
	if !has {
		return nil, why
	}
	return func(c *jinja.Call) (any, error) {
		request, err := request(string(kind), c.Args, c.Kwargs)
		if err != nil {
			return nil, err
		}
		request.Set("name", name)
		return p.converse(c.Context, request, inTemplate(c))
	}, ""
}

// Lookup runs the lookup in a file. It gives what the lookup does: a list, where
// that keeps to the rules.
func (p *Plugins) Lookup(ctx context.Context, file string, terms []any, options *value.Dict, e *template.Engine, vars template.Vars) (any, error) {
	request, err := request(string(Lookup), terms, options)
	if err != nil {
		return nil, err
	}
	request.Set("path", file)
	return p.converse(ctx, request, func(ctx context.Context, what, name string, _ []any) (any, bool, error) {
		return variables(ctx, e, vars, what, name)
	})
}

func (p *Plugins) converse(ctx context.Context, request *value.Dict, answer answerer) (any, error) {
	python, err := p.running()
	if err != nil {
		return nil, err
	}
	return python.converse(ctx, request, answer)
}

func request(call string, args []any, kwargs *value.Dict) (*value.Dict, error) {
	marked, err := marked(args, 0)
	if err != nil {
		return nil, err
	}
	if kwargs == nil {
		kwargs = value.NewDict()
	}
	options, err := mark(kwargs, 0)
	return value.DictOf("call", call, "args", marked, "kwargs", options), err
}

// inTemplate answers what a filter or test asks: about variables, and for
// filters and tests of goplay.
func inTemplate(c *jinja.Call) answerer {
	return func(ctx context.Context, what, name string, args []any) (any, bool, error) {
		registry := c.Env.Registry()
		switch what {
		case "has filter":
			return registry.HasFilter(name), true, nil
		case "has test":
			return registry.HasTest(name), true, nil
		case "filter", "test":
			if len(args) == 0 {
				return nil, false, value.Raise("TypeError", "%s() missing 1 required positional argument: 'value'", name)
			}
			inner := *c
			inner.Context = ctx
			if what == "test" {
				v, err := inner.ApplyTest(name, args[0], args[1:]...)
				return v, true, err
			}
			v, err := inner.ApplyFilter(name, args[0], args[1:]...)
			return v, true, err
		case "variable":
			return c.Scope.Lookup(name)
		}
		e, vars, ok := template.Of(ctx)
		if !ok {
			return nil, false, nil
		}
		return variables(ctx, e, vars, what, name)
	}
}

func variables(ctx context.Context, e *template.Engine, vars template.Vars, what, name string) (any, bool, error) {
	switch what {
	case "variable":
		return e.Variable(ctx, name, vars)
	case "names":
		return value.Strings(vars.Names()), true, nil
	}
	return nil, false, nil
}
