package packages

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"goplay/internal/shlex"
	"goplay/modules"
	"goplay/modules/packages/tool"
)

type pacmanArgs struct {
	Name        []string `arg:"name" alias:"package,pkg" doc:"Packages, groups, files or URLs."`
	State       string   `arg:"state" default:"present" enum:"present,installed,latest,absent,removed" doc:"Whether the packages are there, are the newest, or are gone."`
	Force       bool     `arg:"force" default:"false" doc:"Fetch lists that are fresh too; remove without looking at what depends on the packages."`
	RemoveNosav bool     `arg:"remove_nosave" default:"false" doc:"Keep no saved configuration of removed packages."`
	Executable  string   `arg:"executable" type:"path" default:"pacman" doc:"The pacman to run."`
	ExtraArgs   string   `arg:"extra_args" default:"" doc:"Further arguments, as a shell would split them."`
	UpdateCache bool     `arg:"update_cache" doc:"Fetch the lists first."`
	UpdateExtra string   `arg:"update_cache_extra_args" default:"" doc:"Further arguments for fetching the lists."`
	Upgrade     bool     `arg:"upgrade" doc:"Upgrade everything."`
	UpgradeArgs string   `arg:"upgrade_extra_args" default:"" doc:"Further arguments for upgrading."`
	Reason      string   `arg:"reason" enum:"dependency,explicit" doc:"Why the packages are there, for pacman."`
	ReasonFor   string   `arg:"reason_for" default:"new" enum:"all,new" doc:"Whether reason is set for packages that are there too."`
}

type pacmanResult struct {
	Msg      string `json:"msg" doc:"What was done."`
	Packages any    `json:"packages,omitempty" type:"list" doc:"Packages that changed."`
	Stdout   string `json:"stdout,omitempty" doc:"What pacman printed."`
	Stderr   string `json:"stderr,omitempty" doc:"What pacman printed to its standard error."`
	Cache    *bool  `json:"cache_updated,omitempty" doc:"Whether the lists changed, with update_cache."`
	Changed  *bool  `json:"changed,omitempty" doc:"False where lists were fetched and are what they were."`
}

func init() {
	modules.Register(modules.Spec{
		Name:      "community.general.pacman",
		Summary:   "Manage packages of Arch Linux",
		Example:   "- name: A web server\n  community.general.pacman:\n    name: nginx\n    update_cache: true\n",
		Notes:     []string{"What would be installed is asked with --print-format first."},
		OneOf:     [][]string{{"name", "update_cache", "upgrade"}},
		Exclusive: [][]string{{"name", "upgrade"}},
	}, pacman)
}

type pacmanJob struct {
	pacmanArgs
	c     *modules.Context
	r     pacmanResult
	names []string // packages that change; nil where the task is about none
}

func pacman(c *modules.Context, a pacmanArgs) (pacmanResult, error) {
	j := &pacmanJob{pacmanArgs: a, c: c}
	var err error
	if j.Executable, err = c.Find(a.Executable); err != nil {
		return j.r, err
	}
	if err := j.act(); err != nil {
		return pacmanResult{}, err
	}
	if j.names != nil {
		j.r.Packages = j.names
	}
	return j.r, nil
}

func (j *pacmanJob) act() error {
	if j.UpdateCache {
		if err := j.refresh(); err != nil {
			return err
		}
	}
	list := tool.Names(j.Name)
	if !j.Upgrade && len(list) == 0 {
		return nil
	}
	fetched := j.r.Msg
	j.r.Msg = ""
	err := j.packages(list)
	if fetched != "" {
		j.r.Msg = fetched + "\n" + j.r.Msg
	}
	return err
}

func (j *pacmanJob) packages(list []string) error {
	if j.Upgrade {
		return j.upgrade()
	}
	j.names = []string{}
	installed, err := j.installed()
	if err != nil {
		return err
	}
	if j.State == "absent" || j.State == "removed" {
		return j.remove(list, installed)
	}
	if err := j.install(list, installed); err != nil {
		return err
	}
	return j.mark(list, installed)
}

