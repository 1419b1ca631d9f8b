package docker

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_compose_v2",
		Summary: "manage Docker Compose projects",
		Example: `- name: Start the project
  community.docker.docker_compose_v2:
    project_src: /srv/app

- name: Tear it down
  community.docker.docker_compose_v2:
    project_src: /srv/app
    state: absent
`,
		Notes:   []string{"It needs Compose's plugin on the target, version 2.29 or newer, but not the docker command."},
		Differs: []string{"Pulling an image that has not changed is no change."},
	}, runCompose)
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_compose_v2_pull",
		Summary: "pull the images of a Docker Compose project",
		Example: `- name: Have the newest images
  community.docker.docker_compose_v2_pull:
    project_src: /srv/app
`,
		Differs: []string{"It changes something when an image is another one afterwards, not when Compose was busy."},
	}, runComposePull)
}

type composeUpArgs struct {
	composeArgs
	State             string      `arg:"state" enum:"absent,stopped,restarted,present" default:"present" doc:"What the services are to be."`
	Services          []string    `arg:"services" doc:"Services to act on; all when not given."`
	Scale             *value.Dict `arg:"scale" doc:"How many containers services have."`
	Dependencies      bool        `arg:"dependencies" default:"true" doc:"Act on the services that these need, too."`
	Pull              string      `arg:"pull" enum:"always,missing,never,policy" default:"policy" doc:"When to pull images."`
	Build             string      `arg:"build" enum:"always,never,policy" default:"policy" doc:"When to build images."`
	Recreate          string      `arg:"recreate" enum:"always,never,auto" default:"auto" doc:"When to make containers anew."`
	RenewAnonVolumes  bool        `arg:"renew_anon_volumes" default:"false" doc:"Give new containers fresh anonymous volumes."`
	RemoveImages      string      `arg:"remove_images" enum:"all,local" doc:"Images to remove with state absent."`
	RemoveVolumes     bool        `arg:"remove_volumes" default:"false" doc:"Remove volumes with state absent."`
	RemoveOrphans     bool        `arg:"remove_orphans" default:"false" doc:"Remove containers of services that are no more."`
	Timeout           *int        `arg:"timeout" doc:"Seconds that containers have to stop."`
	Wait              bool        `arg:"wait" default:"false" doc:"Wait until services run and are healthy."`
	WaitTimeout       *int        `arg:"wait_timeout" doc:"Most seconds to wait."`
	IgnoreBuildEvents bool        `arg:"ignore_build_events" default:"true" doc:"A build by itself is no change."`
	AssumeYes         bool        `arg:"assume_yes" default:"false" doc:"Answer Compose's questions with yes."`
}

type composeResult struct {
	Changed    bool            `json:"changed" doc:"Whether something was changed."`
	Actions    []composeAction `json:"actions" doc:"What was done, each with what, id and status."`
	Containers []object        `json:"containers" doc:"The project's containers, as docker compose ps has them."`
	Images     []object        `json:"images" doc:"Their images, as docker compose images has them."`
	Stdout     string          `json:"stdout" doc:"What Compose printed."`
	Stderr     string          `json:"stderr" doc:"What Compose printed as progress and errors."`
}

func runCompose(c *modules.Context, a composeUpArgs) (composeResult, error) {
	out := composeResult{Actions: []composeAction{}, Containers: []object{}, Images: []object{}}
	p, err := openCompose(c, &a.composeArgs)
	if err != nil {
		return out, err
	}
	defer p.close()
	for _, command := range a.commands() {
		if command[0] == "stop" && !p.running() {
			continue
		}
		var r composeRun
		ran, err := attempt(c, func() error {
			var err error
			r, err = p.run(false, command...)
			return err
		})
		if !ran && err == nil {
			r, err = p.run(true, command...)
		}
		out.Stdout, out.Stderr = out.Stdout+r.Stdout, out.Stderr+r.Stderr
		out.Actions = append(out.Actions, r.actions(a.IgnoreBuildEvents)...)
		out.Changed = len(out.Actions) > 0 || a.State == "restarted"
		if err != nil {
			return out, err
		}
	}
	if text, err := p.quiet("ps", "--format", "json", "--all", "--no-trunc"); err == nil {
		out.Containers = jsonLines(text)
	}
	if text, err := p.quiet("images", "--format", "json"); err == nil {
		out.Images = jsonLines(text)
	}
	return out, nil
}

// running reports whether a container of the project runs: Compose speaks of
// stopping those, too, that have stopped.
func (p *compose) running() bool {
	text, err := p.quiet("ps", "--format", "json", "--all")
	return err != nil || slices.ContainsFunc(jsonLines(text), func(c object) bool {
		return !slices.Contains([]string{"created", "exited", "stopped", "killed"}, textAt(c, "State"))
	})
}

