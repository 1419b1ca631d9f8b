package engine

import (
	"context"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync"

	"goplay/engine/playbook"
	"goplay/engine/vars"
	"goplay/internal/template"
	"goplay/internal/tree"
	"goplay/internal/value"
	"goplay/inventory"
)

// playMagic are the magic variables that are the same for all hosts and tasks
// of a batch.
func (p *playRun) playMagic() vars.Layer {
	l := vars.Layer{}
	for k, v := range p.opts.Magic {
		l[k] = v
	}
	l["omit"] = p.omit
	l["playbook_dir"] = p.play.Dir
	l["hostvars"] = &hostVars{p}
	l["ansible_check_mode"] = p.opts.Check
	l["ansible_diff_mode"] = p.opts.Diff
	l["ansible_verbosity"] = int64(p.opts.Verbosity)
	l["ansible_forks"] = int64(p.opts.Forks)
	only := p.opts.Selection.Only
	if len(only) == 0 {
		only = []string{"all"}
	}
	l["ansible_run_tags"] = value.Strings(only)
	l["ansible_skip_tags"] = value.Strings(p.opts.Selection.Skip)
	l["ansible_play_name"] = p.title
	if isTemplate(p.title) { // what only hosts know is told to them
		l["ansible_play_name"] = tree.TextNode(p.play.Pos, p.title)
	}
	l["groups"] = template.Lazy(func(context.Context) (any, error) { return p.groups(), nil })
	l["ansible_play_hosts_all"] = template.Lazy(func(context.Context) (any, error) { return value.Strings(p.everListed()), nil })
	l["ansible_play_hosts"] = template.Lazy(func(context.Context) (any, error) { return value.Strings(p.present().play), nil })
	l["play_hosts"] = template.Lazy(func(context.Context) (any, error) { return value.Strings(p.present().batch), nil })
	l["ansible_play_batch"] = template.Lazy(func(context.Context) (any, error) { return value.Strings(p.present().batch), nil })
	for name, of := range namesOfRoles {
		l[name] = template.Lazy(func(context.Context) (any, error) { return value.Strings(of(p.known())), nil })
	}
	if p.opts.Limit != "" {
		l["ansible_limit"] = p.opts.Limit
	}
	return l
}

// stillListed are the play's hosts that are not out, in the inventory's order.
func (p *playRun) stillListed() []string {
	out := []string{}
	for _, name := range p.everListed() {
		if !isOut(p.host(name)) {
			out = append(out, name)
		}
	}
	return out
}

func isOut(h *Host) bool { return outOfRun(h) || h.get(&h.revived) || h.get(&h.removed) }

func notOut(hosts []*Host) []*Host {
	return filter(hosts, func(h *Host) bool { return !isOut(h) })
}

// present are the hosts that a task sees as those of its play: as they were when
// it began, whatever happens to them meanwhile.
type present struct{ play, batch []string }

func (p *playRun) present() present {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.now != nil {
		return *p.now
	}
	return present{p.stillListed(), names(notOut(p.batch))}
}

// see notes who is present, for a task that begins.
func (p *playRun) see() {
	if p.free {
		return // each host is at a task of its own
	}
	now := present{p.stillListed(), names(notOut(p.batch))}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = &now
}

// groupLists are the lists of what a magic variable groups holds, for one state
// of the inventory: with thousands of hosts they are not made for each use.
type groupLists struct {
	mu    sync.Mutex
	of    []inventory.Membership
	hosts [][]any
}

func (p *playRun) groups() *value.Dict {
	members := p.opts.Inventory.Members()
	l := &p.groupLists
	l.mu.Lock()
	if len(l.of) != len(members) || &l.of[0] != &members[0] {
		l.of, l.hosts = members, make([][]any, len(members))
		for i, m := range members {
			l.hosts[i] = value.Strings(m.Hosts).Items
		}
	}
	hosts := l.hosts
	l.mu.Unlock()
	d := value.NewDict()
	for i, m := range members {
		d.Set(m.Group, value.NewList(slices.Clone(hosts[i])...)) // each use may change its own
	}
	return d
}

