package jinja

import (
	"fmt"

	"goplay/internal/value"
)

// block compiles the place where a block is shown.
func (c *compiler) block(s *Block, sc *scope) action {
	check := sc.toplevel && c.extends > 0
	if sc.toplevel && c.known {
		return nil
	}
	sy, fn := sc.sy, c.fn
	return func(f *frame) error {
		if check && *f.parent != nil {
			return nil
		}
		if s.Required && len(f.ctx.blocks[s.Name]) <= 1 {
			return place(s.Pos, runtimeError("Required block "+value.Repr(s.Name)+" not found"))
		}
		ctx := f.ctx
		if s.Scoped {
			ctx = f.ctx.inner(locals(f, fn, sy))
			ctx.blocks = f.ctx.blocks
		}
		return place(s.Pos, f.ctx.blocks[s.Name][0].run(ctx, f.run, f.out))
	}
}

// locals are the assigned names that a place sees, as include and scoped
// blocks take them over.
func locals(f *frame, fn *function, sy *symbols) map[string]any {
	names := map[string]any{}
	for name, sym := range sy.stored() {
		if v := f.up(hops(fn, sym.fn)).slots[sym.slot]; v != any(missing) {
			names[name] = v
		}
	}
	return names
}

func (c *compiler) extend(s *Extends, sc *scope) (act action, stop bool) {
	if !sc.toplevel {
		c.fail(s.Pos, "cannot use extend from a non top-level scope")
	}
	twice := c.extends > 0
	if twice && c.known {
		return func(f *frame) error { return place(s.Pos, runtimeError("extended multiple times")) }, true
	}
	if sc.rootlevel {
		c.known = true
	}
	c.extends++
	name := c.expr(s.Template, sc)
	return func(f *frame) error {
		if twice && *f.parent != nil {
			return place(s.Pos, runtimeError("extended multiple times"))
		}
		v, err := name(f)
		if err != nil {
			return err
		}
		parent, err := f.run.env.oneTemplate(v)
		if err != nil {
			return place(s.Pos, err)
		}
		*f.parent = parent
		for name, b := range parent.blocks {
			f.ctx.blocks[name] = append(f.ctx.blocks[name], b)
		}
		return nil
	}, false
}

// superOf is what `super` stands for in a block.
func superOf(b *block, ctx *scopes, r *run) any {
	stack := ctx.blocks[b.name]
	for i := range stack {
		if stack[i] == b && i+1 < len(stack) {
			return &blockReference{b.name, stack, i + 1, ctx, r}
		}
	}
	return r.env.undefinedHint("there is no parent block called "+value.Repr(b.name)+".", "super")
}

// blockReference is a block that can be called: super, or self.name.
type blockReference struct {
	name  string
	stack []*block
	depth int
	ctx   *scopes
	run   *run
}

// Call renders the block.
func (b *blockReference) Call(args []any, kwargs *value.Dict) (any, error) {
	if len(args) > 0 || kwargs.Len() > 0 {
		return nil, value.Raise("TypeError", "BlockReference.__call__() takes 1 positional argument but %d were given", len(args)+1)
	}
	f := &frame{ctx: b.ctx, run: b.run}
	return f.capture(func(f *frame) error { return b.stack[b.depth].run(b.ctx, b.run, f.out) })
}

// TypeName is Python's.
func (b *blockReference) TypeName() string { return "BlockReference" }

// TypeModule is where Python has the class.
func (b *blockReference) TypeModule() string { return "jinja2.runtime" }

// Attr gives super.super.
func (b *blockReference) Attr(name string) (any, bool) {
	if name != "super" {
		return nil, false
	}
	if b.depth+1 >= len(b.stack) {
		return b.run.env.undefinedHint("there is no parent block called "+value.Repr(b.name)+".", "super"), true
	}
	return &blockReference{b.name, b.stack, b.depth + 1, b.ctx, b.run}, true
}

// selfReference is `self`: the template's blocks by name.
type selfReference struct {
	ctx *scopes
	run *run
}

// Item gives a block.
func (s *selfReference) Item(key any) (any, error) {
	name, _ := key.(string)
	if stack := s.ctx.blocks[name]; len(stack) > 0 {
		return &blockReference{name, stack, 0, s.ctx, s.run}, nil
	}
	return nil, value.Raise("KeyError", "%s", value.Repr(key))
}

// TypeName is Python's.
func (s *selfReference) TypeName() string { return "TemplateReference" }

// TypeModule is where Python has the class.
func (s *selfReference) TypeModule() string { return "jinja2.runtime" }

// Repr is what Jinja2 prints for it.
func (s *selfReference) Repr() string { return "<TemplateReference None>" }

