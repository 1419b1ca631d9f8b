package systems

import (
	"os"
	"slices"
	"strings"

	"goplay/modules"
	"goplay/modules/packages/tool"
)

type zypperArgs struct {
	Name              []string `arg:"name,required" alias:"pkg" doc:"Packages: names, with versions such as nginx>=1.20, files or addresses of .rpm; a - in front removes one. * with latest updates everything."`
	State             string   `arg:"state" default:"present" enum:"present,latest,absent,dist-upgrade,installed,removed" doc:"Whether the packages are there, are the newest, or are gone; dist-upgrade brings everything to what the repositories have."`
	Type              string   `arg:"type" default:"package" enum:"package,patch,pattern,product,srcpackage,application" doc:"What the names are names of."`
	ExtraPrecommand   string   `arg:"extra_args_precommand" doc:"Further options of zypper, before its command."`
	DisableGPGCheck   bool     `arg:"disable_gpg_check" default:"false" doc:"Do not check signatures of what is installed."`
	DisableRecommends bool     `arg:"disable_recommends" default:"true" doc:"Leave out what packages recommend."`
	Force             bool     `arg:"force" default:"false" doc:"Install what is there again, older versions and other vendors' too."`
	ForceResolution   bool     `arg:"force_resolution" default:"false" doc:"Let zypper find a way out of conflicts."`
	UpdateCache       bool     `arg:"update_cache" alias:"refresh" default:"false" doc:"Fetch the lists first; not when only checking."`
	OldPackage        bool     `arg:"oldpackage" default:"false" doc:"Let an older version replace a newer one; a version in a name implies it."`
	ExtraArgs         string   `arg:"extra_args" doc:"Further options of zypper's command."`
	VendorChange      bool     `arg:"allow_vendor_change" default:"false" doc:"With dist-upgrade: take packages of other vendors."`
	ReplaceFiles      bool     `arg:"replacefiles" default:"false" doc:"Install packages that have the same files."`
	CleanDeps         bool     `arg:"clean_deps" default:"false" doc:"Remove what was only there for what is removed."`
}

