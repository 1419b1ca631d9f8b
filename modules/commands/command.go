package commands

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"goplay/internal/shlex"
	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

// input are the options about what a command reads and returns.
type input struct {
	Stdin           *string `arg:"stdin" doc:"Text for the command's standard input."`
	StdinAddNewline bool    `arg:"stdin_add_newline" default:"true" doc:"End stdin with a newline."`
	StripEmptyEnds  bool    `arg:"strip_empty_ends" default:"true" doc:"Take newlines off the end of stdout and stderr."`
}

type commandArgs struct {
	Cmd                *string  `arg:"cmd" alias:"_raw_params" doc:"The command and its arguments as one text, split as a shell would, with nothing else of a shell."`
	Argv               []string `arg:"argv" doc:"The command and its arguments as a list."`
	Executable         string   `arg:"executable" doc:"Unused; see the module shell."`
	ExpandArgumentVars bool     `arg:"expand_argument_vars" default:"true" doc:"Replace $VARIABLES and ~ in the arguments."`
	Guards
	input
}

type shellArgs struct {
	Cmd        *string  `arg:"cmd" alias:"_raw_params" doc:"The command line, as the shell is given it."`
	Argv       []string `arg:"argv,internal" doc:"The command line as a list, each item quoted for the shell."`
	Executable string   `arg:"executable" type:"path" doc:"The shell, by its full path; /bin/sh without it."`
	Guards
	input
}

// Invoked shows the options as Ansible does, which has one module for both.
func (a *commandArgs) Invoked(shown *value.Dict) { asCommand(shown, a.Cmd, a.Argv, false) }

// Invoked shows the options as Ansible does, which has one module for both.
func (a *shellArgs) Invoked(shown *value.Dict) { asCommand(shown, a.Cmd, a.Argv, true) }

func asCommand(shown *value.Dict, cmd *string, argv []string, shell bool) {
	given := shown.Copy()
	for _, name := range shown.Keys() {
		shown.Delete(name)
	}
	shown.Set("_raw_params", value.Of(cmd))
	shown.Set("_uses_shell", shell)
	for _, name := range []string{"stdin_add_newline", "strip_empty_ends", "argv", "chdir", "executable", "creates", "removes", "stdin"} {
		v, _ := given.Get(name)
		shown.Set(name, v)
	}
	if argv != nil {
		shown.Set("argv", value.Of(argv))
	}
}

func init() {
	modules.Register(modules.Spec{
		Name:     "ansible.builtin.command",
		Summary:  "Run a command, without a shell",
		FreeForm: "cmd",
		Example: `- name: The database is made once
  ansible.builtin.command: /usr/bin/initdb /var/lib/db
  args:
    creates: /var/lib/db/PG_VERSION

- name: Arguments as they are
  ansible.builtin.command:
    argv: [/usr/bin/app, --name, "a b"]
  register: app
  changed_when: app.stdout != ""
`,
		Notes: []string{"In check mode the command is skipped, unless creates or removes say whether it would run."},
	}, command)
	modules.Register(modules.Spec{
		Name:     "ansible.builtin.shell",
		Summary:  "Run a command line through a shell",
		FreeForm: "cmd",
		Example: `- name: How many lines
  ansible.builtin.shell: set -o pipefail; zcat log.gz | wc -l
  args:
    executable: /bin/bash
    chdir: /var/log/app
  register: lines
  changed_when: false
`,
		Notes: []string{"Prefer command where nothing of a shell is needed; use the filter quote for variables in a command line."},
	}, shell)
}

// run is a command that is about to be run.
type run struct {
	Guards
	input
	cmd  any // what the result shows
	argv []string
}

func command(c *modules.Context, a commandArgs) (Ran, error) {
	if a.Executable != "" {
		c.Warn("As of Ansible 2.4, the parameter 'executable' is no longer supported with the 'command' module. Not using '%s'.", a.Executable)
	}
	if err := given(a.Cmd, a.Argv); err != nil {
		return Ran{}, err
	}
	argv := a.Argv
	if len(argv) == 0 {
		words, err := shlex.Split(*a.Cmd)
		if err != nil {
			return Ran{}, modules.Fail("%w", err)
		}
		argv = words
	}
	r := run{Guards: a.Guards, input: a.input, cmd: append([]string(nil), argv...), argv: argv}
	if a.ExpandArgumentVars {
		r.argv = make([]string, len(argv))
		for i, arg := range argv {
			r.argv[i] = c.Path(arg)
		}
	}
	return r.do(c)
}