// refresh fetches the lists. Whether that is a change only shows when they are
// there, but for force, with which it is always one.
func (j *pacmanJob) refresh() error {
	lists := func() string {
		out, _ := j.c.Exec(modules.Cmd{Argv: []string{j.Executable, "--sync", "--list"}})
		return out.Stdout
	}
	more, err := shlex.Split(j.UpdateExtra)
	if err != nil {
		return modules.Fail("extra arguments %q: %w", j.UpdateExtra, err)
	}
	argv := append(append([]string{j.Executable, "--sync", "--refresh"}, more...), tool.Flags(j.Force, "--refresh")...)
	changed := true
	j.r.Msg, j.r.Cache = "Would have updated the package db", &changed
	return j.c.Change(modules.Diff{}, func() error {
		before := ""
		if !j.Force {
			before = lists()
		}
		out, err := j.run(argv, "could not update package db")
		if err == nil && !j.Force && before == lists() {
			changed = false
			j.r.Changed = &changed
		}
		j.r.Msg, j.r.Stdout, j.r.Stderr = "Updated package db", out.Stdout, out.Stderr
		return err
	})
}

// run runs pacman, and fails with what it said.
func (j *pacmanJob) run(argv []string, words string) (modules.Output, error) {
	out, err := j.c.Exec(modules.Cmd{Argv: argv, Stream: true})
	if err == nil && out.RC != 0 {
		f := modules.Fail("%s", words).With("cmd", argv)
		for name, text := range map[string]string{"stdout": out.Stdout, "stderr": out.Stderr} {
			if text != "" {
				f = f.With(name, text)
			}
		}
		return out, f
	}
	return out, err
}

// do runs a command that changes packages. Before that the result says what
// would be; before and after are lines of the diff.
func (j *pacmanJob) do(argv []string, before, after []string, would, did, failed string) error {
	lines := func(list []string) string {
		if len(list) == 0 {
			return ""
		}
		return strings.Join(list, "\n") + "\n"
	}
	j.r.Msg, j.r.Changed = would, nil
	return j.c.Change(modules.Diff{Before: lines(before), After: lines(after)}, func() error {
		out, err := j.run(argv, failed)
		j.r.Msg = did
		j.r.Stdout, j.r.Stderr = both(j.r.Stdout, out.Stdout), both(j.r.Stderr, out.Stderr)
		return err
	})
}

// both are two outputs, a line apart.
func both(first, then string) string {
	if first == "" || then == "" {
		return first + then
	}
	return first + "\n" + then
}

// base are the arguments of the commands that install or remove, extra_args among them.
func (j *pacmanJob) base(args ...string) ([]string, error) {
	more, err := shlex.Split(j.ExtraArgs)
	if err != nil {
		return nil, modules.Fail("extra arguments %q: %w", j.ExtraArgs, err)
	}
	return append(append([]string{j.Executable}, args...), more...), nil
}

// installed are the packages that are there, with their versions.
func (j *pacmanJob) installed() (map[string]string, error) {
	out, err := run(j.c, modules.Cmd{Argv: []string{j.Executable, "--query"}}, "Couldn't list the installed packages")
	return parsePacman(out.Stdout), err
}

// parsePacman reads lines of a name and a version.
func parsePacman(text string) map[string]string {
	list := map[string]string{}
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) >= 2 {
			list[f[0]] = f[1]
		}
	}
	return list
}

// install asks what would be installed, and leaves out what is there.
func (j *pacmanJob) install(list []string, installed map[string]string) error {
	var open []string
	for _, name := range list {
		if _, there := installed[name]; !there || j.State == "latest" {
			open = append(open, name)
		}
	}
	if len(open) == 0 {
		j.r.Msg = "package(s) already installed"
		return nil
	}
	verb := "--sync"
	if strings.Contains(open[0], "/") && strings.Contains(open[0], ".pkg.tar") {
		verb = "--upgrade"
	}
	base, err := j.base("--noconfirm", "--noprogressbar", "--needed")
	if err != nil {
		return err
	}
	argv := append(append(base, verb), open...)
	out, err := j.c.Exec(modules.Cmd{Argv: append(append(base[:len(base):len(base)], verb, "--print-format", "%n %v"), open...)})
	if err == nil && out.RC != 0 {
		err = j.unknown(open)
	}
	if err != nil {
		return err
	}
	wanted := parsePacman(out.Stdout)
	for name, version := range wanted {
		if installed[name] != version {
			j.names = append(j.names, name)
		}
	}
	if len(j.names) == 0 {
		j.r.Msg = "package(s) already installed"
		return nil
	}
	slices.Sort(j.names)
	explicit, err := j.c.Exec(modules.Cmd{Argv: []string{j.Executable, "--query", "--explicit"}})
	if err != nil {
		return err
	}
	var before, after []string
	for _, name := range j.names {
		reason := ""
		if version, there := installed[name]; there {
			reason = "-dependency"
			if _, asked := parsePacman(explicit.Stdout)[name]; asked {
				reason = "-explicit"
			}
			before = append(before, name+"-"+version+reason)
		}
		after = append(after, name+"-"+wanted[name]+reason)
	}
	n := len(j.names)
	return j.do(argv, before, after, fmt.Sprintf("Would have installed %d packages", n), fmt.Sprintf("Installed %d package(s)", n), "Failed to install package(s)")
}

