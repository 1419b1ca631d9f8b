package check

import (
	"path/filepath"
	"slices"
	"strings"

	"goplay/engine/playbook"
	"goplay/internal/template"
)

// ends are the actions of meta that keep hosts from what comes after them in a play.
var ends = []string{"end_play", "end_host", "end_batch"}

// mayEnd reports whether a task may keep hosts from the tasks after it without
// failing: what is wrong with those does not stop a run that Ansible would finish.
func (c *checker) mayEnd(t *playbook.Task) bool {
	switch strings.TrimPrefix(t.Module, "ansible.builtin.") {
	case "meta":
		return slices.Contains(ends, t.FreeForm.String()) || template.IsTemplate(t.FreeForm.String())
	case "include_role":
		return true
	case "include_tasks", "include":
		return c.fileEnds(t)
	}
	return false
}

// fileEnds reports whether a file of tasks may hold such a meta. It looks at the
// one that is named beside the file at hand, and takes any other as if it did.
func (c *checker) fileEnds(t *playbook.Task) bool {
	name := t.FreeForm.String()
	if file := t.Args.Get("file"); file != nil {
		name = file.String()
	}
	if name == "" || template.IsTemplate(name) || c.Project == nil || c.Project.Read == nil {
		return true
	}
	text, err := c.Project.Read(filepath.Join(filepath.Dir(t.Pos.File), name))
	return err != nil || slices.ContainsFunc(append([]string{"include", "import"}, ends...), func(word string) bool {
		return strings.Contains(string(text), word)
	})
}
