package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"goplay/engine/catalog"
	"goplay/engine/playbook"
	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/internal/value"
	"goplay/internal/vault"
	"goplay/modules"
)

// Inclusion is what an include action found out for a host: which file or role
// and with what variables. Actions hand it over by Step.Include.
type Inclusion struct {
	File  string      // of tasks
	Role  string      // or the name of a role
	Args  *value.Dict // options of the include: tasks_from, public, apply ...
	extra *tree.Node  // loop variables that what is included sees
	label any
	item  bool
	noLog bool
	blank bool // there is nothing in the file, not even a list of no tasks
	task  *playbook.Task
	hosts []*Host

	loaded *playbook.Role // the role, once it is read
	nodes  []playbook.Node
}

// include brings in what hosts asked for: those that want the same go through
// it together, in the order of the asking.
func (w *walk) include(ctx context.Context, t *playbook.Task, module string, ends []end) error {
	var groups []*Inclusion
	for _, e := range ends {
		outcomes := []*outcome{e.result}
		if e.result.looped {
			outcomes = e.result.items
		}
		for _, o := range outcomes {
			if o.status() != OK || !e.host.well() {
				continue
			}
			groups = w.addInclusion(groups, inclusionOf(module, o), e.host)
		}
	}
	for _, g := range groups {
		if err := w.bringIn(ctx, t, g); err != nil {
			return err
		}
	}
	for _, g := range groups {
		if _, err := w.nodes(ctx, g.nodes, g.hosts); err != nil {
			return err
		}
	}
	return nil
}

func inclusionOf(module string, o *outcome) *Inclusion {
	in := &Inclusion{Args: o.step.Args, label: o.label, item: o.label != nil, noLog: o.noLog, task: o.step.Task}
	if module == "ansible.builtin.include_role" {
		in.Role = o.step.Text("name", "role")
	} else {
		in.File = o.step.IncludeFile(value.Str(mustGet(o.Data, "include")))
	}
	loopVars := value.NewDict()
	for _, name := range []string{"ansible_loop_var", "ansible_index_var"} {
		if v, ok := o.step.Scope.Lookup(name); ok && in.item {
			if inner, ok := o.step.Scope.Lookup(value.Str(v)); ok {
				loopVars.Set(value.Str(v), inner)
			}
		}
	}
	if loop, ok := o.step.Scope.Lookup("ansible_loop"); ok && in.item {
		loopVars.Set("ansible_loop", loop)
	}
	if loopVars.Len() > 0 {
		in.extra = tree.FromValue(o.step.Task.Pos, loopVars)
	}
	return in
}

func mustGet(d *value.Dict, key string) any {
	v, _ := d.Get(key)
	return v
}

func (w *walk) addInclusion(groups []*Inclusion, in *Inclusion, h *Host) []*Inclusion {
	for _, g := range groups {
		if !slices.Contains(g.hosts, h) && g.File == in.File && g.Role == in.Role && value.Equal(g.Args, in.Args) && value.Equal(dataOf(g.extra), dataOf(in.extra)) {
			g.hosts = append(g.hosts, h)
			return groups
		}
	}
	in.hosts = []*Host{h}
	return append(groups, in)
}

func dataOf(n *tree.Node) any { return n.Data() }

// Unreadable is the fault of a file that was brought in while running.
type Unreadable struct{ Err error }

func (e *Unreadable) Error() string { return e.Err.Error() }

// Unwrap gives the fault itself.
func (e *Unreadable) Unwrap() error { return e.Err }

// bringIn loads an inclusion and says so; what is wrong with it fails the
// including task on its hosts.
func (w *walk) bringIn(ctx context.Context, t *playbook.Task, in *Inclusion) error {
	nodes, handlers, err := w.loadInclusion(t, in)
	if err != nil && !failsOnly(err) {
		return &Unreadable{err} // what cannot be understood ends the run, as it would have before it
	}
	if err != nil {
		w.missingInclude(t, in, err)
		return nil
	}
	switch err := w.checkNodes(nodes); {
	case errors.Is(err, catalog.ErrUnknown):
		return &Unreadable{err}
	case err != nil:
		return w.failedInclude(ctx, t, in, err)
	}
	in.nodes = nodes
	if in.blank {
		return nil // Ansible says nothing of a file without a list
	}
	if in.Role == "" {
		shown := Included{Task: t, File: in.File, Hosts: names(in.hosts), Label: in.label, Item: in.item}
		if in.noLog { // as Ansible has it, without a loop too
			shown.Label, shown.Item = "(censored due to no_log)", true
		}
		w.report(shown)
		for _, h := range in.hosts {
			w.tally.add(h.Name, func(c *Counts) { c.OK++ })
		}
	}
	w.addHandlers(handlers, in.loaded, dataOf(in.extra))
	return nil
}

// failsOnly reports whether what is wrong with an inclusion fails the including
// task, as what is missing does, where all else ends the run.
func failsOnly(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, playbook.ErrNoTasks) || vault.Unopened(err) || source.Plain(err)
}

