package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// levels are Ansible's 22 levels of variables, weakest first; letters part a
// level where its documentation tells an order within it.
var levels = []struct{ number, wins string }{
	{"01", "command line values"},
	{"02", "role defaults"},
	{"03a", "inventory group vars of all"},
	{"03b", "inventory group vars"},
	{"03c", "inventory group vars of a child"},
	{"04", "inventory group_vars/all"},
	{"05", "playbook group_vars/all"},
	{"06a", "inventory group_vars"},
	{"06b", "inventory group_vars of a child"},
	{"07a", "playbook group_vars"},
	{"07b", "playbook group_vars of a child"},
	{"08", "inventory host vars"},
	{"09", "inventory host_vars"},
	{"10", "playbook host_vars"},
	{"11", "host facts"},
	{"12", "play vars"},
	{"13", "vars_prompt"},
	{"14", "play vars_files"},
	{"15", "role vars"},
	{"16", "block vars"},
	{"17", "task vars"},
	{"18", "include_vars"},
	{"19a", "set_fact"},
	{"19b", "registered vars"},
	{"20", "role params"},
	{"21", "include params"},
	{"22", "extra vars"},
}

// TestLevelsOfVariables sets one variable at every level and takes the winner
// away, level by level. With ORACLE set Ansible has to agree.
func TestLevelsOfVariables(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/levels.txtar")
	if err != nil {
		t.Fatal(err)
	}
	programs := []string{"goplay"}
	if os.Getenv("ORACLE") != "" {
		programs = append(programs, "ansible-playbook")
	}
	for _, level := range slices.Backward(levels) {
		t.Run(level.number, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			unpackLevel(t, archive, dir, level.number)
			for _, program := range programs {
				if got := shownLevel(t, program, dir); got != level.wins {
					t.Errorf("%s: %q wins, not %q", program, got, level.wins)
				}
			}
		})
	}
}

var levelMark = regexp.MustCompile(`\s*#(\d\d[a-c]?)$`)

// unpackLevel writes the files as they are without what stands above a level.
func unpackLevel(t *testing.T, archive *txtar.Archive, dir, level string) {
	for _, f := range archive.Files {
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		for line := range strings.Lines(string(f.Data)) {
			line = strings.TrimSuffix(line, "\n")
			if mark := levelMark.FindStringSubmatch(line); mark != nil {
				if mark[1] > level {
					continue
				}
				line = line[:len(line)-len(mark[0])]
			}
			text.WriteString(line + "\n")
		}
		if err := os.WriteFile(path, []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

var levelShown = regexp.MustCompile(`"msg": "level=([^.]*)\.`)

// shownLevel runs the playbook and returns what the variable was.
func shownLevel(t *testing.T, program, dir string) string {
	cmd := exec.Command(program, "-i", "inv", "site.yml", "-u", "command line values", "-e", "@extra.yml")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "HOME="+dir, "ANSIBLE_CACHE_PLUGIN=jsonfile", "ANSIBLE_CACHE_PLUGIN_CONNECTION="+filepath.Join(dir, "facts"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, out)
	}
	shown := levelShown.FindSubmatch(out)
	if shown == nil {
		t.Fatalf("%s shows no level:\n%s", program, out)
	}
	return string(shown[1])
}
