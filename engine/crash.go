package engine

import (
	"errors"
	"fmt"
	"strings"

	"goplay/engine/playbook"
	"goplay/engine/vars"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/value"
)

// badArguments is the end of a step whose arguments could not be evaluated. What
// Ansible raises itself is a fault in what was written. An exception of Python's
// own gets past it: the step fails with that alone, and a loop goes on.
func (w *walk) badArguments(t *playbook.Task, h *Host, scope *vars.Scope, err error) *outcome {
	exc := pythonsOwn(err)
	switch {
	case exc == nil:
		return w.fault(t, h, scope, err)
	case isValueError(exc.Type):
		return w.fault(t, h, scope, invalidArguments(t, err, exc))
	}
	o := &outcome{step: &Step{Task: t, Host: h, Scope: scope, play: w.playRun}}
	o.Failed, o.Data = true, value.DictOf("exception", traceback(err, exc))
	return o
}

// invalidArguments says that options have a value that cannot be, and where.
func invalidArguments(t *playbook.Task, err error, exc *value.Exception) error {
	written := value.NewDict()
	if t.FreeForm != nil {
		written.Set("_raw_params", t.FreeForm.Data())
	}
	if own, ok := t.Args.Data().(*value.Dict); ok {
		written.Update(own)
	}
	out := &source.Error{Pos: t.Pos, Err: err}
	var placed *source.Error
	if errors.As(err, &placed) && !placed.Pos.IsZero() {
		out.Pos, out.Hint = placed.Pos, placed.Hint
	}
	out.Msg = fmt.Sprintf("the field 'args' has an invalid value (%s), and could not be converted to an dict.The error was: %s", value.Repr(written), exc.Msg)
	return out
}

// badLoop is the end of a task whose loop could not be evaluated.
func (w *walk) badLoop(t *playbook.Task, h *Host, scope *vars.Scope, err error) *outcome {
	exc := pythonsOwn(err)
	if exc == nil {
		return w.bareFault(t, h, scope, err)
	}
	o := w.bareFault(t, h, scope, err)
	o.Msg = "Unexpected failure during module execution: " + exc.Msg
	o.fields = value.DictOf("msg", o.Msg, "exception", traceback(err, exc), "stdout", "")
	o.Data = value.DictOf("exception", traceback(err, exc), "stdout", "")
	return o
}

// traceback is an exception in Python's form, with the place in the playbook or
// template where Python has its frames.
func traceback(err error, exc *value.Exception) string {
	frame := ""
	var placed *source.Error
	if errors.As(err, &placed) && !placed.Pos.IsZero() {
		frame = fmt.Sprintf("  File %q, line %d, column %d\n", placed.Pos.File, placed.Pos.Line, placed.Pos.Col)
	}
	class := exc.Type
	if class == "JSONDecodeError" { // its module, which tracebacks name
		class = "json.decoder." + class
	}
	return fmt.Sprintf("Traceback (most recent call last):\n%s%s: %s\n", frame, class, exc.Msg)
}

// pythonsOwn is the exception behind an error that is none of Ansible's; nil for all others.
func pythonsOwn(err error) *value.Exception {
	var exc *value.Exception
	if !errors.As(err, &exc) || template.IsUndefined(err) || strings.HasPrefix(exc.Type, "Ansible") {
		return nil
	}
	return exc
}

// isValueError reports whether Python's class is ValueError or below it.
func isValueError(class string) bool {
	return class == "ValueError" || class == "JSONDecodeError" || class == "binascii.Error" || strings.HasPrefix(class, "Unicode")
}
