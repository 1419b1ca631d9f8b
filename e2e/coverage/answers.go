package main

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// answers counts the results of Ansible's own modules that tests are held
// against: those kept in testdata/oracle.
func answers(root string) (map[string]int, error) {
	counts := map[string]int{}
	for _, pattern := range []string{"modules/*/testdata/oracle/*.json", "modules/*/*/testdata/oracle/*.json"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			var kept map[string]answer
			if err := json.Unmarshal(data, &kept); err != nil {
				return nil, err
			}
			for _, a := range kept {
				counts[a.module()]++
			}
		}
	}
	return counts, nil
}

// answer is one of modulestest, whose input begins with the module's name, or
// one of hosttest, which is the result itself.
type answer struct {
	Input  string `json:"input"`
	Action string `json:"action"`
}

func (a answer) module() string {
	var input []any
	if json.Unmarshal([]byte(a.Input), &input) == nil && len(input) > 0 {
		name, _ := input[0].(string)
		return name
	}
	return a.Action
}
