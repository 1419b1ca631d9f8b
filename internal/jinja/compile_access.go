package jinja

import "goplay/internal/value"

func (c *compiler) getattr(x *Getattr, sc *scope) expr {
	obj, name, pos := c.expr(x.X, sc), x.Attr, x.Pos
	return func(f *frame) (any, error) {
		o, err := obj(f)
		if err != nil {
			return nil, err
		}
		v, err := f.run.getattr(o, name)
		return v, place(pos, err)
	}
}

func (c *compiler) getitem(x *Getitem, sc *scope) expr {
	obj, pos := c.expr(x.X, sc), x.Pos
	if s, ok := x.Index.(*Slice); ok {
		return c.slice(obj, s, sc)
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
		v, err := f.run.getitem(o, i)
		if text, ok := o.(string); ok && f.run.lasts(text) {
			v = f.run.plain(v, text)
		}
		return v, place(pos, err)
	}
}

func (c *compiler) slice(obj expr, s *Slice, sc *scope) expr {
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
		return f.run.computed(v, o), place(pos, err)
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
		_, safe := obj.(value.Markup) // escapes what it is given first
		if !isMapping(obj) && !safe {
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
