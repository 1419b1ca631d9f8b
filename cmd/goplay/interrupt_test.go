package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/term"

	"goplay/engine/remote/sshdtest"
)

// target is a host behind a real sshd, whose processes are known by what they
// have in their environment.
type target struct {
	*sshdtest.Server
	home, cache, work string
}

// newTarget starts one. home is the controller's: an inventory of the host web.
func newTarget(t *testing.T) *target {
	t.Helper()
	h := &target{home: t.TempDir(), work: t.TempDir()}
	h.cache = filepath.Join(h.work, "cache")
	h.Server = sshdtest.Start(t, "SetEnv XDG_CACHE_HOME="+h.cache)
	writeAt(t, filepath.Join(h.home, "hosts"), "web ansible_ssh_common_args='-F "+h.Config+"'\n")
	return h
}

// running are the processes of the target's sessions, wherever they went.
func (h *target) running(t *testing.T) (pids []int, lines []string) {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range all {
		environ, _ := os.ReadFile(file) // what has ended meanwhile is none
		if !bytes.Contains(environ, []byte("XDG_CACHE_HOME="+h.cache)) {
			continue
		}
		pid, _ := strconv.Atoi(strings.Split(file, "/")[2])
		line, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "cmdline"))
		pids = append(pids, pid)
		lines = append(lines, fmt.Sprintf("%d %s", pid, bytes.ReplaceAll(line, []byte{0}, []byte(" "))))
	}
	return pids, lines
}

// quiet waits until nothing of the target's sessions runs any more.
func (h *target) quiet(t *testing.T) {
	t.Helper()
	var lines []string
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if _, lines = h.running(t); len(lines) == 0 {
			return
		}
	}
	t.Errorf("still running on the target: %q", lines)
}

// play starts goplay on a terminal of its own, as the leader of its session: a
// ^C goes to all of its processes.
func (h *target) play(t *testing.T, args ...string) *terminal {
	t.Helper()
	return interact(t, h.home, append([]string{"goplay", "-i", "hosts"}, args...)...)
}

// ended waits for goplay to end, and compares its exit code.
func (c *terminal) ended(t *testing.T, want int) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- c.cmd.Wait() }()
	select {
	case err := <-done:
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatalf("it does not end; on the screen is\n%s", c.text())
	}
	if got := c.cmd.ProcessState.ExitCode(); got != want {
		t.Errorf("exit code %d, want %d; on the screen is\n%s", got, want, c.text())
	}
}

func (c *terminal) text() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.said.String()
}

func (c *terminal) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := c.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

func waitForFile(t *testing.T, path string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !exists(path); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s does not come", path)
		}
	}
}

const ctrlC = "\x03"

// endings are the ways in which a run is ended from outside.
var endings = map[string]struct {
	do    func(*testing.T, *terminal)
	code  int
	recap bool
}{
	"^C":      {func(t *testing.T, c *terminal) { c.send(t, ctrlC) }, exitInterrupted, true},
	"SIGTERM": {func(t *testing.T, c *terminal) { c.signal(t, syscall.SIGTERM) }, exitInterrupted, true},
	"SIGKILL": {func(t *testing.T, c *terminal) { c.signal(t, syscall.SIGKILL) }, -1, false},
}

// TestProcessEndedInACommand: nothing of a command goes on, not even what does not
// care for signals, and the run that follows does the work.
func TestProcessEndedInACommand(t *testing.T) {
	h := newTarget(t)
	writeAt(t, filepath.Join(h.home, "site.yml"), `- hosts: web
  gather_facts: false
  tasks:
    - shell: |
        [ ! -e `+h.work+`/again ] || exit 0
        trap '' INT TERM HUP
        sleep 4731 & >`+h.work+`/begun; sleep 4731; >`+h.work+`/over
`)
	for name, e := range endings {
		t.Run(name, func(t *testing.T) {
			os.Remove(filepath.Join(h.work, "begun"))
			c := h.play(t, "site.yml")
			waitForFile(t, filepath.Join(h.work, "begun"))
			e.do(t, c)
			c.ended(t, e.code)
			h.quiet(t)
			if exists(filepath.Join(h.work, "over")) {
				t.Error("the command went on")
			}
			if e.recap {
				c.await(t, "PLAY RECAP")
				c.await(t, " [ERROR]: User interrupted execution")
			}
		})
	}
	writeAt(t, filepath.Join(h.work, "again"), "")
	h.play(t, "site.yml").ended(t, exitOK)
}

// TestProcessEndedInAnUpload: the file on the target stays the old one, alone in its folder.
func TestProcessEndedInAnUpload(t *testing.T) {
	h := newTarget(t)
	dest := filepath.Join(h.work, "dest")
	writeAt(t, filepath.Join(dest, "file"), "old\n")
	large, err := os.Create(filepath.Join(h.home, "large"))
	if err != nil {
		t.Fatal(err)
	}
	defer large.Close()
	if err := large.Truncate(150 << 20); err != nil { // half a second, on any machine
		t.Fatal(err)
	}
	writeAt(t, filepath.Join(h.home, "site.yml"), "- hosts: web\n  gather_facts: false\n  tasks:\n    - copy: {src: large, dest: "+dest+"/file, mode: '0600'}\n")
	for name, e := range endings {
		t.Run(name, func(t *testing.T) {
			c := h.play(t, "site.yml")
			for end := time.Now().Add(20 * time.Second); len(namesIn(t, dest)) < 2; time.Sleep(time.Millisecond) {
				if time.Now().After(end) {
					t.Fatalf("the upload does not begin; on the screen is\n%s", c.text())
				}
			}
			e.do(t, c)
			c.ended(t, e.code)
			h.quiet(t)
			if got := namesIn(t, dest); len(got) != 1 {
				t.Errorf("left in the folder: %q", got)
			}
			if got, err := os.ReadFile(filepath.Join(dest, "file")); err != nil || string(got) != "old\n" {
				t.Errorf("the file has %d bytes, %v", len(got), err)
			}
		})
	}
	h.play(t, "site.yml").ended(t, exitOK)
	if info, err := os.Stat(filepath.Join(dest, "file")); err != nil || info.Size() != 150<<20 {
		t.Errorf("the second run left %v, %v", info, err)
	}
	if got := namesIn(t, dest); len(got) != 1 {
		t.Errorf("left in the folder: %q", got)
	}
}

