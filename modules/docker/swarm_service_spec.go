package docker

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"goplay/internal/shlex"
	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

// serviceField is one thing that a task says of a service: its name in results,
// where a spec has it, what the spec is to have there, and what the results
// tell of it; nil is what the task does not say.
type serviceField struct {
	name string
	api  string
	want any
	fact any
}

// serviceSpec gathers fields; the first fault is kept.
type serviceSpec struct {
	c      *modules.Context
	e      *engine
	fields []serviceField
	err    error
}

func (s *serviceSpec) fail(err error) {
	if s.err == nil && err != nil {
		s.err = modules.Fail("Error parsing module parameters: %w", err)
	}
}

// add adds what results tell in the engine's words.
func (s *serviceSpec) add(name, api string, want any) { s.told(name, api, want, want) }

// told adds what results tell in other words than the engine's.
func (s *serviceSpec) told(name, api string, want, fact any) {
	s.fields = append(s.fields, serviceField{name, api, want, fact})
}

func (s *serviceSpec) texts(name, api string, list []string) {
	if list == nil {
		s.add(name, api, nil)
		return
	}
	s.add(name, api, anys(list))
}

func (s *serviceSpec) dict(name, api string, d *value.Dict) {
	if d == nil {
		s.add(name, api, nil)
		return
	}
	s.add(name, api, asGiven(d))
}

// time reads a duration, or a plain number of nanoseconds.
func (s *serviceSpec) time(text *string) any {
	if text == nil {
		return nil
	}
	if n, err := strconv.ParseInt(*text, 10, 64); err == nil {
		return n
	}
	return s.nanoseconds(text)
}

func (s *serviceSpec) nanoseconds(text *string) any {
	if text == nil {
		return nil
	}
	n, err := nanoseconds(*text)
	s.fail(err)
	return n
}

const (
	ofTask      = "TaskTemplate."
	ofContainer = "TaskTemplate.ContainerSpec."
)

// spec works out what a task wants of a service. What is looked up is told
// missing first, then faults in the order in which Ansible's module finds them.
func (a *serviceArgs) spec(c *modules.Context, e *engine) ([]serviceField, error) {
	s := &serviceSpec{c: c, e: e}
	if err := s.files(a); err != nil {
		return nil, err
	}
	s.health(a.HealthCheck)
	s.networks(a.Networks)
	s.process(a)
	s.rollback(a.Rollback)
	s.update(a.Update)
	s.restart(a.Restart)
	s.container(a)
	s.placement(a.Placement)
	s.add("stop_grace_period", ofContainer+"StopGracePeriod", s.nanoseconds(a.StopGracePeriod))
	s.ports(a.Publish)
	s.mounts(a.Mounts)
	return s.fields, s.err
}

func (s *serviceSpec) process(a *serviceArgs) {
	s.add("command", ofContainer+"Command", s.command(a.Command))
	s.texts("args", ofContainer+"Args", a.Args)
	s.add("env", ofContainer+"Env", s.env(a))
	s.add("user", ofContainer+"User", valueOf(a.User))
	s.texts("groups", ofContainer+"Groups", a.Groups)
	s.add("working_dir", ofContainer+"Dir", valueOf(a.WorkingDir))
	s.add("hostname", ofContainer+"Hostname", valueOf(a.Hostname))
	s.add("tty", ofContainer+"TTY", valueOf(a.TTY))
	s.add("init", ofContainer+"Init", valueOf(a.Init))
	s.add("read_only", ofContainer+"ReadOnly", valueOf(a.ReadOnly))
	s.texts("cap_add", ofContainer+"CapabilityAdd", a.CapAdd)
	s.texts("cap_drop", ofContainer+"CapabilityDrop", a.CapDrop)
	s.add("stop_signal", ofContainer+"StopSignal", valueOf(a.StopSignal))
}

func (s *serviceSpec) command(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case string, value.Markup:
		parts, err := shlex.Split(value.Str(v))
		s.fail(err)
		return anys(parts)
	case *value.List:
		parts, wrong := []any{}, []string{}
		for i, item := range v.Items {
			parts = append(parts, value.Str(item))
			if !isText(item) {
				wrong = append(wrong, fmt.Sprintf("%s (<class '%s'>) at index %d", value.Str(item), value.TypePath(item), i))
			}
		}
		if len(wrong) > 0 {
			s.fail(modules.Fail("All items in a command list need to be strings. Check quoting. Invalid items: %s.", strings.Join(wrong, ", ")))
		}
		return parts
	}
	s.fail(modules.Fail("Invalid type for command %s (<class '%s'>). Only string or list allowed. Check quoting.", value.Str(v), value.TypePath(v)))
	return nil
}

func isText(v any) bool {
	switch v.(type) {
	case string, value.Markup:
		return true
	}
	return false
}

