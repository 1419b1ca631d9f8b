package services

import (
	"cmp"

	"goplay/modules"
)

// asService is what Ansible's module service does with scripts, where no init is
// known that has a module: the host is a container, as a rule. A restart is a stop,
// which may fail, and a start.
func (j *sysvJob) asService() (sysvResult, error) {
	enabling := &sysvStep{}
	if err := j.enable(enabling); err != nil {
		return sysvResult{}, err
	}
	done := sysvResult{Name: j.Name, Changed: j.r.Changed, Enabled: j.Enabled}
	if j.State == "" {
		return done, nil
	}
	running, err := j.running()
	if err != nil {
		return sysvResult{}, err
	}
	if running && j.State == "started" || !running && j.State == "stopped" {
		done.State = j.State
		return done, nil
	}
	done.Changed, done.State = true, "started"
	verbs := []string{"start"}
	switch {
	case j.State == "stopped":
		done.State, verbs = "stopped", []string{"stop"}
	case j.State == "restarted":
		verbs = []string{"stop", "start"}
	case j.State == "reloaded" && running:
		verbs = []string{"reload"}
	}
	called := false
	err = j.c.Change(modules.Diff{}, func() error {
		called = true
		return j.each(verbs)
	})
	switch {
	case err != nil:
		return sysvResult{}, err
	case !called: // it is only checked
		return sysvResult{Changed: true, Msg: "service state changed"}, nil
	}
	return done, nil
}

// each calls the script with all verbs, and fails where the last one did.
func (j *sysvJob) each(verbs []string) error {
	var stdout, stderr string
	rc := 0
	for i, verb := range verbs {
		if i > 0 && j.Sleep > 0 {
			if err := j.wait(); err != nil {
				return err
			}
		}
		out, err := j.run(verb)
		if err != nil {
			return err
		}
		stdout, stderr, rc = stdout+out.Stdout, stderr+out.Stderr, out.RC
	}
	if rc != 0 {
		return modules.Fail("%s", cmp.Or(stderr, stdout))
	}
	return nil
}
