package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/term"
)

// TestProcessPause: what may be done at a pause on a terminal. The words are
// Ansible's, which ORACLE=1 has shown again.
func TestProcessPause(t *testing.T) {
	programs := []string{"goplay"}
	if os.Getenv("ORACLE") != "" {
		if path, err := exec.LookPath("ansible-playbook"); err != nil {
			t.Error(err)
		} else {
			programs = append(programs, path)
		}
	}
	home := t.TempDir()
	const after = "    - debug: {msg: 'typed <{{ r.user_input }}> in {{ r.delta < 90 }}'}\n"
	for name, wait := range map[string]string{"time": "seconds: 100, prompt: Look", "answer": "prompt: Look", "hidden": "prompt: Look, echo: false"} {
		writeAt(t, filepath.Join(home, name+".yml"), "- hosts: all\n  gather_facts: false\n  tasks:\n    - {pause: {"+wait+"}, name: wait, register: r}\n"+after)
	}
	const asks = "Press 'C' to continue the play or 'A' to abort"
	const aborted = `fatal: [web]: FAILED! => {"msg": "user requested abort!"}`
	cases := map[string]struct {
		book, keys string // one key after the other, but none before a ^C is answered
		want       []string
		code       int
	}{
		"time goes on":       {"time", ctrlC + "c", []string{"Pausing for 100 seconds\r\n(ctrl+C then 'C' = continue early, ctrl+C then 'A' = abort)", "[wait]\r\nLook:", asks, "ok: [web]", "typed <> in True"}, exitOK},
		"time is given up":   {"time", ctrlC + "A", []string{asks, aborted, "NO MORE HOSTS LEFT", "PLAY RECAP"}, exitFailed},
		"time, other keys":   {"time", "ca\r" + ctrlC + "x\rC", []string{asks, "ok: [web]", "typed <> in True"}, exitOK},
		"answer goes on":     {"answer", "hi" + ctrlC + "c", []string{"[wait]\r\nLook:", "hi", asks, "ok: [web]", "typed <hi> in True"}, exitOK},
		"answer is given up": {"answer", "hi" + ctrlC + "xa", []string{asks, aborted, "NO MORE HOSTS LEFT", "PLAY RECAP"}, exitFailed},
		"answer":             {"answer", "hix\x7f\r", []string{"ok: [web]", "typed <hi> in True"}, exitOK},
		"hidden":             {"hidden", "hi" + ctrlC + "C", []string{"Look (output is hidden):", asks, "ok: [web]", "typed <hi> in True"}, exitOK},
	}
	for name, c := range cases {
		for _, program := range programs {
			t.Run(name+" "+filepath.Base(program), func(t *testing.T) {
				t.Parallel()
				p := interact(t, home, program, "-i", "web,", "-c", "local", c.book+".yml")
				p.await(t, "Look")
				p.await(t, ":")
				seen := p.seen
				for before, key := "", c.keys; key != ""; key = key[1:] {
					if before == ctrlC {
						p.await(t, asks)
					}
					before = key[:1]
					p.send(t, before)
				}
				p.ended(t, c.code)
				p.seen = strings.Index(p.text(), "TASK [wait]")
				for _, want := range c.want {
					p.await(t, want)
				}
				if typed, _, _ := strings.Cut(p.text()[seen:], asks); c.book == "hidden" && strings.Contains(typed, "hi") {
					t.Errorf("what was typed is shown: %q", typed)
				}
				if now, err := term.GetState(int(p.Fd())); err != nil || *p.before != *now {
					t.Errorf("the terminal is left as %+v, %v; it was %+v", now, err, p.before)
				}
			})
		}
	}
}

// TestProcessPauseInBackground: a job in the background may wait for time, but
// leaves the terminal to others.
func TestProcessPauseInBackground(t *testing.T) {
	home := t.TempDir()
	writeAt(t, filepath.Join(home, "site.yml"), "- hosts: all\n  gather_facts: false\n  tasks:\n    - pause: {seconds: 1}\n    - pause: {prompt: Look}\n")
	p := interact(t, home, "bash", "-mc", "goplay -i web, -c local site.yml & wait $!")
	p.await(t, "Pausing for 1 seconds")
	p.await(t, "Not waiting for response to prompt as stdin is not interactive")
	p.ended(t, exitOK)
}
