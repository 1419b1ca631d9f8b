package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"goplay/modules"
)

// inPlaybooks finds the modules that tests of playbooks name in a task.
func inPlaybooks(root string, add func(*modules.Module, string)) error {
	var files []string
	for _, pattern := range []string{"cmd/goplay/testdata/script/*.txtar", "cmd/goplay/*_test.go", "engine/*_test.go", "engine/*/*_test.go", "e2e/*_test.go", "playbooks/*.yaml"} {
		more, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			return err
		}
		files = append(files, more...)
	}
	named := map[string]bool{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for _, match := range task.FindAllSubmatch(data, -1) {
			named[string(match[1])] = true
		}
	}
	for _, m := range modules.All() {
		if named[m.Name] || strings.HasPrefix(m.Name, "ansible.builtin.") && named[m.Short()] {
			add(m, playbooks)
		}
	}
	return nil
}

var task = regexp.MustCompile(`(?m)(?:^\s*(?:-\s+)?|[{,"\x60]\s*|- \{)([a-z_]+(?:\.[a-z_0-9]+\.[a-z_0-9]+)?):(?:\s|$)`)
