package actions

import (
	"context"
	"errors"
	"maps"
	"slices"

	"goplay/engine"
	"goplay/internal/value"
	"goplay/modules"
)

func init() {
	register("ansible.builtin.package", packageAction)
	register("ansible.builtin.service", serviceAction)
}

type packageArgs struct {
	Name  any    `arg:"name" alias:"pkg" doc:"Packages, as the system's own manager names them."`
	State string `arg:"state" doc:"present, absent, latest: what the manager's module takes."`
	Use   string `arg:"use" default:"auto" doc:"Module of a package manager to use instead of the host's own."`
}

type serviceArgs struct {
	Name      string `arg:"name,required" doc:"Name of the service."`
	State     string `arg:"state" enum:"reloaded,restarted,started,stopped" doc:"What it should be doing."`
	Enabled   *bool  `arg:"enabled" doc:"Whether it starts with the system."`
	Pattern   string `arg:"pattern" doc:"Text to look for in the process list where there is no status command."`
	Sleep     *int   `arg:"sleep" doc:"Seconds between stop and start of a restart."`
	Runlevel  string `arg:"runlevel" default:"default" doc:"Runlevel, where there are such."`
	Arguments string `arg:"arguments" alias:"args" doc:"Further arguments of the service's script."`
	Use       string `arg:"use" default:"auto" doc:"Module of a service manager to use instead of the host's own."`
}

func init() {
	modules.Describe[packageArgs, struct{}](modules.Spec{
		Name: "ansible.builtin.package", Summary: "Install and remove packages with the system's own manager", AnyOptions: true,
		Example: "- name: What copies files\n  ansible.builtin.package:\n    name: rsync\n    state: present\n",
	})
	modules.Describe[serviceArgs, struct{}](modules.Spec{
		Name: "ansible.builtin.service", Summary: "Start, stop and enable services with the system's own manager", AnyOptions: true,
		Example: "- name: The server with its new configuration\n  ansible.builtin.service:\n    name: ssh\n    state: restarted\n",
	})
}

// packageAction hands the task to the module of the host's package manager.
func packageAction(ctx context.Context, s *engine.Step) (modules.Result, error) {
	name, err := managed(ctx, s, "pkg_mgr", "auto")
	if err != nil {
		return failed(err)
	}
	if name == "" || name == "unknown" {
		return failure("Could not detect which package manager to use. Try gathering facts or setting the \"use\" option.")
	}
	r, err := handOver(ctx, s, name, nil, nil)
	if errors.Is(err, errNobody) {
		return failure("Could not find a module for %s.", name)
	}
	return r, err
}

// legacyOnly are options of service that systemd has no use for.
var legacyOnly = []string{"pattern", "runlevel", "sleep", "arguments", "args"}

// serviceAction hands the task to the module of the host's service manager.
func serviceAction(ctx context.Context, s *engine.Step) (modules.Result, error) {
	name, err := managed(ctx, s, "service_mgr", "auto")
	if err != nil {
		return failed(err)
	}
	if name == "systemd" {
		return handOver(ctx, s, "systemd", legacyOnly, nil)
	}
	// A host that no known init runs, such as a container, calls its first
	// process its service manager: what works the scripts will do for it.
	if !slices.Contains(scripted, name) {
		if r, err := handOver(ctx, s, name, nil, nil); !errors.Is(err, errNobody) {
			return r, err
		}
	}
	sleep := any(0)
	if v := s.Arg("sleep"); v != nil {
		sleep = v
	}
	return handOver(ctx, s, "sysvinit", nil, map[string]any{"_as_service": true, "sleep": sleep})
}

// scripted are managers whose services are scripts, and what has no module of its own.
var scripted = []string{"", "service", "upstart", "bsdinit"}

// managed is what use: says, or the fact of that name, gathered if nobody has.
func managed(ctx context.Context, s *engine.Step, fact, auto string) (string, error) {
	if use := s.Text("use"); use != "" && use != auto {
		return use, nil
	}
	if v, ok, err := s.Lookup(ctx, "ansible_facts"); err == nil && ok && s.Delegate == "" {
		if facts, isDict, _ := value.AsDict(v); isDict {
			if known := facts.GetString(fact); known != "" {
				return known, nil
			}
		}
	}
	r, err := s.Peek(ctx, "ansible.builtin.setup", map[string]any{"filter": "ansible_" + fact, "gather_subset": "!all"})
	if err != nil {
		return "", err
	}
	if r.Failed {
		return "", modules.Fail("%s", r.Msg)
	}
	return r.Facts.GetString("ansible_" + fact), nil
}

// errNobody says that no module has the name of a manager.
var errNobody = errors.New("nobody has the module")

// handOver runs another module, which may be the project's own, with the task's
// options but for those to drop, and with some more.
func handOver(ctx context.Context, s *engine.Step, name string, drop []string, more map[string]any) (modules.Result, error) {
	set := map[string]any{"use": nil}
	maps.Copy(set, more)
	for _, option := range drop {
		if s.Arg(option) != nil {
			s.Warn("Ignoring \"" + option + "\" as it is not used in \"" + name + "\"")
			set[option] = nil
		}
	}
	if r, found, err := s.RunOwn(ctx, name, func() map[string]any { return argsWith(s, set) }); found || err != nil {
		return r, err
	}
	full, err := s.Options().Resolve(name, nil)
	if err != nil {
		return modules.Result{}, errNobody
	}
	m, ok := modules.Lookup(full)
	if !ok || !m.OnTarget() {
		return failure("goplay has no module %s yet, which this host asks for", full)
	}
	args, err := s.DefaultsOf(ctx, full)
	if err != nil {
		return failed(err)
	}
	args.Update(s.Args)
	other := *s
	other.Module, other.Args = full, args
	return through(ctx, &other, set)
}