func (w *walk) loadInclusion(t *playbook.Task, in *Inclusion) (nodes, handlers []playbook.Node, err error) {
	var with []*tree.Node
	if in.extra != nil {
		with = append(with, in.extra)
	}
	var warnings []*source.Error
	defer func() {
		for _, warning := range warnings {
			w.warn(warning.Error())
		}
	}()
	if in.Role == "" {
		included, err := w.opts.Loader.TasksFile(t, in.File, with...)
		if err != nil {
			return nil, nil, err
		}
		warnings, in.blank = included.Warnings, included.Blank
		for _, role := range included.Roles {
			w.playRun.publish(role)
		}
		return included.Nodes, included.Handlers, nil
	}
	o := playbook.RoleOptions{Name: in.Role,
		TasksFrom: text(in.Args, "tasks_from"), VarsFrom: text(in.Args, "vars_from"),
		DefaultsFrom: text(in.Args, "defaults_from"), HandlersFrom: text(in.Args, "handlers_from"),
		AllowDuplicates: truth(in.Args, "allow_duplicates", true), Public: truth(in.Args, "public", false),
		Validate: truth(in.Args, "rolespec_validate", true)}
	var role *playbook.Role
	role, warnings, err = w.opts.Loader.Role(t, o, with...)
	if err != nil {
		return nil, nil, err
	}
	in.loaded = role
	if role.Public {
		w.playRun.publish(role)
	}
	return role.Compiled(), role.CompiledHandlers(), nil
}

// publish lets the rest of the play see a role's variables.
func (p *playRun) publish(role *playbook.Role) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.vars.Roles = append(append([]*playbook.Role(nil), p.vars.Roles...), role)
}

func text(d *value.Dict, name string) string {
	v, ok := d.Get(name)
	if !ok || v == nil {
		return ""
	}
	return value.Str(v)
}

func truth(d *value.Dict, name string, def bool) bool {
	v, ok := d.Get(name)
	if !ok {
		return def
	}
	b, err := modules.ToBool(v)
	return err == nil && b
}

// missingInclude ends the including task on its hosts, whose result is known
// already: what ignores errors, registers and rescues does not hear of it. A
// rescue section goes on all the same. For a role that is missing there is not
// even a result: the recap does not count it.
func (w *walk) missingInclude(t *playbook.Task, in *Inclusion, err error) {
	reason := err.Error()
	var fault *source.Error
	if errors.As(err, &fault) {
		reason = fault.Msg
	}
	if in.Role != "" {
		w.report(Errored{Text: reason})
		for _, h := range in.hosts {
			h.spoil()
		}
		return
	}
	if !exists(in.File) {
		reason = fmt.Sprintf("Could not find or access '%s' on the Ansible Controller.", in.File)
	}
	for _, h := range in.hosts {
		o := w.fault(t, h, w.scope(h, t), errors.New(reason))
		o.fields = value.DictOf("reason", o.Msg, "failed", true)
		w.tally.add(h.Name, func(c *Counts) { c.Failed++ })
		h.spoil()
		w.report(HostDone{w.show(o)})
	}
}

// failedInclude fails the including task on its hosts.
func (w *walk) failedInclude(ctx context.Context, t *playbook.Task, in *Inclusion, err error) error {
	for _, h := range in.hosts {
		o := w.fault(t, h, w.scope(h, t), err)
		var fault *source.Error
		if errors.As(err, &fault) {
			o.Msg = source.Render(err)
		}
		o.fields = value.DictOf("changed", false, "msg", o.Msg, "reason", o.Msg, "failed", true)
		w.forgive(ctx, o)
		if err := w.settleHost(ctx, t, "", h, o); err != nil {
			return err
		}
	}
	return nil
}

// IncludeFile resolves the file of an include: beside the including file, in
// the role's tasks, in the playbook's folder. Where it is nowhere, it is named
// as it would be beside the playbook.
func (s *Step) IncludeFile(name string) string {
	for _, dir := range s.play.includeDirs(s.Task) {
		path := name
		if !filepath.IsAbs(name) {
			path = filepath.Join(dir, name)
		}
		if exists(path) {
			return filepath.Clean(path)
		}
	}
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(s.play.play.Dir, name)
}

func (p *playRun) includeDirs(t *playbook.Task) []string {
	dirs := []string{filepath.Dir(t.File)}
	if t.Role != nil {
		if t.IsHandler {
			dirs = append(dirs, filepath.Join(t.Role.Path, "handlers"))
		}
		dirs = append(dirs, filepath.Join(t.Role.Path, "tasks"), t.Role.Path)
	}
	for parent := t.Parent; parent != nil; parent = parent.Parent {
		dirs = append(dirs, filepath.Dir(parent.File))
	}
	return append(dirs, p.play.Dir, filepath.Join(p.play.Dir, "tasks"))
}
