package docker

import (
	"strconv"

	"goplay/modules"
)

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_compose_v2_exec",
		Summary: "run a command in a container of a Compose service",
		Example: `- name: Run migrations
  community.docker.docker_compose_v2_exec:
    project_src: /srv/app
    service: web
    command: /app migrate
`,
		NoCheck:   true,
		Notes:     composeCommandNotes,
		Differs:   []string{"env is handed over as environment; community.docker makes words of the command line of it."},
		Exclusive: [][]string{{"argv", "command"}},
		OneOf:     [][]string{{"argv", "command"}},
	}, runComposeExec)
}

type composeExecArgs struct {
	composeCommand
	Index      *int64 `arg:"index" doc:"Which of the service's containers; the first when not given."`
	Privileged bool   `arg:"privileged" default:"false" doc:"Give the command extended privileges."`
}

func runComposeExec(c *modules.Context, a composeExecArgs) (composeCommandResult, error) {
	return a.run(c, a.argv())
}

func (a *composeExecArgs) argv() []string {
	argv := []string{"exec"}
	if a.Index != nil {
		argv = append(argv, "--index", strconv.FormatInt(*a.Index, 10))
	}
	if a.Privileged {
		argv = append(argv, "--privileged")
	}
	return argv
}