// hostMagic are the magic variables of a host at a task, above the play's.
func (p *playRun) hostMagic(h *Host, t *playbook.Task) vars.Layer {
	own := p.magicOfHost(h.Name)
	l := make(vars.Layer, len(p.magic)+len(own)+8)
	for k, v := range p.magic {
		l[k] = v
	}
	for k, v := range own {
		l[k] = v
	}
	if t == nil {
		return l
	}
	l["ansible_search_path"] = template.Lazy(func(context.Context) (any, error) {
		return value.Strings(p.searchPath(t)), nil
	})
	l["environment"] = template.Lazy(func(context.Context) (any, error) {
		out := value.NewList()
		for _, n := range t.Environment {
			out.Append(n.Data())
		}
		return out, nil
	})
	if r := t.Role; r != nil {
		l["role_name"], l["ansible_role_name"] = r.Name, r.Name
		if r.FQCN != "" {
			l["ansible_role_name"] = r.FQCN
		}
		l["role_path"] = r.Path
		if r.Collection != "" {
			l["ansible_collection_name"] = r.Collection
		}
		names, paths := parents(r)
		if len(names) > 0 {
			l["ansible_parent_role_names"], l["ansible_parent_role_paths"] = value.Strings(names), value.Strings(paths)
		}
	}
	return l
}

// magicOfHost are a host's own: its names and groups.
func (p *playRun) magicOfHost(name string) vars.Layer {
	short, _, _ := strings.Cut(name, ".")
	l := vars.Layer{"inventory_hostname": name, "inventory_hostname_short": short}
	l["group_names"] = template.Lazy(func(context.Context) (any, error) {
		groups := p.opts.Inventory.GroupNames(name)
		sort.Strings(groups)
		return value.Strings(groups), nil
	})
	if file := p.opts.Inventory.SourceOf(name); file != "" {
		l["inventory_file"], l["inventory_dir"] = file, filepath.Dir(file)
	} else {
		l["inventory_file"], l["inventory_dir"] = nil, nil
	}
	return l
}

// parents are the roles that include a role. One that depends on it is none.
func parents(r *playbook.Role) (names, paths []string) {
	for ; r.Parent != nil; r = r.Parent {
		if p := r.Parent; !slices.Contains(p.Dependencies, r) {
			names, paths = append(names, p.Name), append(paths, p.Path)
		}
	}
	return names, paths
}

func roleNames(roles []*playbook.Role) []string {
	out := []string{}
	for _, r := range roles {
		out = append(out, r.Name)
	}
	return out
}

