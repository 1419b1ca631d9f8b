package docker

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/moby/moby/api/types/build"
	"github.com/moby/moby/client"

	"goplay/internal/value"
	"goplay/modules"
)

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_image",
		Summary: "build, load, pull, tag, push, archive and remove Docker images",
		Example: `- name: Build the application's image
  community.docker.docker_image:
    name: example/app
    source: build
    force_source: true
    build:
      path: /srv/app
      platform: linux/amd64

- name: Export it
  community.docker.docker_image:
    name: example/app
    source: local
    archive_path: /tmp/app.tar

- name: Import it
  community.docker.docker_image:
    name: example/app
    source: load
    load_path: /tmp/app.tar
    force_source: true
`,
		Notes: []string{
			"Building is the engine's work: a build that ends in the same image changes nothing.",
			"An archive that already holds the image, and only it, is left alone.",
		},
		Differs: []string{
			"A Dockerfile that needs BuildKit is built with it.",
			"An archive whose image is there already is not sent to the engine again; check mode knows that too.",
			"An error of a build names the step instead of listing all output, which is in stdout.",
		},
		RequiredIf: []modules.RequiredIf{{Option: "state", Is: "present", Needs: []string{"source"}}, {Option: "source", Is: "build", Needs: []string{"build"}}, {Option: "source", Is: "load", Needs: []string{"load_path"}}},
	}, runImage)
}

type imageArgs struct {
	Name        string          `arg:"name,required" doc:"Name of the image, with registry, tag or digest where wanted, or its ID."`
	Tag         string          `arg:"tag" default:"latest" doc:"Tag, when name has none."`
	State       string          `arg:"state" enum:"absent,present" default:"present" doc:"Whether the image is to be there."`
	Source      string          `arg:"source" enum:"build,load,pull,local" doc:"Where it comes from when it is not there."`
	Build       *imageBuildArgs `arg:"build" doc:"How it is built."`
	Pull        *imagePullArgs  `arg:"pull" doc:"How it is pulled."`
	LoadPath    string          `arg:"load_path" type:"path" doc:"Archive to load it from."`
	ArchivePath string          `arg:"archive_path" type:"path" doc:"Archive to write it to."`
	Repository  string          `arg:"repository" doc:"Further name to give it, with a tag if wanted."`
	Push        bool            `arg:"push" default:"false" doc:"Push it to the registry in its name, or in repository."`
	ForceSource bool            `arg:"force_source" default:"false" doc:"Build, load or pull it even if it is there."`
	ForceAbsent bool            `arg:"force_absent" default:"false" doc:"Remove it even if containers use it."`
	ForceTag    bool            `arg:"force_tag" default:"false" doc:"Move the name in repository if another image has it."`
	Connection
}

type imagePullArgs struct {
	Platform string `arg:"platform" doc:"Platform to pull, as os[/arch[/variant]]."`
}

type imageBuildArgs struct {
	Path            string      `arg:"path,required" type:"path" doc:"Folder with what the build needs."`
	Dockerfile      string      `arg:"dockerfile" doc:"Dockerfile, relative to path; it may stand outside of it."`
	Args            *value.Dict `arg:"args" doc:"Build arguments."`
	CacheFrom       []string    `arg:"cache_from" doc:"Images whose layers may be reused."`
	ContainerLimits *limitArgs  `arg:"container_limits" doc:"Limits for the containers of the build."`
	EtcHosts        *value.Dict `arg:"etc_hosts" doc:"Names and addresses for /etc/hosts during the build."`
	HTTPTimeout     *int        `arg:"http_timeout" doc:"Accepted and not used: a build has the time that it takes."`
	Labels          *value.Dict `arg:"labels" doc:"Labels of the image."`
	Network         string      `arg:"network" doc:"Network for RUN."`
	NoCache         bool        `arg:"nocache" default:"false" doc:"Build every step anew."`
	Platform        string      `arg:"platform" doc:"Platform to build for, as os[/arch[/variant]]."`
	Pull            bool        `arg:"pull" default:"false" doc:"Fetch newer base images."`
	Rm              bool        `arg:"rm" default:"true" doc:"Remove the containers of the build."`
	ShmSize         string      `arg:"shm_size" doc:"Size of /dev/shm during the build, as 64M."`
	Target          string      `arg:"target" doc:"Stage to build."`
	UseConfigProxy  *bool       `arg:"use_config_proxy" doc:"Pass the proxies of docker's configuration as build arguments."`
}

