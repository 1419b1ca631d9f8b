//go:build slim

package modules

import "reflect"

// Register is the agent's: generic code would be there once more for each
// module. What is built without the tag slim has seen to it that run is a
// func(*Context, A) (R, error).
func Register(s Spec, run any) {
	f := reflect.ValueOf(run)
	m := describe(s, f.Type().In(1), f.Type().Out(0))
	m.run = func(c *Context, args any) (any, error) {
		out := f.Call([]reflect.Value{reflect.ValueOf(c), reflect.ValueOf(args).Elem()})
		err, _ := out[1].Interface().(error)
		return out[0].Interface(), err
	}
}
