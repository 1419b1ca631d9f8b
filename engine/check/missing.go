package check

import (
	"os"
	"path/filepath"
	"strings"

	"goplay/engine/playbook"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/tree"
)

// sources are the modules that read a file of the controller: the option that
// names it and the folder where it is looked for.
var sources = map[string]struct{ option, folder string }{
	"ansible.builtin.copy":     {"src", "files"},
	"ansible.builtin.template": {"src", "templates"},
}

// files warns of a file that is not there. It need not be a fault: an earlier
// task may make it.
func (c *checker) files(t *playbook.Task, full string) {
	s, ok := sources[full]
	if !ok || c.lenient || t.Args == nil || !t.Args.Get("remote_src").IsNull() {
		return
	}
	n := t.Args.Get(s.option)
	if n == nil || n.Kind != tree.Text || n.Text == "" || template.IsTemplate(n.Text) || strings.HasPrefix(n.Text, "~") {
		return
	}
	if c.exists(t, s.folder, n.Text) {
		return
	}
	c.warn(source.Errorf(n.Pos, "%s: there is no file %s", t.Module, n.Text).
		WithHint("it is looked for in %s", strings.Join(c.folders(t, s.folder), ", ")))
}

func (c *checker) exists(t *playbook.Task, folder, name string) bool {
	if filepath.IsAbs(name) {
		_, err := os.Stat(name)
		return err == nil
	}
	for _, dir := range c.folders(t, folder) {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return true
		}
	}
	return false
}

// folders lists where a task's files are looked for, nearest first.
func (c *checker) folders(t *playbook.Task, folder string) []string {
	var out []string
	add := func(dir string) {
		for _, one := range []string{filepath.Join(dir, folder), dir} {
			if !contains(out, one) {
				out = append(out, one)
			}
		}
	}
	for r := t.Role; r != nil; r = r.Parent {
		add(r.Path)
		add(filepath.Join(r.Path, "tasks"))
	}
	for at := t; at != nil; at = at.Parent {
		add(filepath.Dir(at.File))
	}
	if c.playDir != "" {
		add(c.playDir)
	}
	return out
}

// handlers warns of notifications that no handler of the play answers, where
// all names can be known.
func (c *checker) handlers(p *playbook.Play) {
	known := map[string]bool{}
	open := false // more handlers may come, or have names that are not known yet
	playbook.Walk(p.Handlers, func(n playbook.Node) bool {
		t, ok := n.(*playbook.Task)
		if !ok {
			return true
		}
		open = open || template.IsTemplate(t.Name) || strings.HasPrefix(short(t.Module), "include")
		known[t.Name] = true
		if t.Role != nil {
			known[t.Role.Name+" : "+t.Name] = true
			known[t.Role.FQCN+" : "+t.Name] = true
		}
		for _, l := range t.Listen {
			for _, name := range texts(l) {
				known[name] = true
			}
		}
		return true
	})
	p.Walk(func(n playbook.Node) bool {
		if t, ok := n.(*playbook.Task); ok && short(t.Module) == "include_role" {
			open = true
		}
		return !open
	})
	if open {
		return
	}
	names := make([]string, 0, len(known))
	for name := range known {
		names = append(names, name)
	}
	p.Walk(func(n playbook.Node) bool {
		if t, ok := n.(*playbook.Task); ok {
			c.notifications(t, known, names)
		}
		return true
	})
}

func (c *checker) notifications(t *playbook.Task, known map[string]bool, names []string) {
	for _, n := range t.Notify {
		for _, name := range texts(n) {
			if known[name] || template.IsTemplate(name) {
				continue
			}
			e := source.Errorf(n.Pos, "no handler is named or listens to %q", name)
			if near := source.Near(name, names); near != "" {
				e = e.WithHint("did you mean %s?", near)
			}
			c.warn(e)
		}
	}
}

func texts(n *tree.Node) []string {
	if n.Kind == tree.List {
		var out []string
		for _, item := range n.Items {
			out = append(out, item.String())
		}
		return out
	}
	return []string{n.String()}
}

func short(module string) string { return module[strings.LastIndexByte(module, '.')+1:] }

func (c *checker) warn(e *source.Error) {
	if key := e.Error(); !c.seen[key] {
		c.seen[key] = true
		c.found.Warnings = append(c.found.Warnings, e)
	}
}
