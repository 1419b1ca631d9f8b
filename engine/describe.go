package engine

import (
	"context"
	"strings"

	"goplay/engine/playbook"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// describe is a task as ansible_failed_task has it: its keywords as they were
// evaluated, where it came that far, else as written.
func (w *walk) describe(t *playbook.Task, o *outcome) *value.Dict {
	keyword := func(n *tree.Node, def any) any {
		if n.IsNull() {
			return def
		}
		if o.step != nil && o.step.Scope != nil && !o.looped && !o.faulty {
			if v, err := w.opts.Template.Eval(context.Background(), n, o.step.Scope); err == nil {
				return v
			}
		}
		return n.Data()
	}
	name := any(t.Name)
	if isTemplate(t.Name) {
		name = keyword(tree.TextNode(t.Pos, t.Name), nil)
	}
	environment, own := value.NewList(), value.NewDict()
	for _, n := range t.Environment {
		environment.Append(keyword(n, nil))
	}
	for _, n := range t.Vars {
		if d, ok := n.Data().(*value.Dict); ok {
			own.Update(d)
		}
	}
	defaults := value.NewList()
	for _, n := range t.ModuleDefaults {
		defaults.Append(keyword(n, nil))
	}
	var notify any
	if len(t.Notify) > 0 {
		asked := value.NewList()
		for _, n := range t.Notify {
			asked.Append(keyword(n, nil))
		}
		notify = asked
	}
	connection := strings.Replace(w.opts.Defaults.Connection, "smart", "ssh", 1)
	return value.DictOf("name", name, "module_defaults", defaults, "connection", keyword(t.Connection, connection), "action", t.Module, "args", describedArgs(t, o), "register", orNil(t.Register),
		"tags", value.Strings(t.Tags), "when", written(t.When), "changed_when", written(t.ChangedWhen),
		"failed_when", written(t.FailedWhen), "until", written(t.Until), "environment", environment, "vars", own,
		"notify", notify, "loop", t.Loop.Data(), "loop_with", orNil(t.LoopLookup), "delegate_to", keyword(t.DelegateTo, nil),
		"delegate_facts", keyword(t.DelegateFacts, nil), "retries", keyword(t.Retries, int64(3)), "delay", keyword(t.Delay, int64(5)),
		"async", keyword(t.Async, int64(0)), "async_val", keyword(t.Async, int64(0)), "poll", keyword(t.Poll, int64(15)),
		"any_errors_fatal", keyword(t.AnyErrorsFatal, w.opts.AnyErrorsFatal), "become", keyword(t.Become, w.opts.Defaults.Become),
		"become_user", keyword(t.BecomeUser, nil), "become_method", keyword(t.BecomeMethod, w.opts.Defaults.BecomeMethod),
		"become_flags", keyword(t.BecomeFlags, nil), "become_exe", keyword(t.BecomeExe, nil),
		"check_mode", keyword(t.CheckMode, w.opts.Check), "diff", keyword(t.Diff, w.opts.Diff),
		"debugger", keyword(t.Debugger, nil), "ignore_errors", keyword(t.IgnoreErrors, nil),
		"ignore_unreachable", keyword(t.IgnoreUnreachable, nil), "no_log", keyword(t.NoLog, w.opts.NoLog),
		"port", keyword(t.Port, nil), "remote_user", keyword(t.RemoteUser, nil), "run_once", keyword(t.RunOnce, nil),
		"throttle", keyword(t.Throttle, int64(0)), "timeout", keyword(t.Timeout, w.opts.Timeout), "collections", value.Strings(t.Collections))
}

// written are conditions as they stand in the file.
func written(conditions []playbook.Condition) *value.List {
	out := value.NewList()
	for _, c := range conditions {
		out.Append(c.Node.Data())
	}
	return out
}
