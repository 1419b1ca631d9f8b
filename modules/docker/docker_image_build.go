package docker

import (
	"github.com/moby/moby/api/types/build"
	"github.com/moby/moby/client"

	"goplay/internal/value"
	"goplay/modules"
)

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_image_build",
		Summary: "build a Docker image with the engine's best builder",
		Example: `- name: Build the application's image
  community.docker.docker_image_build:
    name: example/app
    path: /srv/app
    rebuild: always
`,
		Differs: []string{
			"The engine builds, over its API: neither the docker command nor its buildx plugin is needed, and builders made with buildx are not used.",
			"secrets, outputs and several platforms need buildx: its program is run then, with the builder that is current for the user.",
		},
	}, runImageBuild)
}

type buildArgs struct {
	Name       string        `arg:"name,required" doc:"Name of the image, with a tag where wanted."`
	Tag        string        `arg:"tag" default:"latest" doc:"Tag, when name has none."`
	Path       string        `arg:"path,required" type:"path" doc:"Folder with what the build needs."`
	Dockerfile string        `arg:"dockerfile" doc:"Dockerfile, relative to path; it may stand outside of it."`
	CacheFrom  []string      `arg:"cache_from" doc:"Images whose layers may be reused."`
	Pull       bool          `arg:"pull" default:"false" doc:"Fetch newer base images."`
	Network    string        `arg:"network" doc:"Network for RUN."`
	NoCache    bool          `arg:"nocache" default:"false" doc:"Build every step anew."`
	EtcHosts   *value.Dict   `arg:"etc_hosts" doc:"Names and addresses for /etc/hosts during the build."`
	Args       *value.Dict   `arg:"args" doc:"Build arguments."`
	Target     string        `arg:"target" doc:"Stage to build."`
	Platform   []string      `arg:"platform" doc:"Platform to build for, as os[/arch[/variant]]."`
	ShmSize    string        `arg:"shm_size" doc:"Size of /dev/shm during the build, as 64M."`
	Labels     *value.Dict   `arg:"labels" doc:"Labels of the image."`
	Rebuild    string        `arg:"rebuild" enum:"never,always" default:"never" doc:"Whether to build an image that is there."`
	Secrets    []buildSecret `arg:"secrets" doc:"Secrets for RUN --mount=type=secret."`
	Outputs    []buildOutput `arg:"outputs" doc:"Where the result goes; the engine's images when not given."`
	DockerCLI  string        `arg:"docker_cli" type:"path" doc:"Accepted and not needed: buildx's own program is run."`
	Context    string        `arg:"cli_context" doc:"Docker context for buildx, where that builds; not used otherwise."`
	Connection
}

func runImageBuild(c *modules.Context, a buildArgs) (imageResult, error) {
	out := imageResult{Actions: []string{}, Image: object{}}
	e, err := a.connect(c)
	if err != nil {
		return out, err
	}
	defer e.Close()
	name := parseImageName(a.Name).or(a.Tag)
	before, err := e.image(c, name.String())
	if err != nil {
		return out, err
	}
	if before != nil && a.Rebuild == "never" {
		out.Image = before
		return out, nil
	}
	if a.needsBuildx() {
		return a.runBuildx(c, e, name.String(), before)
	}
	b := &builder{c: c, e: e, name: name.String(), path: c.Abs(a.Path), file: a.Dockerfile}
	b.options = client.ImageBuildOptions{NoCache: a.NoCache, Remove: true, PullParent: a.Pull, CacheFrom: a.CacheFrom,
		NetworkMode: a.Network, Target: a.Target, ExtraHosts: hosts(a.EtcHosts)}
	like := imageBuildArgs{Args: a.Args, Labels: a.Labels, ShmSize: a.ShmSize}
	if len(a.Platform) == 1 {
		like.Platform = a.Platform[0]
	}
	if err := b.configure(&like); err != nil {
		return out, err
	}
	out.Actions = append(out.Actions, "Built image "+name.String()+" from "+a.Path)
	ran, err := attempt(c, func() error {
		err := b.run(e.bestBuilder(c))
		out.Stdout = b.stdout()
		if err == nil {
			out.Image, err = e.image(c, name.String())
		}
		return err
	})
	out.Changed = err == nil && (!ran || before == nil || textAt(before, "Id") != textAt(out.Image, "Id"))
	return out, err
}

// bestBuilder is the builder that the engine recommends.
func (e *engine) bestBuilder(c *modules.Context) build.BuilderVersion {
	said, err := e.Ping(c, client.PingOptions{})
	if err == nil && said.BuilderVersion != "" {
		return said.BuilderVersion
	}
	return build.BuilderV1
}
