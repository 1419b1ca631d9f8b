//go:build e2e

package e2e

import (
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// onTerminal runs goplay on a terminal of its own and returns all that was
// written to that.
func onTerminal(t *testing.T, columns int, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("script"); err != nil {
		t.Fatal("script (bsdutils) is not installed: ", err)
	}
	line := fmt.Sprintf("stty cols %d; exec %s %s", columns, goplay, strings.Join(args, " "))
	r := command(t, "script", "-qefc", "export TERM=xterm; "+line, "/dev/null").start(t).end(t).want(t, 0)
	return r.stdout.String()
}

// drawn are the lines that were shown for a while, and what is left when they
// are gone.
func drawn(screen string) (lines []string, left string) {
	const takenAway = "\r\x1b[K"
	for _, row := range strings.Split(screen, "\r\n") {
		pieces := strings.Split(row, takenAway)
		if len(pieces) > 1 {
			for _, drawn := range pieces[1 : len(pieces)-1] {
				lines = append(lines, strings.TrimSuffix(drawn, "\r")) // the cursor goes back
			}
		}
		left += pieces[len(pieces)-1] + "\n"
	}
	return lines, left
}

// TestLive: on a terminal a task that takes its time shows that it lives, what
// its command printed last and how far an upload is; nothing of that stays.
func TestLive(t *testing.T) {
	u := newUpload(t, "/home/elspeth/live", 48*megabyte)
	play(t, u.ping(t)).want(t, 0)
	text := "- hosts: " + staging + "\n  gather_facts: false\n  tasks:\n    - name: Long\n      shell: for i in 1 2 3 4 5; do echo step $i; sleep 1; done\n"
	for _, columns := range []int{100, 0} {
		lines, left := drawn(onTerminal(t, columns, playbookOf(t, text)))
		if all := strings.Join(lines, "\n"); !regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(staging) + ` [1-9]s \| step [2-5]$`).MatchString(all) {
			t.Errorf("%d columns: drawn was %q", columns, lines)
		}
		for _, gone := range []string{"step", "1s", "\x1b[K"} {
			if strings.Contains(left, gone) {
				t.Errorf("%d columns: %q is left:\n%s", columns, gone, left)
			}
		}
		if !strings.Contains(left, "changed: ["+staging+"]") {
			t.Errorf("%d columns: the screen is\n%s", columns, left)
		}
	}

	l := newLink(t, staging, 24*megabyte)
	upload := command(t, "script", "-qefc", fmt.Sprintf("export TERM=xterm; stty cols 120; exec %s -i %s %s", goplay, l.inventory(t, staging), u.playbook), "/dev/null").start(t)
	l.await(t)
	time.Sleep(2500 * time.Millisecond) // long enough to be shown
	close(l.open)
	upload.end(t).want(t, 0)
	lines, left := drawn(upload.stdout.String())
	if all := strings.Join(lines, "\n"); !regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(staging) + ` \d+s noise \[=+ +\] [0-9.]+ MB of 50\.3 MB$`).MatchString(all) {
		t.Errorf("drawn was %q", lines)
	}
	if strings.Contains(left, " MB of ") {
		t.Errorf("the bar is left:\n%s", left)
	}
}
