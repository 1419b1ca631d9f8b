package jinja

import (
	"slices"

	"goplay/internal/source"
	"goplay/internal/value"
)

// arguments are compiled Args.
type arguments struct {
	positional     []expr
	names          []string
	keywords       []expr
	star, starStar expr
	pos            source.Pos
}

func (c *compiler) args(a Args, pos source.Pos, sc *scope) *arguments {
	out := &arguments{positional: c.exprs(a.Positional, sc), pos: pos}
	for i, k := range a.Keywords {
		if slices.ContainsFunc(a.Keywords[:i], func(o Keyword) bool { return o.Name == k.Name }) {
			c.refuses(&c.keywordTwice, pos, "keyword argument repeated: "+k.Name)
		}
		out.names = append(out.names, k.Name)
		out.keywords = append(out.keywords, c.expr(k.Value, sc))
	}
	if a.Star != nil {
		out.star = c.expr(a.Star, sc)
	}
	if a.StarStar != nil {
		out.starStar = c.expr(a.StarStar, sc)
	}
	return out
}

// eval gives the arguments, after those in first.
func (a *arguments) eval(f *frame, first ...any) ([]any, *value.Dict, error) {
	args := make([]any, 0, len(first)+len(a.positional))
	args = append(args, first...)
	for _, x := range a.positional {
		v, err := x(f)
		if err != nil {
			return nil, nil, err
		}
		args = append(args, v)
	}
	if a.star != nil {
		v, err := a.star(f)
		if err != nil {
			return nil, nil, err
		}
		more, err := value.Items(v)
		if value.IsException(err, "TypeError") {
			err = value.Raise("TypeError", "Value after * must be an iterable, not %s", value.TypeName(v))
		}
		if err != nil {
			return nil, nil, place(a.pos, err)
		}
		args = append(args, more...)
	}
	if len(a.names) == 0 && a.starStar == nil {
		return args, nil, nil
	}
	kwargs, err := a.keywordDict(f)
	return args, kwargs, err
}

func (a *arguments) keywordDict(f *frame) (*value.Dict, error) {
	kwargs := value.NewDict()
	for i, name := range a.names {
		v, err := a.keywords[i](f)
		if err != nil {
			return nil, err
		}
		kwargs.Set(name, v)
	}
	if a.starStar == nil {
		return kwargs, nil
	}
	v, err := a.starStar(f)
	if err != nil {
		return nil, err
	}
	more, ok := v.(*value.Dict)
	if !ok {
		if u, ok := v.(*value.Undefined); ok && u.Strict() {
			return nil, place(a.pos, u.Err())
		}
		return nil, exception(a.pos, "TypeError", "jinja2.runtime.Context.call() argument after ** must be a mapping, not %s", value.TypeName(v))
	}
	for k, v := range more.All() {
		name, ok := k.(string)
		if !ok {
			return nil, exception(a.pos, "TypeError", "keywords must be strings")
		}
		if _, twice := kwargs.Get(name); twice {
			return nil, exception(a.pos, "TypeError", "jinja2.runtime.Context.call() got multiple values for keyword argument '%s'", name)
		}
		kwargs.Set(name, v)
	}
	return kwargs, nil
}

// Iter is Python's iter(v); each item of what makes its items while it is
// stepped through is paid for.
func (c *Call) Iter(v any) (*value.Iterator, error) {
	it, err := value.Iter(v)
	if err != nil || c.run == nil || !produces(v) {
		return it, err
	}
	return &value.Iterator{Type: it.Type, Name: it.Name, Next: func() (any, bool, error) {
		if err := c.run.step(); err != nil {
			return nil, false, err
		}
		return it.Next()
	}}, nil
}

// produces reports whether a value makes its items while it is stepped through.
func produces(v any) bool {
	switch v.(type) {
	case *value.Range, *value.Iterator, value.Iterable:
		return true
	}
	return false
}

// Items is Python's list(v), paid for like Iter.
func (c *Call) Items(v any) ([]any, error) {
	if !produces(v) {
		return value.Items(v)
	}
	if r, ok := v.(*value.Range); ok && r.Len() > value.MaxItems {
		return nil, &LimitError{"a list gets too long"}
	}
	it, err := c.Iter(v)
	if err != nil {
		return nil, err
	}
	return value.Items(it)
}

// placedCall is a Call and its Scope in one piece of memory.
type placedCall struct {
	Call
	scope visible
}

// callSite is a place where something is called, with the names it sees.
type callSite struct {
	pos source.Pos
	sy  *symbols
	fn  *function
}

// site is where a filter, a test or a function is used.
func (c *compiler) site(pos source.Pos, sc *scope) callSite {
	return callSite{pos: pos, sy: sc.sy, fn: c.fn}
}

func (s callSite) new(f *frame, name string, args []any, kwargs *value.Dict) *Call {
	p := &placedCall{Call: Call{Context: f.run.ctx, Name: name, Args: args, Kwargs: kwargs, Env: f.run.env, Pos: s.pos, run: f.run},
		scope: visible{f: f, fn: s.fn, sy: s.sy}}
	p.Call.Scope = &p.scope
	return &p.Call
}

// filter compiles a filter; input stands in for X where a block is filtered.
func (c *compiler) filter(x *Filter, sc *scope, input expr) expr {
	if x.X != nil {
		if inner, ok := x.X.(*Filter); ok {
			input = c.filter(inner, sc, input)
		} else {
			input = c.expr(x.X, sc)
		}
	}
	site := c.site(x.Pos, sc)
	return c.apply("filter", x.Name, c.env.reg.find("filter", x.Name), input, c.args(x.Args, x.Pos, sc), site, sc)
}

