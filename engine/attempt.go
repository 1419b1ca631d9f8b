package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"goplay/engine/remote"
	"goplay/engine/vars"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/value"
	"goplay/modules"
)

// attempts runs a step until its until holds, or once.
func (w *walk) attempts(ctx context.Context, s *Step) *outcome {
	t := s.Task
	tries, delay, err := w.retries(ctx, s)
	if err != nil {
		o := w.badArguments(t, s.Host, s.Scope, err)
		if o.fields == nil {
			o.fields = w.fieldsOf(o)
		}
		return o
	}
	for attempt := 1; ; attempt++ {
		o := w.attempt(ctx, s, attempt)
		o.step = s
		if o.lost != "" || o.faulty || tries <= 1 {
			return o
		}
		o.fields.Set("attempts", int64(attempt))
		done, err := w.accepted(ctx, s, o)
		if err != nil {
			s.always = false // what the module wanted shown is gone with its result
			return w.bareFault(t, s.Host, s.Scope, err)
		}
		if done {
			return o
		}
		if attempt >= tries {
			o.Failed = o.Failed || t.FailedWhen == nil // failed_when has the last word
			o.fields.Set("attempts", int64(tries-1))
			o.fields.Set("failed", true)
			return o
		}
		o.fields.Set("retries", int64(tries))
		o.delegate, o.noLog = s.Delegate, s.NoLog
		w.report(Retried{Outcome: w.show(o), Name: w.retried(ctx, s), Left: tries - attempt})
		if !sleep(ctx, delay) {
			return o
		}
	}
}

// retried is what a task that is tried again is called: its own name, without its
// role, where it has one.
func (w *walk) retried(ctx context.Context, s *Step) string {
	if s.Task.Name == "" {
		return UnderRole(s.Task, Title(s.Task))
	}
	v, err := w.opts.Template.EvalText(ctx, s.Task.Name, s.Task.Pos, s.Scope)
	if err != nil {
		return s.Task.Name
	}
	return value.Str(v)
}

// retries gives the number of runs at most and the pause between them.
func (w *walk) retries(ctx context.Context, s *Step) (tries int, pause time.Duration, err error) {
	t := s.Task
	delay, err := w.seconds(ctx, "delay", "int", t.Delay, s.Scope, 5)
	if err != nil {
		return 0, 0, err
	}
	retries, err := w.number(ctx, "retries", t.Retries, s.Scope, 3)
	if err != nil {
		return 0, 0, err
	}
	if len(t.Until) == 0 { // they mean nothing alone, but have to be right
		return 1, 0, nil
	}
	return max(1, int(retries)+1), max(0, delay), nil
}

func (w *walk) accepted(ctx context.Context, s *Step, o *outcome) (bool, error) {
	ok, _, err := w.holds(ctx, s.Task.Until, w.withResult(s, o))
	return ok, err
}

// withResult lets conditions see a result under the name it is registered by,
// and facts and values beside it.
func (w *walk) withResult(s *Step, o *outcome) *vars.Scope {
	own := vars.OfDict(o.fields)
	if s.Task.Register != "" {
		own[s.Task.Register] = o.fields
	}
	delete(own, "ansible_facts")
	if o.Facts.Len() > 0 {
		for k, v := range vars.FactsLayer(o.Facts, w.opts.InjectFacts) {
			own[k] = v
		}
	}
	return s.Scope.With(own)
}

