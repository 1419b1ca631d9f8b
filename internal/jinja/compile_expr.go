package jinja

import (
	"fmt"
	"strings"

	"goplay/internal/source"
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
	if c.failure == nil {
		c.failure = exception(n.Pos, "AssertionError",
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
	items := c.exprs(x.Items, sc)
	return func(f *frame) (any, error) {
		vals, err := evalAll(f, items)
		if err != nil {
			return nil, err
		}
		var b strings.Builder
		for i, v := range vals {
			s, err := str(v)
			if err == nil && b.Len()+len(s) > f.run.env.limits.Output {
				err = &LimitError{"a string gets too long"}
			}
			if err != nil {
				return nil, place(x.Items[i].Position(), err)
			}
			b.WriteString(s)
		}
		return b.String(), nil
	}
}

func (c *compiler) compare(x *Compare, sc *scope) expr {
	left, ops, args := c.expr(x.X, sc), x.Ops, c.exprs(x.Args, sc)
	pos := x.Pos
	return func(f *frame) (any, error) {
		a, err := left(f)
		if err != nil {
			return nil, err
		}
		for i, arg := range args {
			b, err := arg(f)
			if err != nil {
				return nil, err
			}
			yes, err := compare(ops[i], a, b)
			if err != nil || !yes {
				return false, place(pos, err)
			}
			a = b
		}
		return true, nil
	}
}

// compare is one comparison operator.
func compare(op string, a, b any) (bool, error) {
	switch op {
	case "in", "not in":
		if u, ok := b.(*value.Undefined); ok && u.Strict() {
			return false, u.Err()
		}
		yes, err := contains(b, a)
		return yes == (op == "in"), err
	}
	if s, ok := a.(string); ok {
		if t, ok := b.(string); ok {
			switch op {
			case "==":
				return s == t, nil
			case "!=":
				return s != t, nil
			}
		}
	}
	return value.Compare(op, a, b)
}

// contains is Python's `item in container`: comparing with a strict undefined
// value fails.
func contains(container, item any) (bool, error) {
	var list []any
	switch c := container.(type) {
	case *value.List:
		list = c.Items
	case value.Tuple:
		list = c
	default:
		if u, ok := item.(*value.Undefined); ok && u.Strict() && isMapping(container) {
			return false, u.Err()
		}
		return value.Contains(container, item)
	}
	for _, v := range list {
		if yes, err := equal(v, item); yes || err != nil {
			return yes, err
		}
	}
	return false, nil
}

func equal(a, b any) (bool, error) {
	if u, ok := a.(*value.Undefined); ok && a != b && u.Strict() {
		return false, u.Err()
	}
	if u, ok := b.(*value.Undefined); ok && a != b && u.Strict() {
		return false, u.Err()
	}
	return value.Equal(a, b), nil
}

func (c *compiler) binary(x *Binary, sc *scope) expr {
	left, right, pos := c.expr(x.X, sc), c.expr(x.Y, sc), x.Pos
	if x.Op == "and" || x.Op == "or" {
		stop := x.Op == "or"
		pos := x.X.Position()
		return func(f *frame) (any, error) {
			v, err := left(f)
			if err != nil {
				return nil, err
			}
			yes, err := truth(v)
			if err != nil {
				return nil, place(pos, err)
			}
			if yes == stop {
				return v, nil
			}
			return right(f)
		}
	}
	op := arithmetic[x.Op]
	return func(f *frame) (any, error) {
		a, err := left(f)
		if err != nil {
			return nil, err
		}
		b, err := right(f)
		if err != nil {
			return nil, err
		}
		v, err := op(f, a, b)
		return v, place(pos, err)
	}
}

var arithmetic = map[string]func(f *frame, a, b any) (any, error){
	"+":  func(f *frame, a, b any) (any, error) { return value.Add(a, b) },
	"-":  func(_ *frame, a, b any) (any, error) { return value.Sub(a, b) },
	"*":  multiply,
	"/":  func(_ *frame, a, b any) (any, error) { return value.TrueDiv(a, b) },
	"//": func(_ *frame, a, b any) (any, error) { return value.FloorDiv(a, b) },
	"%":  func(_ *frame, a, b any) (any, error) { return value.Mod(a, b) },
	"**": func(_ *frame, a, b any) (any, error) { return value.Pow(a, b) },
}

// multiply is *, within what an operator may repeat.
func multiply(f *frame, a, b any) (any, error) {
	for _, pair := range [2][2]any{{a, b}, {b, a}} {
		if times, ok := pair[1].(int64); ok && times > 1 {
			if n := size(pair[0]); n > 0 && times > int64(f.run.env.limits.Repeat/n) {
				return nil, &LimitError{"a sequence is repeated too often"}
			}
		}
	}
	return value.Mul(a, b)
}

// size is the length of what * repeats.
func size(v any) int {
	switch v := v.(type) {
	case string:
		return len(v)
	case value.Markup:
		return len(v)
	case value.Bytes:
		return len(v)
	case *value.List:
		return v.Len()
	case value.Tuple:
		return len(v)
	}
	return 0
}

func (c *compiler) unary(x *Unary, sc *scope) expr {
	operand, pos := c.expr(x.X, sc), x.Pos
	if x.Op == "not" {
		return func(f *frame) (any, error) {
			v, err := operand(f)
			if err != nil {
				return nil, err
			}
			yes, err := truth(v)
			return !yes, place(pos, err)
		}
	}
	op := value.Neg
	if x.Op == "+" {
		op = value.Plus
	}
	return func(f *frame) (any, error) {
		v, err := operand(f)
		if err != nil {
			return nil, err
		}
		v, err = op(v)
		return v, place(pos, err)
	}
}

func (c *compiler) getattr(x *Getattr, sc *scope) expr {
	obj, name, pos := c.expr(x.X, sc), x.Attr, x.Pos
	return func(f *frame) (any, error) {
		o, err := obj(f)
		if err != nil {
			return nil, err
		}
		v, err := f.run.env.Getattr(o, name)
		return v, place(pos, err)
	}
}

func (c *compiler) getitem(x *Getitem, sc *scope) expr {
	obj, pos := c.expr(x.X, sc), x.Pos
	if s, ok := x.Index.(*Slice); ok {
		return c.slice(obj, s, sc, constant(x.X) && constant(s.Start) && constant(s.Stop) && constant(s.Step))
	}
	index := c.expr(x.Index, sc)
	return func(f *frame) (any, error) {
		o, err := obj(f)
		if err != nil {
			return nil, err
		}
		i, err := index(f)
		if err != nil {
			return nil, err
		}
		v, err := f.run.env.Getitem(o, i)
		return v, place(pos, err)
	}
}

// constant reports whether an expression is a literal through and through.
func constant(x Expr) bool {
	switch x := x.(type) {
	case nil, *Const:
		return true
	case *List, *Tuple, *Dict, *Unary, *Binary:
		all := true
		x.children(func(n Node) bool {
			all = constant(n.(Expr))
			return all
		})
		return all
	}
	return false
}

// slice compiles obj[a:b:c]. What cannot be sliced fails; but a literal that
// cannot gives an undefined value, since Jinja2 computes it beforehand.
func (c *compiler) slice(obj expr, s *Slice, sc *scope, literal bool) expr {
	bounds := [3]expr{}
	for i, x := range []Expr{s.Start, s.Stop, s.Step} {
		bounds[i] = func(*frame) (any, error) { return nil, nil }
		if x != nil {
			bounds[i] = c.expr(x, sc)
		}
	}
	pos := s.Pos
	return func(f *frame) (any, error) {
		o, err := obj(f)
		if err != nil {
			return nil, err
		}
		vals, err := evalAll(f, bounds[:])
		if err != nil {
			return nil, err
		}
		if u, ok := o.(*value.Undefined); ok {
			if u.Chains() {
				return u, nil
			}
			return nil, place(pos, u.Err())
		}
		v, err := value.Subslice(o, vals[0], vals[1], vals[2])
		if literal && notThere(err) {
			return f.run.env.undefinedIn(o, value.Slice{Lo: vals[0], Hi: vals[1], Step: vals[2]}), nil
		}
		return v, place(pos, err)
	}
}

// Getattr is obj.name in a template: the attribute, else the item, else an
// undefined value.
func (e *Env) Getattr(obj any, name string) (any, error) {
	if u, ok := obj.(*value.Undefined); ok {
		if u.Chains() {
			return u, nil
		}
		return nil, u.Err()
	}
	if v, ok := value.Attr(obj, name); ok {
		return v, nil
	}
	v, err := value.Item(obj, name)
	if err == nil {
		return v, nil
	}
	if notThere(err) {
		return e.undefinedIn(obj, name), nil
	}
	return nil, err
}

// Getitem is obj[index] in a template: the item, else the attribute of a
// string's name, else an undefined value.
func (e *Env) Getitem(obj, index any) (any, error) {
	if u, ok := obj.(*value.Undefined); ok {
		if u.Chains() {
			return u, nil
		}
		return nil, u.Err()
	}
	if u, ok := index.(*value.Undefined); ok {
		if !isMapping(obj) {
			return e.undefinedIn(obj, index), nil
		}
		if u.Strict() {
			return nil, u.Err()
		}
	}
	v, err := value.Item(obj, index)
	if err == nil {
		return v, nil
	}
	if !notThere(err) {
		return nil, err
	}
	if name, ok := index.(string); ok {
		if v, ok := value.Attr(obj, name); ok {
			return v, nil
		}
	}
	return e.undefinedIn(obj, index), nil
}

// notThere reports whether a lookup's error makes an undefined value.
func notThere(err error) bool {
	return value.IsException(err, "KeyError", "IndexError", "LookupError", "TypeError", "AttributeError")
}

// callSite is a place where something is called, with the names it sees.
type callSite struct {
	pos source.Pos
	sy  *symbols
	fn  *function
}
