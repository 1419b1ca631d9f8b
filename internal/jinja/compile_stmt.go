package jinja

import (
	"goplay/internal/source"
	"goplay/internal/value"
)

// stmt compiles a statement; nil when there is nothing to do at run time. stop
// says that nothing after it can be reached.
func (c *compiler) stmt(s Stmt, sc *scope) (act action, stop bool) {
	switch s := s.(type) {
	case *If:
		return c.ifChain(s, sc.softly()), false
	case *For:
		return c.forLoop(s, sc), false
	case *With:
		return c.with(s, sc), false
	case *Assign:
		return c.assign(s, sc), false
	case *AssignBlock:
		return c.assignBlock(s, sc), false
	case *Macro:
		return c.macro(s, sc), false
	case *CallBlock:
		return c.callBlock(s, sc), false
	case *FilterBlock:
		return c.filterBlock(s, sc), false
	case *Do:
		return c.do(s, sc), false
	case *Block:
		return c.block(s, sc), false
	case *Extends:
		return c.extend(s, sc)
	case *Include:
		return c.include(s, sc), false
	case *Import:
		return c.importModule(s, sc), false
	case *FromImport:
		return c.fromImport(s, sc), false
	case *Break:
		return c.leaveLoop(s.Pos, "'break' outside loop", errBreak), false
	case *Continue:
		return c.leaveLoop(s.Pos, "'continue' not properly in loop", errContinue), false
	case *Autoescape:
		inner := sc.inner()
		(&analyzer{s: inner.sy}).body(s.Body)
		return c.scoped(s.Body, inner), false
	}
	return nil, false
}

// silent reports whether nothing is written because a parent is certain, and
// guard makes an action wait for there being no parent where that is open.
func (c *compiler) silent(sc *scope) bool { return sc.checkOutput && c.known }

func (c *compiler) guard(sc *scope, act action) action {
	if !sc.checkOutput {
		return act
	}
	return func(f *frame) error {
		if *f.parent != nil {
			return nil
		}
		return act(f)
	}
}

// write is a text, or the expression of a {{ }}.
type write struct {
	text string
	x    expr // nil for text
	pos  source.Pos
}

