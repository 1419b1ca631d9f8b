package engine

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"

	"goplay/engine/playbook"
	"goplay/internal/tree"
	"goplay/internal/value"
	"goplay/modules"
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
	own := value.NewDict()
	environment := w.describedEnvironment(t, o)
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
	return value.DictOf("collections", value.Strings(t.Collections), "tags", value.Strings(t.Tags), "when", written(t.When),
		"name", name, "connection", keyword(t.Connection, connection), "port", keyword(t.Port, nil),
		"remote_user", keyword(t.RemoteUser, nil), "vars", own, "module_defaults", defaults, "environment", environment,
		"no_log", keyword(t.NoLog, w.opts.NoLog), "run_once", keyword(t.RunOnce, nil), "ignore_errors", keyword(t.IgnoreErrors, nil),
		"ignore_unreachable", keyword(t.IgnoreUnreachable, nil), "check_mode", keyword(t.CheckMode, w.opts.Check),
		"diff", keyword(t.Diff, w.opts.Diff), "any_errors_fatal", keyword(t.AnyErrorsFatal, w.opts.AnyErrorsFatal),
		"throttle", keyword(t.Throttle, int64(0)), "timeout", keyword(t.Timeout, w.opts.Timeout), "debugger", keyword(t.Debugger, nil),
		"become", keyword(t.Become, w.opts.Defaults.Become), "become_method", keyword(t.BecomeMethod, w.opts.Defaults.BecomeMethod),
		"become_user", keyword(t.BecomeUser, nil), "become_flags", keyword(t.BecomeFlags, nil), "become_exe", keyword(t.BecomeExe, nil),
		"args", describedArgs(t, o), "action", t.Module, "async_val", keyword(t.Async, int64(0)), "async", keyword(t.Async, int64(0)),
		"changed_when", written(t.ChangedWhen), "delay", keyword(t.Delay, int64(5)), "delegate_to", keyword(t.DelegateTo, nil),
		"delegate_facts", keyword(t.DelegateFacts, nil), "failed_when", written(t.FailedWhen), "loop", t.Loop.Data(),
		"loop_control", w.describedLoop(t, o), "notify", notify, "poll", keyword(t.Poll, int64(15)), "register", orNil(t.Register),
		"retries", keyword(t.Retries, int64(3)), "until", written(t.Until), "loop_with", orNil(t.LoopLookup),
		"uuid", identity(t, "task"), "finalized", true, "squashed", true)
}

// describedLoop is a task's loop_control: all but the label evaluated, where the task
// came that far.
func (w *walk) describedLoop(t *playbook.Task, o *outcome) *value.Dict {
	c := t.LoopControl
	if c == nil {
		c = &playbook.LoopControl{}
	}
	final := !o.faulty && o.step != nil && o.step.Scope != nil
	keyword := func(n *tree.Node, def any) any {
		if n.IsNull() {
			return def
		}
		if final {
			if v, err := w.opts.Template.Eval(context.Background(), n, o.step.Scope); err == nil {
				return v
			}
		}
		return n.Data()
	}
	name := func(n *tree.Node, def any) any {
		if n.String() == "" {
			return def
		}
		return keyword(tree.TextNode(n.Pos, n.String()), nil)
	}
	pause := keyword(c.Pause, int64(0))
	if f, err := modules.ToFloat(pause); err == nil && final {
		pause = f
	}
	return value.DictOf("loop_var", name(c.LoopVar, "item"), "index_var", name(c.IndexVar, nil), "label", c.Label.Data(),
		"pause", pause, "extended", keyword(c.Extended, nil), "extended_allitems", keyword(c.ExtendedAllItems, true),
		"uuid", identity(t, "loop_control"), "finalized", final, "squashed", false)
}

// identity is a name that a task, or a part of it, has for as long as it stands where it does.
func identity(t *playbook.Task, part string) string {
	sum := sha256.Sum256([]byte(fmt.Sprintf("%s %s:%d:%d", part, t.Pos.File, t.Pos.Line, t.Pos.Col)))
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// describedEnvironment is what a task's environment is given by: one dict at least,
// once it has been evaluated.
func (w *walk) describedEnvironment(t *playbook.Task, o *outcome) *value.List {
	evaluated := !o.looped && !o.early && o.step != nil && o.step.Scope != nil
	out := value.NewList()
	for _, n := range t.Environment {
		v := n.Data()
		if evaluated {
			if got, err := w.opts.Template.Eval(context.Background(), n, o.step.Scope); err == nil {
				v = got
			}
		}
		out.Append(v)
	}
	if evaluated && out.Len() == 0 {
		out.Append(value.NewDict())
	}
	return out
}

// written are conditions as they stand in the file.
func written(conditions []playbook.Condition) *value.List {
	out := value.NewList()
	for _, c := range conditions {
		out.Append(c.Node.Data())
	}
	return out
}
