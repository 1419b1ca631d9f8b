// Package actions is the controller's half of tasks: what needs the
// playbook's variables, the controller's files, the inventory or the screen.
// Most of them end in calls to modules on the target.
package actions

import (
	"context"
	"errors"

	"goplay/engine"
	"goplay/internal/source"
	"goplay/internal/value"
	"goplay/modules"
)

var registered = map[string]engine.Action{}

// register is called from init, once for each full name.
func register(name string, a engine.Action) {
	if _, taken := registered[name]; taken {
		panic("actions: " + name + " is registered twice")
	}
	registered[name] = a
}

// All returns every action by its full name.
func All() map[string]engine.Action {
	all := make(map[string]engine.Action, len(registered))
	for name, a := range registered {
		all[name] = a
	}
	return all
}

// result makes a good result of alternating names and values.
func result(pairs ...any) modules.Result { return modules.Result{Data: value.DictOf(pairs...)} }

// failure is a failed result as an action returns it.
func failure(format string, args ...any) (modules.Result, error) {
	return modules.Failed(modules.Fail(format, args...)), nil
}

// failed makes a failed result of an error that is not about the connection.
func failed(err error) (modules.Result, error) {
	var raised *engine.Raised
	if errors.As(err, &raised) {
		return modules.Result{}, raised
	}
	if fault, ok := err.(*source.Error); ok {
		return modules.Result{}, &engine.Misstated{Fault: fault}
	}
	return modules.Failed(err), nil
}

// through hands the task to its module with some options set.
func through(ctx context.Context, s *engine.Step, set map[string]any) (modules.Result, error) {
	args := map[string]any{}
	for k, v := range s.Args.All() {
		args[value.Str(k)] = v
	}
	for k, v := range set {
		if v == nil {
			delete(args, k)
			continue
		}
		args[k] = v
	}
	return s.Run(ctx, modules.Call{Args: args})
}
