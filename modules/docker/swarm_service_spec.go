package docker

import (
	"maps"
	"math"
	"net/url"
	"reflect"
	"strings"

	"goplay/internal/shlex"
	"goplay/internal/value"
	"goplay/modules"
)

// serviceField is one thing that a service has: its name in results, where
// its spec has it, and what the task wants; nil when the task does not say.
type serviceField struct {
	name string
	kind kind
	api  string
	want any
}

// differs compares a field with an existing service: what it has beyond the task's
// labels and options stays, lists are the task's whole.
func (f *serviceField) differs(spec object) bool {
	have := at(spec, f.api)
	if have == nil && reflect.ValueOf(f.want).IsZero() || f.kind != dict && len(items(have))+len(items(f.want)) == 0 && isList(f.want) {
		return false // the engine leaves out what is nothing
	}
	if f.kind == set {
		have = whole(have)
	}
	if f.kind != dict {
		return !same(f.kind, strict, f.want, have)
	}
	want, _ := f.want.(object)
	return len(want) == 0 && len(objectAt(spec, f.api)) > 0 || !same(dict, allowMore, f.want, have)
}

func isList(v any) bool {
	_, ok := v.([]any)
	return ok
}

// whole adds what the engine leaves out of mounts: that they can be written to.
func whole(v any) any {
	out := []any{}
	for _, one := range items(v) {
		if o, ok := one.(object); ok && o["Type"] != nil && o["Target"] != nil && o["ReadOnly"] == nil {
			one = with(o, "ReadOnly", false)
		}
		out = append(out, one)
	}
	return out
}

// with is a copy of an object with one more member.
func with(o object, name string, v any) object {
	out := maps.Clone(o)
	out[name] = v
	return out
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
		s.err = modules.Fail("%w", err)
	}
}

func (s *serviceSpec) add(name string, k kind, api string, want any) {
	s.fields = append(s.fields, serviceField{name, k, api, want})
}

func (s *serviceSpec) texts(name string, k kind, api string, list []string) {
	if list == nil {
		s.add(name, k, api, nil)
		return
	}
	s.add(name, k, api, anys(list))
}

func (s *serviceSpec) dict(name, api string, d *value.Dict) {
	if d == nil {
		s.add(name, dict, api, nil)
		return
	}
	s.add(name, dict, api, texts(d))
}

func (s *serviceSpec) time(name, api string, text *string) {
	s.add(name, scalar, api, s.nanoseconds(text))
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

// spec works out what a task wants of a service.
func (a *serviceArgs) spec(c *modules.Context, e *engine) ([]serviceField, error) {
	s := &serviceSpec{c: c, e: e}
	s.process(a)
	s.container(a)
	s.attachments(a)
	s.scheduling(a)
	update, failing := a.Update.rollout()
	s.rollout("update", "UpdateConfig.", update, failing)
	back, failing := a.Rollback.rollout()
	s.rollout("rollback", "RollbackConfig.", back, failing)
	return s.fields, s.err
}

func (s *serviceSpec) process(a *serviceArgs) {
	s.add("command", list, ofContainer+"Command", s.command(a.Command))
	s.texts("args", list, ofContainer+"Args", a.Args)
	s.add("env", set, ofContainer+"Env", s.env(a))
	s.add("user", scalar, ofContainer+"User", valueOf(a.User))
	s.texts("groups", set, ofContainer+"Groups", a.Groups)
	s.add("working_dir", scalar, ofContainer+"Dir", valueOf(a.WorkingDir))
	s.add("hostname", scalar, ofContainer+"Hostname", valueOf(a.Hostname))
	s.add("tty", scalar, ofContainer+"TTY", valueOf(a.TTY))
	s.add("init", scalar, ofContainer+"Init", valueOf(a.Init))
	s.add("read_only", scalar, ofContainer+"ReadOnly", valueOf(a.ReadOnly))
	s.texts("cap_add", set, ofContainer+"CapabilityAdd", a.CapAdd)
	s.texts("cap_drop", set, ofContainer+"CapabilityDrop", a.CapDrop)
	s.add("stop_signal", scalar, ofContainer+"StopSignal", valueOf(a.StopSignal))
	s.time("stop_grace_period", ofContainer+"StopGracePeriod", a.StopGracePeriod)
}

func (s *serviceSpec) command(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case *value.List:
		parts := []any{}
		for _, item := range v.Items {
			parts = append(parts, value.Str(item))
		}
		return parts
	}
	parts, err := shlex.Split(value.Str(v))
	s.fail(err)
	return anys(parts)
}

func (s *serviceSpec) env(a *serviceArgs) any {
	if a.Env == nil && a.EnvFiles == nil {
		return nil
	}
	env := object{}
	for _, file := range a.EnvFiles {
		more, err := readEnvFile(s.c.Abs(file))
		s.fail(err)
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
	for _, k := range sortedKeys(env) {
		out = append(out, k+"="+value.Str(env[k]))
	}
	return out
}

func envOf(v any) (object, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case *value.Dict:
		return onlyTexts("env", v)
	case *value.List:
		env := object{}
		for _, item := range v.Items {
			name, text, ok := strings.Cut(value.Str(item), "=")
			if !ok {
				return nil, modules.Fail("Invalid environment variable found in list, needs to be in format KEY=VALUE.")
			}
			env[name] = text
		}
		return env, nil
	}
	return nil, modules.Fail("Invalid type for env %s. Only list or dict allowed.", value.Str(v))
}