type limitArgs struct {
	Memory     any    `arg:"memory" doc:"Most memory, in bytes or as 512M."`
	Memswap    any    `arg:"memswap" doc:"Most memory and swap together, -1 for no limit of swap."`
	CPUShares  int64  `arg:"cpushares" doc:"Weight of CPU time."`
	CPUSetCPUs string `arg:"cpusetcpus" doc:"CPUs to use, as 0-2."`
}

type imageResult struct {
	Changed bool     `json:"changed" doc:"Whether something was changed."`
	Actions []string `json:"actions" doc:"What was done, a sentence each."`
	Image   object   `json:"image" doc:"The image as the engine describes it."`
	Stdout  string   `json:"stdout,omitempty" doc:"Output of a build."`
}

// imageRun brings one image to what a task wants.
type imageRun struct {
	c    *modules.Context
	e    *engine
	args *imageArgs
	byID bool
	name imageName
	out  imageResult
}

func runImage(c *modules.Context, a imageArgs) (imageResult, error) {
	r := &imageRun{c: c, args: &a, byID: isImageID(a.Name), name: parseImageName(a.Name)}
	r.out.Actions, r.out.Image = []string{}, object{}
	if err := r.checkArgs(); err != nil {
		return r.out, err
	}
	e, err := a.connect(c)
	if err != nil {
		return r.out, err
	}
	defer e.Close()
	r.e = e
	if a.State == "absent" {
		err = r.absent()
	} else {
		err = r.present()
	}
	return r.out, err
}

func (r *imageRun) checkArgs() error {
	a := r.args
	if !isTag(a.Tag) {
		return modules.Fail("%q is not a valid docker tag!", unquoted(a.Tag))
	}
	if !r.byID {
		r.name = r.name.or(a.Tag)
		return nil
	}
	if a.State == "present" && a.Source != "local" {
		return modules.Fail("Cannot use source=%s with an image ID", a.Source)
	}
	return nil
}

// text is the image's name as the user sees it.
func (r *imageRun) text() string {
	if r.byID {
		return r.args.Name
	}
	return r.name.String()
}

func (r *imageRun) did(format string, args ...any) {
	r.out.Actions = append(r.out.Actions, strings.TrimSpace(modules.Fail(format, args...).Msg))
}

func (r *imageRun) present() error {
	image, err := r.e.image(r.c, r.text())
	if err != nil {
		return err
	}
	if image == nil || r.args.ForceSource && r.args.Source != "local" {
		if image, err = r.fetch(image); err != nil {
			return err
		}
	}
	if image != nil {
		r.out.Image = image
	}
	if r.args.ArchivePath != "" {
		if err := r.archive(image); err != nil {
			return err
		}
	}
	return r.distribute(image)
}

// fetch builds, loads or pulls. It returns the image as it is afterwards, nil
// under check mode.
func (r *imageRun) fetch(before object) (object, error) {
	do := map[string]func() error{"build": r.build, "load": r.load, "pull": r.pull}[r.args.Source]
	switch r.args.Source {
	case "build":
		r.did("Built image %s from %s", r.text(), r.args.Build.Path)
	case "load":
		if same, err := r.loaded(before); same || err != nil {
			return before, err
		}
		r.did("Loaded image %s from %s", r.text(), r.args.LoadPath)
	case "pull":
		r.did("Pulled image %s", r.text())
	default:
		return nil, modules.Fail("Cannot find the image %s locally.", r.text())
	}
	var after object
	ran, err := attempt(r.c, func() error {
		if err := do(); err != nil {
			return err
		}
		var err error
		after, err = r.e.image(r.c, r.text())
		return err
	})
	if err != nil {
		return nil, err
	}
	if !ran || before == nil || textAt(before, "Id") != textAt(after, "Id") {
		r.out.Changed = true
	}
	return after, nil
}

func (r *imageRun) pull() error {
	platform := ""
	if r.args.Pull != nil {
		platform = r.args.Pull.Platform
	}
	return r.e.pull(r.c, r.name, platform)
}

// loaded reports whether the archive has nothing that is not there already.
func (r *imageRun) loaded(image object) (bool, error) {
	path := r.c.Abs(r.args.LoadPath)
	if image == nil {
		return false, nil
	}
	images, err := readArchive(path)
	if err != nil {
		return false, nil // loading it says what is wrong
	}
	if !holdsOnly(images, textAt(image, "Id"), r.text()) {
		return false, nil
	}
	r.did("Loaded image %s from %s", r.text(), r.args.LoadPath)
	return true, nil
}

