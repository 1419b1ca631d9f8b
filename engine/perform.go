package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"goplay/engine/playbook"
	"goplay/engine/vars"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/value"
	"goplay/modules"
)

// outcome is the end of a task on a host, or of an item, before it is shown.
type outcome struct {
	modules.Result
	lost     string // why the host could not be reached; "" when it was
	fields   *value.Dict
	items    []*outcome // of a loop
	looped   bool
	faulty   bool   // what was written is wrong: nothing ran
	early    bool   // that showed before the task's keywords were evaluated
	ends     error  // what is wrong ends the run, not the task
	where    string // the place of that, where the message does not tell it
	label    any
	labelled bool // by label of loop_control
	delegate string
	address  string
	noLog    bool
	ignored  bool // ignore_errors holds
	forgiven bool // ignore_unreachable holds
	step     *Step
}

// unanswered reports whether the host could not be reached, so that there is no result
// of a module's.
func (o *outcome) unanswered() bool { return o.lost != "" && o.Data.Len() == 0 }

func (o *outcome) status() Status {
	switch {
	case o.lost != "":
		return Unreachable
	case o.Failed:
		return Failed
	case o.Skipped:
		return Skipped
	case o.Changed:
		return Changed
	}
	return OK
}

// onHost runs a task with all items of its loop on one host. Everything that
// is wrong with the task for this host is a failed outcome; the error is for
// what ends the run.
func (w *walk) onHost(ctx context.Context, t *playbook.Task, module string, h *Host) (*outcome, error) {
	return w.onHostIn(ctx, t, module, h, w.scope(h, t))
}

// onHostIn is onHost with the variables that the host sees.
func (w *walk) onHostIn(ctx context.Context, t *playbook.Task, module string, h *Host, scope *vars.Scope) (*outcome, error) {
	if t.Loop == nil {
		o := w.onItem(ctx, t, module, h, scope, nil)
		return o, o.ends
	}
	items, err := w.loopItems(ctx, t, scope)
	if err != nil {
		items, err = w.delegatedItems(ctx, t, scope, err)
	}
	if err == nil {
		o := w.loop(ctx, t, module, h, scope, items)
		return o, o.ends
	}
	if w.endsRun(t, err) {
		return nil, err
	}
	if !template.IsUndefined(err) {
		return w.endedLoop(ctx, w.badLoop(t, h, scope, err)), nil
	}
	o := w.withoutItems(ctx, t, h, scope, err)
	w.forgive(ctx, o)
	return o, nil
}

// endedLoop is a task that ended over its loop, not over an item of it: what
// becomes of that is decided by its keywords as they are written.
func (w *walk) endedLoop(ctx context.Context, o *outcome) *outcome {
	o.early = true
	w.forgive(ctx, o)
	return o
}

// withoutItems is the end of a task whose loop names something undefined. That
// waits: a task whose condition is false is skipped first.
func (w *walk) withoutItems(ctx context.Context, t *playbook.Task, h *Host, scope *vars.Scope, loopErr error) *outcome {
	var o *outcome
	if ok, _, err := w.holds(ctx, t.When, scope); err != nil || ok || len(t.When) == 0 {
		o = w.badLoop(t, h, scope, loopErr)
		o.early = true
	} else {
		o = skipped("Conditional result was False")
		o.step = &Step{Task: t, Host: h, Scope: scope, play: w.playRun}
		o.fields = w.fieldsOf(o)
	}
	noLog, err := w.taskFlag(ctx, "no_log", t, noLogOf, scope, w.opts.NoLog)
	o.noLog = noLog || err != nil
	return o
}

func skipped(reason string) *outcome {
	o := &outcome{}
	o.Skipped = true
	o.Data = value.DictOf("skip_reason", reason)
	return o
}