// attempt runs a step once: action or module, then failed and changed. Their
// conditions see the number of the attempt where until makes several.
func (w *walk) attempt(ctx context.Context, s *Step, number int) *outcome {
	ctx, cancel, err := w.deadline(ctx, s)
	if err != nil {
		return w.fault(s.Task, s.Host, s.Scope, err)
	}
	defer cancel()
	o := &outcome{step: s}
	result, err := w.dispatch(ctx, s)
	var lost *remote.Unreachable
	var refused *remote.BecomeFailed
	var raised *Raised
	var misstated *Misstated
	var unknown *remote.NoPlugin
	switch {
	case errors.As(err, &raised):
		s.always = false
		return w.bareFault(s.Task, s.Host, s.Scope, raised.Err)
	case errors.As(err, &misstated):
		result = modules.Failed(modules.Fail("%s", misstated.Fault.Msg))
		o.where = source.Place(misstated.Fault)
	case errors.As(err, &unknown):
		return w.bareFault(s.Task, s.Host, s.Scope, unknown)
	case errors.As(err, &refused):
		result = modules.Failed(refused)
	case errors.As(err, &lost):
		o.lost = lost.Msg
	case errors.Is(err, errTimeout), err == nil && errors.Is(context.Cause(ctx), errTimeout):
		result = modules.Failed(modules.Fail("The %s action failed to execute in the expected time frame (%s) and was terminated",
			shortName(s.Module), w.timeoutText(ctx, s)))
	case err != nil && isFault(err):
		return w.fault(s.Task, s.Host, s.Scope, err)
	case err != nil:
		o.lost = err.Error()
	}
	w.discover(ctx, s, &result)
	o.Result = result
	if says, _ := result.Data.Get("unreachable"); o.lost == "" && value.Truth(says) && !result.Failed {
		o.lost = "unreachable" // so a module says, whose result stands
	}
	o.fields = w.fieldsOf(o)
	if o.unanswered() {
		return o
	}
	if len(s.Task.Until) > 0 {
		o.fields.Set("attempts", int64(number))
	}
	w.judge(ctx, s, o)
	return o
}

func isFault(err error) bool {
	var fault *source.Error
	var failure *modules.Failure
	var arg *modules.ArgError
	return errors.As(err, &fault) || errors.As(err, &failure) || errors.As(err, &arg) || template.IsUndefined(err)
}

var errTimeout = errors.New("the task's timeout")

func (w *walk) deadline(ctx context.Context, s *Step) (context.Context, context.CancelFunc, error) {
	limit, err := w.number(ctx, "timeout", w.said(ctx, s.Task, timeoutOf, s.Scope), s.Scope, w.opts.Timeout)
	if err != nil || limit <= 0 {
		return ctx, func() {}, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, time.Duration(limit)*time.Second, errTimeout)
	return ctx, cancel, nil
}

func (w *walk) timeoutText(ctx context.Context, s *Step) string {
	limit, _ := w.number(context.WithoutCancel(ctx), "timeout", w.said(context.WithoutCancel(ctx), s.Task, timeoutOf, s.Scope), s.Scope, w.opts.Timeout)
	return fmt.Sprint(limit)
}

// dispatch hands a step to its action, or to its module on the target.
func (w *walk) dispatch(ctx context.Context, s *Step) (modules.Result, error) {
	job, err := w.background(ctx, s)
	if err != nil {
		return modules.Result{}, err
	}
	if job.seconds > 0 {
		return w.inBackground(ctx, s, job)
	}
	if strings.HasPrefix(s.Module, ownPrefix) {
		return w.ownStep(ctx, s)
	}
	if action := w.opts.Actions[s.Module]; action != nil {
		return action(ctx, s)
	}
	return s.Run(ctx, modules.Call{})
}

// judge decides whether a result failed and changed: by rc, then by the
// task's own conditions.
func (w *walk) judge(ctx context.Context, s *Step, o *outcome) {
	t := s.Task
	if o.Skipped {
		return
	}
	if rc, ok := o.Data.Get("rc"); ok && !o.Failed {
		if n, isInt := rc.(int64); isInt && n != 0 {
			o.Failed = true
		}
	}
	o.fields.Set("failed", o.Failed)
	if t.ChangedWhen != nil {
		changed, err := w.allHold(ctx, t.ChangedWhen, w.withResult(s, o))
		if err != nil {
			w.unjudged(o, "changed_when_result", err)
			return
		}
		o.Changed = changed
		o.fields.Set("changed", changed)
	}
	if t.FailedWhen != nil {
		failed, err := w.allHold(ctx, t.FailedWhen, w.withResult(s, o))
		if err != nil {
			w.unjudged(o, "failed_when_result", err)
			return
		}
		o.Failed = failed
		o.fields.Set("failed_when_result", failed)
		o.fields.Set("failed", failed)
	}
}

func (w *walk) unjudged(o *outcome, field string, err error) {
	o.Failed = true
	o.fields.Set("failed", true)
	o.fields.Set(field, faultMessage(err))
}
