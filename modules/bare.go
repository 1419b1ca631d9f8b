package modules

// Bare makes the failures of a module say nothing of what it would have
// returned, as those of modules that give their results only at their end.
func Bare[A, R any](run func(*Context, A) (R, error)) func(*Context, A) (R, error) {
	return func(c *Context, a A) (R, error) {
		r, err := run(c, a)
		if err != nil {
			var none R
			return none, err
		}
		return r, nil
	}
}