// fault is the outcome of something wrong in what was written that only shows
// on a host.
func (w *walk) fault(t *playbook.Task, h *Host, scope *vars.Scope, err error) *outcome {
	o := &outcome{faulty: true, delegate: writtenDelegate(t), step: &Step{Task: t, Host: h, Scope: scope, play: w.playRun}}
	o.Result = modules.Failed(err)
	o.Msg = w.faultText(t, err)
	o.fields = value.DictOf("failed", true, "msg", o.Msg)
	if o.Msg == faultMessage(err) {
		o.where = source.Place(err)
	}
	return o
}

// writtenDelegate is where a task is to run, as it is written: so Ansible shows it
// of a task that it has not evaluated, and of a loop as a whole.
func writtenDelegate(t *playbook.Task) string {
	if t.LocalAction {
		return "localhost"
	}
	return t.DelegateTo.String()
}

// bareFault is a fault whose message Ansible gives without its surroundings:
// of what a task loops over, and of until.
func (w *walk) bareFault(t *playbook.Task, h *Host, scope *vars.Scope, err error) *outcome {
	o := w.fault(t, h, scope, err)
	o.Msg = faultMessage(err)
	o.fields.Set("msg", o.Msg)
	o.where = source.Place(err)
	return o
}

// faultMessage is what is wrong, without where.
func faultMessage(err error) string {
	var fault *source.Error
	if errors.As(err, &fault) {
		return fault.Msg
	}
	return err.Error()
}

// faultText says what is wrong in Ansible's words. Of an option that is not
// defined, and of a condition, Ansible says where it stands; so do we, exactly.
func (w *walk) faultText(t *playbook.Task, err error) string {
	var fault *source.Error
	text, at := faultMessage(err), t.Pos
	if errors.As(err, &fault) && !fault.Pos.IsZero() {
		at = fault.Pos
	}
	conditional := strings.HasPrefix(text, "The conditional check")
	switch {
	case conditional, strings.HasPrefix(text, "The field '"), strings.HasPrefix(text, "the field '"):
	case template.IsUndefined(err):
		text = "The task includes an option with an undefined variable. The error was: " + text
	default:
		return text
	}
	text += fmt.Sprintf("\n\nThe error appears to be in '%s': line %d, column %d.", at.File, at.Line, at.Col)
	if fault != nil {
		if excerpt := fault.Excerpt(); excerpt != "" {
			text += "\n\n" + excerpt
		}
		if fault.Hint != "" {
			text += "hint: " + fault.Hint + "\n"
		}
	}
	return text
}

// onItem runs a task once: for a host, or for an item of its loop.
func (w *walk) onItem(ctx context.Context, t *playbook.Task, module string, h *Host, scope *vars.Scope, own vars.Layer) *outcome {
	scope = scope.With(own)
	noLog, err := w.taskFlag(ctx, "no_log", t, noLogOf, scope, w.opts.NoLog)
	if err != nil {
		o := w.fault(t, h, scope, err)
		o.noLog = true // who asks for it in vain does not want to see more
		return o
	}
	s, o := w.prepare(ctx, t, module, h, scope)
	if o != nil {
		o.noLog = noLog
		if o.fields == nil {
			o.fields = w.fieldsOf(o)
		}
		if o.step == nil {
			o.step = &Step{Task: t, Host: h, Scope: scope, play: w.playRun}
		}
		w.forgive(ctx, o)
		return o
	}
	s.NoLog = noLog
	o = w.attempts(ctx, s)
	o.step, o.noLog, o.delegate, o.address = s, noLog, s.Delegate, s.Target.Host
	if o.faulty {
		o.address = ""
	}
	w.forgive(ctx, o)
	return o
}

// forgive notes whether a failure of the outcome is to be ignored.
func (w *walk) forgive(ctx context.Context, o *outcome) {
	t := o.step.Task
	o.ignored = truthAsWritten(t.IgnoreErrors, false)
	if v, err := w.taskFlag(ctx, "ignore_errors", t, ignoreErrorsOf, o.step.Scope, false); err == nil && !o.early {
		o.ignored = v
	}
	if v, err := w.taskFlag(ctx, "ignore_unreachable", t, ignoreUnreachableOf, o.step.Scope, false); err == nil {
		o.forgiven = v
	}
}

