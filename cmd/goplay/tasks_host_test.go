package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"gopkg.in/yaml.v3"

	"goplay/modules/modulestest/hosttest"
)

// hostCases are cases that change the system: users, packages, services. They
// build on each other, on a throw-away host of their own.
type hostCases struct {
	hosttest.Kind `yaml:",inline"`
	Prepare       string // a script that is run first
	Cases         []taskCase
}

// TestHostTasks holds tasks on a host against what Ansible gave for them on one
// that was made alike, both reaching it as a container. Before a case its script
// is run there, and after it the one that shows what became of the system.
func TestHostTasks(t *testing.T) {
	files, err := filepath.Glob("testdata/hosttasks/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(taskFile(file), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var h hostCases
			if err := yaml.Unmarshal(data, &h); err != nil {
				t.Fatal(err)
			}
			for i := range h.Cases {
				h.Cases[i].passes()
			}
			run := func(program string, cases []taskCase) []taskAnswer { return h.run(t, program, cases) }
			compareTasks(t, file, h.Cases, true, run)
		})
	}
}

// run runs the cases on a fresh host and returns an answer for each.
func (h hostCases) run(t *testing.T, program string, cases []taskCase) []taskAnswer {
	t.Helper()
	host := hosttest.Bring(t, h.Kind)
	host.Sh(h.Prepare)
	root, local := "/var/lib/cases", t.TempDir()
	made := filepath.Join(local, "made")
	if err := os.Mkdir(made, 0o755); err != nil {
		t.Fatal(err)
	}
	var list []map[string]any
	for i := range cases {
		dir := fmt.Sprintf("/%03d", i)
		if err := os.Mkdir(made+dir, 0o755); err != nil {
			t.Fatal(err)
		}
		cases[i].Files.Make(t, made+dir)
		if sh := cases[i].Sh; sh != "" {
			list = append(list, script(fmt.Sprintf("before %d", i), root+dir, "set -e; "+sh))
		}
		list = append(list, cases[i].tasks(i, root+dir, taskServers{})...)
	}
	copyTree(t, made+"/.", host.Name+":"+root)
	answers := playTasks(t, program, local, list, len(cases), "-i", host.Name+",", "-c", "community.docker.docker")
	left := filepath.Join(local, "left")
	copyTree(t, host.Name+":"+root, left)
	for i := range cases {
		dir := fmt.Sprintf("/%03d", i)
		cases[i].normalize(t, &answers[i], normalizer{dir: root + dir, root: root, host: host.Name}, left+dir)
	}
	return answers
}

func copyTree(t *testing.T, from, to string) {
	t.Helper()
	if out, err := exec.Command("docker", "cp", "-a", from, to).CombinedOutput(); err != nil {
		t.Fatalf("docker cp %s %s: %v\n%s", from, to, err, out)
	}
}
