package jinja

import (
	"context"

	"goplay/internal/value"
)

// A filter or a method that goes through a long value has nowhere to look at
// the context. What may take long runs aside, and is left to end by itself when
// the rendering is to stop: it only reads values that nobody changes.

// asideSteps is the price of going through a value from where on it is long.
const asideSteps = 1 << 10

// Aside runs code beside the caller, who waits no longer than its context does.
// A panic of the code is an error.
func Aside(ctx context.Context, code func() (any, error)) (any, error) {
	if ctx.Done() == nil {
		return code()
	}
	type outcome struct {
		v   any
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() {
			if v := recover(); v != nil {
				o.err = panicked(v)
			}
			done <- o
		}()
		o.v, o.err = code()
	}()
	select {
	case o := <-done:
		return o.v, o.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Aside is Aside for code of a filter or a test, which takes long for another
// reason than the length of what it is given.
func (c *Call) Aside(code func() (any, error)) (any, error) {
	if c.run == nil {
		return Aside(c.Context, code)
	}
	return c.run.aside(code)
}

func (r *run) aside(code func() (any, error)) (any, error) {
	v, err := Aside(r.ctx, code)
	if err != nil && r.ctx.Err() != nil {
		r.left = true
	}
	return v, err
}

// over runs a filter or a test, aside where it goes through a long value.
func (r *run) over(fn Func, c *Call) (any, error) {
	if shallow[c.Name] {
		return fn(c)
	}
	code := func() (any, error) {
		if err := untangled(c.Args[0]); err != nil {
			return nil, err
		}
		return fn(c)
	}
	if r == nil || !long(c.Args...) {
		return code()
	}
	return r.aside(code)
}

// long reports whether going through one of some values may take long.
func long(vals ...any) bool {
	for _, v := range vals {
		switch v := v.(type) {
		case *value.Range:
			if v.Len() >= asideSteps*readItems {
				return true
			}
		case *value.Iterator:
			return true // nobody knows
		default:
			if price(v) >= asideSteps {
				return true
			}
		}
	}
	return false
}
