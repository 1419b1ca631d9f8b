package modules

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"sort"
	"strings"
	"syscall"
	"time"
	"unicode"

	"goplay/internal/shlex"
)

// Cmd is a command that a module runs: an argv, never a shell string.
type Cmd struct {
	Argv  []string
	Dir   string   // the task's when empty
	Env   []string // added to the task's environment, K=V
	Stdin io.Reader
	// Locale keeps the user's language; without it tools print LC_ALL=C for a
	// parser to read.
	Locale bool
	// UTF8 has the tool print English with letters outside ASCII as they are,
	// where the system can.
	UTF8   bool
	Stream bool // show the user what it prints, as it prints it
}

// Output is how a command ended.
type Output struct {
	RC     int
	Stdout string
	Stderr string
}

// Exec runs a command to its end. A command that ran and failed is an Output
// with its RC; the error is for one that could not run or was cancelled. Its
// process group dies with the context.
func (c *Context) Exec(cmd Cmd) (Output, error) {
	if len(cmd.Argv) == 0 {
		return Output{}, errors.New("run a command: no command given")
	}
	var stdout, stderr bytes.Buffer
	p := exec.CommandContext(c, c.lookPath(cmd.Argv[0]), cmd.Argv[1:]...)
	p.Args[0] = cmd.Argv[0]
	p.Dir, p.Stdin = cmp.Or(cmd.Dir, c.call.Dir), cmd.Stdin
	p.Stdout, p.Stderr = c.capture(&stdout, "stdout", cmd.Stream), c.capture(&stderr, "stderr", cmd.Stream)
	p.Env = c.Environ()
	switch {
	case cmd.UTF8:
		name := c.englishLocale()
		p.Env = append(p.Env, "LC_ALL="+name, "LANG="+name, "LC_MESSAGES="+name)
	case !cmd.Locale:
		p.Env = append(p.Env, "LC_ALL=C", "LANG=C", "LC_MESSAGES=C")
	}
	p.Env = append(p.Env, cmd.Env...)
	OwnGroup(p)
	err := p.Run()
	out := Output{Stdout: stdout.String(), Stderr: stderr.String()}
	var exit *exec.ExitError
	switch {
	case c.Err() != nil:
		return out, fmt.Errorf("run %s: %w", cmd.Argv[0], context.Cause(c))
	case errors.As(err, &exit):
		out.RC = exitCode(exit)
		return out, nil
	case errors.Is(err, exec.ErrNotFound):
		return out, c.notFound(cmd.Argv[0])
	case err != nil && !errors.Is(err, exec.ErrWaitDelay):
		return out, fmt.Errorf("run %s: %w", cmd.Argv[0], err)
	}
	return out, nil
}

// Command runs argv and returns its standard output; a non-zero end is an
// error that carries what it printed.
func (c *Context) Command(argv ...string) (string, error) {
	out, err := c.Exec(Cmd{Argv: argv})
	if err != nil {
		return "", err
	}
	if out.RC != 0 {
		return out.Stdout, out.Failure(argv)
	}
	return out.Stdout, nil
}

// Pipe runs a program between in and out; a bad end is an error that carries
// what it wrote to its standard error.
func (c *Context) Pipe(in io.Reader, out io.Writer, argv ...string) error {
	var stderr bytes.Buffer
	p := exec.CommandContext(c, c.lookPath(argv[0]), argv[1:]...)
	p.Stdin, p.Stdout, p.Stderr = in, out, &stderr
	p.Env = append(c.Environ(), "LC_ALL=C")
	OwnGroup(p)
	if err := p.Run(); err != nil {
		return fmt.Errorf("run %s: %w: %s", argv[0], err, strings.TrimSpace(stderr.String()))
	}
	return nil
}

// Failure is the error of a command that ended badly, with rc, stdout, stderr
// and cmd as return values. Its message is what the command says of it.
func (o Output) Failure(argv []string) *Failure {
	msg := strings.TrimRightFunc(o.Stderr, unicode.IsSpace)
	if msg == "" {
		said := strings.TrimSpace(o.Stdout)
		if said == "" {
			said = fmt.Sprintf("exit status %d", o.RC)
		}
		msg = strings.Join(argv[:min(2, len(argv))], " ") + ": " + said
	}
	return Fail("%s", msg).With("rc", o.RC).With("stdout", o.Stdout).With("stderr", o.Stderr).With("cmd", shlex.Join(argv))
}

// OwnGroup puts a command in a process group of its own and makes cancelling
// end the whole group, so that nothing that it started is left running.
func OwnGroup(p *exec.Cmd) {
	if p.SysProcAttr == nil {
		p.SysProcAttr = &syscall.SysProcAttr{}
	}
	p.SysProcAttr.Setpgid = true
	p.Cancel = func() error {
		err := syscall.Kill(-p.Process.Pid, syscall.SIGKILL)
		if errors.Is(err, syscall.ESRCH) {
			return nil
		}
		return err
	}
	p.WaitDelay = 2 * time.Second
}

// lookPath finds a program as a shell with the task's environment would, with
// the system folders that a login without root's PATH leaves out.
func (c *Context) lookPath(name string) string {
	if path, err := c.Find(name); err == nil {
		return path
	}
	return name
}

// exitCode is the status as a shell reports it, but with Ansible's negative
// number for a signal.
func exitCode(e *exec.ExitError) int {
	if ws, ok := e.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return -int(ws.Signal())
	}
	return e.ExitCode()
}

func (c *Context) capture(buf *bytes.Buffer, stream string, live bool) io.Writer {
	if !live || c.call.Output == nil {
		return buf
	}
	return &tee{buf, func(p []byte) { c.Output(stream, p) }}
}

type tee struct {
	buf  *bytes.Buffer
	live func([]byte)
}

func (t *tee) Write(p []byte) (int, error) {
	t.live(p)
	return t.buf.Write(p)
}

func sortedEnv(env map[string]string) []string {
	keys := make([]string, 0, len(env))
	for k := range env {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