// prepare evaluates everything a step needs, in Ansible's order. An outcome
// instead of a step means that the task ends here.
func (w *walk) prepare(ctx context.Context, t *playbook.Task, module string, h *Host, scope *vars.Scope) (*Step, *outcome) {
	s := &Step{Task: t, Host: h, Module: module, Scope: scope, play: w.playRun, python: new(string)}
	delegate, nowhere := w.delegate(ctx, t, scope) // which only counts for a task that its conditions let run
	if errors.Is(nowhere, errNoHostName) {
		o := w.fault(t, h, scope, nowhere)
		o.ends = nowhere
		return nil, o
	}
	s.Delegate = delegate
	if nowhere == nil && delegate != "" {
		scope = scope.With(w.delegatedVars(delegate, h.Name)).With(w.elsewhere(t, h, delegate))
		s.Scope = scope
	}
	ok, _, err := w.holds(ctx, t.When, scope)
	if err != nil {
		o := w.fault(t, h, scope, err)
		o.early = true
		return nil, o
	}
	if !ok {
		return nil, skipped("Conditional result was False")
	}
	if nowhere != nil {
		return nil, w.undelegated(ctx, s, nowhere)
	}
	if s.Target, err = w.target(ctx, s); err != nil {
		return nil, w.fault(t, h, scope, err)
	}
	if err := w.stepFlags(ctx, s); err != nil {
		return nil, w.fault(t, h, scope, err)
	}
	if err := w.arguments(ctx, s); err != nil {
		return nil, w.badArguments(t, h, scope, err)
	}
	w.warnUntouched(t)
	return s, nil
}

// elsewhere is what a delegated task takes from the host that it runs on: the
// address, where its own host has none.
func (w *walk) elsewhere(t *playbook.Task, h *Host, delegate string) vars.Layer {
	if _, said := w.source.Scope(h.Name, w.vars, t, nil).Lookup("ansible_host"); said {
		return nil
	}
	address, said := w.source.Scope(delegate, w.vars, nil, nil).Lookup("ansible_host")
	if !said {
		address = delegate
	}
	return vars.Layer{"ansible_host": address}
}

// undelegated is the end of a step that is delegated to nowhere: what else is
// wrong with it Ansible finds first.
func (w *walk) undelegated(ctx context.Context, s *Step, nowhere error) *outcome {
	if err := w.moreFlags(ctx, s); err != nil {
		return w.fault(s.Task, s.Host, s.Scope, err)
	}
	if err := w.arguments(ctx, s); template.IsUndefined(err) {
		return w.badArguments(s.Task, s.Host, s.Scope, err)
	}
	o := w.fault(s.Task, s.Host, s.Scope, nowhere)
	o.early = true
	return o
}

func (w *walk) stepFlags(ctx context.Context, s *Step) (err error) {
	if s.Check, err = w.taskFlag(ctx, "check_mode", s.Task, checkModeOf, s.Scope, w.opts.Check); err != nil {
		return inContext("check_mode", err)
	}
	if s.Diff, err = w.taskFlag(ctx, "diff", s.Task, diffModeOf, s.Scope, w.opts.Diff); err != nil {
		return inContext("diff", err)
	}
	if isInclude[s.Module] {
		return nil
	}
	return w.moreFlags(ctx, s)
}

// moreFlags evaluates what does not tell how the host is reached.
func (w *walk) moreFlags(ctx context.Context, s *Step) (err error) {
	if s.Env, err = w.environment(ctx, s.Task, s.Scope); err != nil {
		return inField("environment", err)
	}
	if _, err = w.taskFlag(ctx, "ignore_errors", s.Task, ignoreErrorsOf, s.Scope, false); err != nil {
		return inField("ignore_errors", err)
	}
	if _, err = w.taskFlag(ctx, "any_errors_fatal", s.Task, anyErrorsFatalOf, s.Scope, false); err != nil {
		return inField("any_errors_fatal", err)
	}
	_, err = w.number(ctx, "timeout", w.said(ctx, s.Task, timeoutOf, s.Scope), s.Scope, w.opts.Timeout)
	return err
}