func (c *compiler) include(s *Include, sc *scope) action {
	name := c.expr(s.Template, sc)
	sy, fn := sc.sy, c.fn
	return func(f *frame) error {
		v, err := name(f)
		if err != nil {
			return err
		}
		t, err := f.run.env.template(v)
		if err != nil {
			if s.IgnoreMissing && IsNotFound(err) {
				return nil
			}
			return place(s.Pos, err)
		}
		if !s.WithContext {
			m, err := f.run.module(t)
			if err != nil {
				return place(s.Pos, err)
			}
			return place(s.Pos, m.replay(f))
		}
		if err := f.run.enter(); err != nil {
			return place(s.Pos, err)
		}
		defer f.run.leave()
		return place(s.Pos, t.start(f.ctx.inner(locals(f, fn, sy)), f.run, f.out))
	}
}

// module is an imported template: what it exports, and what it wrote.
type module struct {
	name  string
	names *value.Dict
	nodes []piece
}

type piece struct {
	v       any
	literal bool
}

func (m *module) replay(f *frame) error {
	for _, p := range m.nodes {
		var err error
		if s, ok := p.v.(string); ok && p.literal {
			err = f.writeData(s)
		} else {
			err = f.writeValue(p.v)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// TypeName is Python's.
func (m *module) TypeName() string { return "TemplateModule" }

// TypeModule is where Python has the class.
func (m *module) TypeModule() string { return "jinja2.environment" }

// String is what the module wrote.
func (m *module) String() string {
	text := ""
	for _, p := range m.nodes {
		text += value.Str(p.v)
	}
	return text
}

// Repr is what Jinja2 prints for it.
func (m *module) Repr() string { return fmt.Sprintf("<TemplateModule %s>", value.Repr(m.name)) }

// Attr gives what the template exports.
func (m *module) Attr(name string) (any, bool) { return m.names.Get(name) }

// module renders a template for import without context, once a rendering.
func (r *run) module(t *Template) (*module, error) {
	if m := r.modules[t]; m != nil {
		return m, nil
	}
	m, err := r.newModule(t, &scopes{globals: r.env.reg.globals})
	if err != nil {
		return nil, err
	}
	if r.modules == nil {
		r.modules = map[*Template]*module{}
	}
	r.modules[t] = m
	return m, nil
}

func (r *run) newModule(t *Template, ctx *scopes) (*module, error) {
	if err := r.enter(); err != nil {
		return nil, err
	}
	defer r.leave()
	m := &module{name: t.name, names: value.NewDict()}
	err := t.start(ctx, r, &output{emit: func(v any, literal bool) error {
		m.nodes = append(m.nodes, piece{v, literal})
		return nil
	}})
	for name := range ctx.exported {
		m.names.Set(name, ctx.vars[name])
	}
	return m, err
}

// importer compiles loading a template as a module.
func (c *compiler) importer(template Expr, withContext bool, sc *scope) func(*frame) (*module, error) {
	name := c.expr(template, sc)
	sy, fn, pos := sc.sy, c.fn, template.Position()
	return func(f *frame) (*module, error) {
		v, err := name(f)
		if err != nil {
			return nil, err
		}
		t, err := f.run.env.oneTemplate(v)
		if err != nil {
			return nil, place(pos, err)
		}
		var m *module
		if withContext {
			m, err = f.run.newModule(t, f.ctx.inner(locals(f, fn, sy)))
		} else {
			m, err = f.run.module(t)
		}
		return m, place(pos, err)
	}
}

func (c *compiler) importModule(s *Import, sc *scope) action {
	load := c.importer(s.Template, s.WithContext, sc)
	sym := sc.sy.find(s.Target)
	up, toplevel := hops(c.fn, sym.fn), sc.toplevel
	return func(f *frame) error {
		m, err := load(f)
		if err != nil {
			return err
		}
		f.up(up).slots[sym.slot] = m
		if toplevel {
			f.ctx.export(s.Target, m)
			f.ctx.setExported(s.Target, false)
		}
		return nil
	}
}

func (c *compiler) fromImport(s *FromImport, sc *scope) action {
	load := c.importer(s.Template, s.WithContext, sc)
	where := fmt.Sprintf("line %d", s.Line)
	if c.name != "" {
		where += " in " + value.Repr(c.name)
	}
	syms := make([]*symbol, len(s.Names))
	for i, n := range s.Names {
		syms[i] = sc.sy.find(n.Alias)
	}
	fn, toplevel := c.fn, sc.toplevel
	return func(f *frame) error {
		m, err := load(f)
		if err != nil {
			return err
		}
		for i, n := range s.Names {
			v, ok := m.Attr(n.Name)
			if !ok {
				v = f.run.env.undefinedHint(fmt.Sprintf("the template %s (imported on %s) does not export the requested name %s",
					value.Repr(m.name), where, value.Repr(n.Name)), n.Name)
			}
			f.up(hops(fn, syms[i].fn)).slots[syms[i].slot] = v
			if toplevel {
				f.ctx.export(n.Alias, v)
				f.ctx.setExported(n.Alias, false)
			}
		}
		return nil
	}
}
