package actions

import (
	"context"
	"errors"
	"slices"
	"strings"

	"goplay/engine"
	"goplay/internal/value"
	"goplay/modules"
)

func init() {
	register("ansible.builtin.gather_facts", gatherFacts)
	register("ansible.builtin.setup", setup)
}

// setup runs the module; facts are too long for the screen.
func setup(ctx context.Context, s *engine.Step) (modules.Result, error) {
	s.ShowNever()
	return through(ctx, s, nil)
}

// gatherFacts runs the modules that gather facts and puts together what they find.
func gatherFacts(ctx context.Context, s *engine.Step) (modules.Result, error) {
	s.ShowNever()
	all := modules.Result{Data: value.NewDict(), Facts: value.NewDict()}
	failures := value.NewDict()
	for _, name := range factModules(ctx, s) {
		full, r, err := factModule(ctx, s, name)
		switch {
		case errors.Is(err, errNoModule):
			return all, &engine.Raised{Err: modules.Fail("The module %s was not found in configured module paths", name)}
		case err != nil:
			return all, err
		case r.Failed && full == setupModule:
			return r, nil
		case r.Failed:
			failures.Set(name, failedModule(r))
			continue
		case r.Facts != nil:
			all.Facts = mergeFacts(all.Facts, r.Facts)
		}
		all.Warnings = append(all.Warnings, r.Warnings...)
		all.Deprecations = append(all.Deprecations, r.Deprecations...)
	}
	if failures.Len() > 0 {
		names := make([]string, 0, failures.Len())
		for _, name := range failures.Keys() {
			names = append(names, value.Str(name))
		}
		return modules.Failed(modules.Fail("The following modules failed to execute: %s\n", strings.Join(names, ", ")).With("failed_modules", failures)), nil
	}
	s.Gathered()
	return all, nil
}

var errNoModule = errors.New("no such module")

// factModule runs one of the modules that gather: the project's own, or one of goplay's.
func factModule(ctx context.Context, s *engine.Step, name string) (full string, r modules.Result, err error) {
	r, found, err := s.RunOwn(ctx, name, func() map[string]any { return factArgs(s, name, name) })
	if found || err != nil {
		return name, r, err
	}
	full, err = s.Options().Resolve(name, nil)
	if err != nil {
		return "", r, errNoModule
	}
	defaults, err := s.DefaultsOf(ctx, full)
	if err != nil {
		return full, modules.Failed(err), nil
	}
	args := factArgs(s, name, full)
	for option, v := range defaults.All() {
		if name := value.Str(option); args[name] == nil {
			args[name] = v
		}
	}
	r, err = s.Run(ctx, modules.Call{Module: full, Args: args})
	return full, r, err
}

// failedModule is what the task's result tells of one module that failed.
func failedModule(r modules.Result) *value.Dict {
	d := value.DictOf("failed", true, "msg", r.Msg)
	if r.Data != nil {
		d.Update(r.Data)
	}
	return d
}

const setupModule = "ansible.builtin.setup"

// factArgs are the options of a module that gathers facts: those of the task,
// less what only setup knows.
func factArgs(s *engine.Step, name, full string) map[string]any {
	args := map[string]any{}
	for k, v := range s.Args.All() {
		if value.Str(k) != "parallel" {
			args[value.Str(k)] = v
		}
	}
	if full == setupModule {
		return args
	}
	subset, _ := s.Args.Get("gather_subset")
	if l, ok := subset.(*value.List); subset != nil && subset != "all" && !(ok && value.Str(l) == "['all']") {
		s.Warn("Ignoring subset(" + value.Str(subset) + ") for " + name)
	}
	for _, option := range []string{"gather_timeout", "filter"} {
		if v, ok := s.Args.Get(option); ok && v != nil {
			s.Warn("Ignoring " + strings.TrimPrefix(option, "gather_") + "(" + value.Str(v) + ") for " + name)
		}
	}
	for _, option := range []string{"gather_subset", "gather_timeout", "filter", "fact_path"} {
		delete(args, option)
	}
	return args
}

// factModules are the modules that gather facts: those of the variable
// ansible_facts_modules, else of the configuration. smart is setup, or what gathers
// facts of a network's devices, after all others.
func factModules(ctx context.Context, s *engine.Step) []string {
	names := s.Options().FactsModules
	if v, ok, err := s.Lookup(ctx, "ansible_facts_modules"); err == nil && ok {
		names = nil
		if l, ok := v.(*value.List); ok {
			for _, item := range l.Items {
				names = append(names, value.Str(item))
			}
		} else {
			names = strings.Split(value.Str(v), ",")
		}
	}
	if len(names) == 0 {
		return []string{setupModule}
	}
	var out []string
	smart := false
	for _, name := range names {
		if name = strings.TrimSpace(name); name == "smart" {
			smart = true
		} else {
			out = append(out, name)
		}
	}
	if smart {
		out = append(out, smartModule(ctx, s))
	}
	return out
}

// networkSystems are those of network devices that have a module of facts.
var networkSystems = strings.Fields(`asa eos exos frr ios iosxr ironware junos nxos slxos voss vyos
	arista.eos.eos cisco.asa.asa cisco.ios.ios cisco.iosxr.iosxr cisco.nxos.nxos community.network.ironware extreme.exos.exos
	extreme.slxos.slxos extreme.voss.voss frr.frr.frr junipernetworks.junos.junos vyos.vyos.vyos`)

// smartModule is the module that gathers facts of a host's kind of system.
func smartModule(ctx context.Context, s *engine.Step) string {
	system := s.Text("network_os")
	if system == "" {
		v, ok, err := s.Lookup(ctx, "ansible_network_os")
		if err != nil || !ok {
			return setupModule
		}
		system = value.Str(v)
	}
	switch {
	case !slices.Contains(networkSystems, system):
		return setupModule
	case strings.Contains(system, "."):
		return system + "_facts"
	}
	return "ansible.legacy." + system + "_facts"
}
