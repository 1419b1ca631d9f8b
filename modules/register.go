//go:build !slim

package modules

import "reflect"

// Register makes a module known under its name. A's and R's fields carry the
// schema in tags (see Schema and Return). run is called with decoded,
// validated arguments; its R and error become the Result. Register panics on a
// Spec that is incomplete and on a name that is taken: it is called from init. A
// tag that is wrong panics when the schema is made, and in tests at once.
func Register[A, R any](s Spec, run func(*Context, A) (R, error)) {
	m := describe(s, reflect.TypeFor[A](), reflect.TypeFor[R]())
	m.run = func(c *Context, args any) (any, error) { return run(c, *args.(*A)) }
}
