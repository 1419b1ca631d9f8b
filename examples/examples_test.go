// Package examples holds playbooks to read and to run. Its tests run every one
// of them, twice: the second run has nothing to do.
package examples

import (
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// playbooks are the arguments that each playbook is run with. That of
// examples/deploy is playbooks/deploy.yaml, which the tests in e2e run.
var playbooks = map[string][]string{
	"quickstart.yaml":     {"-i", "localhost,", "-c", "local"},
	"hello.yaml":          {"-i", "localhost,", "-c", "local"},
	"drift.yaml":          {"-i", "localhost,", "-c", "local"},
	"role/site.yaml":      {"-i", "localhost,", "-c", "local", "-e", "motd_file=$HOME/motd"},
	"rolling/update.yaml": {"-i", "rolling/hosts.ini", "-e", "release=2"},
	"vault/site.yaml":     {"-i", "localhost,", "-c", "local", "--vault-password-file", "vault/password"},
}

var changes = regexp.MustCompile(`changed=([0-9]+) `)

func TestPlaybooks(t *testing.T) {
	goplay := build(t)
	for _, name := range slices.Sorted(maps.Keys(playbooks)) {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			out, code := run(t, goplay, home, name, "--check")
			if name == "drift.yaml" && code != 2 {
				t.Errorf("--check finds no drift, it ends with %d:\n%s", code, out)
			}
			if entries, err := os.ReadDir(home); err != nil || len(entries) > 0 {
				t.Errorf("--check has left %v, %v", entries, err)
			}
			if out, code = run(t, goplay, home, name); code != 0 || !changed(out) {
				t.Errorf("the first run ends with %d, and has something to do:\n%s", code, out)
			}
			for _, again := range [][]string{nil, {"--check"}} {
				if out, code = run(t, goplay, home, name, again...); code != 0 || changed(out) {
					t.Errorf("another run %v ends with %d, and has nothing to do:\n%s", again, code, out)
				}
			}
		})
	}
}

// TestAllAreRun finds playbooks that the list above does not have.
func TestAllAreRun(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.Name() == "roles" || path == "deploy" {
			return fs.SkipDir
		}
		if _, known := playbooks[path]; filepath.Ext(path) == ".yaml" && !known && path != "vault/secrets.yaml" {
			t.Errorf("%s is not run", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func build(t *testing.T) string {
	t.Helper()
	goplay := filepath.Join(t.TempDir(), "goplay")
	if out, err := exec.Command("go", "build", "-o", goplay, "../cmd/goplay").CombinedOutput(); err != nil {
		t.Fatalf("build goplay: %v\n%s", err, out)
	}
	return goplay
}

func run(t *testing.T, goplay, home, name string, more ...string) (out string, code int) {
	t.Helper()
	var args []string
	for _, a := range playbooks[name] {
		args = append(args, strings.ReplaceAll(a, "$HOME", home))
	}
	cmd := exec.Command(goplay, append(append(args, name), more...)...)
	cmd.Env = append(os.Environ(), "HOME="+home)
	text, _ := cmd.CombinedOutput() // the code says how it ended
	return string(text), cmd.ProcessState.ExitCode()
}

// changed tells whether the recap counts a change.
func changed(out string) bool {
	for _, m := range changes.FindAllStringSubmatch(out, -1) {
		if m[1] != "0" {
			return true
		}
	}
	return false
}
