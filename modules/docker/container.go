package docker

import (
	"net/http"
	"net/url"
	"time"

	"github.com/moby/moby/client"

	"goplay/modules"
)

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_container",
		Summary: "manage Docker containers",
		Example: `- name: Run the application
  community.docker.docker_container:
    name: app
    image: example/app
    env:
      DEBUG: "false"
    ports:
      - "80:8888"
    volumes:
      - /srv/app/db.sqlite3:/home/app/db.sqlite3
    restart_policy: unless-stopped

- name: Throw it away
  community.docker.docker_container:
    name: app
    state: absent
`,
		Notes: []string{
			"An existing container is compared with what the task gives: values and lists must be equal, of sets and dicts it may have more. comparisons changes that for each option.",
			"What can be changed in place (memory, CPU shares, restart policy) is; for everything else the container is made anew.",
			"Podman's service of Docker's API works too. It does not say what it made of mounts, sysctls, ipc_mode, mac_address, permissions of devices and capabilities that it gives anyway: have comparisons ignore these there.",
		},
		Differs: []string{
			"platform, device_requests and pids_limit are compared with what they mean, so that a second run changes nothing.",
			"Ranges in exposed_ports are taken apart, and two bindings of one port work.",
			"The first of networks is connected while the container is created instead of being disconnected and connected again.",
			"Check mode foretells what is changed in place, such as the restart policy; Ansible's module foretells no change.",
		},
		RequiredIf: []modules.RequiredIf{{Option: "state", Is: "present", Needs: []string{"image"}}},
		RequiredBy: map[string][]string{"log_options": {"log_driver"}, "restart_retries": {"restart_policy"}},
	}, runContainer)
}

type containerResult struct {
	Changed   bool   `json:"changed" doc:"Whether something was changed."`
	Container object `json:"container,omitempty" doc:"The container as the engine describes it, with its output as Output when detach is false."`
	Status    *int64 `json:"status,omitempty" doc:"Exit status of the command when detach is false."`
}

// containerRun brings one container to what a task wants.
type containerRun struct {
	c       *modules.Context
	e       *engine
	args    *containerArgs
	plan    *plan
	image   object // of the task; nil without one
	found   changes
	changed bool

	output string
	status *int64
}

func runContainer(c *modules.Context, a containerArgs) (containerResult, error) {
	a.fillDefaults()
	if a.IgnoreImage {
		c.Deprecate("Param 'ignore_image' is deprecated. See the module docs for more information", "4.0.0")
	}
	if a.PurgeNetworks {
		c.Deprecate("Param 'purge_networks' is deprecated. See the module docs for more information", "4.0.0")
	}
	e, err := a.connect(c)
	if err != nil {
		return containerResult{}, err
	}
	defer e.Close()
	r := &containerRun{c: c, e: e, args: &a}
	if r.plan, err = newPlan(c, e, &a); err != nil {
		return containerResult{}, err
	}
	container, err := r.settle()
	r.found.show(c)
	out := containerResult{Changed: r.changed && err == nil, Container: container, Status: r.status}
	if container != nil && a.Detach != nil && !*a.Detach {
		out.Container["Output"] = r.output
	}
	return out, err
}

func (r *containerRun) settle() (object, error) {
	container, err := r.find()
	if err != nil {
		return nil, err
	}
	if r.args.State == "absent" {
		return nil, r.absent(container)
	}
	now, err := r.present(container)
	if now == nil && err == nil {
		return container, nil // check mode has not replaced it
	}
	return now, err
}

// fillDefaults gives options the values that modules before community.docker 2
// gave them, when asked to.
func (a *containerArgs) fillDefaults() {
	if a.ContainerDefaults != "compatibility" {
		return
	}
	no, yes, zero := false, true, "0"
	for _, o := range []**bool{&a.AutoRemove, &a.Init, &a.Interactive, &a.Paused, &a.Privileged, &a.ReadOnly, &a.TTY} {
		if *o == nil {
			*o = &no
		}
	}
	if a.Detach == nil {
		a.Detach = &yes
	}
	if a.Memory == nil {
		a.Memory = &zero
	}
}

// change does one thing to the engine, and notes it.
func (r *containerRun) change(do func() error) error {
	r.changed = true
	return r.c.Change(modules.Diff{}, do)
}

// find inspects the container; nil when there is none.
func (r *containerRun) find() (object, error) { return r.e.container(r.c, r.args.Name) }

// container inspects a container by name or ID; nil when there is none.
func (e *engine) container(c *modules.Context, name string) (object, error) {
	container, err := e.get(c, "/containers/"+url.PathEscape(name)+"/json", nil)
	if missing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, modules.Fail("Error inspecting container %s - %w", name, err)
	}
	return container, nil
}

func (r *containerRun) absent(container object) error {
	if container == nil {
		return nil
	}
	if running(container) {
		r.found.add("running", true, false)
		if err := r.stop(container); err != nil {
			return err
		}
	}
	r.found.add("exists", true, false)
	return r.remove(container)
}

func running(container object) bool { return boolAt(container, "State.Running") }

func removing(container object) bool { return textAt(container, "State.Status") == "removing" }

