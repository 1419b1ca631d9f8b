package services

import (
	"strings"
	"time"

	"goplay/modules"
)

type openrcArgs struct {
	Name      string `arg:"name,required" doc:"Name of the service."`
	State     string `arg:"state" enum:"reloaded,restarted,started,stopped" doc:"What the service is to do."`
	Enabled   *bool  `arg:"enabled" doc:"Whether the service is in the runlevel."`
	Runlevel  string `arg:"runlevel" default:"default" doc:"The runlevel that enabled is about."`
	Sleep     int    `arg:"sleep" doc:"Seconds between stop and start of a restart; without it OpenRC restarts by itself."`
	Pattern   string `arg:"pattern" doc:"Text to look for among the processes in place of the service's status."`
	Arguments string `arg:"arguments" alias:"args" doc:"Further arguments, separated by blanks."`
}

type openrcResult struct {
	Name    string `json:"name" doc:"Name of the service."`
	Changed bool   `json:"changed" doc:"Whether anything was changed."`
	Enabled *bool  `json:"enabled,omitempty" doc:"Whether the service is enabled, if that was asked for."`
	State   string `json:"state,omitempty" doc:"The state that was reached, if one was asked for."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.openrc",
		Summary: "Start, stop and enable services of OpenRC",
		Example: "- name: The web server runs\n  ansible.builtin.openrc:\n    name: nginx\n    state: started\n    enabled: true\n",
		Notes:   []string{"The service module uses it on hosts with OpenRC, such as Alpine's."},
		Differs: []string{"Ansible has this inside its service module, not under a name of its own."},
		OneOf:   [][]string{{"state", "enabled"}},
	}, openrc)
}

type openrcJob struct {
	openrcArgs
	c *modules.Context
	r openrcResult
}

func openrc(c *modules.Context, a openrcArgs) (openrcResult, error) {
	j := &openrcJob{openrcArgs: a, c: c, r: openrcResult{Name: a.Name, Enabled: a.Enabled, State: a.State}}
	if initScript(a.Name) == "" {
		return j.r, missing(a.Name, "host")
	}
	if err := j.enable(); err != nil {
		return j.r, err
	}
	return j.r, j.act()
}

func (j *openrcJob) enable() error {
	if j.Enabled == nil {
		return nil
	}
	out, err := j.c.Command("rc-update", "show", j.Runlevel)
	if err != nil {
		return err
	}
	if inRunlevel(out, j.Name) == *j.Enabled {
		return nil
	}
	j.r.Changed = true
	verb := "delete"
	if *j.Enabled {
		verb = "add"
	}
	return j.c.Change(modules.Diff{}, func() error {
		_, err := j.c.Command("rc-update", verb, j.Name, j.Runlevel)
		return err
	})
}

// inRunlevel looks a service up in rc-update's table of services and runlevels.
func inRunlevel(table, name string) bool {
	for line := range strings.Lines(table) {
		service, levels, ok := strings.Cut(line, "|")
		if ok && strings.TrimSpace(service) == name && strings.TrimSpace(levels) != "" {
			return true
		}
	}
	return false
}

func (j *openrcJob) act() error {
	if j.State == "" {
		return nil
	}
	running := false
	if j.Pattern != "" {
		running = processRuns(j.c, j.Pattern)
	} else {
		out, err := j.c.Exec(modules.Cmd{Argv: []string{"rc-service", j.Name, "status"}})
		if err != nil {
			return err
		}
		running = out.RC == 0
	}
	verb, state := next(map[bool]string{true: "active", false: "inactive"}[running], j.State)
	j.r.State = state
	if verb == "" {
		return nil
	}
	j.r.Changed = true
	return j.c.Change(modules.Diff{}, func() error { return j.call(verb) })
}

func (j *openrcJob) call(verb string) error {
	if verb == "restart" && j.Sleep > 0 {
		if err := j.call("stop"); err != nil {
			return err
		}
		select {
		case <-time.After(time.Duration(j.Sleep) * time.Second):
		case <-j.c.Done():
			return j.c.Err()
		}
		verb = "start"
	}
	argv := append([]string{"rc-service", j.Name, verb}, strings.Fields(j.Arguments)...)
	out, err := j.c.Exec(modules.Cmd{Argv: argv})
	if err == nil && out.RC != 0 {
		err = modules.Fail("Unable to %s service %s: %s", verb, j.Name, out.Stdout+out.Stderr)
	}
	return err
}
