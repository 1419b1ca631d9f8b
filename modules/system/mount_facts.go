package system

import (
	"slices"
	"strings"
	"time"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/system/facts"
)

type mountFactsArgs struct {
	Devices   []string `arg:"devices" doc:"Shell patterns for the devices or servers of the mounts to tell of."`
	FSTypes   []string `arg:"fstypes" doc:"Shell patterns for the kinds of file system to tell of."`
	Sources   []string `arg:"sources" doc:"Files to read, or all, dynamic (the kernel's mounts) or static (fstab), or mount, which is the program."`
	Binary    any      `arg:"mount_binary" default:"mount" doc:"Program that lists the mounts where no file does; null for none."`
	Timeout   *float64 `arg:"timeout" doc:"Seconds that a mount may take to answer."`
	OnTimeout string   `arg:"on_timeout" enum:"error,warn,ignore" default:"error" doc:"What becomes of one that takes longer."`
	Aggregate *bool    `arg:"include_aggregate_mounts" doc:"Return a list of all mounts too, also those that others hide."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.mount_facts",
		Summary: "Tell of mounts, from the kernel and from fstab",
		Example: "- name: Mounts of servers\n  ansible.builtin.mount_facts:\n    fstypes: [nfs, nfs4]\n    timeout: 10\n    on_timeout: warn\n",
	}, mountFacts)
}

func mountFacts(c *modules.Context, a mountFactsArgs) (setupResult, error) {
	req, err := a.request()
	if err != nil {
		return setupResult{}, err
	}
	if slices.Contains(a.Sources, "") {
		return setupResult{}, modules.Fail("sources contains an empty string")
	}
	req.Run = func(argv ...string) (string, string, int, error) {
		out, err := c.Exec(modules.Cmd{Argv: argv})
		return out.Stdout, out.Stderr, out.RC, err
	}
	found, repeated, warnings, err := facts.MountFacts(c, req)
	if err != nil {
		return setupResult{}, err
	}
	for _, w := range warnings {
		c.Warn("%s", w)
	}
	if len(repeated) > 0 && a.Aggregate == nil {
		c.Warn("mount_facts: ignoring repeat mounts in the following sources: %s. You can disable this warning by configuring the 'include_aggregate_mounts' option as True or False.", strings.Join(repeated, ", "))
	}
	points, all := value.NewDict(), value.NewList()
	for _, m := range found {
		all.Append(m)
		if _, known := points.Get(m.GetString("mount")); !known {
			points.Set(m.GetString("mount"), m)
		}
	}
	out := value.DictOf("mount_points", points)
	aggregate := value.NewList()
	if a.Aggregate != nil && *a.Aggregate {
		aggregate = all
	}
	out.Set("aggregate_mounts", aggregate)
	return setupResult{out}, nil
}

func (a mountFactsArgs) request() (facts.MountRequest, error) {
	req := facts.MountRequest{Sources: a.Sources, Devices: a.Devices, FSTypes: a.FSTypes, OnTimeout: a.OnTimeout}
	switch b := a.Binary.(type) {
	case nil:
	case string:
		req.Binary = b
	default:
		return req, modules.Fail("argument 'mount_binary' must be a string or null, not %s", value.Str(a.Binary))
	}
	if a.Timeout != nil {
		if *a.Timeout <= 0 {
			return req, modules.Fail("argument 'timeout' must be a positive number or null, not %s", value.Str(*a.Timeout))
		}
		req.Timeout = time.Duration(*a.Timeout * float64(time.Second))
	}
	return req, nil
}