type zypperResult struct {
	Changed     bool     `json:"changed" doc:"Whether zypper did anything."`
	Name        []string `json:"name" doc:"The packages."`
	State       string   `json:"state" doc:"The state that was asked for."`
	UpdateCache bool     `json:"update_cache" doc:"Whether lists were to be fetched."`
	RC          int      `json:"rc" doc:"Exit code of zypper."`
	Cmd         []string `json:"cmd,omitempty" doc:"The command that was run."`
	Stdout      *string  `json:"stdout,omitempty" doc:"What zypper printed, if it changed anything."`
	Stderr      *string  `json:"stderr,omitempty" doc:"What zypper printed to its standard error, if it changed anything."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.zypper",
		Summary: "Manage packages of SUSE and openSUSE",
		Example: `- name: A web server
  community.general.zypper:
    name: nginx
    update_cache: true
`,
		Notes: []string{"On a system that is updated by transactions zypper runs inside transactional-update."},
	}, zypper)
}

type zypperJob struct {
	zypperArgs
	c        *modules.Context
	r        zypperResult
	program  string // with its path, which the result shows
	names    []string
	rehearse bool // --dry-run
}

func zypper(c *modules.Context, a zypperArgs) (zypperResult, error) {
	j := &zypperJob{zypperArgs: a, c: c, r: zypperResult{State: a.State, UpdateCache: a.UpdateCache, Name: []string{}}}
	j.r.Name = append(j.r.Name, slices.DeleteFunc(slices.Clone(a.Name), func(s string) bool { return s == "" })...)
	j.names = j.r.Name
	var err error
	if j.program, err = c.Find("zypper"); err != nil {
		return j.r, err
	}
	if err := j.refresh(); err != nil {
		return zypperResult{}, err
	}
	args, err := j.plan()
	if err == nil && args != nil {
		err = tool.Attempt(c, func() error { return j.act(args) }, func() error {
			j.rehearse = true
			return j.act(args)
		})
	}
	if err != nil {
		return zypperResult{}, err
	}
	return j.r, nil
}

// refresh fetches the lists, which is no change of the system.
func (j *zypperJob) refresh() error {
	if !j.UpdateCache {
		return nil
	}
	return tool.Quietly(j.c, func() error {
		_, err := j.ask(j.argv("refresh"), true)
		return err
	})
}

// plan is zypper's command and its arguments, nil when nothing is to do.
func (j *zypperJob) plan() ([]string, error) {
	everything := slices.Equal(j.names, []string{"*"})
	switch {
	case everything && (j.State == "latest" || j.State == "dist-upgrade"):
		verb := "update"
		if j.Type == "patch" {
			verb = "patch"
		} else if j.State == "dist-upgrade" {
			verb = "dist-upgrade"
		}
		return []string{verb}, nil
	case j.State == "dist-upgrade":
		return nil, modules.Fail("Can not dist-upgrade specific packages.")
	case j.State == "absent" || j.State == "removed":
		return j.removal()
	}
	return j.installation()
}

func (j *zypperJob) removal() ([]string, error) {
	specs, files := parseSpecs(j.names, "-")
	switch {
	case slices.ContainsFunc(specs, func(p spec) bool { return p.prefix == "+" }):
		return nil, modules.Fail("Can not combine '+' prefix with state=remove/absent.")
	case len(files) > 0:
		return nil, modules.Fail("Can not remove via URL.")
	case j.Type == "patch":
		return nil, modules.Fail("Can not remove patches.")
	}
	there, err := j.installed(specs)
	if err != nil {
		return nil, err
	}
	args := []string{"remove"}
	for _, p := range specs {
		if there[p.name] {
			args = append(args, p.name+p.version)
		}
	}
	if len(args) == 1 {
		return nil, nil
	}
	return args, nil
}

// installation leaves out what is there already; versions are left to zypper.
func (j *zypperJob) installation() ([]string, error) {
	specs, args := parseSpecs(j.names, "+")
	var plain []spec
	for _, p := range specs {
		if p.version == "" {
			plain = append(plain, p)
		} else {
			j.OldPackage = true
		}
	}
	there := map[string]bool{}
	if j.State != "latest" && len(plain) > 0 {
		var err error
		if there, err = j.installed(plain); err != nil {
			return nil, err
		}
	}
	for _, p := range specs {
		if j.State == "latest" || (p.prefix == "+") != there[p.name] {
			args = append(args, p.prefix+p.name+p.version)
		}
	}
	if len(args) == 0 {
		return nil, nil
	}
	return append([]string{"install", "--"}, args...), nil
}

func (j *zypperJob) installed(specs []spec) (map[string]bool, error) {
	argv := append(j.argv("search"), "--match-exact", "--details", "--installed-only")
	for _, p := range specs {
		argv = append(argv, p.name)
	}
	answer, err := j.ask(argv, false)
	there := map[string]bool{}
	for _, p := range answer.packages {
		there[p.name] = true
	}
	return there, err
}

// argv is a command with the options that go with it.
func (j *zypperJob) argv(verb string) []string {
	var argv []string
	if transactional() {
		argv = []string{"transactional-update", "--continue", "--drop-if-no-change", "--quiet", "run"}
	}
	argv = append(append(argv, j.program, "--quiet", "--non-interactive", "--xmlout"), strings.Fields(j.ExtraPrecommand)...)
	installs := slices.Contains([]string{"install", "update", "patch", "dist-upgrade"}, verb)
	argv = append(argv, tool.Flags((installs || verb == "refresh") && j.DisableGPGCheck, "--no-gpg-checks", verb == "search", "--disable-repositories")...)
	argv = append(argv, verb)
	if !slices.Contains([]string{"patch", "dist-upgrade", "refresh"}, verb) {
		argv = append(argv, "--type", j.Type)
	}
	argv = append(argv, tool.Flags(j.rehearse && verb != "search", "--dry-run")...)
	if installs {
		argv = append(append(argv, "--auto-agree-with-licenses"), tool.Flags(j.DisableRecommends, "--no-recommends", j.Force, "--force",
			j.ForceResolution, "--force-resolution", j.OldPackage, "--oldpackage", j.ReplaceFiles, "--replacefiles")...)
	}
	argv = append(argv, tool.Flags(verb == "remove" && j.CleanDeps, "--clean-deps", verb == "dist-upgrade" && j.VendorChange, "--allow-vendor-change")...)
	return append(argv, strings.Fields(j.ExtraArgs)...)
}

// transactional reports whether the root is a read-only btrfs, which only
// transactional-update may change.
func transactional() bool {
	if _, err := os.Stat("/usr/sbin/transactional-update"); err != nil {
		return false
	}
	data, err := os.ReadFile("/proc/mounts")
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(data)) {
		if f := strings.Fields(line); len(f) > 3 && f[1] == "/" {
			return f[2] == "btrfs" && slices.Contains(strings.Split(f[3], ","), "ro")
		}
	}
	return false
}

// act runs the command, and reads from what it says what it did.
func (j *zypperJob) act(args []string) error {
	j.r.Cmd = append(j.argv(args[0]), args[1:]...)
	answer, err := j.ask(j.r.Cmd, true)
	if err != nil {
		return err
	}
	j.r.RC = answer.RC
	j.r.Changed = (answer.RC == 0 || answer.RC == 102) && len(answer.packages) > 0
	if answer.RC != 0 && answer.RC != 102 {
		return modules.Fail("Zypper run failed.").With("rc", answer.RC).With("stdout", answer.Stdout).With("stderr", answer.Stderr).With("cmd", j.r.Cmd)
	}
	if j.r.Changed {
		j.r.Stdout, j.r.Stderr = &answer.Stdout, &answer.Stderr
		if text := prepared(answer.packages); text != "" {
			j.c.AddDiff(modules.Diff{Prepared: text})
		}
	}
	return nil
}
