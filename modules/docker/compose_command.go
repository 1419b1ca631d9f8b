package docker

import (
	"io"
	"slices"
	"strings"

	"goplay/internal/shlex"
	"goplay/internal/value"
	"goplay/modules"
)

// composeCommand are the options of modules that run a command in a service.
type composeCommand struct {
	Service         string      `arg:"service,required" doc:"The service to run the command in."`
	Argv            []string    `arg:"argv" doc:"Command as a list of words."`
	Command         *string     `arg:"command" doc:"Command as a text, which is split as a shell does."`
	Chdir           string      `arg:"chdir" doc:"Folder to run it in."`
	Detach          bool        `arg:"detach" default:"false" doc:"Do not wait for its end."`
	User            string      `arg:"user" doc:"User to run it as."`
	Stdin           *string     `arg:"stdin" doc:"Text for its standard input."`
	StdinAddNewline bool        `arg:"stdin_add_newline" default:"true" doc:"End stdin with a newline."`
	StripEmptyEnds  bool        `arg:"strip_empty_ends" default:"true" doc:"Leave out empty lines at the end of stdout and stderr."`
	TTY             bool        `arg:"tty" default:"true" doc:"Give it a terminal where Compose has one itself."`
	Env             *value.Dict `arg:"env" doc:"Environment variables to add."`
	composeArgs
}

// Validate refuses input for a command that nobody waits for.
func (a *composeCommand) Validate() error {
	if a.Detach && a.Stdin != nil {
		return &modules.ArgError{Arg: "stdin", Msg: "If detach=true, stdin cannot be provided."}
	}
	return a.composeArgs.Validate()
}

// composeCommandNotes are for the users of both modules.
var composeCommandNotes = []string{
	"The command is not run by a shell: give sh -c and a text where you want one.",
	"Compose takes env on its command line, which users of the target can see while it runs: give secrets as stdin, or by the service's env_file or secrets.",
}

type composeCommandResult struct {
	Changed     bool    `json:"changed" doc:"Whether a command was run that was waited for."`
	Stdout      *string `json:"stdout,omitempty" doc:"What it printed, unless detach."`
	Stderr      *string `json:"stderr,omitempty" doc:"What it printed as errors, unless detach."`
	RC          *int    `json:"rc,omitempty" doc:"Exit status, unless detach."`
	ContainerID string  `json:"container_id,omitempty" doc:"The new container's ID, with detach; of docker_compose_v2_run."`
}

// common are the arguments that exec and run share. Variables stand in them with
// their values: in Compose's own environment they would decide what it reads from
// the project's files, and which engine it speaks to.
func (a *composeCommand) common() ([]string, error) {
	env, err := labelsOf("env", a.Env)
	if err != nil {
		return nil, err
	}
	var argv []string
	for _, o := range []struct{ option, value string }{{"--workdir", a.Chdir}, {"--user", a.User}} {
		if o.value != "" {
			argv = append(argv, o.option, o.value)
		}
	}
	if a.Detach {
		argv = append(argv, "--detach")
	}
	if !a.TTY {
		argv = append(argv, "--no-TTY")
	}
	for _, k := range sortedKeys(env) {
		argv = append(argv, "--env", k+"="+env[k])
	}
	return argv, nil
}

// words are the service and the command in it.
func (a *composeCommand) words() ([]string, error) {
	words := a.Argv
	if a.Command != nil {
		var err error
		if words, err = shlex.Split(*a.Command); err != nil {
			return nil, modules.Fail("command: %w", err)
		}
	}
	return append([]string{"--", a.Service}, words...), nil
}

// run runs Compose with what leads to the command, and the command.
func (a *composeCommand) run(c *modules.Context, argv []string) (out composeCommandResult, err error) {
	common, err := a.common()
	if err != nil {
		return out, err
	}
	words, err := a.words()
	if err != nil {
		return out, err
	}
	p, err := openCompose(c, &a.composeArgs)
	if err != nil {
		return out, err
	}
	defer p.close()
	err = c.Change(modules.Diff{}, func() error { return a.attend(p, slices.Concat(argv, common, words), &out) })
	return out, err
}

func (a *composeCommand) attend(p *compose, argv []string, out *composeCommandResult) error {
	full := p.line("plain", argv...) // stderr is the command's, and read by people
	r, err := p.c.Exec(modules.Cmd{Argv: full, Dir: p.dir, Stdin: a.input(), Stream: true})
	switch {
	case err != nil:
		return modules.Fail("Error running Compose: %w", err)
	case !a.Detach:
		stdout, stderr := a.strip(r.Stdout), a.strip(r.Stderr)
		out.Changed, out.Stdout, out.Stderr, out.RC = true, &stdout, &stderr, &r.RC
	case r.RC != 0:
		return r.Failure(append([]string{"docker compose"}, argv...))
	case argv[0] == "run":
		out.ContainerID = strings.TrimSpace(r.Stdout)
	}
	return nil
}

func (a *composeCommand) input() io.Reader {
	switch {
	case a.Stdin == nil:
		return nil
	case a.StdinAddNewline:
		return strings.NewReader(*a.Stdin + "\n")
	}
	return strings.NewReader(*a.Stdin)
}

func (a *composeCommand) strip(text string) string {
	if a.StripEmptyEnds {
		return strings.TrimRight(text, "\r\n")
	}
	return text
}