func (s *serviceSpec) env(a *serviceArgs) any {
	if a.Env == nil && a.EnvFiles == nil {
		return nil
	}
	env := object{}
	for _, file := range a.EnvFiles {
		more, err := readEnvFile(s.c.Abs(file))
		if err != nil {
			text := strings.TrimPrefix(fsys.OSErrorOfText(err), "An unexpected Docker error occurred: ")
			s.fail(modules.Fail("%s", text))
		}
		for k, v := range more {
			env[k] = v
		}
	}
	given, err := envOf(a.Env)
	s.fail(err)
	for k, v := range given {
		env[k] = v
	}
	out := []any{}
	for k, v := range env {
		out = append(out, k+"="+value.Str(v))
	}
	return shownSet(out)
}

func envOf(v any) (object, error) {
	env := object{}
	switch given := v.(type) {
	case nil:
		return nil, nil
	case *value.Dict:
		for k, text := range given.All() {
			if !isText(text) {
				return nil, modules.Fail("Non-string value found for env option. Ambiguous env options must be wrapped in quotes to avoid YAML parsing. Key: %s", value.Str(k))
			}
			env[value.Str(k)] = value.Str(text)
		}
		return env, nil
	case *value.List:
		v = given
	default:
		if !isText(v) {
			return nil, modules.Fail("Invalid type for env %s (<class '%s'>). Only list or dict allowed.", value.Str(v), value.TypePath(v))
		}
		parts := value.NewList()
		for _, part := range strings.Split(value.Str(v), ",") {
			parts.Items = append(parts.Items, part)
		}
		v = parts
	}
	for _, item := range v.(*value.List).Items {
		name, text, ok := strings.Cut(value.Str(item), "=")
		if !ok {
			return nil, modules.Fail("Invalid environment variable found in list, needs to be in format KEY=VALUE.")
		}
		env[name] = text
	}
	return env, nil
}

func (s *serviceSpec) container(a *serviceArgs) {
	s.dict("labels", "Labels", a.Labels)
	s.dict("container_labels", ofContainer+"Labels", a.ContainerLabels)
	s.texts("dns", ofContainer+"DNSConfig.Nameservers", a.DNS)
	s.texts("dns_search", ofContainer+"DNSConfig.Search", a.DNSSearch)
	s.texts("dns_options", ofContainer+"DNSConfig.Options", a.DNSOptions)
	if a.Hosts == nil {
		s.add("hosts", ofContainer+"Hosts", nil)
	} else {
		lines := []any{}
		hosts := texts(a.Hosts)
		for _, name := range sortedKeys(hosts) {
			lines = append(lines, value.Str(hosts[name])+" "+name)
		}
		s.told("hosts", ofContainer+"Hosts", lines, asGiven(a.Hosts))
	}
	logging := a.Logging
	if logging == nil {
		logging = &serviceLogging{}
	}
	s.add("log_driver", ofTask+"LogDriver.Name", valueOf(logging.Driver))
	s.dict("log_driver_options", ofTask+"LogDriver.Options", logging.Options)
	s.resources("limit", "Limits.", a.Limits)
	s.resources("reserve", "Reservations.", a.Reservations)
	s.add("endpoint_mode", "EndpointSpec.Mode", valueOf(a.EndpointMode))
}

// health adds the check of a task that has one: without a test there is none,
// and the test NONE turns off the image's.
func (s *serviceSpec) health(h *serviceHealth) {
	const path = ofContainer + "Healthcheck"
	if h == nil || !value.Truth(h.Test) {
		s.add("healthcheck", path, nil)
		s.add("healthcheck_disabled", "", nil)
		return
	}
	test := []any{"CMD-SHELL", value.Str(h.Test)}
	if list, ok := h.Test.(*value.List); ok {
		test = plainItems(list)
	}
	o := object{"Test": test}
	for _, part := range []struct {
		name string
		want any
	}{{"Interval", s.nanoseconds(h.Interval)}, {"Timeout", s.nanoseconds(h.Timeout)}, {"StartPeriod", s.nanoseconds(h.StartPeriod)}, {"Retries", valueOf(h.Retries)}} {
		if !nothing(part.want) {
			o[part.name] = part.want
		}
	}
	off := len(test) == 1 && test[0] == "NONE"
	s.add("healthcheck_disabled", "", off)
	if off {
		s.told("healthcheck", path, object{"Test": test}, nil)
		return
	}
	s.told("healthcheck", path, o, serviceFacts(object{"TaskTemplate": object{"ContainerSpec": object{"Healthcheck": o}}})["healthcheck"])
}

func (s *serviceSpec) resources(name, api string, r *serviceResources) {
	var cpus, share, memory any
	if r != nil && r.CPUs != nil {
		cpus, share = int64(*r.CPUs*1e9), *r.CPUs
	}
	if r != nil && r.Memory != nil {
		n, err := sizeOf(name+"_memory", *r.Memory)
		s.fail(err)
		memory = n
	}
	s.told(name+"_cpu", ofTask+"Resources."+api+"NanoCPUs", cpus, share)
	s.add(name+"_memory", ofTask+"Resources."+api+"MemoryBytes", memory)
}

// networkID is the ID of a network, which is what a service's spec names.
func (s *serviceSpec) networkID(name string) any {
	found, err := s.e.get(s.c, "/networks/"+url.PathEscape(name), nil)
	if missing(err) {
		err = modules.Fail("Could not find a network named: %s.", value.Repr(name))
	}
	s.fail(err)
	return at(found, "Id")
}
