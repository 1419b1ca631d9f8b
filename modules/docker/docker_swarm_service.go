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
		Notes:      []string{"It runs on a manager of the swarm."},
		RequiredIf: []modules.RequiredIf{{Option: "state", Is: "present", Needs: []string{"image"}}},
		Differs: []string{"What is nothing, tty: false or limits of 0, is met by a service that has it not, in which Ansible's module finds a change every time.",
			"force_update counts how often a service was forced, instead of telling the time."},
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
	image  string
	have   object // the service as it is; nil when there is none
	found  changes
	sent   bool // whether the engine was told of it, as it is not in check mode
	out    serviceResult
}

func runService(c *modules.Context, a serviceArgs) (serviceResult, error) {
	r := &serviceRun{c: c, a: &a, out: serviceResult{Changes: []string{}, Service: object{}}}
	var err error
	if r.e, err = a.connect(c); err != nil {
		return r.out, err
	}
	defer r.e.Close()
	if r.image, err = r.wantedImage(); err != nil {
		return r.out, err
	}
	if r.have, err = r.e.service(c, a.Name); err != nil {
		return r.out, modules.Fail("Error looking for service named %s: %w", a.Name, err)
	}
	if r.fields, err = a.spec(c, r.e); err != nil {
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
	}
	return found, err
}

func (r *serviceRun) remove() error {
	if r.have == nil {
		r.out.Msg = "Service absent"
		return nil
	}
	r.out.Msg = "Service removed"
	return r.send(http.MethodDelete, "/services/"+textAt(r.have, "ID"), nil, nil)
}

// send makes one change.
func (r *serviceRun) send(method, path string, query url.Values, body any) error {
	return r.c.Change(modules.Diff{}, func() error {
		var header http.Header
		if body != nil {
			if err := r.a.orders(); err != nil {
				return err
			}
			auth, err := credentials(r.c, parseImageName(textAt(body, ofContainer+"Image")))
			if err != nil {
				return modules.Fail("%w", err)
			}
			header = http.Header{"X-Registry-Auth": {auth}}
		}
		r.sent = true
		resp, err := r.e.request(r.c, method, path, query, body, header)
		if err != nil {
			return modules.Fail("An unexpected docker error occurred: %w", err)
		}
		return resp.Body.Close()
	})
}

func (r *serviceRun) settle() error {
	r.describe()
	err := r.reach()
	if r.sent && r.a.Mode == "global" {
		r.out.Service["replicas"] = nil // the engine was told of no number
	}
	return err
}

// reach makes the service what the task wants.
func (r *serviceRun) reach() error {
	if r.have == nil {
		r.out.Msg = "Service created"
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
	case len(r.out.Changes) > 0 || r.a.ForceUpdate:
		r.out.Msg = "Service updated"
		return r.update()
	}
	r.out.Msg = "Service unchanged"
	return nil
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
func (r *serviceRun) wantedImage() (string, error) {
	if !r.a.ResolveImage || r.a.Image == "" || strings.Contains(r.a.Image, "@") {
		return r.a.Image, nil
	}
	name := parseImageName(r.a.Image).or("latest").String()
	found, err := r.e.get(r.c, "/distribution/"+escapePath(name)+"/json", nil)
	if err != nil {
		return "", modules.Fail("Error looking for an image named %s: %w", r.a.Image, err)
	}
	return name + "@" + textAt(found, "Descriptor.digest"), nil
}

// describe tells what the task wants, by option.
func (r *serviceRun) describe() {
	for _, f := range r.fields {
		if f.name != "" {
			r.out.Service[f.name] = f.fact
		}
	}
	r.out.Service["image"], r.out.Service["mode"], r.out.Service["replicas"] = r.image, r.a.Mode, r.replicas()
	r.out.Service["force_update"] = nil
	if r.a.ForceUpdate {
		r.out.Service["force_update"] = r.forced()
	}
}

// forced is how often the service was forced, this time with it.
func (r *serviceRun) forced() int64 {
	forced := intAt(r.have, "Spec.TaskTemplate.ForceUpdate")
	if r.a.ForceUpdate {
		forced++
	}
	return forced
}

// replicas is how many there are to be: as many as there are, where the task
// does not say.
func (r *serviceRun) replicas() any {
	switch {
	case r.a.Replicas != -1:
		return r.a.Replicas
	case r.have != nil:
		return serviceFacts(objectAt(r.have, "Spec"))["replicas"]
	}
	return int64(1)
}

// withoutDigest leaves the digest that the engine adds out unless it is asked for.
func withoutDigest(want, have any) any {
	w, _ := want.(string)
	if h, ok := have.(string); ok && !strings.Contains(w, "@") {
		have, _, _ = strings.Cut(h, "@")
	}
	return have
}

// body is the spec as the engine takes it: what the task says, and nothing else
// of what the service has but its number of replicas and how often it was forced.
func (r *serviceRun) body() object {
	spec := object{"Name": r.a.Name, "Mode": object{"Global": object{}}}
	if r.a.Mode == "replicated" {
		spec["Mode"] = object{"Replicated": object{}}
		if n := r.replicas(); n != int64(-1) { // which a global service has
			put(spec, "Mode.Replicated.Replicas", n)
		}
	}
	for _, f := range r.fields {
		if f.want != nil && f.api != "" {
			put(spec, f.api, f.want)
		}
	}
	put(spec, ofContainer+"Image", r.image)
	put(spec, ofTask+"ForceUpdate", r.forced())
	return spec
}

type serviceInfoArgs struct {
	Name string `arg:"name,required" doc:"Name of the service."`
	Connection
}

type serviceInfoResult struct {
	Exists  bool `json:"exists" doc:"Whether there is such a service."`
	Service any  `json:"service" doc:"The service as the engine describes it; none when there is none."`
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
	found, err := e.service(c, a.Name)
	if err != nil {
		return out, modules.Fail("Error inspecting swarm service: %w", err)
	}
	if found != nil {
		out.Exists, out.Service = true, found
	}
	return out, nil
}
