package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"sort"
	"strings"

	"goplay/modules"
)

// Fact is what Ansible documents of an option, without its prose.
type Fact struct {
	Type     string           `json:"type,omitempty"` // "" is str
	Elements string           `json:"elements,omitempty"`
	Default  any              `json:"default,omitempty"`
	Choices  choices          `json:"choices,omitempty"`
	Aliases  []string         `json:"aliases,omitempty"`
	Required bool             `json:"required,omitempty"`
	Sub      map[string]*Fact `json:"suboptions,omitempty"`
}

// choices are written as a list, or as a mapping where each has a description.
type choices []any

func (c *choices) UnmarshalJSON(data []byte) error {
	var list []any
	if json.Unmarshal(data, &list) == nil {
		*c = list
		return nil
	}
	var described map[string]any
	if err := json.Unmarshal(data, &described); err != nil {
		return err
	}
	for name := range described {
		*c = append(*c, name)
	}
	sort.Slice(*c, func(i, j int) bool { return fmt.Sprint((*c)[i]) < fmt.Sprint((*c)[j]) })
	return nil
}

// Facts are the documented options of modules.
type Facts map[string]map[string]*Fact

const factsFile = "testdata/ansible.json"

func readFacts(path string) (Facts, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	facts := Facts{}
	return facts, json.Unmarshal(data, &facts)
}

// record asks ansible-doc about our modules and keeps what it documents. What
// it does not know is newer than it, or of a collection that is not installed.
func record(path string) error {
	var names []string
	for _, m := range modules.All() {
		names = append(names, m.Name)
	}
	cmd := exec.Command("ansible-doc", append([]string{"--type", "module", "--json"}, names...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("ansible-doc: %w", err)
	}
	var docs map[string]struct {
		Doc struct {
			Options map[string]*Fact `json:"options"`
		} `json:"doc"`
	}
	if err := json.Unmarshal(out, &docs); err != nil {
		return fmt.Errorf("read what ansible-doc printed: %w", err)
	}
	facts := Facts{}
	for name, d := range docs {
		facts[name] = d.Doc.Options
	}
	return writeFacts(path, facts)
}

// writeFacts writes a line for each module, so that a difference reads well.
func writeFacts(path string, facts Facts) error {
	names := sortedKeys(facts)
	var b bytes.Buffer
	b.WriteString("{\n")
	for i, name := range names {
		line, err := json.Marshal(facts[name])
		if err != nil {
			return err
		}
		end := ",\n"
		if i == len(names)-1 {
			end = "\n"
		}
		fmt.Fprintf(&b, "%q: %s%s", name, line, end)
	}
	b.WriteString("}\n")
	return os.WriteFile(path, b.Bytes(), 0o644)
}

func sortedKeys[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// written is a documented value as a user would write it.
func written(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		return fmt.Sprint(v)
	case float64:
		return strings.TrimSuffix(fmt.Sprintf("%v", v), ".0")
	case []any:
		var parts []string
		for _, item := range v {
			parts = append(parts, written(item))
		}
		return strings.Join(parts, ",")
	case map[string]any:
		if len(v) == 0 {
			return ""
		}
		data, _ := json.Marshal(v)
		return string(data)
	default:
		return fmt.Sprint(v)
	}
}
