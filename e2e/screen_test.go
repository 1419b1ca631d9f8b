//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// run is one run of a program: what it wrote, and how it ended.
type run struct {
	cmd            *exec.Cmd
	stdout, stderr bytes.Buffer
	code           int
	took           time.Duration
}

// command prepares a run with the lab's inventory and a home of its own.
func command(t *testing.T, program string, args ...string) *run {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	t.Cleanup(cancel)
	r := &run{cmd: exec.CommandContext(ctx, program, args...)}
	r.cmd.Stdout, r.cmd.Stderr = &r.stdout, &r.stderr
	r.cmd.Env = append(os.Environ(), "ANSIBLE_NOCOLOR=1", "ANSIBLE_LOCALHOST_WARNING=0", "ANSIBLE_INVENTORY="+folder+"/inventory")
	return r
}

func (r *run) start(t *testing.T) *run {
	t.Helper()
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return r
}

// end waits for the program to end by itself.
func (r *run) end(t *testing.T) *run {
	t.Helper()
	began := time.Now()
	err := r.cmd.Wait()
	r.took = time.Since(began)
	r.code = r.cmd.ProcessState.ExitCode()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return r
}

// play runs goplay to its end.
func play(t *testing.T, args ...string) *run {
	t.Helper()
	return command(t, goplay, args...).start(t).end(t)
}

// want holds a run to its exit code; on the screen is what went wrong.
func (r *run) want(t *testing.T, code int) *run {
	t.Helper()
	if r.code != code {
		t.Fatalf("%s: exit code %d, want %d\n%s%s", strings.Join(r.cmd.Args, " "), r.code, code, &r.stdout, &r.stderr)
	}
	return r
}

var (
	heading = regexp.MustCompile(`^(?:TASK|RUNNING HANDLER) \[(.*)\] \*+$`)
	outcome = regexp.MustCompile(`^(ok|changed|skipping|fatal|failed|ignoring|rescued): \[`)
	tally   = regexp.MustCompile(`^\S+ +: (ok=.*\S) *$`)
)

// statuses are the run's tasks, a line each with what became of it, and last
// the recap's counts.
func (r *run) statuses() string {
	var lines []string
	for _, line := range strings.Split(r.stdout.String(), "\n") {
		if m := heading.FindStringSubmatch(line); m != nil {
			lines = append(lines, m[1]+":")
		} else if m := outcome.FindStringSubmatch(line); m != nil && len(lines) > 0 {
			lines[len(lines)-1] += " " + m[1]
		} else if m := tally.FindStringSubmatch(line); m != nil {
			lines = append(lines, strings.Join(strings.Fields(m[1]), " "))
		}
	}
	return strings.Join(lines, "\n")
}

// wantStatuses holds a run to a list as statuses gives it.
func (r *run) wantStatuses(t *testing.T, want string) {
	t.Helper()
	if got, want := r.statuses(), strings.TrimSpace(want); got != want {
		t.Errorf("got:\n%s\n\nwant:\n%s\n\nthe screen:\n%s%s", got, want, &r.stdout, &r.stderr)
	}
}
