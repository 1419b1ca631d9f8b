package systems

import (
	"os"
	"regexp"
	"slices"
	"strings"

	"goplay/internal/lazy"
	"goplay/modules"
	"goplay/modules/packages/tool"
)

type openbsdArgs struct {
	Name     []string `arg:"name,required" doc:"Packages: names, with a version (nmap-7.91), a flavour (vim--no_x11) or a branch (python%3.9). * with latest upgrades everything."`
	State    string   `arg:"state" default:"present" enum:"absent,latest,present,installed,removed" doc:"Whether the packages are there, are the newest, or are gone."`
	Build    bool     `arg:"build" default:"false" doc:"Build packages from the tree of ports; sqlports is built first where it is missing."`
	Snapshot bool     `arg:"snapshot" default:"false" doc:"Take packages of snapshots, even on a release."`
	PortsDir string   `arg:"ports_dir" type:"path" default:"/usr/ports" doc:"The tree of ports."`
	Clean    bool     `arg:"clean" default:"false" doc:"Remove configuration that packages leave behind, too."`
	Quick    bool     `arg:"quick" default:"false" doc:"Do not compare files with their checksums before they are removed."`
}

type openbsdResult struct {
	Changed bool     `json:"changed" doc:"Whether anything was changed."`
	Name    []string `json:"name" doc:"The packages."`
	State   string   `json:"state" doc:"The state that was asked for."`
	Build   bool     `json:"build" doc:"Whether packages were to be built."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.openbsd_pkg",
		Summary: "Manage packages of OpenBSD",
		Example: `- name: A scanner
  community.general.openbsd_pkg:
    name: nmap
`,
		Notes:     []string{"A check runs pkg_add and pkg_delete with -n.", "build asks sqlports with the program sqlite3."},
		Exclusive: [][]string{{"snapshot", "build"}},
	}, openbsd)
}

type openbsdJob struct {
	openbsdArgs
	c          *modules.Context
	r          openbsdResult
	complaints []string // the tools', of single packages
}

func openbsd(c *modules.Context, a openbsdArgs) (openbsdResult, error) {
	j := &openbsdJob{openbsdArgs: a, c: c, r: openbsdResult{Name: a.Name, State: a.State, Build: a.Build}}
	err := j.all()
	if err != nil {
		return openbsdResult{}, err
	}
	if len(j.complaints) > 0 {
		return openbsdResult{}, modules.Fail("%s", strings.Join(j.complaints, ", ")).With("name", a.Name).With("state", a.State).With("build", a.Build)
	}
	return j.r, nil
}

// all looks after everything that was named.
func (j *openbsdJob) all() error {
	if slices.Contains(j.Name, "*") {
		switch {
		case len(j.Name) != 1:
			return modules.Fail("the package name '*' can not be mixed with other names")
		case j.State != "latest":
			return modules.Fail("the package name '*' is only valid when using state=latest")
		}
		return j.upgradeAll()
	}
	if j.Build {
		if err := j.readyToBuild(); err != nil {
			return err
		}
	}
	var specs []portSpec
	for _, name := range j.Name {
		p, err := parsePortSpec(name)
		if err != nil {
			return err
		}
		if p.branch != "" && j.Build {
			return modules.Fail("the combination of 'branch' syntax and build=True is not supported: %s", name)
		}
		specs = append(specs, p)
	}
	for _, p := range specs {
		if err := j.settle(p); err != nil {
			return err
		}
	}
	return nil
}

// run runs a tool that must not look for what the terminal can do.
func (j *openbsdJob) run(argv ...string) (modules.Output, error) {
	return j.c.Exec(modules.Cmd{Argv: argv, Env: []string{"TERM=dumb"}})
}

// installed are the installed packages of a name, with their versions.
func (j *openbsdJob) installed(name string) ([]string, error) {
	out, err := j.run("pkg_info", "-Iq", "inst:"+name)
	if err == nil && out.Stderr != "" {
		err = modules.Fail("failed in get_package_state(): %s", out.Stderr)
	}
	return strings.Fields(out.Stdout), err
}

// settle brings a package to its state. A tool's complaint about it is kept;
// the others are still looked after.
func (j *openbsdJob) settle(p portSpec) error {
	have, err := j.installed(p.name)
	if err != nil {
		return err
	}
	switch j.State {
	case "absent", "removed":
		if len(have) == 0 {
			return nil
		}
		return j.change("pkg_delete", "-I"+letters(j.Clean, "c", j.Quick, "q"), p.name, func(out modules.Output) bool { return out.RC == 0 })
	case "latest":
		if j.Build {
			return modules.Fail("the combination of build=True and state=latest is not supported")
		}
		if len(have) > 0 {
			return j.upgrade(p, have)
		}
	}
	switch {
	case len(have) > 0:
		return nil
	case j.Build:
		return j.build(p)
	}
	return j.change("pkg_add", "-Im", p.name, p.added)
}

func letters(pairs ...any) string { return strings.Join(tool.Flags(pairs...), "") }

// change runs a tool, with -n where the task only checks. good reads from what
// it said whether it did what it should.
func (j *openbsdJob) change(program, flags, name string, good func(modules.Output) bool) error {
	try := func(flags string) error {
		argv := append([]string{program, flags}, tool.Flags(j.Snapshot && program == "pkg_add", "-Dsnap")...)
		out, err := j.run(append(argv, name)...)
		if err != nil {
			return err
		}
		if good(out) {
			j.r.Changed = true
		} else {
			j.complain(out)
		}
		return nil
	}
	return tool.Attempt(j.c, func() error { return try(flags) }, func() error { return try(flags + "n") })
}

func (j *openbsdJob) complain(out modules.Output) {
	if out.Stderr == "" {
		out.Stderr = out.Stdout
	}
	j.complaints = append(j.complaints, out.Stderr)
}

// added reports whether pkg_add did it. With a version its exit code tells;
// without one it ends well whatever happens, and only its complaints tell.
func (p portSpec) added(out modules.Output) bool {
	if p.version != "" || out.Stderr == "" {
		return out.RC == 0
	}
	// An empty folder on the way is complained of, and does no harm.
	ok := regexp.MustCompile(`\W` + regexp.QuoteMeta(p.stem) + `-[^:]+: ok\W`)
	return out.RC == 0 && ok.MatchString(out.Stdout)
}

// upgrade upgrades a package. That there is nothing newer is no complaint.
func (j *openbsdJob) upgrade(p portSpec, have []string) error {
	try := func(flags string) error {
		out, err := j.run(append(append([]string{"pkg_add", flags}, tool.Flags(j.Snapshot, "-Dsnap")...), p.name)...)
		if err != nil {
			return err
		}
		for _, name := range have {
			if regexp.MustCompile(`\W` + regexp.QuoteMeta(name) + `->.+: ok\W`).MatchString(out.Stdout) {
				j.r.Changed = true
				return nil
			}
		}
		if out.RC != 0 || out.Stderr != "" {
			j.complain(out)
		}
		return nil
	}
	more := letters(j.Clean, "c", j.Quick, "q")
	return tool.Attempt(j.c, func() error { return try("-um" + more) }, func() error { return try("-umn" + more) })
}

var upgraded = lazy.Regexp(`\W\w.+->.+: ok\W`)

func (j *openbsdJob) upgradeAll() error {
	try := func(flags string) error {
		out, err := j.run(append([]string{"pkg_add", flags}, tool.Flags(j.Snapshot, "-Dsnap")...)...)
		if err == nil && out.Stderr != "" {
			return modules.Fail("%s", out.Stderr)
		}
		j.r.Changed = upgraded.MatchString(out.Stdout)
		return err
	}
	return tool.Attempt(j.c, func() error { return try("-Imu") }, func() error { return try("-Imnu") })
}

func (j *openbsdJob) readyToBuild() error {
	if info, err := os.Stat(j.PortsDir); err != nil || !info.IsDir() {
		return modules.Fail("the ports source directory %s does not exist", j.PortsDir)
	}
	have, err := j.installed("sqlports")
	if err != nil || len(have) > 0 {
		return err
	}
	if err := j.build(portSpec{name: "sqlports", stem: "sqlports"}); err != nil || len(j.complaints) == 0 {
		return err
	}
	return modules.Fail("%s", strings.Join(j.complaints, ", "))
}