// unknown finds the package that pacman knows neither by name nor as a file.
func (j *pacmanJob) unknown(list []string) error {
	for _, name := range list {
		argv := []string{j.Executable, "--sync", "--print-format", "%n", name}
		out, err := j.c.Exec(modules.Cmd{Argv: argv})
		if err == nil && out.RC != 0 {
			argv[1] = "--upgrade"
			out, err = j.c.Exec(modules.Cmd{Argv: argv})
		}
		if err != nil {
			return err
		}
		if out.RC != 0 {
			_, err := j.run(argv, "Failed to list package "+name)
			var f *modules.Failure
			if errors.As(err, &f) {
				return f.With("rc", out.RC)
			}
		}
	}
	return modules.Fail("Failed to list package(s) to install")
}

// mark tells pacman why packages are there.
func (j *pacmanJob) mark(list []string, installed map[string]string) error {
	if j.Reason == "" {
		return nil
	}
	out, err := j.c.Exec(modules.Cmd{Argv: []string{j.Executable, map[string]string{"explicit": "-Qdq", "dependency": "-Qeq"}[j.Reason]}})
	if err != nil {
		return err
	}
	wrong := strings.Fields(out.Stdout)
	var open []string
	for _, name := range list {
		_, was := installed[name]
		if slices.Contains(wrong, name) && (j.ReasonFor == "all" || !was) {
			open = append(open, name)
		}
	}
	if len(open) == 0 {
		return nil
	}
	reason := map[string]string{"explicit": "--asexplicit", "dependency": "--asdeps"}[j.Reason]
	n := len(open)
	return j.do(append([]string{j.Executable, "--noconfirm", "--database", reason}, open...), nil, nil,
		fmt.Sprintf("Would have installed %d packages", n), fmt.Sprintf("Installed %d package(s)", n), "Failed to install package(s)")
}

func (j *pacmanJob) remove(list []string, installed map[string]string) error {
	var there []string
	for _, name := range list {
		if _, ok := installed[name]; ok {
			there = append(there, name)
		}
	}
	if len(there) == 0 {
		j.r.Msg = "package(s) already absent"
		return nil
	}
	base, err := j.base("--remove", "--noconfirm", "--noprogressbar")
	if err != nil {
		return err
	}
	base = append(base, tool.Flags(j.Force, "--nodeps", j.Force, "--nodeps")...)
	out, err := j.run(append(append(base[:len(base):len(base)], "--print-format", "%n-%v"), there...), "failed to list package(s) to remove")
	if err != nil {
		return err
	}
	j.names = strings.Fields(out.Stdout)
	n := len(j.names)
	argv := append(append(base, tool.Flags(j.RemoveNosav, "--nosave")...), there...)
	return j.do(argv, j.names, nil, fmt.Sprintf("Would have removed %d packages", n), fmt.Sprintf("Removed %d package(s)", n), "failed to remove package(s)")
}

func (j *pacmanJob) upgrade() error {
	out, err := j.c.Exec(modules.Cmd{Argv: []string{j.Executable, "--query", "--upgrades"}})
	if err != nil {
		return err
	}
	var before, after []string
	for line := range strings.Lines(out.Stdout) {
		// [ignored] follows what is not upgraded: name, version, arrow, version.
		if f := strings.Fields(line); len(f) == 4 {
			j.names = append(j.names, f[0])
			before, after = append(before, f[0]+"-"+f[1]), append(after, f[0]+"-"+f[3])
		}
	}
	if len(before) == 0 {
		j.r.Msg = "Nothing to upgrade"
		return nil
	}
	more, err := shlex.Split(j.UpgradeArgs)
	if err != nil {
		return modules.Fail("extra arguments %q: %w", j.UpgradeArgs, err)
	}
	argv := append([]string{j.Executable, "--sync", "--sysupgrade", "--quiet", "--noconfirm"}, more...)
	return j.do(argv, before, after, fmt.Sprintf("%d packages would have been upgraded", len(before)), "System upgraded", "Could not upgrade")
}
