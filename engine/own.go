package engine

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"os"
	"path/filepath"
	"strings"

	"goplay/engine/catalog"
	"goplay/engine/library"
	"goplay/engine/playbook"
	"goplay/internal/shlex"
	"goplay/internal/source"
	"goplay/internal/value"
	"goplay/modules"
)

// ownModule finds a module that the project ships itself: it wins over one of
// the same short name that comes with goplay, as it does in Ansible.
func (r *run) ownModule(t *playbook.Task, playDir string) (*library.Module, error) {
	if r.opts.Library == nil {
		return nil, nil
	}
	m, err := OwnModule(r.opts.Library, t, playDir, func(full string) bool { return r.opts.Actions[full] != nil })
	if err != nil {
		return nil, source.Errorf(t.ModPos, "read the module %s: %w", t.Module, err)
	}
	return m, nil
}

// moduleOf is the full name of a task's module, which may be a template; one of the project's own goes
// by the path of its file.
func (w *walk) moduleOf(ctx context.Context, t *playbook.Task, h *Host) (string, error) {
	if isTemplate(t.Module) {
		v, err := w.opts.Template.EvalText(ctx, t.Module, t.ModPos, w.scope(h, t))
		if err != nil {
			return "", err
		}
		named := *t
		named.Module = value.Str(v)
		t = &named
	}
	name, err := w.fullName(t)
	if err != nil {
		return "", source.Errorf(t.ModPos, "%w", err)
	}
	return name, nil
}

// fullName is the full name of the module that a task names.
func (w *walk) fullName(t *playbook.Task) (string, error) {
	own, err := w.ownModule(t, w.play.Dir)
	switch {
	case err != nil:
		return "", err
	case own != nil:
		return ownPrefix + own.Path, nil
	}
	return w.opts.Resolve(t.Module, t.Collections)
}

// What full names begin with: ansible.legacy is ansible.builtin with the project's
// own modules before it.
const (
	ownPrefix     = "file:"
	legacyPrefix  = "ansible.legacy."
	builtinPrefix = "ansible.builtin."
)

// OwnModule finds the module that a task names among those of its project:
// beside the playbook, then in the roles in the order they were read, whichever
// of them the task is in. Of the modules of an installed collection goplay's own
// go first: it brings what most collections bring, less the Python. action tells
// the controller's names.
func OwnModule(f *library.Finder, t *playbook.Task, playDir string, action func(full string) bool) (*library.Module, error) {
	find := func(full string) (*library.Module, error) {
		full, err := f.Collections.Route(full)
		if err != nil {
			return nil, err
		}
		if _, ok := modules.Lookup(full); ok || action(full) {
			return nil, nil
		}
		return f.Find(full)
	}
	name, legacy := strings.CutPrefix(t.Module, legacyPrefix)
	if strings.Contains(name, ".") {
		return find(t.Module)
	}
	for _, c := range t.Collections {
		if legacy || c == "ansible.builtin" {
			break
		}
		if m, err := find(c + "." + name); m != nil || err != nil {
			return m, err
		}
	}
	m, err := f.Find(name, filepath.Join(playDir, "library"))
	if m != nil || err != nil {
		return m, err
	}
	if _, ok := modules.Lookup(builtinPrefix + name); ok || action(builtinPrefix+name) {
		return nil, nil
	}
	if full, known := catalog.Route(name); known {
		return find(full)
	}
	return nil, nil
}

// ownStep runs a step of a module that the project ships.
func (w *walk) ownStep(ctx context.Context, s *Step) (modules.Result, error) {
	own, err := w.ownModule(s.Task, w.play.Dir)
	if err != nil || own == nil {
		return modules.Result{}, err
	}
	return w.runOwn(ctx, s, own)
}

// RunOwn runs the project's own module of that name, if there is one: with args, and
// with what module_defaults say of it where those say nothing.
func (s *Step) RunOwn(ctx context.Context, name string, args func() map[string]any) (r modules.Result, found bool, err error) {
	w := &walk{playRun: s.play}
	task := *s.Task
	task.Module = name
	own, err := w.ownModule(&task, w.play.Dir)
	if err != nil || own == nil {
		return r, false, err
	}
	step := *s
	step.Task, step.Module = &task, ownPrefix+own.Path
	if step.Args, err = w.moduleDefaults(ctx, &step); err != nil {
		return r, true, err
	}
	for k, v := range args() {
		if _, defaulted := step.Args.Get(k); v != nil || !defaulted {
			step.Args.Set(k, v)
		}
	}
	r, err = w.runOwn(ctx, &step, own)
	return r, true, err
}

