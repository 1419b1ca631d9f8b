package modules

import (
	"context"
	"fmt"
	"runtime/debug"

	"goplay/internal/value"
)

// InProcess runs modules in this process.
type InProcess struct{}

var _ Runner = InProcess{}

// Run runs the call's module. A panic in it is a failed Result.
func (InProcess) Run(ctx context.Context, call Call) (r Result, err error) {
	m, ok := Lookup(call.Module)
	if !ok || !m.OnTarget() {
		return Failed(fmt.Errorf("this goplay has no module %s on the target", call.Module)), nil
	}
	defer func() {
		if p := recover(); p != nil {
			r = Failed(Fail("module %s stopped unexpectedly: %v", m.Short(), p).With("exception", string(debug.Stack())))
		}
	}()
	if call.Check && m.NoCheck {
		return Result{Skipped: true, Data: value.NewDict(), Msg: Unpredicted(m.Name)}, nil
	}
	call.Diff = call.Diff || m.KeepsDiff
	return m.invoke(&Context{Context: ctx, call: call}, call.Args), nil
}

// Close does nothing.
func (InProcess) Close() error { return nil }

// Unpredicted says why a module is skipped under check mode, in Ansible's words.
func Unpredicted(name string) string {
	return "remote module (" + name + ") does not support check mode"
}
