package engine

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// tagSets are the tags of the tasks that testdata/tags.txt selects from.
var tagSets = []string{"", "a", "b", "a b", "always", "always a", "never", "never a", "always never", "always never a", "tagged", "untagged", "all"}

// TestSelection holds --tags and --skip-tags against what Ansible selected, for
// every pair of both.
func TestSelection(t *testing.T) {
	recorded, err := os.ReadFile("testdata/tags.txt")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(recorded)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		rows++
		asked, want, _ := strings.Cut(strings.TrimSpace(line), ":")
		only, skip, _ := strings.Cut(asked, "/")
		s := Selection{Only: strings.Fields(only), Skip: strings.Fields(skip)}
		var got []string
		for _, tags := range tagSets {
			if s.Selects(strings.Fields(tags)) {
				name := strings.Join(strings.Fields(tags), "+")
				if name == "" {
					name = "-"
				}
				got = append(got, name)
			}
		}
		if !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("--tags %q --skip-tags %q selects %v, Ansible %v", s.Only, s.Skip, got, strings.Fields(want))
		}
	}
	if rows < 100 {
		t.Fatalf("only %d recorded selections", rows)
	}
}
