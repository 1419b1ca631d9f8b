package services

import (
	"slices"
	"strings"
	"time"

	"goplay/modules"
)

type sysvArgs struct {
	Name      string   `arg:"name,required" alias:"service" doc:"Name of the service, that of its script."`
	State     string   `arg:"state" enum:"started,stopped,restarted,reloaded" doc:"What the service is to do."`
	Enabled   *bool    `arg:"enabled" doc:"Whether the service starts with the system."`
	Sleep     int      `arg:"sleep" default:"1" doc:"Seconds to wait after the stop and the start of a restart."`
	Pattern   string   `arg:"pattern" doc:"Text to look for among the processes, for a script without a useful status."`
	Arguments string   `arg:"arguments" alias:"args" doc:"Further arguments for the script, separated by blanks."`
	Runlevels []string `arg:"runlevels" doc:"Runlevels that enabled is about; without it, the script's own."`
	Daemonize bool     `arg:"daemonize" default:"false" doc:"Start the script detached, for services that do not detach themselves."`
	Runlevel  string   `arg:"runlevel,internal" doc:"What the service action hands on; not used here."`
	AsService bool     `arg:"_as_service,internal" default:"false" doc:"The host has no init that is known: results are those of Ansible's module service."`
}

type sysvStep struct {
	Changed bool     `json:"changed" doc:"Whether anything was changed."`
	RC      *int     `json:"rc"`
	Stdout  *string  `json:"stdout"`
	Stderr  *string  `json:"stderr"`
	Levels  []string `json:"runlevels,omitempty"`
}

