package docker

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A program of a plugin's name that is none, such as Compose 1, is not run.
func TestNoPlugin(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	plugin := cliPlugin{"docker-goplaytest", "Goplaytest", "docker-goplaytest-plugin"}
	for script, want := range map[string]string{
		"echo usage; exit 1":                    "docker-goplaytest is no plugin of Docker's",
		"echo '{\"SchemaVersion\": \"0.1.0\"}'": "",
	} {
		path := filepath.Join(dir, plugin.program)
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		got, err := findPlugin(testContext(), plugin)
		if want == "" && (err != nil || got != path) {
			t.Errorf("%s: %q, %v", script, got, err)
		}
		if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %s", script, err, want)
		}
	}
}
