package docker

import "goplay/modules"

// attempt does what may turn out to change nothing, which only the engine
// knows afterwards. It reports whether it was done, as it is not under check
// mode. The caller's result says itself whether something changed.
func attempt(c *modules.Context, do func() error) (ran bool, err error) {
	err = c.Change(modules.Diff{}, func() error {
		ran = true
		return do()
	})
	return ran, err
}
