package packages

import (
	"strings"

	"goplay/modules"
	"goplay/modules/packages/tool"
)

type apkArgs struct {
	Name        []string `arg:"name" doc:"Packages: names, with versions such as nginx=1.24.0-r0 or nginx>1.20."`
	State       string   `arg:"state" default:"present" enum:"present,installed,absent,removed,latest" doc:"Whether the packages are there, are the newest, or are gone."`
	Available   bool     `arg:"available" default:"false" doc:"With upgrade: take versions of the sources even if they are older."`
	UpdateCache bool     `arg:"update_cache" default:"false" doc:"Fetch the lists first."`
	Upgrade     bool     `arg:"upgrade" default:"false" doc:"Upgrade everything."`
	NoCache     bool     `arg:"no_cache" default:"false" doc:"Use no lists that were fetched before."`
	Repository  []string `arg:"repository" doc:"Sources to use in place of the configured ones."`
	World       string   `arg:"world" default:"/etc/apk/world" doc:"File of what was asked for."`
}

type apkResult struct {
	Msg      string  `json:"msg" doc:"What was done."`
	Packages any     `json:"packages,omitempty" type:"list" doc:"Packages that changed."`
	Stdout   *string `json:"stdout,omitempty" doc:"What apk printed."`
	Stderr   *string `json:"stderr,omitempty" doc:"What apk printed to its standard error."`
}

// says keeps what apk printed, and the packages in it where it was about them.
func (r *apkResult) says(out modules.Output) {
	r.Stdout, r.Stderr = &out.Stdout, &out.Stderr
}

// apkRefused is apk's bad end in Ansible's words.
func apkRefused(out modules.Output, words string) *modules.Failure {
	return modules.Fail("%s", words).With("stdout", out.Stdout).With("stderr", out.Stderr)
}

func init() {
	modules.Register(modules.Spec{
		Name:      "community.general.apk",
		Summary:   "Manage packages of Alpine Linux",
		Example:   "- name: A web server\n  community.general.apk:\n    name: nginx, curl\n    update_cache: true\n",
		Notes:     []string{"With everything there and state present no program is started: apk's database is read.", "apk is asked with --simulate before it acts."},
		OneOf:     [][]string{{"name", "update_cache", "upgrade"}},
		Exclusive: [][]string{{"name", "upgrade"}},
	}, apk)
}

func apk(c *modules.Context, a apkArgs) (apkResult, error) {
	var r apkResult
	argv := []string{"apk"}
	for _, source := range a.Repository {
		argv = append(argv, "--repository", source, "--repositories-file", "/dev/null")
	}
	argv = append(argv, tool.Flags(a.NoCache, "--no-cache")...)
	list := tool.Names(a.Name)
	if a.UpdateCache {
		err := c.Change(modules.Diff{}, func() error {
			out, err := c.Exec(modules.Cmd{Argv: append(argv[:len(argv):len(argv)], "update"), Stream: true})
			if err == nil && out.RC != 0 {
				err = apkRefused(out, "could not update package db")
			}
			if len(list) == 0 && !a.Upgrade {
				r.says(out)
			}
			return err
		})
		if err != nil || len(list) == 0 && !a.Upgrade {
			r.Msg = "updated repository indexes"
			return r, err
		}
	}
	args, open, err := a.verb(c, list)
	names := strings.Join(open, " ")
	words := map[string][3]string{
		"upgrade": {"packages already upgraded", "upgraded packages", "failed to upgrade packages"},
		"del":     {"package(s) already removed", "removed " + names + " package(s)", "failed to remove " + names + " package(s)"},
		"add":     {"package(s) already installed", "installed " + names + " package(s)", "failed to install " + names},
	}
	if err != nil || args == nil {
		r.Msg = words[map[bool]string{true: "del", false: "add"}[a.absent()]][0]
		return r, err
	}
	said := words[args[0]]
	perform := func(args []string, stream bool) error {
		out, err := c.Exec(modules.Cmd{Argv: append(argv[:len(argv):len(argv)], args...), Stream: stream})
		steps := append([]string{}, parseAPKSteps(out.Stdout)...)
		if err == nil && out.RC != 0 {
			return apkRefused(out, said[2]).With("packages", steps)
		}
		r.Packages = steps
		r.says(out)
		return err
	}
	if err := perform(append([]string{args[0], "--simulate"}, args[1:]...), false); err != nil {
		return apkResult{}, err
	}
	if len(r.Packages.([]string)) == 0 && !a.newInWorld(list) {
		r.Msg = said[0]
		return r, nil
	}
	r.Msg = said[1]
	return r, c.Change(modules.Diff{}, func() error { return perform(args, true) })
}

func (a apkArgs) absent() bool { return a.State == "absent" || a.State == "removed" }

// newInWorld reports packages that are there for others' sake, but have to be
// asked for themselves.
func (a apkArgs) newInWorld(list []string) bool {
	return (a.State == "present" || a.State == "installed") && len(list) > 0 && !worldHas(a.World, list)
}

// verb is apk's command and its arguments, nil when nothing can be to do, and
// the packages that there is something to do about.
func (a apkArgs) verb(c *modules.Context, list []string) (args, open []string, err error) {
	if a.Upgrade {
		return append([]string{"upgrade"}, tool.Flags(a.Available, "--available")...), nil, nil
	}
	installed, err := listAPK(c)
	if err != nil {
		return nil, nil, err
	}
	there := map[string]bool{}
	for _, p := range installed {
		there[p.GetString("name")] = true
	}
	absent := a.absent()
	for _, spec := range list {
		bare := strings.FieldsFunc(spec, func(r rune) bool { return strings.ContainsRune("<>=~@", r) })[0]
		plain := bare == spec
		if absent && !there[bare] || !absent && a.State != "latest" && plain && there[bare] && worldHas(a.World, []string{bare}) {
			continue
		}
		open = append(open, spec)
	}
	switch {
	case len(open) == 0:
		return nil, nil, nil
	case absent:
		return append([]string{"del", "--purge"}, open...), open, nil
	case a.State == "latest":
		return append([]string{"add", "--upgrade"}, open...), open, nil
	}
	return append([]string{"add"}, open...), open, nil
}

// parseAPKSteps lists the packages of apk's steps: "(1/2) Installing musl (1.2-r0)".
func parseAPKSteps(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) >= 3 && strings.HasPrefix(f[0], "(") && strings.HasSuffix(f[0], ")") {
			list = append(list, f[2])
		}
	}
	return list
}
