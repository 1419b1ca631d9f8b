package engine

import (
	"context"
	"fmt"
	"strings"
	"time"

	"goplay/internal/value"
	"goplay/modules"
)

// job is what async and poll ask for.
type job struct{ seconds, poll int64 }

func (w *walk) background(ctx context.Context, s *Step) (j job, err error) {
	if s.Task.Async.IsNull() {
		return j, nil
	}
	if j.seconds, err = w.number(ctx, "async_val", s.Task.Async, s.Scope, 0); err != nil {
		return j, err
	}
	j.poll, err = w.number(ctx, "poll", s.Task.Poll, s.Scope, w.opts.Poll)
	return j, err
}

// inForeground are the actions that need the controller while they run, so
// that Ansible refuses async for them.
var inForeground = map[string]bool{
	"add_host": true, "assemble": true, "assert": true, "copy": true, "debug": true, "fail": true, "fetch": true,
	"gather_facts": true, "group_by": true, "include_vars": true, "pause": true, "raw": true, "script": true,
	"set_fact": true, "set_stats": true, "template": true, "unarchive": true, "validate_argument_spec": true,
	"wait_for_connection": true,
}

// inBackground starts the step's module as a job on the target and, unless
// poll is zero, looks at it until it is done or its time is up.
func (w *walk) inBackground(ctx context.Context, s *Step, j job) (modules.Result, error) {
	if s.Check {
		r := modules.Result{Failed: true, Msg: "check mode and async cannot be used on same task.", Data: value.NewDict()}
		return r, nil
	}
	if inForeground[shortName(s.Module)] {
		return modules.Result{Failed: true, Msg: "async is not supported for this task.", Data: value.NewDict()}, nil
	}
	inner := *s
	inner.async = j.seconds
	var r modules.Result
	var err error
	if strings.HasPrefix(s.Module, ownPrefix) {
		r, err = w.ownStep(ctx, &inner)
	} else if action := w.opts.Actions[s.Module]; action != nil {
		r, err = action(ctx, &inner)
	} else {
		r, err = inner.Run(ctx, modules.Call{})
	}
	id, started := r.Data.Get("ansible_job_id")
	if err != nil || !started || j.poll <= 0 {
		return r, err
	}
	return w.poll(ctx, s, value.Str(id), j)
}

// poll looks at a job every so often until it is done or its time is up.
func (w *walk) poll(ctx context.Context, s *Step, id string, j job) (modules.Result, error) {
	var r modules.Result
	for left := j.seconds; left > 0; left -= j.poll {
		if !sleep(ctx, time.Duration(j.poll)*time.Second) {
			return modules.Failed(context.Cause(ctx)), nil
		}
		var err error
		if r, err = s.Peek(ctx, "ansible.builtin.async_status", map[string]any{"jid": id}); err != nil {
			return r, err
		}
		if done, _ := r.Data.Get("finished"); value.Truth(done) {
			w.report(Polled{Host: s.Host.Name, Job: id, Result: r.Data, Done: true, Failed: r.Failed})
			// As Ansible's: a job that was waited for leaves no file, and one whose
			// file cannot go has still ended as it has.
			_, _ = s.Peek(ctx, "ansible.builtin.async_status", map[string]any{"jid": id, "mode": "cleanup"})
			return r, nil
		}
		w.report(Polled{Host: s.Host.Name, Job: id, Result: r.Data})
	}
	w.report(Polled{Host: s.Host.Name, Job: id, Result: r.Data, Done: true, Failed: true})
	return modules.Result{Failed: true, Data: value.DictOf("async_result", r.Data),
		Msg: fmt.Sprintf("async task did not complete within the requested time - %ds", j.seconds)}, nil
}