func unique(names []string) []string {
	out := []string{}
	for _, name := range names {
		if !contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func dependencyNames(roles []*playbook.Role) []string {
	out := []string{}
	for _, r := range roles {
		out = append(out, roleNames(r.Dependencies)...)
		out = append(out, dependencyNames(r.Dependencies)...)
	}
	return out
}

// searchPath lists where files of a task are looked for, nearest first.
func (p *playRun) searchPath(t *playbook.Task) []string {
	var out []string
	add := func(dir string) {
		if dir != "" && !contains(out, dir) {
			out = append(out, dir)
		}
	}
	if t != nil {
		for r := t.Role; r != nil; r = r.Parent {
			add(r.Path)
		}
		for at := t; at != nil; at = at.Parent {
			dir := filepath.Dir(at.File)
			if base := filepath.Base(dir); at.Role != nil && (base == "tasks" || base == "handlers") {
				add(filepath.Dir(dir))
			}
			add(dir)
		}
	}
	add(p.play.Dir)
	return out
}

// hostVars is the hostvars variable: every host of the inventory by name, its
// variables evaluated when asked for.
type hostVars struct{ play *playRun }

var _ value.Mapping = (*hostVars)(nil)

func (v *hostVars) Get(key any) (any, bool, error) {
	name := value.Str(key)
	if !v.Has(key) {
		return &value.Undefined{Name: "hostvars[" + value.Repr(name) + "]"}, true, nil
	}
	p := v.play
	return &varsOfHost{scopeVars{run: p.run, scope: p.source.Scope(name, nil, nil, p.hostMagic(p.host(name), nil))}}, true, nil
}

// Has reports whether the inventory has a host; asking for another one gives an
// undefined value that says so.
func (v *hostVars) Has(key any) bool { return v.play.opts.Inventory.Host(value.Str(key)) != nil }

func (v *hostVars) TypeName() string   { return "HostVars" }
func (v *hostVars) TypeModule() string { return "ansible.vars.hostvars" }

// delegatedVars lets a delegated task see the variables of the host it runs
// on. inventory_hostname among them stays the host that it runs for.
func (p *playRun) delegatedVars(delegate, from string) vars.Layer {
	scope := p.source.Scope(delegate, p.vars, nil, p.hostMagic(p.host(delegate), nil))
	theirs := &scopeVars{run: p.run, scope: scope.With(vars.Layer{"inventory_hostname": from})}
	return vars.Layer{"ansible_delegated_vars": value.DictOf(delegate, theirs)}
}

// Keys are the names of the inventory's hosts, and of the implicit localhost.
func (v *hostVars) Keys() []any {
	var out []any
	for _, h := range v.play.opts.Inventory.Hosts() {
		out = append(out, h.Name)
	}
	if local := v.play.opts.Inventory.Host("localhost"); local.Implicit {
		out = append(out, local.Name)
	}
	return out
}

// Len counts localhost, as Ansible's does, also where the inventory has one.
func (v *hostVars) Len() int { return len(v.play.opts.Inventory.Hosts()) + 1 }

// varsOfHost are the variables of one host, as hostvars gives them.
type varsOfHost struct{ scopeVars }

func (v *varsOfHost) TypeName() string   { return "HostVarsVars" }
func (v *varsOfHost) TypeModule() string { return "ansible.vars.hostvars" }

// scopeVars is a scope as a dict.
type scopeVars struct {
	run   *run
	scope *vars.Scope
}

var _ value.Mapping = (*scopeVars)(nil)

func (v *scopeVars) Get(key any) (any, bool, error) {
	got, found := v.scope.Lookup(value.Str(key))
	if !found {
		return nil, false, nil
	}
	ctx, engine := context.Background(), v.run.opts.Template
	n, written := got.(*tree.Node)
	if !written {
		val, err := v.run.resolve(ctx, v.scope, got)
		return val, true, err
	}
	val, err := engine.Value(ctx, n, v.scope)
	if template.IsUndefined(err) {
		val, err = v.run.asFar(ctx, n, v.scope)
	}
	return val, true, err
}

// asFar evaluates what can be evaluated; a text that names something undefined
// stays as it is written.
func (r *run) asFar(ctx context.Context, n *tree.Node, v template.Vars) (any, error) {
	switch n.Kind {
	case tree.List:
		out := value.NewList()
		for _, item := range n.Items {
			one, err := r.asFar(ctx, item, v)
			if err != nil {
				return nil, err
			}
			out.Append(one)
		}
		return out, nil
	case tree.Map:
		out := value.NewDict()
		for _, pair := range n.Pairs {
			one, err := r.asFar(ctx, pair.Value, v)
			if err != nil {
				return nil, err
			}
			out.Set(pair.Key.Data(), one)
		}
		return out, nil
	}
	val, err := r.opts.Template.Value(ctx, n, v)
	if template.IsUndefined(err) {
		return n.Data(), nil
	}
	return val, err
}

func (v *scopeVars) Keys() []any {
	names := v.scope.Names()
	sort.Strings(names)
	out := make([]any, 0, len(names))
	for _, n := range names {
		if n != "hostvars" && n != "vars" {
			out = append(out, n)
		}
	}
	return out
}

func (v *scopeVars) Len() int { return len(v.Keys()) }
