package jinja

import "goplay/internal/value"

// unitBytes is how much text a step pays for, as it does for one item: what is
// doubled again and again runs out of fuel, not out of memory.
const unitBytes = 8

// macroSteps is what a macro's call costs besides its body.
const macroSteps = 16

// callSteps is what a call costs besides the value that it makes.
const callSteps = 8

// itemSteps is what a filter or a test costs that is applied to each item.
const itemSteps = 16

// made pays for a value that an operator, a filter or a call made, and hands
// it on.
func (r *run) made(v any, err error) (any, error) {
	if err != nil || v == nil {
		return v, err
	}
	switch made := v.(type) {
	case string:
		r.fuel -= int64(len(made) / unitBytes)
	case value.Markup:
		r.fuel -= int64(len(made) / unitBytes)
	case *value.List:
		r.fuel -= int64(made.Len())
	case value.Tuple:
		r.fuel -= int64(len(made))
	default:
		return v, nil
	}
	if r.fuel < 0 {
		return nil, r.exhausted()
	}
	return v, nil
}

// pay pays for what is about to be done.
func (r *run) pay(steps int) error {
	if r.fuel -= int64(steps); r.fuel < 0 {
		return r.exhausted()
	}
	return nil
}

func (r *run) exhausted() error { return &LimitError{"the template takes too many steps"} }

// fits fails when text would be longer than one string may be.
func fits(n int) error {
	if n > value.MaxSize {
		return &LimitError{"a string gets too long"}
	}
	return nil
}