// runOwn runs a module of the project on the target by the protocol it speaks.
func (w *walk) runOwn(ctx context.Context, s *Step, m *library.Module) (modules.Result, error) {
	if s.Check && !m.Checks {
		return modules.Result{Skipped: true, Data: value.NewDict(), Msg: modules.Unpredicted(m.Name)}, nil
	}
	call, err := w.ownCall(ctx, s, m)
	if err != nil {
		return modules.Result{}, err
	}
	direct := *s
	direct.Check = false // the module is told, and decides itself
	r, err := direct.Run(ctx, call)
	r.Invocation = nil
	return ownResult(r), err
}

// ownCall is what goes to the target: how the module is run, and its text.
func (w *walk) ownCall(ctx context.Context, s *Step, m *library.Module) (modules.Call, error) {
	arguments, err := w.ownArgumentsText(s, m)
	if err != nil {
		return modules.Call{}, err
	}
	interpreter, isPython, err := w.interpreter(ctx, s, m)
	if err != nil {
		return modules.Call{}, err
	}
	text, err := os.ReadFile(m.Path)
	if err != nil {
		return modules.Call{}, source.Errorf(s.Task.ModPos, "read the module %s: %w", m.Name, err)
	}
	args := map[string]any{"name": m.Name, "interpreter": value.Strings(interpreter), "python": isPython, "arguments": arguments}
	switch m.Protocol {
	case library.JSONText:
		text = library.WithArguments(text, arguments)
		args["mode"], args["arguments"] = "none", ""
	case library.Payload:
		p, err := w.payload(s.Task, m)
		if err != nil {
			return modules.Call{}, err
		}
		text = p.Zip
		args["mode"], args["hash"] = "payload", p.Hash
	}
	if s.async > 0 { // a job has nobody to ask for content
		args["text"] = base64.StdEncoding.EncodeToString(text)
	}
	return modules.Call{Module: "goplay.project.module", Args: args, Content: func(string) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(text)), nil
	}}, nil
}

// ownResult gives the places they have in a Result to what a module only printed.
func ownResult(r modules.Result) modules.Result {
	if facts, ok := r.Data.Get("ansible_facts"); ok {
		if d, ok := facts.(*value.Dict); ok {
			r.Facts = d
			r.Data.Delete("ansible_facts")
		}
	}
	if skipped, _ := r.Data.Get("skipped"); value.Truth(skipped) {
		r.Skipped = true
	}
	r.Data.Delete("skipped")
	if diff, ok := r.Data.Get("diff"); ok {
		r.Data.Delete("diff")
		r.Diff = append(r.Diff, diffsOf(diff)...)
	}
	return r
}

// diffsOf reads the differences that a module reports: one, or a list.
func diffsOf(v any) []modules.Diff {
	if list, ok := v.(*value.List); ok {
		var out []modules.Diff
		for _, one := range list.Items {
			out = append(out, diffsOf(one)...)
		}
		return out
	}
	d, ok := v.(*value.Dict)
	if !ok || d.Len() == 0 {
		return nil
	}
	out := modules.Diff{BeforeHeader: d.GetString("before_header"), AfterHeader: d.GetString("after_header"), Prepared: d.GetString("prepared")}
	out.Before, _ = d.Get("before")
	out.After, _ = d.Get("after")
	return []modules.Diff{out}
}

// ownArgumentsText writes a step's options as the module reads them, with what
// Ansible adds about the run.
func (w *walk) ownArgumentsText(s *Step, m *library.Module) (string, error) {
	if m.Protocol == library.Pairs {
		var words []string
		for k, v := range s.Args.All() {
			words = append(words, value.Str(k)+"="+shlex.Quote(value.Str(v)))
		}
		return strings.Join(words, " "), nil
	}
	all := s.Args.Copy()
	all.Update(value.DictOf(
		"_ansible_check_mode", s.Check, "_ansible_no_log", s.NoLog, "_ansible_debug", false, "_ansible_diff", s.Diff,
		"_ansible_verbosity", int64(w.opts.Verbosity), "_ansible_module_name", m.Name, "_ansible_syslog_facility", "LOG_USER",
		"_ansible_selinux_special_fs", value.Strings([]string{"fuse", "nfs", "vboxsf", "ramfs", "9p", "vfat"}),
		"_ansible_string_conversion_action", "warn", "_ansible_socket", nil, "_ansible_shell_executable", "/bin/sh",
		"_ansible_keep_remote_files", false))
	if v, ok := w.opts.Magic["ansible_version"].(*value.Dict); ok {
		all.Set("_ansible_version", v.GetString("full"))
	}
	if m.Protocol == library.Payload {
		all = value.DictOf("ANSIBLE_MODULE_ARGS", all)
	}
	return value.EncodeJSON(all, value.JSONOptions{})
}