// commands are what Compose has to do for a state.
func (a *composeUpArgs) commands() [][]string {
	switch a.State {
	case "absent":
		return [][]string{a.down()}
	case "stopped":
		return [][]string{a.up("--no-start"), a.withTimeout("stop")}
	case "restarted":
		argv := []string{"restart"}
		if !a.Dependencies {
			argv = append(argv, "--no-deps")
		}
		return [][]string{a.withTimeout(argv...)}
	}
	argv := []string{"--detach"}
	if a.Wait {
		argv = append(argv, "--wait")
		if a.WaitTimeout != nil {
			argv = append(argv, "--wait-timeout", strconv.Itoa(*a.WaitTimeout))
		}
	}
	return [][]string{a.up(argv...)}
}

func (a *composeUpArgs) withTimeout(argv ...string) []string {
	if a.Timeout != nil {
		argv = append(argv, "--timeout", strconv.Itoa(*a.Timeout))
	}
	return append(append(argv, "--"), a.Services...)
}

func (a *composeUpArgs) down() []string {
	argv := []string{"down"}
	if a.RemoveOrphans {
		argv = append(argv, "--remove-orphans")
	}
	if a.RemoveImages != "" {
		argv = append(argv, "--rmi", a.RemoveImages)
	}
	if a.RemoveVolumes {
		argv = append(argv, "--volumes")
	}
	return a.withTimeout(argv...)
}

func (a *composeUpArgs) up(more ...string) []string {
	argv := append([]string{"up", "--no-color"}, more...)
	if a.Pull != "policy" {
		argv = append(argv, "--pull", a.Pull)
	}
	for _, f := range []struct {
		set  bool
		flag string
	}{
		{a.RemoveOrphans, "--remove-orphans"}, {a.Recreate == "always", "--force-recreate"}, {a.Recreate == "never", "--no-recreate"},
		{a.RenewAnonVolumes, "--renew-anon-volumes"}, {!a.Dependencies, "--no-deps"}, {a.Build == "always", "--build"},
		{a.Build == "never", "--no-build"}, {a.AssumeYes, "--yes"},
	} {
		if f.set {
			argv = append(argv, f.flag)
		}
	}
	if a.Scale != nil {
		for service, n := range a.Scale.All() {
			argv = append(argv, "--scale", value.Str(service)+"="+value.Str(n))
		}
	}
	return a.withTimeout(argv...)
}

type composePullArgs struct {
	composeArgs
	Policy          string   `arg:"policy" enum:"always,missing" default:"always" doc:"Whether to ask registries for images that are there."`
	Services        []string `arg:"services" doc:"Services to pull for; all when not given."`
	IgnoreBuildable bool     `arg:"ignore_buildable" default:"false" doc:"Leave out images that can be built."`
	IncludeDeps     bool     `arg:"include_deps" default:"false" doc:"Pull for the services that these need, too."`
}

func runComposePull(c *modules.Context, a composePullArgs) (composeResult, error) {
	out := composeResult{Actions: []composeAction{}, Containers: []object{}, Images: []object{}}
	p, err := openCompose(c, &a.composeArgs)
	if err != nil {
		return out, err
	}
	defer p.close()
	e, err := Connection{Address: a.Address}.connect(c)
	if err != nil {
		return out, err
	}
	defer e.Close()
	before, missing, err := p.imageIDs(e)
	if err != nil {
		return out, err
	}
	argv := []string{"pull", "--policy", a.Policy}
	if a.IgnoreBuildable {
		argv = append(argv, "--ignore-buildable")
	}
	if a.IncludeDeps {
		argv = append(argv, "--include-deps")
	}
	var r composeRun
	ran, err := attempt(c, func() error {
		var err error
		r, err = p.run(false, append(append(argv, "--"), a.Services...)...)
		return err
	})
	out.Stdout, out.Stderr = r.Stdout, r.Stderr
	if err != nil || !ran {
		out.Changed = missing
		return out, err
	}
	after, _, err := p.imageIDs(e)
	for i, one := range after {
		if !slices.Contains(before, one) {
			name, _, _ := strings.Cut(after[i], " ")
			out.Changed = true
			out.Actions = append(out.Actions, composeAction{"image", name, "Pulled"})
		}
	}
	return out, err
}

// imageIDs are the project's images, each with the ID that it has here.
func (p *compose) imageIDs(e *engine) (ids []string, missing bool, err error) {
	text, err := p.quiet("config", "--images")
	if err != nil {
		return nil, false, modules.Fail("Error reading the project: %w", err)
	}
	for _, name := range strings.Fields(text) {
		image, err := e.image(p.c, name)
		if err != nil {
			return nil, false, err
		}
		missing = missing || image == nil
		ids = append(ids, fmt.Sprintf("%s %s", name, textAt(image, "Id")))
	}
	slices.Sort(ids)
	return ids, missing, nil
}
