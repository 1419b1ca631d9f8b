package engine

import (
	"context"

	"goplay/engine/console"
	"goplay/engine/playbook"
	"goplay/engine/vars"
	"goplay/internal/value"
	"goplay/modules"
)

// debugged is what the console shows of a task on a host, and what was changed
// there.
type debugged struct {
	walk   *walk
	ctx    context.Context
	task   *playbook.Task
	module string
	host   *Host
	own    vars.Layer // task_vars that were set
	args   *value.Dict
	shown  *value.Dict // args as they were first shown
	name   string
	result *outcome
}

func (w *walk) newDebugged(ctx context.Context, t *playbook.Task, module string, h *Host, o *outcome, own vars.Layer) *debugged {
	d := &debugged{walk: w, ctx: ctx, task: t, module: module, host: h, own: own, result: o, name: UnderRole(t, Title(t))}
	d.show(o.step)
	return d
}

// show takes the options of a step that ran; those of one that did not are
// shown as they are written.
func (d *debugged) show(s *Step) {
	d.args = value.NewDict()
	switch {
	case s != nil && s.Args != nil:
		d.args.Update(s.Args)
		if s.FreeForm != "" {
			if m, ok := modules.Lookup(d.module); ok {
				d.args.Delete(m.FreeForm)
			}
			d.args.Set("_raw_params", s.FreeForm)
		}
	default:
		if args, ok := d.task.Args.Data().(*value.Dict); ok {
			d.args.Update(args)
		}
		if d.task.FreeForm != nil {
			d.args.Set("_raw_params", d.task.FreeForm.Data())
		}
	}
	d.shown = d.args.Copy()
}

// update evaluates the task as written with the variables as they are now.
func (d *debugged) update() error {
	s := &Step{Task: d.task, Host: d.host, Module: d.module, Scope: d.walk.scope(d.host, d.task).With(d.own), play: d.walk.playRun}
	if err := d.walk.arguments(d.ctx, s); err != nil {
		return value.Raise("AnsibleUndefinedVariable", "%s", faultMessage(err))
	}
	d.show(s)
	return nil
}

// again runs the task as the console leaves it. What ran once keeps the values
// that it had, unless they were changed; a loop is evaluated anew.
func (d *debugged) again(ctx context.Context) (*outcome, error) {
	w := *d.walk
	if !d.result.looped || !value.Equal(d.args, d.shown) {
		w.args = d.args
	}
	return w.onHostIn(ctx, d.task, d.module, d.host, w.scope(d.host, d.task).With(d.own))
}

func (d *debugged) console() *console.Console {
	h := object{kind: "Host", shown: d.host.Name, attrs: map[string]any{"name": d.host.Name, "address": d.host.Name, "vars": value.NewDict()}}
	task := &taskObject{d}
	fields := d.result.fields.Copy()
	fields.Set("_ansible_no_log", d.result.noLog)
	is := func(on bool) any {
		return &value.Func{Name: "is", Fn: func([]any, *value.Dict) (any, error) { return on, nil }}
	}
	result := object{kind: "TaskResult", shown: "<TaskResult of " + d.name + " on " + d.host.Name + ">", attrs: map[string]any{
		"_result": fields, "_host": h, "_task": task, "task_name": d.name,
		"is_failed": is(d.result.status() == Failed), "is_unreachable": is(d.result.lost != ""),
		"is_skipped": is(d.result.Skipped), "is_changed": is(d.result.Changed),
	}}
	o := d.walk.opts
	return &console.Console{
		Prompt: "[" + d.host.Name + "] TASK: " + d.name + " (debug)> ", Out: o.Debugger.Out, Line: o.Debugger.Line, Update: d.update,
		Names: map[string]any{
			"task": task, "host": h, "result": result, "task_vars": &taskVars{d},
			"play_context": object{kind: "PlayContext", shown: "<PlayContext>", attrs: map[string]any{
				"check_mode": o.Check, "diff": o.Diff, "verbosity": int64(o.Verbosity),
			}},
		},
	}
}

// taskVars are the variables of the task, with those that were set in the console.
type taskVars struct{ *debugged }

func (v *taskVars) view() *scopeVars {
	return &scopeVars{run: v.walk.run, scope: v.walk.scope(v.host, v.task).With(v.own)}
}

func (v *taskVars) Get(key any) (any, bool, error) { return v.view().Get(key) }
func (v *taskVars) Keys() []any                    { return v.view().Keys() }
func (v *taskVars) Len() int                       { return len(v.Keys()) }

// Assign sets a variable.
func (v *taskVars) Assign(name string, to any) error {
	v.own[name] = to
	return nil
}

// object is something that has attributes and a name.
type object struct {
	kind, shown string
	attrs       map[string]any
}

func (o object) TypeName() string { return o.kind }
func (o object) Repr() string     { return o.shown }
func (o object) String() string   { return o.shown }
func (o object) Attr(name string) (any, bool) {
	v, ok := o.attrs[name]
	return v, ok
}

// taskObject is the task as the console knows it.
type taskObject struct{ *debugged }

// TypeName is that of Ansible's class.
func (t *taskObject) TypeName() string { return "Task" }

// Repr is the task's heading.
func (t *taskObject) Repr() string { return "TASK: " + t.name }

// String is the task's heading.
func (t *taskObject) String() string { return t.Repr() }

// Attr is one of the attributes of a task that is written in a file.
func (t *taskObject) Attr(name string) (any, bool) {
	switch name {
	case "args":
		return t.args, true
	case "name":
		return t.task.Name, true
	case "action", "resolved_action":
		return t.task.Module, true
	case "vars":
		out := value.NewDict()
		for _, n := range t.task.Vars {
			if d, ok := n.Data().(*value.Dict); ok {
				out.Update(d)
			}
		}
		return out, true
	}
	return t.walk.describe(t.task, &outcome{}).Get(name)
}

// Assign changes the options or the name.
func (t *taskObject) Assign(name string, v any) error {
	switch name {
	case "args":
		d, ok := v.(*value.Dict)
		if !ok {
			return value.Raise("TypeError", "the args of a task are a dict")
		}
		t.args = d
	case "name":
		t.name = value.Str(v)
	default:
		return value.Raise("AttributeError", "'Task' object attribute '%s' cannot be changed here", name)
	}
	return nil
}
