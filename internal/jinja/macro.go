package jinja

import (
	"fmt"
	"slices"

	"goplay/internal/source"
	"goplay/internal/value"
)

// macroDef is a compiled macro or the body of a call block.
type macroDef struct {
	name       any // nil for the body of a call block
	params     []string
	slots      []int
	defaults   []expr // of the last params
	fn         *function
	entries    []entry
	body       action
	pos        source.Pos
	explicit   bool // `caller` is among the params
	usesCaller bool
	// Where the names that a macro gets for asking go; nil when it does not.
	caller, kwargs, varargs *symbol
}

// macro is a macro together with the activation it was defined in.
type macro struct {
	*macroDef
	outer *frame
}

func (c *compiler) macroDef(name any, sig Signature, body []Stmt, sc *scope, pos source.Pos) *macroDef {
	d := &macroDef{name: name, pos: pos, fn: &function{parent: c.fn}}
	c.within(d.fn, func() { c.macroBody(d, sig, body, sc) })
	return d
}

func (c *compiler) macroBody(d *macroDef, sig Signature, body []Stmt, sc *scope) {
	inner := &scope{sy: newSymbols(sc.sy, d.fn)}
	analyze := func() {
		a := analyzer{s: inner.sy}
		for _, p := range sig.Params {
			a.name(p)
		}
		a.exprs(sig.Defaults...)
		a.body(body)
	}
	analyze()
	special := map[string]bool{"kwargs": true, "varargs": true}
	for i, p := range sig.Params {
		if slices.ContainsFunc(sig.Params[:i], func(o *Name) bool { return o.Name == p.Name }) {
			c.refuses(&c.paramTwice, d.pos, fmt.Sprintf("duplicate argument 'l_%d_%s' in function definition", inner.sy.depth(), p.Name))
		}
		d.params = append(d.params, p.Name)
		d.explicit = d.explicit || p.Name == "caller"
		delete(special, p.Name)
	}
	names := undeclared(body, "caller", "kwargs", "varargs")
	d.usesCaller = names["caller"]
	if d.usesCaller && !d.explicit {
		d.caller = inner.sy.param("caller")
	}
	if names["caller"] && d.explicit && !c.callerHasDefault(sig) {
		c.fail(d.pos, "When defining macros or call blocks the special \"caller\" argument must be omitted or be given a default.")
	}
	if names["kwargs"] && special["kwargs"] {
		d.kwargs = inner.sy.param("kwargs")
	}
	if names["varargs"] && special["varargs"] {
		d.varargs = inner.sy.param("varargs")
	}
	analyze()
	for _, p := range sig.Params {
		d.slots = append(d.slots, inner.sy.find(p.Name).slot)
	}
	d.entries = c.entries(inner.sy)
	d.defaults = c.exprs(sig.Defaults, inner)
	d.body = c.body(body, inner)
}

func (c *compiler) callerHasDefault(sig Signature) bool {
	for i, p := range sig.Params {
		if p.Name == "caller" {
			return i >= len(sig.Params)-len(sig.Defaults)
		}
	}
	return false
}

func (c *compiler) macro(s *Macro, sc *scope) action {
	d := c.macroDef(s.Name, s.Signature, s.Body, sc, s.Pos)
	sym := sc.sy.find(s.Name)
	toplevel := sc.toplevel
	return func(f *frame) error {
		m := &macro{d, f}
		f.slots[sym.slot] = m
		if toplevel {
			f.ctx.export(s.Name, m)
		}
		return nil
	}
}

func (c *compiler) callBlock(s *CallBlock, sc *scope) action {
	d := c.macroDef(nil, s.Signature, s.Body, sc, s.Pos)
	if slices.ContainsFunc(s.Call.Args.Keywords, func(k Keyword) bool { return k.Name == "caller" }) {
		c.refuses(&c.keywordTwice, s.Pos, "keyword argument repeated: caller")
	}
	call := c.call(s.Call, sc, func(f *frame) any { return &macro{d, f} })
	return func(f *frame) error {
		v, err := call(f)
		if err == nil {
			err = f.writeValue(v)
		}
		return place(s.Pos, err)
	}
}

// Call runs the macro and gives what it wrote.
func (m *macro) Call(args []any, kwargs *value.Dict) (any, error) {
	r := m.outer.run
	r.fuel -= macroSteps
	if err := r.enter(); err != nil {
		return nil, err
	}
	defer r.leave()
	f := newFrame(m.fn, m.outer, m.outer.ctx, r, nil)
	if err := m.bind(f, args, kwargs); err != nil {
		return nil, err
	}
	if err := enter(f, m.entries); err != nil {
		return nil, err
	}
	if err := m.fillDefaults(f); err != nil {
		return nil, err
	}
	return f.capture(m.body)
}

// bind puts the arguments where the body finds them.
func (m *macro) bind(f *frame, args []any, kwargs *value.Dict) error {
	rest := value.NewDict()
	rest.Update(kwargs)
	for i, name := range m.params {
		if i < len(args) {
			f.slots[m.slots[i]] = args[i]
		} else if v, ok := rest.Get(name); ok {
			f.slots[m.slots[i]] = v
			rest.Delete(name)
		}
	}
	if m.caller != nil {
		v, ok := rest.Get("caller")
		rest.Delete("caller")
		if !ok || v == nil {
			v = f.run.env.undefinedHint("No caller defined", "caller")
		}
		f.slots[m.caller.slot] = v
	}
	if m.kwargs != nil {
		f.slots[m.kwargs.slot] = rest
	} else if rest.Len() > 0 {
		if _, ok := rest.Get("caller"); ok {
			return value.Raise("TypeError", "macro %s was invoked with two values for the special caller argument. This is most likely a bug.", value.Repr(m.name))
		}
		return value.Raise("TypeError", "macro %s takes no keyword argument %s", value.Repr(m.name), value.Repr(rest.Keys()[0]))
	}
	if m.varargs != nil {
		f.slots[m.varargs.slot] = append(value.Tuple{}, args[min(len(args), len(m.params)):]...)
	} else if len(args) > len(m.params) {
		return value.Raise("TypeError", "macro %s takes not more than %d argument(s)", value.Repr(m.name), len(m.params))
	}
	return nil
}

func (m *macro) fillDefaults(f *frame) error {
	first := len(m.params) - len(m.defaults)
	for i, slot := range m.slots {
		if f.slots[slot] != any(missing) {
			continue
		}
		if i < first {
			f.slots[slot] = f.run.env.undefinedHint("parameter "+value.Repr(m.params[i])+" was not provided", m.params[i])
			continue
		}
		v, err := m.defaults[i-first](f)
		if err != nil {
			return err
		}
		f.slots[slot] = v
	}
	return nil
}

// TypeName is Python's.
func (m *macro) TypeName() string { return "Macro" }

// TypeModule is where Python has the class.
func (m *macro) TypeModule() string { return "jinja2.runtime" }

// Repr is what Jinja2 prints for it.
func (m *macro) Repr() string {
	if m.name == nil {
		return "<Macro anonymous>"
	}
	return "<Macro " + value.Repr(m.name) + ">"
}

// Attr gives what a macro says about itself.
func (m *macro) Attr(name string) (any, bool) {
	switch name {
	case "name":
		return m.name, true
	case "arguments":
		names := make(value.Tuple, len(m.params))
		for i, p := range m.params {
			names[i] = p
		}
		return names, true
	case "catch_kwargs":
		return m.kwargs != nil, true
	case "catch_varargs":
		return m.varargs != nil, true
	case "caller":
		return m.usesCaller, true
	case "explicit_caller":
		return m.explicit, true
	}
	return nil, false
}
