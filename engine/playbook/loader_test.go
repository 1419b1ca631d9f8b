package playbook

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"goplay/internal/source"
	"goplay/internal/tree"
)

// Faults of several files come together, each once, in the order of the files.
func TestFaultsOfAllFiles(t *testing.T) {
	dir := unpack(t, txtar.Parse([]byte(`
-- site.yml --
- hosts: all
  tasks:
    - import_tasks: a.yml
    - import_tasks: a.yml
    - debug:
      whenn: x
  roles: [r, nope]
-- a.yml --
- debug: {{ x }}
-- roles/r/tasks/main.yml --
- block:
    - copy:
      file:
  loop: x
`)))
	_, err := Load(Options{}, filepath.Join(dir, "site.yml"))
	got := strings.ReplaceAll(source.Render(err), dir+"/", "")
	want := `found unacceptable key (unhashable type: 'AnsibleMapping')
  --> a.yml:1:10
    1 | - debug: {{ x }}
      |          ^
      = hint: a value that starts with {{ is read as a mapping: put quotes around all of it, as in "{{ name }}"

conflicting action statements: copy, file
  --> roles/r/tasks/main.yml:2:7
    2 |     - copy:
      |       ^
      = hint: a task has one module: make two tasks of this, or indent the options of the first

'loop' is not a valid attribute for a Block
  --> roles/r/tasks/main.yml:4:3
    4 |   loop: x
      |   ^

conflicting action statements: debug, whenn
  --> site.yml:6:7
    6 |       whenn: x
      |       ^
      = hint: did you mean when instead of whenn?

the role 'nope' was not found in roles:` + dir + `
  --> site.yml:7:14
    7 |   roles: [r, nope]
      |              ^
      = hint: install it there with ansible-galaxy, or set roles_path
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A file that many tasks import is parsed once, but its tasks are new each time.
func TestFilesAreParsedOnce(t *testing.T) {
	dir := unpack(t, txtar.Parse([]byte("-- site.yml --\n- hosts: all\n  tasks:\n    - {import_tasks: a.yml, tags: x}\n    - {import_tasks: a.yml, tags: y}\n-- a.yml --\n- debug:\n")))
	l := NewLoader(Options{})
	pb, err := l.Load(filepath.Join(dir, "site.yml"))
	if err != nil {
		t.Fatal(err)
	}
	tasks := tasksOf(pb.Plays[0].Tasks)
	if len(tasks) != 2 || tasks[0] == tasks[1] || tasks[0].Tags[0] != "x" || tasks[1].Tags[0] != "y" {
		t.Errorf("%v", tasks)
	}
	path := filepath.Join(dir, "a.yml")
	first := l.parse(path)
	if first.err != nil || first != l.parse(filepath.Join(dir, ".", "a.yml")) {
		t.Error("the file is read again")
	}
	writeFile(t, path, []byte("- ping:\n- ping:\n"))
	if again := l.parse(path); again == first || len(again.root.Items) != 2 {
		t.Error("a file that was written anew is not read again")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if gone := l.parse(path); gone.err == nil {
		t.Error("a file that is gone is still there")
	}
}

// Hosts of a free strategy include at the same time.
func TestManyIncludesAtOnce(t *testing.T) {
	l, tasks := loadIncluded(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := l.TasksFile(tasks[0], "sub/a.yml"); err != nil {
				t.Error(err)
			}
			if _, _, err := l.Role(tasks[2], RoleOptions{Name: "r"}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// Thousands of tasks load in a moment, and in time that grows as they do.
func TestLoadIsLinear(t *testing.T) {
	measure := func(imports int) time.Duration {
		var site, file strings.Builder
		site.WriteString("- hosts: all\n  tasks:\n")
		for range imports {
			site.WriteString("    - import_tasks: a.yml\n      when: x\n      tags: [a, b]\n")
		}
		for range 20 {
			file.WriteString("- name: a task\n  copy: src=a dest=/b\n  when: y\n  tags: c\n")
		}
		dir := unpack(t, &txtar.Archive{Files: []txtar.File{{Name: "site.yml", Data: []byte(site.String())}, {Name: "a.yml", Data: []byte(file.String())}}})
		start := time.Now()
		if _, err := Load(Options{}, filepath.Join(dir, "site.yml")); err != nil {
			t.Fatal(err)
		}
		return time.Since(start)
	}
	small, large := measure(20), measure(200)
	t.Logf("%v for 400 tasks, %v for 4000", small, large)
	if large > 40*small && large > time.Second {
		t.Errorf("ten times the tasks took %v instead of %v", large, small)
	}
}

func FuzzPlay(f *testing.F) {
	paths, err := filepath.Glob("testdata/load/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range append(paths, "testdata/faults.txtar") {
		a, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range a.Files {
			f.Add(file.Data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		root, _, err := tree.ParseOne("site.yml", data, tree.Options{})
		if err != nil || root == nil || root.Kind != tree.List {
			return
		}
		p := &pass{Loader: NewLoader(Options{})}
		for _, item := range root.Items {
			if item.Kind == tree.Map {
				p.play(item, t.TempDir())
			}
		}
	})
}
