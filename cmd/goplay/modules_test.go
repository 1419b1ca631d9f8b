package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"goplay/engine/actions"
	"goplay/engine/check"
	"goplay/engine/filters"
	"goplay/engine/playbook"
	"goplay/internal/jinja"
	"goplay/internal/template"
	"goplay/modules"
)

// TestExamplesOfModulesLoad loads and checks every module's example as a user
// would write it.
func TestExamplesOfModulesLoad(t *testing.T) {
	s := &session{}
	registry := jinja.NewRegistry()
	filters.Register(registry)
	templates := template.New(template.Options{Registry: registry})
	all := actions.All()
	dir := t.TempDir()
	for name, text := range map[string]string{"deploy.yaml": "- debug:\n", "roles/web/tasks/main.yml": "- debug:\n"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range modules.All() {
		t.Run(m.Name, func(t *testing.T) {
			path := filepath.Join(dir, m.Name+".yaml")
			text := "- hosts: all\n  tasks:\n" + indented(m.Example)
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			pb, err := playbook.NewLoader(playbook.Options{
				IsAction: func(name string, collections []string) bool { _, ok := lookup(name, collections); return ok },
			}).Load(path)
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			found := check.Playbook(check.Options{Template: templates, Resolve: s.resolve,
				Action: func(full string) bool { return all[full] != nil }}, pb)
			if err := found.Err(); err != nil {
				t.Errorf("%v\n%s", err, text)
			}
			for _, d := range found.Doubts {
				t.Errorf("%v\n%s", d, text)
			}
		})
	}
}

func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("    " + line)
	}
	return b.String()
}
