package docker

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"github.com/moby/moby/client"

	"goplay/internal/shlex"
	"goplay/internal/value"
	"goplay/modules"
)

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_container_exec",
		Summary: "run a command in a container",
		Example: `- name: Run migrations
  community.docker.docker_container_exec:
    container: app
    command: /app migrate
    env:
      DEBUG: "false"
`,
		NoCheck:   true,
		Notes:     []string{"The command is not run by a shell: give sh -c and a text where you want one."},
		Exclusive: [][]string{{"argv", "command"}},
		OneOf:     [][]string{{"argv", "command"}},
	}, runExec)
}

type execArgs struct {
	Container       string      `arg:"container,required" doc:"The container's name or ID."`
	Argv            []string    `arg:"argv" doc:"Command as a list of words."`
	Command         *string     `arg:"command" doc:"Command as a text, which is split as a shell does."`
	Chdir           string      `arg:"chdir" doc:"Folder to run it in."`
	User            string      `arg:"user" doc:"User, and :group if wanted, to run it as."`
	Env             *value.Dict `arg:"env" doc:"Environment variables to add."`
	Stdin           *string     `arg:"stdin" doc:"Text for its standard input."`
	StdinAddNewline bool        `arg:"stdin_add_newline" default:"true" doc:"End stdin with a newline."`
	StripEmptyEnds  bool        `arg:"strip_empty_ends" default:"true" doc:"Leave out empty lines at the end of stdout and stderr."`
	TTY             bool        `arg:"tty" default:"false" doc:"Give it a terminal; stderr is then part of stdout."`
	Detach          bool        `arg:"detach" default:"false" doc:"Do not wait for its end."`
	Connection
}

// Validate refuses input for a command that nobody waits for.
func (a *execArgs) Validate() error {
	if a.Detach && a.Stdin != nil {
		return &modules.ArgError{Arg: "stdin", Msg: "If detach=true, stdin cannot be provided."}
	}
	return nil
}

type execResult struct {
	Changed bool    `json:"changed" doc:"Always true: a command was run."`
	Stdout  *string `json:"stdout,omitempty" doc:"What it printed, unless detach."`
	Stderr  *string `json:"stderr,omitempty" doc:"What it printed as errors, unless detach."`
	RC      *int    `json:"rc,omitempty" doc:"Exit status, unless detach."`
	ExecID  string  `json:"exec_id,omitempty" doc:"The engine's ID for the run, with detach."`
}

func runExec(c *modules.Context, a execArgs) (out execResult, err error) {
	argv := a.Argv
	if a.Command != nil {
		if argv, err = shlex.Split(*a.Command); err != nil {
			return out, modules.Fail("command: %w", err)
		}
	}
	env, err := labelsOf("env", a.Env)
	if err != nil {
		return out, err
	}
	e, err := a.connect(c)
	if err != nil {
		return out, err
	}
	defer e.Close()
	options := client.ExecCreateOptions{Cmd: argv, User: a.User, WorkingDir: a.Chdir, TTY: a.TTY,
		AttachStdin: a.Stdin != nil, AttachStdout: !a.Detach, AttachStderr: !a.Detach}
	for _, k := range sortedKeys(env) {
		options.Env = append(options.Env, k+"="+env[k])
	}
	err = c.Change(modules.Diff{}, func() error {
		made, err := e.ExecCreate(c, a.Container, options)
		if err != nil {
			return a.refused(err)
		}
		if a.Detach {
			out.ExecID = made.ID
			_, err := e.ExecStart(c, made.ID, client.ExecStartOptions{Detach: true, TTY: a.TTY})
			return a.refused(err)
		}
		return a.attend(c, e, made.ID, &out)
	})
	out.Changed = err == nil
	return out, err
}

// attend starts the command, feeds it and listens to it until its end.
func (a *execArgs) attend(c *modules.Context, e *engine, id string, out *execResult) error {
	conn, err := e.ExecAttach(c, id, client.ExecAttachOptions{TTY: a.TTY})
	if err != nil {
		return a.refused(err)
	}
	defer conn.Close()
	defer context.AfterFunc(c, conn.Close)()
	if a.Stdin != nil {
		go a.feed(&conn.HijackedResponse)
	}
	var stdout, stderr bytes.Buffer
	err = demultiplex(a.TTY, conn.Reader, shown(c, &stdout, "stdout"), shown(c, &stderr, "stderr"))
	if c.Err() != nil {
		err = context.Cause(c)
	}
	if err != nil {
		return modules.Fail("read the output of the command: %w", err)
	}
	ended, err := e.ExecInspect(c, id, client.ExecInspectOptions{})
	if err != nil {
		return a.refused(err)
	}
	o, s := a.strip(stdout.String()), a.strip(stderr.String())
	out.Stdout, out.Stderr, out.RC = &o, &s, &ended.ExitCode
	return nil
}

func (a *execArgs) feed(conn *client.HijackedResponse) {
	text := *a.Stdin
	if a.StdinAddNewline {
		text += "\n"
	}
	// A command that ends without reading everything is none of our faults.
	_, _ = io.WriteString(conn.Conn, text)
	_ = conn.CloseWrite()
}

func (a *execArgs) strip(text string) string {
	if a.StripEmptyEnds {
		return strings.TrimRight(text, "\r\n")
	}
	return text
}

func (a *execArgs) refused(err error) error {
	err = daemonError(err)
	var refused *statusError
	switch {
	case err == nil:
		return nil
	case missing(err):
		return modules.Fail(`Could not find container "%s"`, a.Container)
	case inUse(err) && errors.As(err, &refused) && strings.Contains(refused.msg, "paused"):
		return modules.Fail(`The container "%s" has been paused (%w)`, a.Container, err)
	case inUse(err):
		return modules.Fail(`The container "%s" is not running (%w). Start it with docker_container`, a.Container, err)
	}
	return modules.Fail("An unexpected Docker error occurred: %w", err)
}

// shown writes to buf and to the user's screen.
func shown(c *modules.Context, buf *bytes.Buffer, stream string) io.Writer {
	return writerFunc(func(p []byte) (int, error) {
		c.Output(stream, p)
		return buf.Write(p)
	})
}
