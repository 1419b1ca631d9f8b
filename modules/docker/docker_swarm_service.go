package docker

import (
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"goplay/modules"
)

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_swarm_service",
		Summary: "manage services of a swarm",
		Example: `- name: Run the shop three times
  community.docker.docker_swarm_service:
    name: shop
    image: example/shop:1.2
    replicas: 3
    publish:
      - {published_port: 80, target_port: 8888}
`,
		Notes: []string{"It runs on a manager of the swarm."},
		Differs: []string{"In swarm_service networks, mounts, configs, secrets, ports and the health check are in the engine's words.",
			"tty and read_only of false are met by a service that has neither, in which Ansible's module finds a change every time."},
	}, modules.Bare(runService))
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_swarm_service_info",
		Summary: "describe a service of a swarm",
		Example: `- name: Look at the shop
  community.docker.docker_swarm_service_info:
    name: shop
  register: shop
`,
		Notes: []string{"It runs on a manager of the swarm."},
	}, modules.Bare(runServiceInfo))
}

type serviceResult struct {
	Msg     string   `json:"msg" doc:"What became of the service."`
	Changes []string `json:"changes" doc:"What of an existing service was changed."`
	Rebuilt bool     `json:"rebuilt" doc:"Whether it was removed and made anew."`
	Service object   `json:"swarm_service" doc:"What the task wants of the service, by option."`
}

// serviceRun brings one service to what a task wants.
type serviceRun struct {
	c      *modules.Context
	e      *engine
	a      *serviceArgs
	fields []serviceField
	image  any
	have   object // the service as it is; nil when there is none
	found  changes
	out    serviceResult
}

func runService(c *modules.Context, a serviceArgs) (serviceResult, error) {
	r := &serviceRun{c: c, a: &a, out: serviceResult{Changes: []string{}, Service: object{}}}
	var err error
	if r.e, err = a.connect(c); err != nil {
		return r.out, err
	}
	defer r.e.Close()
	if r.have, err = r.e.service(c, a.Name); err != nil {
		return r.out, err
	}
	if a.State == "absent" {
		err = r.remove()
	} else {
		err = r.settle()
	}
	r.found.show(c)
	return r.out, err
}

// service inspects a service; nil when the swarm has none of that name.
func (e *engine) service(c *modules.Context, name string) (object, error) {
	found, err := e.get(c, "/services/"+url.PathEscape(name), nil)
	switch {
	case missing(err):
		return nil, nil
	case err != nil:
		return nil, modules.Fail("Error looking for service named %s: %w", name, err)
	}
	return found, nil
}

func (r *serviceRun) remove() error {
	if r.have == nil {
		r.out.Msg = "Service absent"
		return nil
	}
	r.out.Msg = "Service removed"
	r.found.add("exists", true, false)
	return r.send(http.MethodDelete, "/services/"+textAt(r.have, "ID"), nil, nil)
}

// send makes one change.
func (r *serviceRun) send(method, path string, query url.Values, body any) error {
	return r.c.Change(modules.Diff{}, func() error {
		var header http.Header
		if body != nil {
			auth, err := credentials(r.c, parseImageName(textAt(body, ofContainer+"Image")))
			if err != nil {
				return modules.Fail("%w", err)
			}
			header = http.Header{"X-Registry-Auth": {auth}}
		}
		resp, err := r.e.request(r.c, method, path, query, body, header)
		if err != nil {
			return modules.Fail("Error with service %s: %w", r.a.Name, err)
		}
		return resp.Body.Close()
	})
}

func (r *serviceRun) settle() error {
	var err error
	if r.fields, err = r.a.spec(r.c, r.e); err != nil {
		return err
	}
	if r.image, err = r.wantedImage(); err != nil {
		return err
	}
	r.describe()
	if r.have == nil {
		r.out.Msg = "Service created"
		r.found.add("exists", false, true)
		return r.send(http.MethodPost, "/services/create", nil, r.body())
	}
	rebuild := r.compare()
	switch {
	case rebuild:
		r.out.Msg, r.out.Rebuilt = "Service rebuilt", true
		if err := r.send(http.MethodDelete, "/services/"+textAt(r.have, "ID"), nil, nil); err != nil {
			return err
		}
		return r.send(http.MethodPost, "/services/create", nil, r.body())
	case len(r.out.Changes) > 0:
		r.out.Msg = "Service updated"
	case r.a.ForceUpdate:
		r.out.Msg = "Service forcefully updated"
		r.found.add("force_update", false, true)
	default:
		r.out.Msg = "Service unchanged"
		return nil
	}
	return r.update()
}