// present makes the container, or makes it right, and returns it as it is in
// the end: nil where check mode only pretends that there is one.
func (r *containerRun) present(container object) (object, error) {
	var err error
	if removing(container) {
		if err := r.awaitRemoval(container); err != nil {
			return nil, err
		}
		container = nil
	}
	if r.image, err = r.findImage(); err != nil {
		return nil, err
	}
	if err := r.compareWith(container); err != nil {
		return nil, err
	}
	wasRunning := running(container)
	isNew := false
	if container == nil {
		r.found.add("exists", false, true)
		container, err = r.create()
		isNew = true
	} else {
		container, isNew, err = r.correct(container)
	}
	if err != nil {
		return nil, err
	}
	if err := r.wire(container, isNew); err != nil {
		return nil, err
	}
	if err := r.setRunning(container, wasRunning, isNew); err != nil {
		return nil, err
	}
	return r.final(container)
}

func (r *containerRun) starts() bool { return r.args.State == "started" || r.args.State == "healthy" }

// compareWith chooses the image that counts as wanted.
func (r *containerRun) compareWith(container object) error {
	r.plan.compared = r.image
	if container != nil && (r.args.ImageComparison == "current-image" || r.image == nil) {
		current, err := r.e.image(r.c, textAt(container, "Image"))
		if err != nil {
			return err
		}
		r.plan.compared = current
	}
	return r.labelsGone()
}

// correct brings an existing container up to date, in place if that can be.
func (r *containerRun) correct(container object) (_ object, isNew bool, err error) {
	differing := r.plan.differing(container, &r.found)
	updates := r.plan.updates(differing)
	anew := r.args.Recreate || updates == nil
	if r.imageDiffers(container) {
		anew = true
	}
	switch {
	case anew:
		container, err = r.recreate(container)
		return container, true, err
	case len(updates) > 0:
		err = r.change(func() error {
			said, err := r.e.call(r.c, http.MethodPost, "/containers/"+textAt(container, "Id")+"/update", nil, updates)
			if err != nil {
				return modules.Fail("Error updating container %s: %w", r.args.Name, err)
			}
			r.warn(said)
			return nil
		})
	}
	return container, false, err
}

func (r *containerRun) imageDiffers(container object) bool {
	if r.args.Image == "" || r.plan.rules["image"] == ignore {
		return false
	}
	have, want := textAt(container, "Image"), textAt(r.image, "Id")
	if have != want {
		r.found.add("image", have, want)
		return true
	}
	if named := textAt(container, "Config.Image"); r.args.ImageNameMismatch == "recreate" && named != r.args.Image {
		r.found.add("image_name", named, r.args.Image)
		return true
	}
	return false
}

func (r *containerRun) recreate(container object) (object, error) {
	if running(container) {
		if err := r.stop(container); err != nil {
			return nil, err
		}
	}
	if r.args.Image == "" {
		// What there was is what the task means, when it names no image, also
		// where its name has moved on to another image.
		r.args.Image = textAt(container, "Image")
	}
	if err := r.remove(container); err != nil {
		return nil, err
	}
	return r.create()
}

func (r *containerRun) create() (container object, err error) {
	if r.args.Image == "" {
		return nil, modules.Fail("Cannot create container when image is not specified!")
	}
	err = r.change(func() error {
		made, err := r.e.call(r.c, http.MethodPost, "/containers/create", r.plan.query(), r.plan.body())
		if err != nil {
			return modules.Fail("Error creating container: %w", err)
		}
		r.warn(made)
		container, err = r.e.container(r.c, textAt(made, "Id"))
		return err
	})
	return container, err
}

// warn passes on what the engine has to say.
func (r *containerRun) warn(answer any) {
	for _, w := range textsAt(answer, "Warnings") {
		r.c.Warn("Docker warning: %s", w)
	}
}

// stop ends the container, asking it first unless force_kill.
func (r *containerRun) stop(container object) error {
	return r.change(func() error {
		id := textAt(container, "Id")
		if boolAt(container, "State.Paused") {
			if _, err := r.e.ContainerUnpause(r.c, id, client.ContainerUnpauseOptions{}); err != nil {
				return modules.Fail("Error unpausing container %s: %w", r.args.Name, daemonError(err))
			}
		}
		if r.args.ForceKill {
			if _, err := r.e.ContainerKill(r.c, id, client.ContainerKillOptions{Signal: r.args.KillSignal}); err != nil && !inUse(err) {
				return modules.Fail("Error killing container %s: %w", id, daemonError(err))
			}
			return nil
		}
		if _, err := r.e.ContainerStop(r.c, id, client.ContainerStopOptions{Timeout: r.args.stopSeconds()}); err != nil && !missing(err) {
			return modules.Fail("Error stopping container %s: %w", id, daemonError(err))
		}
		return nil
	})
}

func (a *containerArgs) stopSeconds() *int {
	if a.StopTimeout == nil {
		return nil
	}
	n := int(*a.StopTimeout)
	return &n
}

func (r *containerRun) remove(container object) error {
	return r.change(func() error {
		id := textAt(container, "Id")
		_, err := r.e.ContainerRemove(r.c, id, client.ContainerRemoveOptions{RemoveVolumes: !r.args.KeepVolumes, Force: r.args.ForceKill})
		switch {
		case err == nil, missing(err):
			return r.awaitRemoval(container)
		case inUse(err) && boolAt(container, "HostConfig.AutoRemove"):
			return r.awaitRemoval(container)
		}
		return modules.Fail("Error removing container %s: %w", id, daemonError(err))
	})
}

// awaitRemoval waits until the name is free again.
func (r *containerRun) awaitRemoval(container object) error {
	var most time.Duration
	if r.args.RemovalWaitTimeout != nil {
		most = time.Duration(*r.args.RemovalWaitTimeout * float64(time.Second))
	}
	return r.poll(textAt(container, "Id"), most, func(now object) (bool, error) { return now == nil, nil })
}