type sysvResult struct {
	Name    string               `json:"name,omitempty" doc:"Name of the service."`
	Changed bool                 `json:"changed" doc:"Whether anything was changed."`
	Status  map[string]*sysvStep `json:"status,omitempty" doc:"What was done for enabled and for the state: changed, rc, stdout, stderr."`
	State   string               `json:"state,omitempty" doc:"What the service does now, from service where no init is known."`
	Enabled *bool                `json:"enabled,omitempty" doc:"Whether it starts with the system, from there too."`
	Msg     string               `json:"msg,omitempty" doc:"What would be done, from there in check mode."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.sysvinit",
		Summary: "Start, stop and enable services with SysV scripts",
		Example: `- name: The web server runs
  ansible.builtin.sysvinit:
    name: apache2
    state: started
    enabled: true
    runlevels: [3, 5]
`,
		OneOf: [][]string{{"state", "enabled"}},
	}, sysvinit)
}

type sysvJob struct {
	sysvArgs
	c      *modules.Context
	r      sysvResult
	script string
}

func sysvinit(c *modules.Context, a sysvArgs) (sysvResult, error) {
	j := &sysvJob{sysvArgs: a, c: c, script: initScript(a.Name)}
	switch {
	case j.script == "" && a.AsService:
		return j.r, missing(a.Name, "host")
	case j.script == "":
		return j.r, missing(a.Name, "")
	case a.AsService:
		return j.asService()
	}
	j.r = sysvResult{Name: a.Name, Status: map[string]*sysvStep{"enabled": {Levels: a.Runlevels}}}
	if err := j.enable(j.r.Status["enabled"]); err != nil {
		return j.r, err
	}
	if a.State != "" {
		j.r.Status[a.State] = &sysvStep{}
		return j.r, j.act(j.r.Status[a.State])
	}
	return j.r, nil
}

func (j *sysvJob) enable(step *sysvStep) error {
	if j.Enabled == nil || !j.differs() {
		return nil
	}
	argv, err := j.enableArgv()
	if err != nil {
		return err
	}
	return j.do(step, func() (modules.Output, error) {
		out, err := j.c.Exec(modules.Cmd{Argv: argv})
		if err == nil && strings.Contains(out.Stderr, "illegal runlevel specified") {
			err = modules.Fail("Illegal runlevel specified for enable operation on service %s", j.Name)
		}
		return out, err
	})
}

func (j *sysvJob) differs() bool {
	if len(j.Runlevels) == 0 {
		return startsAtBoot(j.Name, "") != *j.Enabled
	}
	return slices.ContainsFunc(j.Runlevels, func(level string) bool { return startsAtBoot(j.Name, level) != *j.Enabled })
}

func (j *sysvJob) enableArgv() ([]string, error) {
	if _, err := j.c.Find("update-rc.d"); err == nil {
		argv := []string{"update-rc.d", j.Name}
		switch {
		case !*j.Enabled:
			argv = append(argv, "disable")
		case len(j.Runlevels) > 0:
			argv = append(argv, "enable")
		default:
			return append(argv, "defaults"), nil
		}
		return append(argv, j.Runlevels...), nil
	}
	if _, err := j.c.Find("chkconfig"); err != nil {
		return nil, modules.Fail("neither update-rc.d nor chkconfig is there to enable %s", j.Name)
	}
	argv := []string{"chkconfig"}
	if len(j.Runlevels) > 0 {
		argv = append(argv, "--level", strings.Join(j.Runlevels, ""))
	}
	return append(argv, j.Name, map[bool]string{true: "on", false: "off"}[*j.Enabled]), nil
}

// do changes something and keeps what was printed.
func (j *sysvJob) do(step *sysvStep, run func() (modules.Output, error)) error {
	j.r.Changed, step.Changed = true, true
	return j.c.Change(modules.Diff{}, func() error {
		out, err := run()
		if err == nil {
			step.RC, step.Stdout, step.Stderr = &out.RC, &out.Stdout, &out.Stderr
		}
		return err
	})
}

func (j *sysvJob) act(step *sysvStep) error {
	if j.State == "restarted" {
		return j.do(step, func() (modules.Output, error) {
			if _, err := j.call("stop"); err != nil {
				return modules.Output{}, err
			}
			if err := j.wait(); err != nil {
				return modules.Output{}, err
			}
			out, err := j.call("start")
			if err == nil {
				err = j.wait()
			}
			return out, err
		})
	}
	running, err := j.running()
	if err != nil {
		return err
	}
	verbs := map[string]string{"started": "start", "stopped": "stop", "reloaded": "reload"}
	if j.State == "reloaded" && !running {
		verbs["reloaded"] = "start"
	} else if j.State != "reloaded" && running == (j.State == "started") {
		return nil
	}
	return j.do(step, func() (modules.Output, error) { return j.call(verbs[j.State]) })
}

func (j *sysvJob) wait() error {
	select {
	case <-time.After(time.Duration(j.Sleep) * time.Second):
		return nil
	case <-j.c.Done():
		return j.c.Err()
	}
}

// run runs the script; a detached one in a session of its own.
func (j *sysvJob) run(verb string) (modules.Output, error) {
	argv := append([]string{j.script, verb}, strings.Fields(j.Arguments)...)
	if j.Daemonize {
		argv = append([]string{"setsid", "--fork"}, argv...)
	}
	return j.c.Exec(modules.Cmd{Argv: argv})
}

func (j *sysvJob) call(verb string) (modules.Output, error) {
	out, err := j.run(verb)
	if err == nil && out.RC != 0 {
		err = modules.Fail("Failed to %s service: %s", strings.TrimSuffix(strings.TrimSuffix(j.State, "ed"), "p"), j.Name).
			With("rc", out.RC).With("stdout", out.Stdout).With("stderr", out.Stderr)
	}
	return out, err
}

func (j *sysvJob) running() (bool, error) {
	if j.Pattern != "" {
		return processRuns(j.c, j.Pattern), nil
	}
	argv := []string{j.script, "status"}
	if _, err := j.c.Find("service"); err == nil {
		argv = []string{"service", j.Name, "status"}
	}
	out, err := j.c.Exec(modules.Cmd{Argv: argv})
	if err != nil {
		return false, err
	}
	running, sure := readStatus(j.Name, out)
	if sure {
		return running, nil
	}
	if processRuns(j.c, j.Name) {
		j.c.Warn("Used ps output to match service name and determine it is up, this is very unreliable")
		return true, nil
	}
	j.c.Warn("Unable to determine if service is up, assuming it is down")
	return false, nil
}

// readStatus takes a script's words over its exit code, which many scripts get
// wrong.
func readStatus(name string, out modules.Output) (running, sure bool) {
	if name == "iptables" && strings.Contains(out.Stdout, "ACCEPT") {
		return true, true
	}
	text := strings.ReplaceAll(strings.ToLower(out.Stdout), strings.ToLower(name), "")
	if strings.Count(text, "\n") <= 1 {
		for _, word := range []string{"stop", "is dead ", "dead but ", "could not access pid file", "inactive"} {
			if strings.Contains(text, word) {
				return false, true
			}
		}
		for _, word := range []string{"run", "start", "active"} {
			if strings.Contains(text, word) && !strings.Contains(text, "not ") {
				return true, true
			}
		}
	}
	if slices.Contains([]int{1, 2, 3, 4, 69}, out.RC) {
		return false, true
	}
	return out.RC == 0, out.RC == 0
}
