package commands

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/creack/pty"

	"goplay/internal/pyre"
	"goplay/internal/shlex"
	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

type expectArgs struct {
	Command   string      `arg:"command,required" doc:"The command and its arguments; it is run without a shell, at a terminal."`
	Responses *value.Dict `arg:"responses,required" doc:"What to type when a question is asked: a Python regular expression for the question, and the answer, or a list of answers for one time after the other."`
	Timeout   *int        `arg:"timeout" default:"30" doc:"Seconds to wait for a question or the end."`
	Echo      bool        `arg:"echo" default:"false" doc:"Return what was typed too."`
	Guards
}

type expectResult struct {
	Changed *bool   `json:"changed,omitempty" doc:"Whether the command ran."`
	Cmd     string  `json:"cmd" doc:"The command."`
	Stdout  string  `json:"stdout" doc:"What it wrote to the terminal."`
	RC      *int    `json:"rc" doc:"Its exit status."`
	Start   *string `json:"start,omitempty" doc:"When it started, in local time."`
	End     *string `json:"end,omitempty" doc:"When it ended."`
	Delta   *string `json:"delta,omitempty" doc:"How long it took."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.expect",
		Summary: "Run a command and answer its questions",
		NoCheck: true,
		Example: `- name: A new password
  ansible.builtin.expect:
    command: passwd ann
    responses:
      (?i)password: "{{ secret }}"
  no_log: true
`,
	}, expect)
}

// response is a question's pattern with what is typed for it.
type response struct {
	question *pyre.Regexp
	texts    []string
	repeats  bool // the only text serves every time
	given    int
}

func expect(c *modules.Context, a expectArgs) (expectResult, error) {
	r := expectResult{Cmd: a.Command, Changed: ptr(false)}
	answers, err := a.answers()
	if err != nil {
		return expectResult{}, err
	}
	if strings.TrimSpace(a.Command) == "" {
		return expectResult{}, modules.Fail("no command given").With("rc", 256)
	}
	if a.Chdir != "" {
		if err := enterable(a.Chdir); err != nil {
			return expectResult{}, modules.Fail("Unable to change directory before execution: %s", fsys.OSError(err))
		}
	}
	switch {
	case a.Creates != "" && a.there(a.Creates):
		r.Stdout, r.RC = "skipped, since "+a.Creates+" exists", ptr(0)
		return r, nil
	case a.Removes != "" && !a.there(a.Removes):
		r.Stdout, r.RC = "skipped, since "+a.Removes+" does not exist", ptr(0)
		return r, nil
	}
	start := time.Now()
	err = c.Change(modules.Diff{}, func() error { return a.converse(c, answers, &r) })
	var ran Ran
	ran.took(start, time.Now())
	r.Start, r.End, r.Delta, r.Changed = ran.Start, ran.End, ran.Delta, ptr(true)
	switch {
	case errors.Is(err, errTimeout):
		r.RC = nil
		return r, modules.Fail("%w", err).With("changed", true)
	case err != nil:
		return expectResult{}, err
	case r.RC != nil && *r.RC != 0:
		return r, modules.Fail("non-zero return code").With("changed", true)
	}
	return r, nil
}

var errTimeout = errors.New("command exceeded timeout")

func (a expectArgs) answers() ([]*response, error) {
	var all []*response
	for k, v := range a.Responses.All() {
		re, err := pyre.Compile(value.Str(k), pyre.Bytes)
		if err != nil {
			return nil, modules.Fail("the regular expression %q is not valid: %w", value.Str(k), err)
		}
		ans := &response{question: re, repeats: true}
		if list, ok := v.(*value.List); ok {
			ans.repeats = false
			for _, item := range list.Items {
				ans.texts = append(ans.texts, strings.TrimRight(value.Str(item), "\n")+"\n")
			}
		} else {
			ans.texts = []string{strings.TrimRight(value.Str(v), "\n") + "\n"}
		}
		all = append(all, ans)
	}
	return all, nil
}

// next is what to type now; false when the list of answers is used up.
func (a *response) next() (string, bool) {
	if a.repeats {
		return a.texts[0], true
	}
	if a.given == len(a.texts) {
		return "", false
	}
	a.given++
	return a.texts[a.given-1], true
}

// converse runs the command at a terminal of its own and answers until it ends.
func (a expectArgs) converse(c *modules.Context, answers []*response, r *expectResult) error {
	argv, err := shlex.Split(a.Command)
	if err != nil {
		return modules.Fail("%w", err)
	}
	path, err := c.Find(argv[0])
	if err != nil {
		return modules.Fail("The command was not found or was not executable: %s.", argv[0])
	}
	p := exec.Command(path, argv[1:]...)
	p.Dir, p.Env = a.Chdir, c.Environ()
	terminal, err := pty.StartWithAttrs(p, &pty.Winsize{Rows: 24, Cols: 80}, &syscall.SysProcAttr{Setsid: true, Setctty: true})
	if err != nil {
		return modules.Fail("%s", fsys.OSError(err))
	}
	defer terminal.Close()
	if !a.Echo {
		if err := hideTyping(terminal); err != nil {
			return err
		}
	}
	talk := &dialogue{c: c, answers: answers, terminal: terminal, timeout: a.timeout()}
	failure := talk.run()
	if failure != nil {
		_ = syscall.Kill(-p.Process.Pid, syscall.SIGKILL)
	}
	rc := exitStatus(p.Wait())
	r.Stdout, r.RC = strings.TrimRight(talk.said.String(), "\r\n"), &rc
	return failure
}

func (a expectArgs) timeout() time.Duration {
	if a.Timeout == nil || *a.Timeout <= 0 {
		return 24 * time.Hour
	}
	return time.Duration(*a.Timeout) * time.Second
}

func exitStatus(err error) int {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return 0
	}
	if ws, ok := exit.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return 128 + int(ws.Signal())
	}
	return exit.ExitCode()
}

// dialogue is the talk with a running command.
type dialogue struct {
	c        *modules.Context
	answers  []*response
	terminal *os.File
	timeout  time.Duration
	said     bytes.Buffer // everything
	heard    int          // how much of it has been answered
}

func (d *dialogue) run() error {
	heard := make(chan []byte)
	done := make(chan struct{})
	defer close(done)
	go d.listen(heard, done)
	timer := time.NewTimer(d.timeout)
	defer timer.Stop()
	for {
		select {
		case text, open := <-heard:
			if !open {
				return nil
			}
			d.said.Write(text)
			d.c.Output("stdout", text)
			if err := d.reply(); err != nil {
				return err
			}
			timer.Reset(d.timeout)
		case <-timer.C:
			return errTimeout
		case <-d.c.Done():
			return d.c.Err()
		}
	}
}

// listen passes on what the command writes; a terminal that its last user has
// left ends with an input error.
func (d *dialogue) listen(heard chan<- []byte, done <-chan struct{}) {
	defer close(heard)
	for {
		buf := make([]byte, 4096)
		n, err := d.terminal.Read(buf)
		if n > 0 {
			select {
			case heard <- buf[:n]:
			case <-done:
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// reply types the answer to the first question in what has not been answered yet.
func (d *dialogue) reply() error {
	for {
		rest := d.said.String()[d.heard:]
		first, at := (*response)(nil), (*pyre.Match)(nil)
		for _, a := range d.answers {
			if m := a.question.Search(rest); m != nil && (at == nil || m.Start() < at.Start()) {
				first, at = a, m
			}
		}
		if first == nil {
			return nil
		}
		d.heard += max(at.End(), 1)
		text, ok := first.next()
		if !ok {
			return modules.Fail("No remaining responses for '%s', output was 'b'%s''", first.question.Pattern, rest[:at.End()])
		}
		if _, err := io.WriteString(d.terminal, text); err != nil {
			return modules.Fail("type the answer to '%s': %w", first.question.Pattern, err)
		}
	}
}
