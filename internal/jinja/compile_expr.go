package jinja

import (
	"fmt"
	"strings"

	"goplay/internal/value"
)

// expr compiles an expression.
func (c *compiler) expr(x Expr, sc *scope) expr {
	switch x := x.(type) {
	case *Const:
		v := x.Value
		return func(*frame) (any, error) { return v, nil }
	case *Name:
		return c.load(x, sc)
	case *Tuple:
		items := c.exprs(x.Items, sc)
		return func(f *frame) (any, error) {
			vals, err := evalAll(f, items)
			return value.Tuple(vals), err
		}
	case *List:
		items := c.exprs(x.Items, sc)
		return func(f *frame) (any, error) {
			vals, err := evalAll(f, items)
			return &value.List{Items: vals}, err
		}
	case *Dict:
		return c.dict(x, sc)
	case *Cond:
		return c.cond(x, sc.softly())
	case *Filter:
		return c.filter(x, sc, nil)
	case *Test:
		return c.test(x, sc)
	case *CallExpr:
		return c.call(x, sc, nil)
	case *Getitem:
		return c.getitem(x, sc)
	case *Getattr:
		return c.getattr(x, sc)
	case *Concat:
		return c.concat(x, sc)
	case *Compare:
		return c.compare(x, sc)
	case *Binary:
		return c.binary(x, sc)
	case *Unary:
		return c.unary(x, sc)
	}
	return c.impossible(x)
}

// impossible is a slice among several indices: Python hashes it, and cannot.
func (c *compiler) impossible(x Expr) expr {
	pos := x.Position()
	return func(*frame) (any, error) {
		return nil, exception(pos, "TypeError", "unhashable type: 'slice'")
	}
}

func (c *compiler) exprs(list []Expr, sc *scope) []expr {
	out := make([]expr, len(list))
	for i, x := range list {
		out[i] = c.expr(x, sc)
	}
	return out
}

func evalAll(f *frame, items []expr) ([]any, error) {
	vals := make([]any, len(items))
	for i, item := range items {
		v, err := item(f)
		if err != nil {
			return nil, err
		}
		vals[i] = v
	}
	return vals, nil
}

// load compiles reading a variable.
func (c *compiler) load(n *Name, sc *scope) expr {
	sym := sc.sy.find(n.Name)
	if sym == nil {
		c.impossibleName(n)
		return func(*frame) (any, error) { return nil, nil }
	}
	if sym.load.kind == loadResolve {
		c.undeclared = append(c.undeclared, Ref{n.Pos, n.Name})
	}
	up, slot, name := hops(c.fn, sym.fn), sym.slot, n.Name
	if up == 0 {
		return func(f *frame) (any, error) {
			if v := f.slots[slot]; v != any(missing) {
				return v, nil
			}
			return f.run.env.undefined(name), nil
		}
	}
	return func(f *frame) (any, error) {
		if v := f.up(up).slots[slot]; v != any(missing) {
			return v, nil
		}
		return f.run.env.undefined(name), nil
	}
}

// impossibleName is a fault in Jinja2 that its users see: the arguments of a
// set block's filter do not reach outer names.
func (c *compiler) impossibleName(n *Name) {
	if c.nameless == nil {
		c.nameless = exception(n.Pos, "AssertionError",
			"Tried to resolve a name to a reference that was unknown to the frame (%s)", value.Repr(n.Name))
	}
}

func (c *compiler) dict(x *Dict, sc *scope) expr {
	keys, vals := c.exprs(x.Keys, sc), c.exprs(x.Values, sc)
	pos := x.Pos
	return func(f *frame) (any, error) {
		flat := make([]any, 0, 2*len(keys))
		for i, key := range keys {
			k, err := key(f)
			if err != nil {
				return nil, err
			}
			v, err := vals[i](f)
			if err != nil {
				return nil, err
			}
			flat = append(flat, k, v)
		}
		for i := 0; i < len(flat); i += 2 {
			if err := hashable(flat[i]); err != nil {
				return nil, place(pos, err)
			}
		}
		return value.DictOf(flat...), nil
	}
}

func hashable(k any) error {
	if u, ok := k.(*value.Undefined); ok && u.Strict() {
		return u.Err()
	}
	return value.Hashable(k)
}

func (c *compiler) cond(x *Cond, sc *scope) expr {
	test, then := c.expr(x.Test, sc), c.expr(x.Then, sc)
	pos := x.Test.Position()
	other := func(*frame) (any, error) {
		return &value.Undefined{Kind: value.PlainUndefined, Hint: fmt.Sprintf(
			"the inline if-expression on line %d evaluated to false and no else section was defined.", x.Line)}, nil
	}
	if x.Else != nil {
		other = c.expr(x.Else, sc)
	}
	return func(f *frame) (any, error) {
		v, err := test(f)
		var yes bool
		if err == nil {
			yes, err = truth(v)
		}
		if err != nil {
			return nil, place(pos, err)
		}
		if yes {
			return then(f)
		}
		return other(f)
	}
}

func (c *compiler) concat(x *Concat, sc *scope) expr {
	items, pos := c.exprs(x.Items, sc), x.Pos
	return func(f *frame) (any, error) {
		vals, err := evalAll(f, items)
		if err != nil {
			return nil, err
		}
		texts, total := make([]string, len(vals)), 0
		for i, v := range vals {
			s, err := str(v)
			if total += len(s); err == nil {
				err = fits(total)
			}
			if err != nil {
				return nil, place(x.Items[i].Position(), err)
			}
			texts[i] = s
		}
		if err := f.run.pay(total / unitBytes); err != nil {
			return nil, place(pos, err)
		}
		return strings.Join(texts, ""), nil
	}
}
