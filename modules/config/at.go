package config

import (
	"fmt"
	"os"
	"strings"

	"goplay/modules"
)

type atArgs struct {
	Command string `arg:"command" doc:"The command to run."`
	Script  string `arg:"script_file" doc:"A script to run instead."`
	Count   *int   `arg:"count" doc:"In how many units of time."`
	Units   string `arg:"units" enum:"minutes,hours,days,weeks" doc:"The unit."`
	State   string `arg:"state" enum:"absent,present" default:"present" doc:"Whether the job is to be there."`
	Unique  bool   `arg:"unique" default:"false" doc:"Add no job where there is one of the same commands."`
}

type atResult struct {
	State   string `json:"state" doc:"The state that was asked for."`
	Script  string `json:"script_file,omitempty" doc:"The script."`
	Count   *int   `json:"count,omitempty" doc:"In how many units."`
	Units   string `json:"units,omitempty" doc:"The unit."`
	Changed bool   `json:"changed" doc:"Whether something was changed."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "ansible.posix.at", Summary: "Have a command run once, later",
		Exclusive: [][]string{{"command", "script_file"}}, OneOf: [][]string{{"command", "script_file"}},
		Example: "- name: A restart in a while\n  ansible.posix.at:\n    command: systemctl restart app\n    count: 20\n    units: minutes\n    unique: true\n",
	}, atModule)
}

func atModule(c *modules.Context, a atArgs) (r atResult, err error) {
	defer func() { r.Changed = c.Changed() }()
	r.State = a.State
	if a.State == "present" && (a.Count == nil || a.Units == "") {
		r.State = ""
		return r, modules.Fail("present state requires count and units")
	}
	at, err := c.Find("at")
	if err != nil {
		r.State = ""
		return r, err
	}
	script := a.Command + "\n"
	if a.Script != "" {
		data, err := os.ReadFile(a.Script)
		if err != nil {
			return r, err
		}
		script = string(data)
	}
	r.Script, r.Count, r.Units = a.Script, a.Count, a.Units
	if a.State == "absent" || a.Unique {
		jobs, err := a.matching(c, at, script)
		if err != nil {
			return r, err
		}
		if a.State == "absent" {
			return r, removeJobs(c, at, jobs)
		}
		if len(jobs) > 0 {
			r.Script, r.Count, r.Units = "", nil, ""
			return r, nil
		}
	}
	return r, c.Change(modules.Diff{}, func() error {
		argv := []string{at, "now", "+", fmt.Sprint(*a.Count), a.Units}
		out, err := c.Exec(modules.Cmd{Argv: argv, Stdin: strings.NewReader(script), Locale: true})
		if err == nil && out.RC != 0 {
			return out.Failure(argv)
		}
		return err
	})
}

// matching are the jobs whose commands are the same.
func (a atArgs) matching(c *modules.Context, at, script string) ([]string, error) {
	atq, err := c.Find("atq")
	if err != nil {
		return nil, err
	}
	list, err := c.Command(atq)
	if err != nil {
		return nil, err
	}
	var out []string
	for line := range strings.Lines(list) {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		text, err := c.Command(at, "-c", f[0])
		if err != nil {
			return nil, err
		}
		if scriptOf(text, script) {
			out = append(out, f[0])
		}
	}
	return out, nil
}

// scriptOf reports whether a job, as at shows it, runs a script: it stands at
// the end, where some versions of at have a delimiter behind it.
func scriptOf(job, script string) bool {
	job = strings.TrimSpace(job)
	if at := strings.LastIndexByte(job, '\n'); at >= 0 && strings.HasPrefix(job[at+1:], "marcinDELIMITER") {
		job = strings.TrimSpace(job[:at])
	}
	return strings.HasSuffix(job, "\n"+strings.TrimSpace(script))
}

func removeJobs(c *modules.Context, at string, jobs []string) error {
	for _, job := range jobs {
		if err := c.Change(modules.Diff{}, func() error { _, err := c.Command(at, "-r", job); return err }); err != nil {
			return err
		}
	}
	return nil
}