// writes compiles the texts and {{ }} that a list begins with, which are most of
// a template, to one action; n is how many they are.
func (c *compiler) writes(list []Stmt, sc *scope) (act action, n int) {
	for n < len(list) && isWrite(list[n]) {
		n++
	}
	if n == 0 || c.silent(sc) {
		return nil, n
	}
	all, finalize := make([]write, n), c.env.opts.Finalize
	for i := range all {
		switch s := list[i].(type) {
		case *Data:
			all[i].text = s.Text
		case *Output:
			all[i].x, all[i].pos = c.expr(s.X, sc), s.Pos
		}
	}
	return c.guard(sc, func(f *frame) (err error) {
		for i := range all {
			if p := &all[i]; p.x == nil {
				err = f.writeData(p.text)
			} else {
				err = f.writeExpr(p, finalize)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}), n
}

func isWrite(s Stmt) bool {
	switch s.(type) {
	case *Data, *Output:
		return true
	}
	return false
}

func (f *frame) writeExpr(p *write, finalize func(any) (any, error)) error {
	if err := f.run.step(); err != nil {
		return place(p.pos, err)
	}
	v, err := p.x(f)
	if err == nil {
		err = untangled(v)
	}
	if err == nil && finalize != nil {
		v, err = finalize(v)
	}
	if err == nil {
		err = f.writeValue(v)
	}
	return place(p.pos, err)
}

func (c *compiler) ifChain(s *If, sc *scope) action {
	type branch struct {
		test expr
		body action
		pos  source.Pos
	}
	branches := []branch{{c.expr(s.Test, sc), c.body(s.Body, sc), s.Test.Position()}}
	for _, e := range s.Elifs {
		branches = append(branches, branch{c.expr(e.Test, sc), c.body(e.Body, sc), e.Test.Position()})
	}
	other := c.body(s.Else, sc)
	return func(f *frame) error {
		for i := range branches {
			b := &branches[i]
			v, err := b.test(f)
			var yes bool
			if err == nil {
				yes, err = truth(v)
			}
			if err != nil {
				return place(b.pos, err)
			}
			if yes {
				return b.body(f)
			}
		}
		return other(f)
	}
}

func (c *compiler) with(s *With, sc *scope) action {
	inner := sc.inner()
	a := analyzer{s: inner.sy}
	a.exprs(s.Targets...)
	a.body(s.Body)
	entries := c.entries(inner.sy)
	var sets []action
	for i, target := range s.Targets {
		sets = append(sets, c.set(target, c.expr(s.Values[i], sc), inner))
	}
	body := c.body(s.Body, inner)
	return func(f *frame) error {
		if err := enter(f, entries); err != nil {
			return err
		}
		for _, set := range sets {
			if err := set(f); err != nil {
				return err
			}
		}
		return body(f)
	}
}

// set evaluates an expression and assigns its value to a target.
func (c *compiler) set(target Expr, x expr, sc *scope) action {
	store := c.store(target, sc)
	pos := target.Position()
	return func(f *frame) error {
		v, err := x(f)
		if err == nil {
			err = store(f, v)
		}
		return place(pos, err)
	}
}

// store compiles a target: a name, or a tuple that a value is unpacked into.
func (c *compiler) store(target Expr, sc *scope) func(*frame, any) error {
	switch target := target.(type) {
	case *Name:
		sym := sc.sy.find(target.Name)
		up, slot := hops(c.fn, sym.fn), sym.slot
		return func(f *frame, v any) error {
			f.up(up).slots[slot] = v
			return nil
		}
	case *Tuple:
		var stores []func(*frame, any) error
		for _, item := range target.Items {
			stores = append(stores, c.store(item, sc))
		}
		pos := target.Pos
		return func(f *frame, v any) error {
			items, err := unpack(v, len(stores))
			if err != nil {
				return place(pos, err)
			}
			for i, item := range items {
				if err := stores[i](f, item); err != nil {
					return err
				}
			}
			return nil
		}
	case *NamespaceRef:
		sym := sc.sy.find(target.Name)
		up, slot, attr := hops(c.fn, sym.fn), sym.slot, target.Attr
		return func(f *frame, v any) error {
			f.up(up).slots[slot].(*namespace).attrs.Set(attr, v)
			return nil
		}
	}
	return func(*frame, any) error { return nil }
}

// unpack takes a value apart into exactly n items, as Python's a, b = v.
func unpack(v any, n int) ([]any, error) {
	switch v := v.(type) {
	case value.Tuple:
		if len(v) == n {
			return v, nil
		}
	case *value.Undefined:
		if v.Strict() {
			return nil, v.Err()
		}
	}
	it, err := value.Iter(v)
	if value.IsException(err, "TypeError") {
		return nil, value.Raise("TypeError", "cannot unpack non-iterable %s object", value.TypeName(v))
	}
	if err != nil {
		return nil, err
	}
	items := make([]any, 0, n)
	for {
		item, ok, err := it.Next()
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		if len(items) == n {
			return nil, value.Raise("ValueError", "too many values to unpack (expected %d)", n)
		}
		items = append(items, item)
	}
	if len(items) < n {
		return nil, value.Raise("ValueError", "not enough values to unpack (expected %d, got %d)", n, len(items))
	}
	return items, nil
}

// exports makes the action that publishes what was assigned at top level.
func (c *compiler) exports(target Expr, sc *scope) action {
	if !sc.toplevel {
		return func(*frame) error { return nil }
	}
	slots := map[string]*symbol{}
	Walk(target, func(n Node) bool {
		if name, ok := n.(*Name); ok {
			slots[name.Name] = sc.sy.find(name.Name)
		}
		return true
	})
	fn := c.fn
	return func(f *frame) error {
		for name, sym := range slots {
			f.ctx.export(name, f.up(hops(fn, sym.fn)).slots[sym.slot])
		}
		return nil
	}
}

// checkNamespace fails unless an assignment's target ns.attr is a namespace.
func (c *compiler) checkNamespace(target Expr, sc *scope) action {
	ref, ok := target.(*NamespaceRef)
	if !ok {
		return nil
	}
	sym := sc.sy.find(ref.Name)
	up, slot, pos := hops(c.fn, sym.fn), sym.slot, ref.Pos
	return func(f *frame) error {
		if _, ok := f.up(up).slots[slot].(*namespace); !ok {
			return place(pos, runtimeError("cannot assign attribute on non-namespace object"))
		}
		return nil
	}
}

func (c *compiler) assign(s *Assign, sc *scope) action {
	check := c.checkNamespace(s.Target, sc)
	set, export := c.set(s.Target, c.expr(s.Value, sc), sc), c.exports(s.Target, sc)
	return func(f *frame) error {
		if check != nil {
			if err := check(f); err != nil {
				return err
			}
		}
		if err := f.run.step(); err != nil {
			return place(s.Pos, err)
		}
		if err := set(f); err != nil {
			return err
		}
		return export(f)
	}
}

func (c *compiler) assignBlock(s *AssignBlock, sc *scope) action {
	inner := sc.inner()
	inner.checkOutput = false
	(&analyzer{s: inner.sy}).body(s.Body)
	captured := c.captured(s.Body, s.Filter, inner)
	check := c.checkNamespace(s.Target, sc)
	store, export := c.store(s.Target, sc), c.exports(s.Target, sc)
	return func(f *frame) error {
		v, err := captured(f)
		if err == nil && check != nil {
			err = check(f)
		}
		if err == nil {
			err = store(f, v)
		}
		if err != nil {
			return place(s.Pos, err)
		}
		return export(f)
	}
}

// captured compiles a body whose output is joined and filtered.
func (c *compiler) captured(list []Stmt, f *Filter, inner *scope) expr {
	body := c.scoped(list, inner)
	join := func(fr *frame) (any, error) { return fr.capture(body) }
	if f == nil {
		return join
	}
	return c.filter(f, inner, join)
}

func (c *compiler) filterBlock(s *FilterBlock, sc *scope) action {
	inner := sc.inner()
	a := analyzer{s: inner.sy}
	a.body(s.Body)
	a.expr(s.Filter)
	captured := c.captured(s.Body, s.Filter, inner)
	return func(f *frame) error {
		v, err := captured(f)
		if err == nil {
			err = f.writeValue(v)
		}
		return place(s.Pos, err)
	}
}

func (c *compiler) do(s *Do, sc *scope) action {
	x := c.expr(s.X, sc)
	return func(f *frame) error {
		if err := f.run.step(); err != nil {
			return place(s.Pos, err)
		}
		_, err := x(f)
		return place(s.Pos, err)
	}
}

func (c *compiler) leaveLoop(pos source.Pos, msg string, signal error) action {
	if c.loops == 0 {
		c.refuses(&c.outsideLoop, pos, msg)
	}
	return func(*frame) error { return signal }
}
