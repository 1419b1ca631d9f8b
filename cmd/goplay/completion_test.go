package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"
)

// typed are lines that are typed up to a tab, and the arguments that goplay is
// started with when return follows.
var typed = []struct {
	line string
	want []string
}{
	{"versio", []string{"version"}},
	{"--synta", []string{"--syntax-check"}},
	{"sit", []string{"site.yml"}},
	{"with", []string{"with space.yml"}},
	{"site.yml --tags ins", []string{"site.yml", "--tags", "install"}},
	{"site.yml --tags=install,con", []string{"site.yml", "--tags=install,configure"}},
	{"site.yml -t install,con", []string{"site.yml", "-t", "install,configure"}},
	{"site.yml -tinst", []string{"site.yml", "-tinstall"}},
	{"site.yml --skip-tags app:d", []string{"site.yml", "--skip-tags", "app:deploy"}},
	{"site.yml --start-at-task Install\\ the", []string{"site.yml", "--start-at-task", "Install the app"}},
	{"site.yml --start-at-task 'Install the", []string{"site.yml", "--start-at-task", "Install the app"}},
	{"-i inv", []string{"-i", "inventory.ini"}},
	{"--inventory=inv", []string{"--inventory=inventory.ini"}},
	{"-i inventory.ini site.yml -l web", []string{"-i", "inventory.ini", "site.yml", "-l", "webserver"}},
	{"-i inventory.ini -l 'all:!web", []string{"-i", "inventory.ini", "-l", "all:!webserver"}},
	{"-e @va", []string{"-e", "@vars.yml"}},
	{"run all -m docker_container_e", []string{"run", "all", "-m", "docker_container_exec"}},
	{"run all -m community.docker.docker_container_e", []string{"run", "all", "-m", "community.docker.docker_container_exec"}},
	{"run -i inventory.ini web", []string{"run", "-i", "inventory.ini", "webserver"}},
	{"run -i script.sh web", []string{"run", "-i", "script.sh", "web"}}, // it would be run
	{"doc lineinf", []string{"doc", "lineinfile"}},
	{"vault rek", []string{"vault", "rekey"}},
	{"vault view va", []string{"vault", "view", "vars.yml"}},
	{"-M fol", []string{"-M", "folder/"}},
	{"-c loc", []string{"-c", "local"}},
}

var shellProject = map[string]string{
	"site.yml": "- hosts: all\n  tags: install\n  tasks:\n    - name: Install the app\n      ping:\n" +
		"    - block:\n        - {name: Configure it, ping: , tags: [configure, 'app:deploy', '{{ x }}']}\n" +
		"    - {import_tasks: missing.yml, tags: never}\n",
	"inventory.ini": "webserver\n[db]\nb\n", "vars.yml": "a: 1\n", "with space.yml": "", "folder/x": "",
	"script.sh": "#!/bin/sh\n>script-was-run\necho '{\"all\": {\"hosts\": [\"webscript\"]}}'\n",
	// What the shells start: it shows its arguments, but answers their questions.
	"bin/goplay": "#!/bin/sh\n[ \"$1\" != __complete ] || exec REAL \"$@\"\n[ \"$1\" != completion ] || exec REAL \"$@\"\nprintf '<%s>\\n' \"$@\"\n",
}

