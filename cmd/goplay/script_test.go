package main

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// update rewrites the screens in the scripts by what Ansible shows.
var update = flag.Bool("update", false, "take the screens of testdata/script from the real ansible-playbook")

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "agent" {
		main() // on a host, where goplay has put this very binary
	}
	// Where make runs the tests, the make that a task runs would take itself for a part of it.
	for _, name := range []string{"MAKEFLAGS", "MFLAGS", "MAKELEVEL"} {
		_ = os.Unsetenv(name)
	}
	testscript.Main(m, map[string]func(){"goplay": main})
}

// TestScripts runs playbooks and compares their screens with what Ansible
// showed for them, which the scripts hold. With -update, or ORACLE set in the
// environment, ansible-playbook is asked again.
func TestScripts(t *testing.T) {
	oracle := ""
	if *update || os.Getenv("ORACLE") != "" {
		var err error
		if oracle, err = exec.LookPath("ansible-playbook"); err != nil {
			t.Fatal("ansible-playbook is not installed")
		}
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", UpdateScripts: *update, RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("ANSIBLE_LOCALHOST_WARNING", "false")
			return os.WriteFile(filepath.Join(e.WorkDir, "hosts"), []byte(hosts), 0o600)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"play": func(ts *testscript.TestScript, neg bool, args []string) { play(ts, neg, args, oracle) },
			// answers FILE is what standard input says to the plays that follow.
			"answers": func(ts *testscript.TestScript, _ bool, args []string) { ts.Setenv("ANSWERS", ts.MkAbs(args[0])) },
		},
	})
}

// hosts is the inventory of scripts that bring none.
const hosts = `[web]
a
b
[db]
c
[all:vars]
ansible_connection=local
ansible_python_interpreter=/usr/bin/python3
`

// play STATUS ARGS... runs goplay, checks its exit status and leaves the screen
// in the files out and err, which the script compares. Ansible's has to be the
// same; with ! in front it is known to differ, and the script says why.
func play(ts *testscript.TestScript, differs bool, args []string, oracle string) {
	if len(args) < 2 {
		ts.Fatalf("usage: play STATUS ARGS...")
	}
	args = append(args[:1:1], append([]string{"-f", "1"}, args[1:]...)...)
	ours := run(ts, "goplay", args[1:])
	if ours.status != args[0] && !*update {
		ts.Fatalf("exit status %s, want %s\n%s%s", ours.status, args[0], ours.out, ours.err)
	}
	if oracle != "" && !differs {
		theirs := run(ts, oracle, args[1:])
		if *update {
			ours.out = theirs.out
		}
		ours.confirm(ts, theirs)
	}
	ts.Check(os.WriteFile(ts.MkAbs("out"), []byte(ours.out), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs("err"), []byte(ours.err), 0o600))
}

// screen is what a run showed and how it ended.
type screen struct{ out, err, status string }

func run(ts *testscript.TestScript, program string, args []string) screen {
	s := screen{status: "0"}
	if answers := ts.Getenv("ANSWERS"); answers != "" {
		program, args = "sh", append([]string{"-c", `exec "$0" "$@" <"$ANSWERS"`, program}, args...)
	}
	if ts.Getenv("TOGETHER") != "" { // as on a terminal, where warnings have a place among the rest
		program, args = "env", append([]string{"PYTHONUNBUFFERED=1", "sh", "-c", `exec "$0" "$@" 2>&1`, program}, args...)
	}
	err := ts.Exec(program, args...)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		s.status = strconv.Itoa(exit.ExitCode())
	case err != nil:
		ts.Fatalf("%s: %v", program, err)
	}
	work := ts.Getenv("WORK")
	s.out = normal(ts.ReadFile("stdout"), work)
	s.err = normal(ts.ReadFile("stderr"), work)
	return s
}

// passing are the parts of a screen that differ from run to run.
var passing = []struct {
	pattern *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`(?m)^(Skipping callback|No config file found|ansible-playbook \[core|  (config file|configured module|ansible|executable|python version|jinja|libyaml)).*\n`), ""},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+`), "TIME"},
	{regexp.MustCompile(`"delta": "[^"]*"`), `"delta": "0:00:00"`},
	{regexp.MustCompile(`(?m)^FAILED - RETRYING: \[\w+\]: async_status .*\n`), ""}, // how often a job is asked about is a matter of speed
	{regexp.MustCompile(`(Valid booleans include: )[^\\\n]*`), "$1..."},            // a set of Python's has no order
	{regexp.MustCompile(`\r\n`), "\n"},                                             // Ansible's pause ends a line so: no screen shows it
}

func normal(text, work string) string {
	text = strings.ReplaceAll(text, work, "WORK")
	for _, p := range passing {
		text = p.pattern.ReplaceAllString(text, p.instead)
	}
	return text
}

// confirm holds a screen against that of Ansible. Of an error its sentence has
// to be there; ours says more.
func (s screen) confirm(ts *testscript.TestScript, theirs screen) {
	if s.status != theirs.status {
		ts.Fatalf("exit status %s, ansible-playbook %s\n%s%s", s.status, theirs.status, theirs.out, theirs.err)
	}
	if s.out != theirs.out {
		ts.Fatalf("the screen differs from Ansible's:\n%s\nAnsible's:\n%s", s.out, theirs.out)
	}
	for line := range strings.Lines(theirs.err) {
		if sentence, ok := strings.CutPrefix(line, "ERROR! "); ok && !strings.Contains(s.err, strings.TrimSpace(sentence)) {
			ts.Fatalf("stderr %q\nlacks Ansible's %q", s.err, sentence)
		}
	}
}
