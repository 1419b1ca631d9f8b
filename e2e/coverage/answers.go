package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"goplay/modules"
)

// What Ansible answered is kept beside the tests of modules, and beside the
// tasks that are run by both.
var (
	oracles = []string{"modules/*/testdata/oracle/*.json", "modules/*/*/testdata/oracle/*.json"}
	tasks   = []string{"cmd/goplay/testdata/tasks/*.json", "cmd/goplay/testdata/hosttasks/*.json"}
)

// kept reads what Ansible answered in files, by the name of what was asked.
func kept[T any](root string, patterns []string, each func(all map[string]T)) error {
	for _, pattern := range patterns {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			return err
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			var all map[string]T
			if err := json.Unmarshal(data, &all); err != nil {
				return err
			}
			each(all)
		}
	}
	return nil
}

// answers counts the results of Ansible's own modules in files, by module.
func answers(root string, patterns ...string) (map[string]int, error) {
	counts := map[string]int{}
	err := kept(root, patterns, func(all map[string]answer) {
		for _, a := range all {
			for _, name := range a.modules() {
				counts[name]++
			}
		}
	})
	return counts, err
}

// answer is one of modulestest, whose input begins with the module's name; one
// of hosttest, which is the result itself; or those of tasks that ran together.
type answer struct {
	Input   string          `json:"input"`
	Action  string          `json:"action"`
	Results json.RawMessage `json:"results"` // a module's own may be anything
}

// modules are the full names of those that gave the answer.
func (a answer) modules() []string {
	var input []any
	var together []answer
	switch {
	case a.Action != "":
		return []string{fullName(a.Action)}
	case json.Unmarshal(a.Results, &together) == nil:
		var names []string
		for _, r := range together {
			names = append(names, r.modules()...)
		}
		return names
	case json.Unmarshal([]byte(a.Input), &input) == nil && len(input) > 0:
		if name, ok := input[0].(string); ok {
			return []string{fullName(name)}
		}
	}
	return nil
}

// fullName is the module's that a task may name by its last part alone.
func fullName(name string) string {
	if m, ok := modules.Lookup(name); ok {
		return m.Name
	}
	full := name
	for _, m := range modules.All() {
		if m.Short() == name || slices.ContainsFunc(m.Aliases, func(alias string) bool { return alias[strings.LastIndexByte(alias, '.')+1:] == name }) {
			full = m.Name
			if strings.HasPrefix(full, "ansible.builtin.") {
				break
			}
		}
	}
	return full
}