// update changes the service. The swarm writes into services too, how far an
// update is for one, and then wants to be told of the version that came of it:
// as long as the spec is what was compared, that is all there is to it.
func (r *serviceRun) update() error {
	path, body := "/services/"+textAt(r.have, "ID"), r.body()
	for try := 0; ; try++ {
		version := url.Values{"version": {strconv.FormatInt(intAt(r.have, "Version.Index"), 10)}}
		err := r.send(http.MethodPost, path+"/update", version, body)
		if err == nil || !strings.Contains(err.Error(), "update out of sequence") || try == 5 {
			return err
		}
		now, failed := r.e.service(r.c, r.a.Name)
		if failed != nil || now == nil || !reflect.DeepEqual(now["Spec"], r.have["Spec"]) {
			return err
		}
		r.have = now
	}
}

// wantedImage is the task's image, with the digest that the registry has for
// it now where that is asked for.
func (r *serviceRun) wantedImage() (any, error) {
	if r.a.Image == nil || !r.a.ResolveImage || strings.Contains(*r.a.Image, "@") {
		return valueOf(r.a.Image), nil
	}
	name := parseImageName(*r.a.Image).or("latest").String()
	found, err := r.e.get(r.c, "/distribution/"+escapePath(name)+"/json", nil)
	if err != nil {
		return nil, modules.Fail("Error looking for an image named %s: %w", *r.a.Image, err)
	}
	return name + "@" + textAt(found, "Descriptor.digest"), nil
}

// describe tells what the task wants, by option.
func (r *serviceRun) describe() {
	for _, f := range r.fields {
		r.out.Service[f.name] = f.want
	}
	r.out.Service["image"], r.out.Service["mode"], r.out.Service["replicas"] = r.image, r.a.Mode, r.replicas()
	r.out.Service["force_update"] = r.a.ForceUpdate
}

// replicas is how many there are to be; nil of a global service.
func (r *serviceRun) replicas() any {
	switch have := at(r.have, "Spec.Mode.Replicated.Replicas"); {
	case r.a.Mode != "replicated":
		return nil
	case r.a.Replicas >= 0:
		return r.a.Replicas
	case have != nil:
		return have
	}
	return int64(1)
}

// compare notes what differs, and reports whether the service has to be made anew.
func (r *serviceRun) compare() (rebuild bool) {
	spec := objectAt(r.have, "Spec")
	note := func(name string, have, want any) {
		r.out.Changes = append(r.out.Changes, name)
		r.found.add(name, have, want)
	}
	mode := "replicated"
	if objectAt(spec, "Mode.Global") != nil {
		mode = "global"
	}
	if mode != r.a.Mode {
		note("mode", mode, r.a.Mode)
		rebuild = true
	} else if want, have := r.replicas(), at(spec, "Mode.Replicated.Replicas"); !reflect.DeepEqual(want, have) {
		note("replicas", have, want)
	}
	if have := textAt(spec, ofContainer+"Image"); r.image != nil && !r.sameImage(have) {
		note("image", have, r.image)
	}
	for i := range r.fields {
		if f := &r.fields[i]; f.want != nil && f.differs(spec) {
			note(f.name, at(spec, f.api), f.want)
		}
	}
	return rebuild
}

// sameImage leaves the digest that the engine adds out unless it is asked for.
func (r *serviceRun) sameImage(have string) bool {
	if !strings.Contains(r.image.(string), "@") {
		have, _, _ = strings.Cut(have, "@")
	}
	return have == r.image
}

// body is the spec as the engine takes it: what the task says, and nothing else
// of what the service has but its image, its number of replicas and how often
// it was forced.
func (r *serviceRun) body() object {
	spec := object{"Name": r.a.Name, "Mode": object{"Global": object{}}}
	if r.a.Mode == "replicated" {
		spec["Mode"] = object{"Replicated": object{"Replicas": r.replicas()}}
	}
	for _, f := range r.fields {
		if f.want != nil {
			put(spec, f.api, f.want)
		}
	}
	image := r.image
	if image == nil {
		image = at(r.have, "Spec."+ofContainer+"Image")
	}
	if image != nil {
		put(spec, ofContainer+"Image", image)
	}
	forced := intAt(r.have, "Spec.TaskTemplate.ForceUpdate")
	if r.a.ForceUpdate {
		forced++
	}
	put(spec, "TaskTemplate.ForceUpdate", forced)
	return spec
}

type serviceInfoArgs struct {
	Name string `arg:"name,required" doc:"Name of the service."`
	Connection
}

type serviceInfoResult struct {
	Exists  bool   `json:"exists" doc:"Whether there is such a service."`
	Service object `json:"service" doc:"The service as the engine describes it; none when there is none."`
}

func runServiceInfo(c *modules.Context, a serviceInfoArgs) (out serviceInfoResult, err error) {
	e, err := a.connect(c)
	if err != nil {
		return out, err
	}
	defer e.Close()
	if e.swarm(c) == nil {
		return out, modules.Fail(notManager)
	}
	out.Service, err = e.service(c, a.Name)
	out.Exists = out.Service != nil
	return out, err
}