func shell(c *modules.Context, a shellArgs) (Ran, error) {
	if err := given(a.Cmd, a.Argv); err != nil {
		return Ran{}, err
	}
	sh := a.Executable
	if sh == "" {
		sh = "/bin/sh"
	}
	if len(a.Argv) > 0 {
		quoted := make([]string, len(a.Argv))
		for i, word := range a.Argv {
			quoted[i] = shlex.Quote(word)
		}
		return run{Guards: a.Guards, input: a.input, cmd: a.Argv, argv: []string{sh, "-c", strings.Join(quoted, " ")}}.do(c)
	}
	return run{Guards: a.Guards, input: a.input, cmd: *a.Cmd, argv: []string{sh, "-c", *a.Cmd}}.do(c)
}

func given(cmd *string, argv []string) error {
	text := cmd != nil && strings.TrimSpace(*cmd) != ""
	r := Ran{RC: ptr(256)}
	switch {
	case !text && len(argv) == 0:
		return r.failure("no command given")
	case text && len(argv) > 0:
		return r.failure("only command or argv can be given, not both")
	}
	return nil
}

// do runs the command unless its guards or check mode keep it from running.
func (r run) do(c *modules.Context) (Ran, error) {
	out := Ran{Cmd: r.cmd, Changed: ptr(false)}
	if r.Chdir != "" {
		if err := enterable(r.Chdir); err != nil {
			return out, out.failure("Unable to change directory before execution: " + fsys.OSError(err))
		}
	}
	if msg, stdout := r.skip(c); msg != "" {
		out.Msg, out.Stdout, out.RC = msg, stdout, ptr(0)
		return out, nil
	}
	ran := false
	err := c.Change(modules.Diff{}, func() error {
		ran = true
		return r.exec(c, &out)
	})
	if err != nil {
		return out, err
	}
	out.Changed = ptr(true)
	if !ran {
		out.RC, out.Msg = ptr(0), "Command would have run if not in check mode"
		if r.Creates == "" && r.Removes == "" {
			out.Changed = ptr(false)
			return out, &modules.Skipped{Msg: out.Msg}
		}
		return out, nil
	}
	if *out.RC != 0 {
		return out, out.failure("non-zero return code")
	}
	return out, nil
}

// enterable tells whether a command could be started in a folder.
func enterable(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return &os.PathError{Op: "chdir", Path: dir, Err: errors.Unwrap(err)}
	}
	if !info.IsDir() {
		return &os.PathError{Op: "chdir", Path: dir, Err: syscall.ENOTDIR}
	}
	return nil
}

func (r run) exec(c *modules.Context, out *Ran) error {
	cmd := modules.Cmd{Argv: r.argv, Dir: r.Chdir, Locale: true, Stream: true}
	if r.Stdin != nil {
		text := *r.Stdin
		if r.StdinAddNewline && text != "" {
			text += "\n"
		}
		cmd.Stdin = strings.NewReader(text)
	}
	start := time.Now()
	got, err := c.Exec(cmd)
	if err != nil {
		return startFailure(c, err, r)
	}
	out.took(start, time.Now())
	out.RC, out.Stdout, out.Stderr = &got.RC, got.Stdout, got.Stderr
	if r.StripEmptyEnds {
		out.Stdout, out.Stderr = strings.TrimRight(out.Stdout, "\r\n"), strings.TrimRight(out.Stderr, "\r\n")
	}
	return nil
}

// startFailure is a command that could not be started, in Python's words and
// with the error's number as rc.
func startFailure(c *modules.Context, err error, r run) error {
	if c.Err() != nil {
		return err
	}
	no := syscall.ENOENT
	var missing *exec.Error
	if !errors.As(err, &no) && !errors.As(err, &missing) {
		return err
	}
	failed := &os.PathError{Op: "exec", Path: r.argv[0], Err: no}
	return modules.Fail("%s", fsys.OSError(failed)).With("rc", int(no)).With("cmd", shlex.Join(r.argv)).With("stdout", "").With("stderr", "")
}
