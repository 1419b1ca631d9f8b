package packages

import (
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
	Msg      string   `json:"msg" doc:"What was done."`
	Packages []string `json:"packages" doc:"Packages that changed."`
	Stdout   string   `json:"stdout,omitempty" doc:"What pacman printed."`
	Stderr   string   `json:"stderr,omitempty" doc:"What pacman printed to its standard error."`
}

func init() {
	modules.Register(modules.Spec{
		Name:      "community.general.pacman",
		Summary:   "Manage packages of Arch Linux",
		Example:   "- name: A web server\n  community.general.pacman:\n    name: nginx\n    update_cache: true\n",
		Notes:     []string{"What would be installed is asked with --print first."},
		OneOf:     [][]string{{"name", "update_cache", "upgrade"}},
		Exclusive: [][]string{{"name", "upgrade"}},
	}, pacman)
}

type pacmanJob struct {
	pacmanArgs
	c *modules.Context
	r pacmanResult
}

func pacman(c *modules.Context, a pacmanArgs) (pacmanResult, error) {
	j := &pacmanJob{pacmanArgs: a, c: c, r: pacmanResult{Packages: []string{}}}
	if _, err := c.Find(a.Executable); err != nil {
		return j.r, err
	}
	if a.UpdateCache {
		if err := j.do(append([]string{"-Sy"}, tool.Flags(a.Force, "-y")...), a.UpdateExtra, "Updated the package lists"); err != nil {
			return j.r, err
		}
	}
	if a.Upgrade {
		return j.r, j.upgrade()
	}
	list := tool.Names(a.Name)
	if len(list) == 0 {
		return j.r, nil
	}
	installed, err := j.installed()
	if err != nil {
		return j.r, err
	}
	if a.State == "absent" || a.State == "removed" {
		return j.r, j.remove(list, installed)
	}
	if err := j.install(list, installed); err != nil {
		return j.r, err
	}
	return j.r, j.mark(list, installed)
}

// do runs a verb that changes something.
func (j *pacmanJob) do(args []string, extra, msg string) error {
	more, err := shlex.Split(extra)
	if err != nil {
		return modules.Fail("extra arguments %q: %w", extra, err)
	}
	j.r.Msg = msg
	argv := append([]string{j.Executable, args[0], "--noconfirm", "--noprogressbar"}, more...)
	return j.c.Change(modules.Diff{}, func() error {
		out, err := run(j.c, modules.Cmd{Argv: append(argv, args[1:]...), Stream: true}, "Failed to run pacman "+args[0])
		j.r.Stdout, j.r.Stderr = out.Stdout, out.Stderr
		return err
	})
}

// installed are the packages that are there, with their versions.
func (j *pacmanJob) installed() (map[string]string, error) {
	out, err := run(j.c, modules.Cmd{Argv: []string{j.Executable, "-Q"}}, "Couldn't list the installed packages")
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
	verb := "-S"
	if strings.Contains(open[0], "/") && strings.Contains(open[0], ".pkg.tar") {
		verb = "-U"
	}
	args := append([]string{verb, "--needed"}, open...)
	out, err := run(j.c, modules.Cmd{Argv: append([]string{j.Executable, args[0], "--print", "--print-format", "%n %v"}, args[1:]...)}, "Failed to list package(s) to install")
	if err != nil {
		return err
	}
	for name, version := range parsePacman(out.Stdout) {
		if installed[name] != version {
			j.r.Packages = append(j.r.Packages, name)
		}
	}
	if len(j.r.Packages) == 0 {
		j.r.Msg = "package(s) already installed"
		return nil
	}
	slices.Sort(j.r.Packages)
	return j.do(args, j.ExtraArgs, "Installed "+strings.Join(j.r.Packages, " "))
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
	return j.do(append([]string{"-D", "--as" + map[string]string{"explicit": "explicit", "dependency": "deps"}[j.Reason]}, open...), "", "Changed the install reason")
}

func (j *pacmanJob) remove(list []string, installed map[string]string) error {
	for _, name := range list {
		if _, there := installed[name]; there {
			j.r.Packages = append(j.r.Packages, name)
		}
	}
	if len(j.r.Packages) == 0 {
		j.r.Msg = "package(s) already absent"
		return nil
	}
	args := append([]string{"-R"}, tool.Flags(j.Force, "--nodeps", j.Force, "--nodeps", j.RemoveNosav, "--nosave")...)
	return j.do(append(args, j.r.Packages...), j.ExtraArgs, "Removed "+strings.Join(j.r.Packages, " "))
}

func (j *pacmanJob) upgrade() error {
	out, err := j.c.Exec(modules.Cmd{Argv: []string{j.Executable, "-Qu"}})
	if err != nil {
		return err
	}
	for line := range strings.Lines(out.Stdout) {
		// [ignored] follows what is not upgraded.
		if f := strings.Fields(line); len(f) > 0 && !strings.Contains(line, "[ignored]") {
			j.r.Packages = append(j.r.Packages, f[0])
		}
	}
	if len(j.r.Packages) == 0 {
		j.r.Msg = "Nothing to upgrade"
		return nil
	}
	return j.do([]string{"-Su"}, j.UpgradeArgs, "System upgraded")
}