func (r *imageRun) load() error {
	path := r.c.Abs(r.args.LoadPath)
	names, output, err := r.e.load(r.c, path)
	var during *streamError
	if errors.As(err, &during) {
		return modules.Fail("Detected no loaded images. Archive potentially corrupt? %w", err).With("stdout", output)
	}
	if err != nil {
		return modules.Fail("Error loading image %s. %w", r.args.Name, err).With("stdout", output)
	}
	if len(names) == 0 {
		return modules.Fail("Detected no loaded images. Archive potentially corrupt?").With("stdout", output)
	}
	if !slices.ContainsFunc(names, func(n string) bool { return sameName(n, r.text()) }) {
		quoted := make([]string, len(names))
		for i, n := range names {
			quoted[i] = "'" + n + "'"
		}
		return modules.Fail("The archive did not contain image '%s'. Instead, found %s.", r.text(), strings.Join(quoted, ", ")).With("stdout", output)
	}
	return nil
}

func (r *imageRun) build() error {
	a := r.args.Build
	b := &builder{c: r.c, e: r.e, name: r.text(), path: r.c.Abs(a.Path), file: a.Dockerfile}
	b.options = client.ImageBuildOptions{NoCache: a.NoCache, Remove: a.Rm, PullParent: a.Pull, CacheFrom: a.CacheFrom,
		NetworkMode: a.Network, Target: a.Target, ExtraHosts: hosts(a.EtcHosts)}
	if err := b.configure(a); err != nil {
		return err
	}
	err := b.run(build.BuilderV1)
	r.out.Stdout = b.stdout()
	return err
}

// configure takes over the options that need reading.
func (b *builder) configure(a *imageBuildArgs) error {
	var err error
	b.arguments(a.Args)
	if a.UseConfigProxy != nil && *a.UseConfigProxy {
		if err := b.proxies(); err != nil {
			return err
		}
	}
	if b.options.Labels, err = labelsOf("build.labels", a.Labels); err != nil {
		return err
	}
	if a.ShmSize != "" {
		if b.options.ShmSize, err = sizeOf("build.shm_size", a.ShmSize); err != nil {
			return modules.Fail("%w", err)
		}
	}
	if l := a.ContainerLimits; l != nil {
		b.options.CPUShares, b.options.CPUSetCPUs = l.CPUShares, l.CPUSetCPUs
		if b.options.Memory, err = limit("memory", l.Memory); err != nil {
			return err
		}
		if b.options.MemorySwap, err = limit("memswap", l.Memswap); err != nil {
			return err
		}
	}
	return b.platform(a.Platform)
}

func limit(option string, v any) (int64, error) {
	if v == nil {
		return 0, nil
	}
	n, err := sizeOf("build.container_limits."+option, value.Str(v))
	if err != nil {
		return 0, modules.Fail("%w", err)
	}
	return n, nil
}

// archive writes the image to archive_path unless that holds it already.
func (r *imageRun) archive(image object) error {
	path := r.c.Abs(r.args.ArchivePath)
	if image == nil {
		// Only check mode comes here without an image: it would have been fetched.
		r.did("Archived image %s to %s", r.text(), r.args.ArchivePath)
		r.out.Changed = true
		return nil
	}
	why, needed := r.archiveReason(path, textAt(image, "Id"))
	if !needed {
		return nil
	}
	r.did("Archived image %s to %s, %s", r.text(), r.args.ArchivePath, why)
	r.out.Changed = true
	return r.c.Change(modules.Diff{}, func() error { return r.e.save(r.c, []string{r.text()}, path) })
}

func (r *imageRun) archiveReason(path, id string) (string, bool) {
	images, err := readArchive(path)
	switch {
	case notThere(err):
		return "since none present", true
	case err != nil:
		return "overwriting an unreadable archive file", true
	case r.byID && len(images) == 1 && images[0].is(id), holdsOnly(images, id, r.text()):
		return "", false
	case len(images) != 1:
		return "overwriting an archive of other images", true
	}
	return "overwriting archive with image " + strings.TrimPrefix(images[0].ids[0], "sha256:") + " named " +
		cmp.Or(strings.Join(images[0].tags, ", "), "nothing"), true
}
