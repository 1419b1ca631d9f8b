package playbook

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"goplay/internal/source"
	"goplay/internal/tree"
)

const includes = `
-- site.yml --
- hosts: all
  become: yes
  tasks:
    - block:
        - include_tasks: sub/a.yml
          when: include_when
          tags: include
          vars: {v: include}
        - include_tasks: {file: sub/a.yml, apply: {tags: [applied], become: no, when: apply_when}}
      when: block_when
      vars: {b: block}
    - include_role: {name: r, apply: {tags: x}}
      vars: {given: 1}
    - include_tasks: nope.yml
-- sub/a.yml --
- debug:
- include_tasks: b.yml
- import_role: {name: h}
-- sub/b.yml --
- debug:
  when: own
-- roles/r/tasks/main.yml --
- include_tasks: more.yml
-- roles/r/tasks/more.yml --
- debug:
-- roles/r/meta/main.yml --
dependencies: [h]
-- roles/h/handlers/main.yml --
- {name: h, debug: }
`

func loadIncluded(t *testing.T) (*Loader, []*Task) {
	t.Helper()
	dir := unpack(t, txtar.Parse([]byte(includes)))
	l := NewLoader(testOptions(dir))
	pb, err := l.Load(filepath.Join(dir, "site.yml"))
	if err != nil {
		t.Fatal(source.Render(err))
	}
	return l, tasksOf(pb.Plays[0].Tasks)
}

func tasksOf(nodes []Node) []*Task {
	var out []*Task
	Walk(nodes, func(n Node) bool {
		if task, ok := n.(*Task); ok && (task.FreeForm == nil || task.FreeForm.Text != "role_complete") {
			out = append(out, task)
		}
		return true
	})
	return out
}

func dumpNodes(nodes []Node) string {
	d := &dumper{}
	d.nodes(nodes)
	return d.b.String()
}

func TestTasksFile(t *testing.T) {
	l, tasks := loadIncluded(t)
	item := tree.FromValue(source.Pos{}, "x")
	with := &tree.Node{Kind: tree.Map, Pairs: []tree.Pair{{Key: tree.TextNode(source.Pos{}, "item"), Value: item}}}
	in, err := l.TasksFile(tasks[0], "sub/a.yml", with)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := dumpNodes(in.Nodes[:1]), `- debug:   # a.yml:1:3
  params {'v': 'include'} | {'item': 'x'}
  become True
  vars {'b': 'block'} | {'v': 'include'} | {'item': 'x'}
  when block_when
`; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if len(in.Handlers) != 1 || len(in.Roles) != 1 {
		t.Errorf("%d handlers and %d roles came by import_role", len(in.Handlers), len(in.Roles))
	}
	inner := tasksOf(in.Nodes)
	if inner[0].Parent != tasks[0] {
		t.Error("the parent is not the include")
	}
	again, err := l.TasksFile(inner[1], "b.yml")
	if err != nil {
		t.Fatal(err)
	}
	if got := tasksOf(again.Nodes)[0]; got.Parent != inner[1] || got.Parent.Parent != tasks[0] {
		t.Error("the chain of includes is broken")
	}
}

func TestApply(t *testing.T) {
	l, tasks := loadIncluded(t)
	in, err := l.TasksFile(tasks[1], "sub/a.yml")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := dumpNodes(in.Nodes[:1]), `- debug:   # a.yml:1:3
  become False
  vars {'b': 'block'}
  when block_when | apply_when
  tags applied
`; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestIncludedRole(t *testing.T) {
	l, tasks := loadIncluded(t)
	r, _, err := l.Role(tasks[2], RoleOptions{Name: "r", AllowDuplicates: true, Validate: true})
	if err != nil {
		t.Fatal(err)
	}
	if r.Public || !r.AllowDuplicates || len(r.Dependencies) != 1 || len(r.CompiledHandlers()) != 1 || short(r.Vars) != "{'given': 1}" {
		t.Errorf("%+v", r)
	}
	task := tasksOf(r.Compiled())[0]
	if task.Role != r || strings.Join(task.Tags, ",") != "x" || task.Parent != tasks[2] {
		t.Errorf("%+v", task)
	}
	if _, err := l.TasksFile(task, "more.yml"); err != nil {
		t.Error("a role's own file is not found:", err)
	}
	if _, _, err := l.Role(tasks[2], RoleOptions{Name: "r", TasksFrom: "nope"}); err == nil || !strings.Contains(err.Error(), "Could not find specified file in role: tasks/nope") {
		t.Error(err)
	}
}

func TestIncludeOfNothing(t *testing.T) {
	l, tasks := loadIncluded(t)
	_, err := l.TasksFile(tasks[3], "nope.yml")
	var fault *source.Error
	if !errors.As(err, &fault) || fault.Line != 14 || !strings.Contains(fault.Msg, "Could not find or access") {
		t.Error(err)
	}
}

func TestLoadVars(t *testing.T) {
	dir := unpack(t, txtar.Parse([]byte("-- a.yml --\na: 1\n-- b.yml --\n-- c.yml --\n- a\n-- d.yml --\n$ANSIBLE_VAULT;1.1;AES256\n-- e.yml --\nx: !vault secret\n")))
	l := NewLoader(Options{Decrypt: func(data []byte, file string) ([]byte, error) {
		if filepath.Base(file) == "d.yml" {
			return []byte("{p: hushed, q: no}"), nil
		}
		return append([]byte("open "), data...), nil
	}})
	for file, want := range map[string]string{"a.yml": "{'a': 1}", "b.yml": "-", "d.yml": "{'p': 'hushed', 'q': False}"} {
		got, err := l.LoadVars(filepath.Join(dir, file))
		if err != nil || short(got) != want {
			t.Errorf("%s: %s, %v", file, short(got), err)
		}
	}
	if _, err := l.LoadVars(filepath.Join(dir, "c.yml")); err == nil || !strings.Contains(err.Error(), "must contain either a dictionary") {
		t.Error(err)
	}
	if _, err := l.LoadVars(filepath.Join(dir, "none.yml")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	d, _ := l.LoadVars(filepath.Join(dir, "d.yml"))
	if !d.Get("p").Secret || d.Get("p").Opaque {
		t.Error("text of a vaulted file is not marked")
	}
	e, err := l.LoadVars(filepath.Join(dir, "e.yml"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := e.Get("x").Reveal(); got != "open secret" || err != nil {
		t.Error(got, err)
	}
	if got := strings.Join(l.Secrets(), " "); got != "hushed ******** open secret ********" {
		t.Error(got)
	}
}
