package playbook

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"goplay/internal/homedir"
	"goplay/internal/source"
	"goplay/internal/tree"
)

// includeGuide is where Ansible explains the successors of include.
const includeGuide = "https://docs.ansible.com/ansible-core/2.14/user_guide/playbooks_reuse_includes.html"

// include takes apart a task that stands for others: static imports are read
// now, the rest stays a task.
func (p *pass) include(t *Task, short string, s *scope) []Node {
	if s.handlers && strings.HasSuffix(short, "_role") {
		p.fault(t.Pos, "Using '%s' as a handler is not supported.", t.Module)
		return nil
	}
	if strings.HasSuffix(short, "_role") {
		return p.roleTask(t, short, s)
	}
	given := t.ownVars
	if !p.includeArgs(t, short) {
		return nil
	}
	static := short == "import_tasks"
	if short == "include" {
		if p.options.OnDeprecated != nil {
			p.options.OnDeprecated("\"include\" is deprecated, use include_tasks/import_tasks instead. See "+includeGuide+" for details", "2.16")
		}
		static = t.Loop == nil && s.parent == nil && !isTemplate(t.FreeForm.String())
	}
	if !static {
		return []Node{t}
	}
	if t.Loop != nil {
		p.fault(t.Pos, "You cannot use loops on 'import_tasks' statements. You should use 'include_tasks' instead.")
		return nil
	}
	inner := *s
	if short == "include" { // its vars: win as those of a dynamic include do, but not what stands behind its file
		inner.params = join(s.params, given)
	}
	return p.importTasks(t, s, &inner)
}

// includeArgs brings the file's name into FreeForm and refuses options that
// the include has not.
func (p *pass) includeArgs(t *Task, short string) bool {
	if file := t.Args.Get("file"); file != nil && t.FreeForm == nil {
		t.FreeForm, t.Args = given(file), without(t.Args, "file")
	}
	if t.FreeForm == nil {
		p.fault(t.Pos, "No file specified for %s", t.Module)
		return false
	}
	if short == "include" {
		if t.Args != nil {
			t.Vars = join(t.Vars, []*tree.Node{t.Args})
			t.ownVars = join(t.ownVars, []*tree.Node{t.Args})
			t.Args = nil
		}
		return true
	}
	allowed := []string{"file"}
	if short == "include_tasks" {
		allowed = append(allowed, "apply")
	}
	return p.allowed(t, allowed)
}

// allowed refuses options beyond those that there are.
func (p *pass) allowed(t *Task, names []string) bool {
	rest := without(t.Args, names...)
	if rest != nil {
		var bad []string
		for _, pair := range rest.Pairs {
			bad = append(bad, pair.Name())
		}
		fault := p.fault(rest.Pairs[0].Key.Pos, "Invalid options for %s: %s", t.Module, strings.Join(bad, ","))
		if near := source.Near(bad[0], names); near != "" {
			fault.WithHint("did you mean %s?", near)
		} else if builtin(t.Module) == "include_tasks" || builtin(t.Module) == "import_tasks" {
			fault.WithHint("variables for the file go under vars:")
		}
		return false
	}
	if apply := t.Args.Get("apply"); !apply.IsNull() && apply.Kind != tree.Map {
		p.fault(apply.Pos, "Expected a dict for apply but got %s instead", kindName(apply))
		return false
	}
	return true
}

// importTasks reads the file that a task of s names; inner is the scope of what
// is in it, and gets the task's keywords.
func (p *pass) importTasks(t *Task, s, inner *scope) []Node {
	name, ok := p.expand(t.FreeForm, s.of(t))
	if !ok {
		return nil
	}
	path, found := s.findTasks(name)
	if !found {
		p.fault(t.FreeForm.Pos, "Could not find or access '%s' on the Ansible Controller.", path).Plainly().
			WithHint("the file is looked for beside the importing one, in the role's tasks and beside the playbook")
		return nil
	}
	if slices.Contains(s.imports, path) {
		p.fault(t.FreeForm.Pos, "%s is imported by itself", path).WithHint("use include_tasks with a when that ends it")
		return nil
	}
	if p.options.OnImport != nil {
		p.options.OnImport(path)
	}
	inner.Keywords = t.Keywords
	inner.delegateTo, inner.delegateFacts, inner.notify = t.DelegateTo, t.DelegateFacts, t.Notify
	inner.dirs = append(s.dirs[:len(s.dirs):len(s.dirs)], filepath.Dir(name))
	inner.imports = append(s.imports[:len(s.imports):len(s.imports)], path)
	nodes, ok := p.tasksFile(path, t.FreeForm.Pos, inner)
	if !ok {
		return nil
	}
	return []Node{&Block{Pos: t.Pos, Keywords: t.Keywords, Tasks: nodes, Role: s.role, Implicit: true}}
}

// ErrNoTasks is in the chain of the fault of a file that is no list of tasks.
var ErrNoTasks = errors.New("no list of tasks")

func (p *pass) tasksFile(path string, from source.Pos, s *scope) ([]Node, bool) {
	root, ok := p.file(path, from)
	switch {
	case !ok:
		return nil, false
	case root.IsNull(), root.Kind == tree.List && len(root.Items) == 0:
		if len(s.imports) > 0 { // Ansible says nothing of one that is included
			p.warn(source.Pos{}, "file %s is empty and had no tasks to include", path)
		}
		return nil, true
	case root.Kind != tree.List:
		p.fault(root.Pos, "included task files must contain a list of tasks").WithHint("each task starts with a dash: - name: ...").Err = ErrNoTasks
		return nil, false
	}
	return p.list(root, s, "an included file"), true
}

// findTasks looks for a file of tasks: relative to the includes above, the
// nearest folder first, then in the role, then beside the playbook. When it is
// nowhere, path is where it should be.
func (s *scope) findTasks(name string) (path string, found bool) {
	if filepath.IsAbs(name) || strings.HasPrefix(name, "~") {
		path = filepath.Clean(homedir.Expand(name))
		return path, exists(path)
	}
	bases := []string{s.play.Dir}
	if s.role != nil {
		folder := "tasks"
		if s.handlers {
			folder = "handlers"
		}
		bases = []string{filepath.Join(s.role.Path, folder), filepath.Join(s.role.Path, "tasks"), s.role.Path, filepath.Join(s.play.Dir, "tasks"), s.play.Dir}
	}
	var tried []string
	above := ""
	for i := len(s.dirs) - 1; i >= 0; i-- {
		if !filepath.IsAbs(above) {
			above = filepath.Join(s.dirs[i], above)
		}
		tried = append(tried, relative(bases[0], filepath.Join(above, name)))
	}
	for _, base := range bases {
		tried = append(tried, filepath.Join(base, name))
	}
	for _, one := range tried {
		if exists(one) && !isDir(one) {
			return one, true
		}
	}
	return filepath.Join(bases[0], name), false
}

// staticVarsFiles are those vars_files of a play that can be read before any host is known.
func (p *pass) staticVarsFiles(play *Play) []*tree.Node {
	var out []*tree.Node
	for _, entry := range play.VarsFiles {
		for _, n := range listOf(entry) {
			if n.Kind != tree.Text || isTemplate(n.Text) {
				continue
			}
			path := relative(filepath.Join(play.Dir, "vars"), n.Text)
			if !exists(path) {
				path = relative(play.Dir, n.Text)
			}
			if content, err := p.LoadVarsFile(path); err == nil && content != nil {
				out = append(out, content...)
				break
			}
		}
	}
	return out
}
