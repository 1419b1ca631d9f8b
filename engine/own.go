package engine

import (
	"bytes"
	"context"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

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
	m, err := OwnModule(r.opts.Library, t, playDir)
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
	own, err := w.ownModule(t, w.play.Dir)
	if err != nil || own != nil {
		if own != nil {
			return ownPrefix + own.Path, err
		}
		return "", err
	}
	name, err := w.opts.Resolve(t.Module, t.Collections)
	if err != nil {
		return "", source.Errorf(t.ModPos, "%w", err)
	}
	return name, nil
}

const ownPrefix = "file:"

// OwnModule finds the module that a task names among those of its project.
func OwnModule(f *library.Finder, t *playbook.Task, playDir string) (*library.Module, error) {
	var dirs []string
	for role := t.Role; role != nil; role = role.Parent {
		dirs = append(dirs, filepath.Join(role.Path, "library"))
	}
	dirs = append(dirs, filepath.Join(playDir, "library"))
	if strings.Contains(t.Module, ".") {
		return f.Find(t.Module)
	}
	for _, c := range t.Collections {
		if c == "ansible.builtin" {
			break
		}
		if m, err := f.Find(c + "." + t.Module); m != nil || err != nil {
			return m, err
		}
	}
	return f.Find(t.Module, dirs...)
}

// runOwn runs a module of the project on the target by the protocol it speaks.
func (w *walk) runOwn(ctx context.Context, s *Step, m *library.Module) (modules.Result, error) {
	if m.Protocol == library.NeedsCore {
		return modules.Failed(modules.Fail("the module %s (%s) needs Ansible's Python libraries, which goplay does not have", m.Name, m.Path)), nil
	}
	if s.Check && !m.Checks {
		return modules.Result{Skipped: true, Data: value.NewDict(), Msg: "remote module (" + m.Name + ") does not support check mode"}, nil
	}
	arguments, err := w.ownArgumentsText(s, m)
	if err != nil {
		return modules.Result{}, err
	}
	interpreter, err := w.interpreter(ctx, s, m)
	if err != nil {
		return modules.Result{}, err
	}
	open := func(string) (io.ReadCloser, error) { return os.Open(m.Path) }
	args := map[string]any{"name": m.Name, "interpreter": value.Strings(interpreter), "arguments": arguments}
	if m.Protocol == library.JSONText {
		text, err := os.ReadFile(m.Path)
		if err != nil {
			return modules.Result{}, source.Errorf(s.Task.ModPos, "read the module %s: %w", m.Name, err)
		}
		filled := library.WithArguments(text, arguments)
		open = func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(filled)), nil }
		args["mode"], args["arguments"] = "none", ""
	}
	direct := *s
	direct.Check = false // the module is told, and decides itself
	r, err := direct.Run(ctx, modules.Call{Module: "goplay.project.module", Args: args, Content: open})
	if facts, ok := r.Data.Get("ansible_facts"); ok {
		if d, ok := facts.(*value.Dict); ok {
			r.Facts = d
			r.Data.Delete("ansible_facts")
		}
	}
	r.Invocation = nil
	return r, err
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
	return value.EncodeJSON(all, value.JSONOptions{})
}

// interpreter is what runs the module: ansible_NAME_interpreter where a
// variable says so, else its first line.
func (w *walk) interpreter(ctx context.Context, s *Step, m *library.Module) ([]string, error) {
	if len(m.Interpreter) == 0 {
		return nil, nil
	}
	words := m.Interpreter
	program := words[0]
	if path.Base(program) == "env" && len(words) > 1 {
		program = words[1]
	}
	name := strings.TrimRight(path.Base(program), "0123456789.")
	v, ok, err := s.Lookup(ctx, "ansible_"+name+"_interpreter")
	if err != nil {
		return nil, err
	}
	if text := value.Str(v); ok && v != nil && !strings.HasPrefix(text, "auto") {
		return append(strings.Fields(text), words[1:]...), nil
	}
	if name == "python" && path.Base(words[0]) != "env" {
		return append([]string{"/usr/bin/env", "python3"}, words[1:]...), nil
	}
	return words, nil
}