func (c *compiler) test(x *Test, sc *scope) expr {
	input := c.expr(x.X, sc)
	switch {
	case x.Name == "defined" && len(x.Args.Positional) == 0:
		return func(f *frame) (any, error) {
			v, err := input(f)
			undef := value.IsUndefined(v)
			return !undef, err
		}
	case x.Name == "undefined" && len(x.Args.Positional) == 0:
		return func(f *frame) (any, error) {
			v, err := input(f)
			undef := value.IsUndefined(v)
			return undef, err
		}
	}
	site := c.site(x.Pos, sc)
	return c.apply("test", x.Name, c.env.reg.find("test", x.Name), input, c.args(x.Args, x.Pos, sc), site, sc)
}

// apply compiles the use of a filter or a test. An unknown one fails the
// template, or under an if the place where it is used.
func (c *compiler) apply(what, name string, fn Func, input expr, args *arguments, site callSite, sc *scope) expr {
	if fn == nil {
		ref := Ref{site.pos, name}
		if c.unknown.Name == "" {
			c.unknown, c.unknownKind = ref, what
		}
		if what == "filter" {
			c.filters = append(c.filters, ref)
		} else {
			c.tests = append(c.tests, ref)
		}
		msg := "No " + what + " named " + value.Repr(name)
		if !sc.soft {
			c.fail(site.pos, msg+".")
		}
		fn = func(*Call) (any, error) { return nil, runtimeError(msg + " found.") }
		if words := c.env.reg.missing; words != nil {
			fn = func(*Call) (any, error) { return nil, words(what, name) }
		}
	}
	return func(f *frame) (any, error) {
		v, err := input(f)
		if err != nil {
			return nil, err
		}
		list, kwargs, err := args.eval(f, v)
		if err != nil {
			return nil, err
		}
		if err := f.run.reads(list...); err != nil {
			return nil, place(site.pos, err)
		}
		call := site.new(f, name, list, kwargs)
		out, err := f.run.made(f.run.over(fn, call))
		return f.run.given(name, v, out), place(site.pos, err)
	}
}

// call compiles a call; caller gives the macro that a call block passes.
func (c *compiler) call(x *CallExpr, sc *scope, caller func(*frame) any) expr {
	callee, args, site := c.expr(x.X, sc), c.args(x.Args, x.Pos, sc), c.site(x.Pos, sc)
	return func(f *frame) (any, error) {
		fn, err := callee(f)
		if err != nil {
			return nil, err
		}
		list, kwargs, err := args.eval(f)
		if err != nil {
			return nil, err
		}
		if caller != nil {
			if kwargs == nil {
				kwargs = value.NewDict()
			}
			kwargs.Set("caller", caller(f))
		}
		f.run.fuel -= callSteps // a method may make its object grow, which no result tells
		v, err := f.run.made(site.invoke(f, fn, list, kwargs))
		if text, makes := value.TextOf(fn); makes || f.run.lasts(text) {
			v = f.run.plain(v, text)
		}
		return v, place(site.pos, err)
	}
}

// invoke calls a value.
func (s callSite) invoke(f *frame, fn any, args []any, kwargs *value.Dict) (any, error) {
	if err := f.run.enter(); err != nil {
		return nil, err
	}
	defer f.run.leave()
	switch fn := fn.(type) {
	case *global:
		return fn.fn(s.new(f, fn.name, args, kwargs))
	case *value.Undefined:
		return nil, fn.Err()
	case value.Callable:
		if err := f.run.reads(value.Receiver(fn)); err != nil {
			return nil, err
		}
		if err := f.run.reads(args...); err != nil {
			return nil, err
		}
		if text, method := value.Receiver(fn).(string); method && (long(text) || long(args...)) {
			return f.run.aside(func() (any, error) { return fn.Call(args, kwargs) })
		}
		return fn.Call(args, kwargs)
	}
	if f.run.env.opts.Undefined == value.AnsibleUndefined {
		if err := value.Hashable(fn); err != nil {
			return nil, err // Ansible first looks whether it knows what is called
		}
	}
	return nil, value.Raise("TypeError", "'%s' object is not callable", value.LongName(fn))
}

// global is a Func as a value that templates call.
type global struct {
	name string
	fn   Func
}

// Call runs the function outside of a template.
func (g *global) Call(args []any, kwargs *value.Dict) (any, error) {
	return g.fn(&Call{Context: background, Name: g.name, Args: args, Kwargs: kwargs})
}

// TypeName is Python's.
func (g *global) TypeName() string {
	if classes[g.name] != "" {
		return "type"
	}
	if methods[g.name] {
		return "method"
	}
	return "function"
}

// methods are the globals that are methods of Ansible's templar.
var methods = map[string]bool{"lookup": true, "query": true, "q": true, "now": true, "undef": true}

// Repr is what Python prints for the function, or for the class that it is there.
func (g *global) Repr() string {
	if class := classes[g.name]; class != "" {
		return "<class '" + class + "'>"
	}
	return "<function " + g.name + ">"
}

// classes are the globals that are classes in Python.
var classes = map[string]string{
	"range": "range", "dict": "dict", "namespace": "jinja2.utils.Namespace", "cycler": "jinja2.utils.Cycler", "joiner": "jinja2.utils.Joiner",
}
