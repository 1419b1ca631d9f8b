package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const slowPlay = `- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - name: Say
      shell: while [ ! -e over ]; do echo 日本語のとても長い行 $(seq -s ' ' 60); sleep 0.1; done
      args: {chdir: '{{ playbook_dir }}'}
      no_log: false
`

// TestProcessResized: the line that shows that a task lives stays on one row,
// however wide its characters, and goes when its terminal, a real one, was made
// narrower meanwhile, and with it every row that it was broken into.
func TestProcessResized(t *testing.T) {
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("NOT TESTED: tmux is not installed")
	}
	goplay, err := exec.LookPath("goplay")
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	writeAt(t, filepath.Join(home, "site.yml"), slowPlay)
	tmux := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("tmux", append([]string{"-u", "-f", "/dev/null", "-S", filepath.Join(home, "socket")}, args...)...)
		cmd.Dir, cmd.Env = home, append(os.Environ(), "LC_ALL=C.UTF-8", "TERM=xterm", "HOME="+home)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("tmux %s: %v: %s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	shown := func(until string) string {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			text := tmux("capture-pane", "-p", "-t", "run")
			if strings.Contains(text, until) {
				return text
			}
			if time.Now().After(end) {
				t.Fatalf("%q does not come; on the screen is\n%s", until, text)
			}
		}
	}
	tmux("new-session", "-d", "-s", "run", "-x", "100", "-y", "40", goplay+" -i localhost, site.yml; echo ended; exec sleep 60")
	defer tmux("kill-server")
	text := shown("| 日本語")
	for line := range strings.Lines(text[strings.Index(text, "| 日本語"):]) {
		if rest := strings.TrimSpace(line); rest != "" && !strings.Contains(rest, "日本語") {
			t.Errorf("the line has a second row: %q", rest)
		}
	}
	tmux("resize-window", "-t", "run", "-x", "20", "-y", "40")
	shown("localhost 3s")
	writeAt(t, filepath.Join(home, "over"), "")
	shown("ended")
	tmux("resize-window", "-t", "run", "-x", "100", "-y", "40") // the rows as they were written
	last := shown("ended")
	for _, gone := range []string{"日本", "localhost 1s", "localhost 2s", "localhost 3s", "|", "…"} {
		if strings.Contains(last, gone) {
			t.Errorf("%q is left:\n%s", gone, last)
		}
	}
	if !strings.Contains(last, "changed: [localhost]\n\nPLAY RECAP") {
		t.Errorf("on the screen is\n%s", last)
	}
}

// TestProcessPaper: a terminal that can take nothing back is sent no sequences,
// and as from Ansible no colours.
func TestProcessPaper(t *testing.T) {
	home := t.TempDir()
	writeAt(t, filepath.Join(home, "site.yml"), slowPlay)
	for _, name := range []string{"TERM=dumb", "TERM="} {
		os.Remove(filepath.Join(home, "over"))
		c := interact(t, home, "env", name, "LC_ALL=C", "goplay", "-i", "localhost,", "site.yml")
		c.await(t, "TASK [Say]")
		time.AfterFunc(1500*time.Millisecond, func() { _ = os.WriteFile(filepath.Join(home, "over"), nil, 0o600) }) // it would have been shown
		c.ended(t, exitOK)
		c.await(t, "changed: [localhost]\r\n\r\nPLAY RECAP")
		if text := c.text(); strings.Contains(text, "\x1b") || strings.Contains(text, "1s") {
			t.Errorf("%s: %q", name, text)
		}
	}
}
