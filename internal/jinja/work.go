package jinja

import "goplay/internal/value"

// What a filter, a test, an operator or a method reads has a price too: a long
// text or list that is gone through again and again makes nothing that would be
// paid for.
const (
	readBytes = 256 // of a text, for a step
	readItems = 16  // of a list, a tuple or a dict, for a step
)

// reads pays for going through values once, where a template runs.
func (r *run) reads(vals ...any) error {
	steps := 0
	for _, v := range vals {
		steps += price(v)
	}
	if r == nil || steps == 0 {
		return nil
	}
	return r.work(steps)
}

// price is what going through a value once costs.
func price(v any) int {
	switch v := v.(type) {
	case string:
		return len(v) / readBytes
	case value.Markup:
		return len(v) / readBytes
	case value.Bytes:
		return len(v) / readBytes
	case *value.List:
		return v.Len() / readItems
	case value.Tuple:
		return len(v) / readItems
	case *value.Dict:
		return v.Len() / readItems
	}
	return 0
}

// work pays for steps, and looks at the context about every 256 of them.
func (r *run) work(steps int) error {
	before := r.fuel
	if err := r.pay(steps); err != nil {
		return err
	}
	if before>>8 != r.fuel>>8 {
		return r.ctx.Err()
	}
	return nil
}

// Work pays for steps of a filter, a test or a function that takes long over
// one value: it fails when the template has used up what it may, or is to stop.
func (c *Call) Work(steps int) error {
	if c.run == nil {
		return c.Context.Err()
	}
	return c.run.work(steps)
}

// Tick is Work where there is no way to return an error: it ends the rendering.
func (c *Call) Tick(steps int) {
	if err := c.Work(steps); err != nil {
		panic(&stopped{err})
	}
}

// stopped is what ends a rendering from within code that returns no errors.
type stopped struct{ error }