func (s *serviceSpec) container(a *serviceArgs) {
	s.dict("labels", "Labels", a.Labels)
	s.dict("container_labels", ofContainer+"Labels", a.ContainerLabels)
	s.texts("dns", list, ofContainer+"DNSConfig.Nameservers", a.DNS)
	s.texts("dns_search", list, ofContainer+"DNSConfig.Search", a.DNSSearch)
	s.texts("dns_options", list, ofContainer+"DNSConfig.Options", a.DNSOptions)
	var lines any
	if a.Hosts != nil {
		all := []any{}
		for name, ip := range a.Hosts.All() {
			all = append(all, value.Str(ip)+" "+value.Str(name))
		}
		lines = all
	}
	s.add("hosts", set, ofContainer+"Hosts", lines)
	s.add("healthcheck", dict, ofContainer+"Healthcheck", s.health(a.HealthCheck))
	logging := a.Logging
	if logging == nil {
		logging = &serviceLogging{}
	}
	s.add("log_driver", scalar, ofTask+"LogDriver.Name", valueOf(logging.Driver))
	s.dict("log_driver_options", ofTask+"LogDriver.Options", logging.Options)
	s.resources("limit", "Limits.", a.Limits)
	s.resources("reserve", "Reservations.", a.Reservations)
}

func (s *serviceSpec) health(h *serviceHealth) any {
	if h == nil {
		return nil
	}
	o := object{}
	switch test := h.Test.(type) {
	case nil:
	case *value.List:
		parts := []any{}
		for _, item := range test.Items {
			parts = append(parts, value.Str(item))
		}
		o["Test"] = parts
	default:
		o["Test"] = []any{"CMD-SHELL", value.Str(test)}
	}
	for name, v := range map[string]any{"Interval": s.nanoseconds(h.Interval), "Timeout": s.nanoseconds(h.Timeout),
		"StartPeriod": s.nanoseconds(h.StartPeriod), "Retries": valueOf(h.Retries)} {
		if v != nil {
			o[name] = v
		}
	}
	return o
}

func (s *serviceSpec) resources(name, api string, r *serviceResources) {
	var cpus, memory any
	if r != nil && r.CPUs != nil {
		cpus = int64(math.Round(*r.CPUs * 1e9))
	}
	if r != nil && r.Memory != nil {
		n, err := sizeOf(name+"_memory", *r.Memory)
		s.fail(err)
		memory = n
	}
	s.add(name+"_cpu", scalar, ofTask+"Resources."+api+"NanoCPUs", cpus)
	s.add(name+"_memory", scalar, ofTask+"Resources."+api+"MemoryBytes", memory)
}

func (s *serviceSpec) scheduling(a *serviceArgs) {
	p := a.Placement
	if p == nil {
		p = &servicePlacement{}
	}
	s.texts("constraints", set, ofTask+"Placement.Constraints", p.Constraints)
	var preferences any
	if p.Preferences != nil {
		all := []any{}
		for _, one := range p.Preferences {
			for strategy, by := range one.All() {
				if value.Str(strategy) != "spread" {
					s.fail(modules.Fail("placement preference %q is not known: there is spread", value.Str(strategy)))
				}
				all = append(all, object{"Spread": object{"SpreadDescriptor": value.Str(by)}})
			}
		}
		preferences = all
	}
	s.add("placement_preferences", list, ofTask+"Placement.Preferences", preferences)
	s.add("replicas_max_per_node", scalar, ofTask+"Placement.MaxReplicas", valueOf(p.MaxPerNode))
	r := a.Restart
	if r == nil {
		r = &serviceRestart{}
	}
	s.add("restart_policy", scalar, ofTask+"RestartPolicy.Condition", valueOf(r.Condition))
	s.add("restart_policy_attempts", scalar, ofTask+"RestartPolicy.MaxAttempts", valueOf(r.MaxAttempts))
	s.time("restart_policy_delay", ofTask+"RestartPolicy.Delay", r.Delay)
	s.time("restart_policy_window", ofTask+"RestartPolicy.Window", r.Window)
	s.add("endpoint_mode", scalar, "EndpointSpec.Mode", valueOf(a.EndpointMode))
}

func (u *serviceUpdate) rollout() (*serviceRollout, *string) {
	if u == nil {
		return &serviceRollout{}, nil
	}
	return &u.serviceRollout, u.FailureAction
}

func (u *serviceRollback) rollout() (*serviceRollout, *string) {
	if u == nil {
		return &serviceRollout{}, nil
	}
	return &u.serviceRollout, u.FailureAction
}

func (s *serviceSpec) rollout(name, api string, r *serviceRollout, failure *string) {
	s.add(name+"_parallelism", scalar, api+"Parallelism", valueOf(r.Parallelism))
	s.time(name+"_delay", api+"Delay", r.Delay)
	s.add(name+"_failure_action", scalar, api+"FailureAction", valueOf(failure))
	s.time(name+"_monitor", api+"Monitor", r.Monitor)
	s.add(name+"_max_failure_ratio", scalar, api+"MaxFailureRatio", number(r.MaxFailureRatio))
	s.add(name+"_order", scalar, api+"Order", valueOf(r.Order))
}

// number is a fraction as JSON has it: whole ones are integers.
func number(f *float64) any {
	switch {
	case f == nil:
		return nil
	case *f == math.Trunc(*f):
		return int64(*f)
	}
	return *f
}

// networkID is the ID of a network, which is what a service's spec names.
func (s *serviceSpec) networkID(name string) any {
	found, err := s.e.get(s.c, "/networks/"+url.PathEscape(name), nil)
	if missing(err) {
		err = modules.Fail("Could not find a network named: \"%s\"", name)
	}
	s.fail(err)
	return at(found, "Id")
}
