package jinja

import (
	"errors"

	"goplay/internal/source"
	"goplay/internal/value"
)

// What break and continue return to their loop.
var (
	errBreak    = errors.New("break")
	errContinue = errors.New("continue")
)

// forNode is a compiled for.
type forNode struct {
	pos       source.Pos
	iter      expr
	fn        *function // of a recursive loop
	testEntry []entry
	testStore func(*frame, any) error
	test      expr // nil without a condition
	testItem  func(*frame, any) any
	store     func(*frame, any) error
	entries   []entry
	body      action
	other     action // nil without else
	loop      *symbol
}

func (c *compiler) forLoop(s *For, sc *scope) action {
	n := &forNode{pos: s.Iter.Position(), iter: c.expr(s.Iter, sc)}
	Walk(s, func(child Node) bool {
		if name, ok := child.(*Name); ok && name.Usage == Store && name.Name == "loop" {
			c.fail(name.Pos, "Can't assign to special loop variable in for-loop target")
		}
		return true
	})
	if s.Test != nil {
		c.forTest(n, s, sc)
	}
	compile := func() {
		inner := &scope{sy: newSymbols(sc.sy, c.fn), checkOutput: sc.checkOutput}
		if s.Recursive || usesLoop(s) {
			n.loop = inner.sy.param("loop")
		}
		(&analyzer{s: inner.sy, param: true}).expr(s.Target)
		(&analyzer{s: inner.sy}).body(s.Body)
		n.entries = c.entries(inner.sy)
		n.store = c.store(s.Target, inner)
		c.loops++
		n.body = c.body(s.Body, inner)
		c.loops--
		if s.Else != nil {
			other := &scope{sy: newSymbols(sc.sy, c.fn), checkOutput: sc.checkOutput}
			(&analyzer{s: other.sy}).body(s.Else)
			n.other = c.scoped(s.Else, other)
		}
	}
	if !s.Recursive {
		compile()
		return n.run
	}
	n.fn = &function{parent: c.fn}
	c.within(n.fn, compile)
	return func(f *frame) error {
		v, err := n.iter(f)
		if err == nil {
			v, err = n.recurse(f, v, 0)
		}
		if err == nil {
			err = f.writeValue(v)
		}
		return place(n.pos, err)
	}
}

// usesLoop reports whether a loop's body may look at `loop`.
func usesLoop(s *For) bool {
	if undeclared(s.Body, "loop")["loop"] {
		return true
	}
	found := false
	Walk(s, func(n Node) bool {
		if b, ok := n.(*Block); ok && b.Scoped {
			found = true
		}
		return !found
	})
	return found
}

// forTest compiles a loop's condition. It runs before an item reaches the
// body, in names of its own.
func (c *compiler) forTest(n *forNode, s *For, sc *scope) {
	inner := sc.inner()
	(&analyzer{s: inner.sy, param: true}).expr(s.Target)
	(&analyzer{s: inner.sy}).expr(s.Test)
	n.testEntry = c.entries(inner.sy)
	n.testStore = c.store(s.Target, inner)
	n.test = c.expr(s.Test, inner)
	n.testItem = func(_ *frame, v any) any { return v }
	if _, ok := s.Target.(*Tuple); ok {
		reload := c.expr(loaded(s.Target), inner)
		n.testItem = func(f *frame, _ any) any {
			v, _ := reload(f)
			return v
		}
	}
}

// loaded makes an expression that reads what a target was assigned.
func loaded(target Expr) Expr {
	switch t := target.(type) {
	case *Name:
		return &Name{t.at, t.Name, Load}
	case *Tuple:
		items := make([]Expr, len(t.Items))
		for i, item := range t.Items {
			items[i] = loaded(item)
		}
		return &Tuple{t.at, items}
	}
	return target
}

// filtered gives the items that pass the loop's condition; f is the frame that
// the loop stands in.
func (n *forNode) filtered(f *frame, it *value.Iterator) (*value.Iterator, error) {
	if err := enter(f, n.testEntry); err != nil {
		return nil, err
	}
	return &value.Iterator{Next: func() (any, bool, error) {
		for {
			v, ok, err := it.Next()
			if !ok || err != nil {
				return nil, false, err
			}
			if err := f.run.step(); err != nil {
				return nil, false, err
			}
			if err := n.testStore(f, v); err != nil {
				return nil, false, err
			}
			verdict, err := n.test(f)
			if err != nil {
				return nil, false, err
			}
			yes, err := truth(verdict)
			if err != nil {
				return nil, false, err
			}
			if yes {
				return n.testItem(f, v), true, nil
			}
		}
	}}, nil
}

func (n *forNode) recurse(outer *frame, iterable any, depth int) (any, error) {
	if err := outer.run.enter(); err != nil {
		return nil, err
	}
	defer outer.run.leave()
	f := newFrame(n.fn, outer, outer.ctx, outer.run, nil)
	return f.capture(func(f *frame) error { return n.loopOver(f, outer, iterable, depth) })
}

func (n *forNode) run(f *frame) error {
	v, err := n.iter(f)
	if err != nil {
		return place(n.pos, err)
	}
	return n.loopOver(f, f, v, 0)
}

// loopOver runs the loop in f; outer is the frame that its condition uses.
func (n *forNode) loopOver(f, outer *frame, iterable any, depth int) error {
	it, err := value.Iter(iterable)
	if err != nil {
		return place(n.pos, err)
	}
	var source any = iterable
	if n.test != nil {
		if it, err = n.filtered(outer, it); err != nil {
			return place(n.pos, err)
		}
		source = it
	}
	empty := true
	if n.loop != nil {
		l := &loopContext{source: source, it: it, length: -1, index0: -1, after: missing, depth0: depth, env: f.run.env}
		if n.fn != nil {
			l.recurse = func(v any, depth int) (any, error) { return n.recurse(outer, v, depth) }
		}
		empty, err = n.items(f, func() (any, bool, error) {
			ok, err := l.next()
			f.slots[n.loop.slot] = l
			return l.current, ok, err
		})
		f.slots[n.loop.slot] = missing
	} else {
		empty, err = n.items(f, it.Next)
	}
	if err != nil {
		return place(n.pos, err)
	}
	if empty && n.other != nil {
		return n.other(f)
	}
	return nil
}

// items runs the body for each item. As in Jinja2, else also runs when no body
// was gone through to its end.
func (n *forNode) items(f *frame, next func() (any, bool, error)) (empty bool, err error) {
	empty = true
	for {
		v, ok, err := next()
		if !ok || err != nil {
			return empty, err
		}
		if err := f.run.step(); err != nil {
			return empty, err
		}
		if err := n.store(f, v); err != nil {
			return empty, err
		}
		if err := enter(f, n.entries); err != nil {
			return empty, err
		}
		switch err := n.body(f); err {
		case nil:
			empty = false
		case errContinue:
		case errBreak:
			return empty, nil
		default:
			return empty, err
		}
	}
}
