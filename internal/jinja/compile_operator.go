package jinja

import "goplay/internal/value"

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
			if err := f.run.reads(b); err != nil {
				return nil, place(pos, err)
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
	if err := untangled(a); err != nil {
		return false, err
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
		v, err := f.run.made(op(f, a, b))
		return f.run.computed(v, a, b), place(pos, err)
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
