package playbook

import (
	"io/fs"
	"path/filepath"

	"goplay/internal/source"
	"goplay/internal/tree"
)

// Included is what a file of tasks brought at run time: its tasks, and the
// handlers and the roles of each import_role in it.
type Included struct {
	Nodes, Handlers []Node
	Roles           []*Role
	Blank           bool // there is nothing in the file
	Warnings        []*source.Error
}

// TasksFile reads the file that an include_tasks task names, for the run that
// comes to it. name is the evaluated name, with are further variables that the
// tasks inside see (the loop's item), strongest last. Of the include's own
// keywords only vars and those under apply reach the tasks inside.
func (l *Loader) TasksFile(include *Task, name string, with ...*tree.Node) (*Included, error) {
	p := &pass{Loader: l}
	s := p.under(include, with)
	path, found := include.scope.findTasks(name)
	at := include.Pos
	if include.FreeForm != nil {
		at = include.FreeForm.Pos
	}
	if !found {
		fault := source.Errorf(at, "Could not find or access '%s' on the Ansible Controller.", path)
		fault.Err = fs.ErrNotExist
		return nil, fault
	}
	s.dirs = append(s.dirs[:len(s.dirs):len(s.dirs)], filepath.Dir(name))
	nodes, _ := p.tasksFile(path, at, s)
	if err := source.Join(p.faults...); err != nil {
		return nil, err
	}
	root, _ := p.file(path, at)
	return &Included{Blank: root.IsNull(), Nodes: nodes, Handlers: s.play.Handlers, Roles: s.play.Roles, Warnings: p.warnings}, nil
}

// Role reads the role that an include_role task names, for the run that comes
// to it. The role's tasks are in Compiled, its handlers in CompiledHandlers.
func (l *Loader) Role(include *Task, o RoleOptions, with ...*tree.Node) (*Role, []*source.Error, error) {
	p := &pass{Loader: l}
	s := p.under(include, with)
	at := include.Pos
	for _, word := range []string{"name", "role"} {
		if n := include.Args.Get(word); n != nil {
			at = n.Pos
			break
		}
	}
	u := o.use(at, include)
	u.keywords = s.Keywords
	r := p.role(u, s)
	if r != nil {
		r.Public = o.Public
		r.Handlers = append(r.Handlers, s.play.Handlers...)
	}
	return r, p.warnings, source.Join(p.faults...)
}

// under is the scope inside a dynamic include: what stands around the include,
// its variables, and what its apply says.
func (p *pass) under(include *Task, with []*tree.Node) *scope {
	s := *include.scope
	play := *s.play // import_role adds to its play, which others read meanwhile
	play.Roles, play.Handlers = nil, nil
	s.play, s.parent, s.imports = &play, include, nil
	given := join(include.ownVars, with)
	s.params = join(include.Params, given)
	var own Keywords
	if apply := include.Args.Get("apply"); !apply.IsNull() && apply.Kind == tree.Map {
		for _, pair := range apply.Pairs {
			name := pair.Name()
			if name != "name" && !p.keyword(&own, "Block", name, pair.Value) && !s.blockKeyword(name, pair.Value) {
				p.notAttribute(pair.Key, "Block", blockWords)
			}
		}
	}
	s.Vars = join(s.Vars, given)
	s.Keywords = own.inherit(&s.Keywords)
	return &s
}

// Add puts a task that stands in no file at the end of a play: a static import
// becomes what it stands for.
func (l *Loader) Add(play *Play, t *Task) error {
	p := &pass{Loader: l, dir: play.Dir}
	s := &scope{play: play}
	t.scope = s
	nodes := []Node{t}
	if short := builtin(t.Module); included[short] {
		nodes = p.include(t, short, s)
	}
	play.Tasks = append(play.Tasks, nodes...)
	return source.Join(p.faults...)
}