// TestProcessCompletion types into the real shells, with the script sourced and with
// it installed where the shell looks for such.
func TestProcessCompletion(t *testing.T) {
	real, err := exec.LookPath("goplay")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		needs   string // beside the shell
		command []string
		files   map[string]string // in the home; GOPLAY stands for the script
	}{
		"bash": {command: []string{"bash", "--rcfile", ".rc"}, files: map[string]string{".rc": "source <(goplay completion bash)\nPS1='ready> '\n"}},
		"bash installed": {needs: "/usr/share/bash-completion/bash_completion", command: []string{"bash", "--rcfile", ".rc"}, files: map[string]string{
			".rc": "source /usr/share/bash-completion/bash_completion\nPS1='ready> '\n", ".local/share/bash-completion/completions/goplay": "GOPLAY"}},
		"zsh": {command: []string{"zsh"}, files: map[string]string{
			".zshrc": "autoload -Uz compinit; compinit -u; source <(goplay completion zsh); unsetopt promptsp autoremoveslash; PS1='ready> '\n"}},
		"zsh installed": {command: []string{"zsh"}, files: map[string]string{
			".zshrc": "fpath+=~/functions; autoload -Uz compinit; compinit -u; unsetopt promptsp autoremoveslash; PS1='ready> '\n", "functions/_goplay": "GOPLAY"}},
		"fish": {command: []string{"fish"}, files: map[string]string{".config/fish/config.fish": "goplay completion fish | source\n" + fishPrompt}},
		"fish installed": {command: []string{"fish"}, files: map[string]string{
			".config/fish/config.fish": fishPrompt, ".config/fish/completions/goplay.fish": "GOPLAY"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, needed := range []string{c.command[0], c.needs} {
				if _, err := exec.LookPath(needed); needed != "" && err != nil && !exists(needed) {
					t.Skipf("NOT TESTED: %s is not installed", needed)
				}
			}
			home := t.TempDir()
			for _, files := range []map[string]string{shellProject, c.files} {
				for file, text := range files {
					if text == "GOPLAY" {
						script, err := completions.ReadFile("completion/" + c.command[0])
						if err != nil {
							t.Fatal(err)
						}
						text = string(script)
					}
					writeAt(t, filepath.Join(home, file), strings.ReplaceAll(text, "REAL", real))
				}
			}
			shell := interact(t, home, c.command...)
			shell.await(t, "ready> ")
			lines := typed
			if strings.HasSuffix(name, " installed") {
				lines = typed[:3] // that the shell finds it is enough
			}
			for _, line := range lines {
				shell.send(t, "goplay "+line.line+"\t\r")
				shell.await(t, "<"+strings.Join(line.want, ">\r\n<")+">\r\n")
				shell.await(t, "ready> ")
			}
			shell.send(t, "goplay completion \t\t")
			for _, other := range []string{"bash", "fish", "zsh"} {
				shell.await(t, other) // the three are shown in this order
			}
			if exists(filepath.Join(home, "script-was-run")) {
				t.Error("an inventory script was run")
			}
		})
	}
}

const fishPrompt = "function fish_prompt\n  echo 'ready> '\nend\nfunction fish_greeting\nend\nset -g fish_autosuggestion_enabled 0\n"

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func writeAt(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
}

// terminal is a program on a terminal of its own.
type terminal struct {
	*os.File
	cmd    *exec.Cmd
	before *term.State // of the terminal, before the program began
	mu     sync.Mutex
	said   strings.Builder
	seen   int // how much of it was awaited
	more   chan struct{}
}

// interact starts a program on a terminal, in a folder that is its home.
func interact(t *testing.T, home string, command ...string) *terminal {
	t.Helper()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = home
	cmd.Env = []string{"HOME=" + home, "ZDOTDIR=" + home, "TERM=xterm", "LC_ALL=C.UTF-8", "PATH=" + filepath.Join(home, "bin") + ":" + os.Getenv("PATH")}
	screen, own, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	if err := pty.Setsize(screen, &pty.Winsize{Rows: 50, Cols: 200}); err != nil {
		t.Fatal(err)
	}
	// A ^C makes a terminal forget what it has not shown yet, which may be what
	// the program said of it already.
	keep := exec.Command("stty", "noflsh")
	keep.Stdin = own
	if out, err := keep.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	before, err := term.GetState(int(own.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = own, own, own
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := &terminal{File: screen, cmd: cmd, before: before, more: make(chan struct{}, 1)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for buf := make([]byte, 4096); ; {
			n, err := screen.Read(buf)
			c.mu.Lock()
			c.said.Write(buf[:n])
			c.mu.Unlock()
			select {
			case c.more <- struct{}{}:
			default:
			}
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = screen.Close()
		<-done
	})
	return c
}

func (c *terminal) send(t *testing.T, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

// await waits for a text behind what was awaited before.
func (c *terminal) await(t *testing.T, text string) {
	t.Helper()
	for end := time.After(20 * time.Second); ; {
		c.mu.Lock()
		said := c.said.String()
		c.mu.Unlock()
		if i := strings.Index(said[c.seen:], text); i >= 0 {
			c.seen += i + len(text)
			return
		}
		select {
		case <-c.more:
		case <-end:
			t.Fatalf("%q does not come; on the screen is\n%q", text, said[c.seen:])
		}
	}
}