func namesIn(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// TestProcessEndedTwice: where the first ^C cannot end the run, as on a host that does not
// answer, the second leaves at once; the host does nothing more once it can.
func TestProcessEndedTwice(t *testing.T) {
	h := newTarget(t)
	writeAt(t, filepath.Join(h.home, "site.yml"), "- hosts: web\n  gather_facts: false\n  tasks:\n    - command: sh -c '>"+h.work+"/begun; sleep 4732'\n")
	c := h.play(t, "site.yml")
	waitForFile(t, filepath.Join(h.work, "begun"))
	c.await(t, "web 1s")
	pids, _ := h.running(t)
	for _, pid := range pids {
		if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
	}
	begin := time.Now()
	impatient := time.NewTicker(200 * time.Millisecond)
	defer impatient.Stop()
	go func() {
		for range impatient.C {
			if _, err := c.WriteString(ctrlC); err != nil {
				return
			}
		}
	}()
	c.ended(t, exitInterrupted)
	impatient.Stop()
	if took := time.Since(begin); took > 3*time.Second {
		t.Errorf("it took %v to leave", took)
	}
	if left := c.text(); strings.LastIndex(left, "\r\x1b[K") < strings.LastIndex(left, "web 1s") {
		t.Errorf("the line that shows that it lives stays: %q", left)
	}
	for _, pid := range pids {
		_ = syscall.Kill(pid, syscall.SIGCONT)
	}
	h.quiet(t)
}

// TestProcessEndedAtAPrompt: a ^C where something is asked ends it as elsewhere, and
// what is typed is shown again.
func TestProcessEndedAtAPrompt(t *testing.T) {
	home := t.TempDir()
	writeAt(t, filepath.Join(home, "site.yml"), "- hosts: all\n  gather_facts: false\n  vars_prompt: [{name: a, prompt: Secret}, {name: b, prompt: Shown, private: false}]\n  tasks:\n"+
		"    - {pause: {prompt: Wait, echo: false}}\n")
	writeAt(t, filepath.Join(home, "debug.yml"), "- hosts: all\n  gather_facts: false\n  tasks:\n    - {fail: , debugger: always}\n")
	writeAt(t, filepath.Join(home, "vaulted"), "$ANSIBLE_VAULT;1.1;AES256\n3030\n")
	for name, c := range map[string]struct {
		args   string
		prompt []string // all but the last are answered
	}{
		"private": {"site.yml", []string{"Secret: "}},
		"shown":   {"site.yml -e a=1", []string{"Shown: "}},
		"become":  {"site.yml -K", []string{"BECOME password: "}},
		"connect": {"site.yml -k -K", []string{"SSH password: ", "BECOME password[defaults to SSH password]: "}},
		"vault":   {"site.yml -J", []string{"Vault password: "}},
		"step":    {"site.yml --step -e a=1 -e b=1", []string{"(N)o/(y)es/(c)ontinue: "}},
		"pause":   {"site.yml -e a=1 -e b=1", []string{"Wait (output is hidden):"}},
		"console": {"debug.yml", []string{"(debug)> "}},
		"view":    {"vault view vaulted", []string{"Vault password: "}},
		"encrypt": {"vault encrypt site.yml", []string{"New Vault password: ", "Confirm New Vault password: "}},
	} {
		for _, how := range []string{"^C", "SIGTERM"} {
			t.Run(name+" "+how, func(t *testing.T) {
				t.Parallel()
				args := strings.Fields(c.args)
				if args[0] != "vault" {
					args = append([]string{"-i", "web,", "-c", "local"}, args...)
				}
				p := interact(t, home, append([]string{"goplay"}, args...)...)
				for i, prompt := range c.prompt {
					p.await(t, prompt)
					if i < len(c.prompt)-1 {
						p.send(t, "secret\r")
					}
				}
				endings[how].do(t, p)
				if name == "pause" && how == "^C" {
					p.await(t, "to abort")
					endings[how].do(t, p)
				}
				p.ended(t, exitInterrupted)
				if name != "console" { // which is left without a word
					p.await(t, " [ERROR]: User interrupted execution")
				}
				after, err := term.GetState(int(p.Fd()))
				if err != nil {
					t.Fatal(err)
				}
				if *p.before != *after {
					t.Errorf("the terminal is left as %+v; it was %+v", after, p.before)
				}
				if text := p.text(); regexp.MustCompile(`(?m)^ok|secret`).MatchString(text) {
					t.Errorf("on the screen is\n%s", text)
				}
			})
		}
	}
}
