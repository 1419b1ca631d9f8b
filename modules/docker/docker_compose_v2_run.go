package docker

import "goplay/modules"

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_compose_v2_run",
		Summary: "run a command in a new container of a Compose service",
		Example: `- name: Run migrations
  community.docker.docker_compose_v2_run:
    project_src: /srv/app
    service: web
    command: /app migrate
    cleanup: true
`,
		NoCheck: true,
		Notes:   composeCommandNotes,
		Differs: []string{"env is handed over as environment; community.docker makes words of the command line of it.",
			"interactive false works; community.docker gives Compose an option that it does not have."},
		Exclusive: [][]string{{"argv", "command"}},
	}, runComposeRun)
}

type composeRunArgs struct {
	composeCommand
	Build         bool     `arg:"build" default:"false" doc:"Build the image first."`
	CapAdd        []string `arg:"cap_add" doc:"Capabilities to add."`
	CapDrop       []string `arg:"cap_drop" doc:"Capabilities to drop."`
	Entrypoint    *string  `arg:"entrypoint" doc:"Entrypoint in place of the image's."`
	Interactive   bool     `arg:"interactive" default:"true" doc:"Keep standard input open."`
	Labels        []string `arg:"labels" doc:"Labels to add to the container, as name=value."`
	Name          *string  `arg:"name" doc:"Name of the container."`
	NoDeps        bool     `arg:"no_deps" default:"false" doc:"Do not start the services that this one needs."`
	Publish       []string `arg:"publish" doc:"Ports to publish."`
	QuietPull     bool     `arg:"quiet_pull" default:"false" doc:"Pull without showing progress."`
	RemoveOrphans bool     `arg:"remove_orphans" default:"false" doc:"Remove containers of services that the project has no longer."`
	Cleanup       bool     `arg:"cleanup" default:"false" doc:"Remove the container when the command has ended."`
	ServicePorts  bool     `arg:"service_ports" default:"false" doc:"Publish the service's ports."`
	UseAliases    bool     `arg:"use_aliases" default:"false" doc:"Take the service's names in its networks."`
	Volumes       []string `arg:"volumes" doc:"Volumes to mount."`
}

func runComposeRun(c *modules.Context, a composeRunArgs) (composeCommandResult, error) {
	return a.run(c, a.argv())
}

func (a *composeRunArgs) argv() []string {
	argv := []string{"run"}
	for _, o := range []struct {
		option string
		given  bool
	}{{"--build", a.Build}, {"--interactive=false", !a.Interactive}, {"--no-deps", a.NoDeps}, {"--quiet-pull", a.QuietPull}, {"--remove-orphans", a.RemoveOrphans},
		{"--rm", a.Cleanup}, {"--service-ports", a.ServicePorts}, {"--use-aliases", a.UseAliases}} {
		if o.given {
			argv = append(argv, o.option)
		}
	}
	for _, o := range []struct {
		option string
		values []string
	}{{"--cap-add", a.CapAdd}, {"--cap-drop", a.CapDrop}, {"--label", a.Labels}, {"--publish", a.Publish}, {"--volume", a.Volumes}} {
		for _, v := range o.values {
			argv = append(argv, o.option, v)
		}
	}
	if a.Entrypoint != nil {
		argv = append(argv, "--entrypoint", *a.Entrypoint)
	}
	if a.Name != nil {
		argv = append(argv, "--name", *a.Name)
	}
	return argv
}
