package packages

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"goplay/modules"
	"goplay/modules/packages/tool"
)

// standing is where a package stands towards what is asked for.
type standing struct {
	there    bool   // some version is installed
	fits     bool   // the installed version is one that is asked for
	best     string // another version that could be installed and fits, "" for none
	virtual  bool   // apt has to choose who provides it
	provided string // the installed package that stands for a virtual one
}

func (j *aptJob) install(specs []string) error {
	if len(specs) == 0 {
		return nil
	}
	if err := j.load(); err != nil {
		return err
	}
	specs, err := j.expand(specs, false)
	if err != nil {
		return err
	}
	if j.State == "build-dep" {
		_, err := j.transact(operation{argv: j.installArgv("build-dep", specs), quiet: aptNothing})
		return err
	}
	wanted, err := j.choose(specs)
	if err != nil {
		return err
	}
	if len(wanted) > 0 {
		if _, err := j.transact(operation{argv: j.installArgv("install", wanted), quiet: aptNothing}); err != nil {
			return err
		}
	}
	return j.markManual(specs)
}

// choose makes what apt-get is to install of what is asked for and not there.
func (j *aptJob) choose(specs []string) ([]string, error) {
	policy, err := j.ask(specs)
	if err != nil {
		return nil, err
	}
	var wanted []string
	for _, spec := range specs {
		name, op, v := splitSpec(spec)
		s, err := j.standing(name, op, v, policy)
		if err != nil {
			return nil, err
		}
		switch {
		case !s.there && j.OnlyIfOld:
		case s.virtual:
			wanted = append(wanted, spec)
		case !s.fits && s.best == "":
			return nil, j.withLists(modules.Fail("no available installation candidate for %s", spec))
		case s.best != "" && (!s.there || !s.fits || j.State == "latest"):
			wanted = append(wanted, name+"="+s.best)
		case s.best != "" && several(op, v):
			wanted = append(wanted, spec)
		}
	}
	return wanted, nil
}

// ask asks apt about those that dpkg's status does not settle.
func (j *aptJob) ask(specs []string) (map[string]candidate, error) {
	var open []string
	for _, spec := range specs {
		name, op, v := splitSpec(spec)
		p := j.status.Find(name)
		if j.State == "latest" || p == nil || !p.Installed() || !fits(p.Version, op, v) || several(op, v) {
			open = append(open, name)
		}
	}
	if len(open) == 0 {
		return nil, nil
	}
	return j.aptPolicy(open)
}

// several says that more than one version may be what is asked for, of which
// apt is left to take the best.
func several(op, want string) bool { return op == "=" && strings.ContainsAny(want, "*?[") }

func fits(have, op, want string) bool {
	switch op {
	case "=":
		return have == want || match(want, have)
	case ">=":
		return compareVersions(have, want) >= 0
	default:
		return true
	}
}

func (j *aptJob) standing(name, op, want string, policy map[string]candidate) (standing, error) {
	var s standing
	if p := j.status.Find(name); p != nil && p.Installed() {
		s.there, s.fits = true, fits(p.Version, op, want)
		if s.fits && j.State != "latest" && !several(op, want) {
			return s, nil
		}
	}
	known, ok := policy[name]
	if !ok {
		known = policy[strings.TrimSuffix(name, ":"+j.status.Native)]
	}
	if len(known.Versions) == 0 {
		return j.virtual(name, op, want, policy)
	}
	s.best = known.best(op, want)
	if p := j.status.Find(name); s.there && s.best == p.Version {
		s.best = ""
	}
	return s, nil
}

// best is the version that apt would install: the newest that a pattern
// matches, or its candidate.
func (c candidate) best(op, want string) string {
	if op == "=" {
		for _, v := range c.Versions {
			if fits(v, op, want) {
				return v
			}
		}
		return ""
	}
	if c.Candidate != "" && fits(c.Candidate, op, want) {
		return c.Candidate
	}
	return ""
}

// virtual settles a name that no package has. Where only one package provides
// it, that one's state counts.
func (j *aptJob) virtual(name, op, want string, policy map[string]candidate) (standing, error) {
	list, err := j.providers(name)
	if err != nil {
		return standing{}, err
	}
	if len(list) == 0 {
		return standing{}, modules.Fail("No package matching '%s' is available", name)
	}
	if len(list) == 1 {
		if p := j.status.Find(list[0]); p != nil && p.Installed() && fits(p.Version, op, want) && j.State != "latest" {
			return standing{there: true, fits: true, provided: list[0]}, nil
		}
	}
	return standing{virtual: true}, nil
}

func (j *aptJob) installArgv(verb string, list []string) []string {
	argv := append([]string{"apt-get", "-y"}, j.dpkgOptions()...)
	argv = append(argv, tool.Flags(j.OnlyIfOld, "--only-upgrade", j.State == "fixed", "--fix-broken", j.Force, "--force-yes",
		j.Autoremove && verb == "install", "--auto-remove", j.NoRemove, "--no-remove")...)
	argv = append(append(argv, verb), list...)
	if j.Release != "" {
		argv = append(argv, "-t", j.Release)
	}
	if j.Recommends != nil {
		argv = append(argv, "-o", "APT::Install-Recommends="+map[bool]string{true: "yes", false: "no"}[*j.Recommends])
	}
	return append(argv, tool.Flags(j.Unauthenticated, "--allow-unauthenticated", j.Downgrade, "--allow-downgrades",
		j.ChangeHeld, "--allow-change-held-packages")...)
}

// markManual keeps what was asked for from being removed as no longer needed.
// That is not reported as a change.
func (j *aptJob) markManual(specs []string) error {
	auto := automatic()
	var list []string
	for _, spec := range specs {
		name, _, _ := splitSpec(spec)
		if bare, _, _ := strings.Cut(name, ":"); auto[bare] {
			list = append(list, name)
		}
	}
	if len(list) == 0 {
		return nil
	}
	if !j.c.Changed() {
		j.r.Changed = no()
	}
	return j.c.Change(modules.Diff{}, func() error {
		argv := append([]string{"apt-mark", "manual"}, list...)
		_, err := run(j.c, modules.Cmd{Argv: argv}, "'"+strings.Join(argv, " ")+"' failed")
		return err
	})
}

// automatic are the packages that apt installed for others.
func automatic() map[string]bool {
	auto := map[string]bool{}
	data, err := os.ReadFile("/var/lib/apt/extended_states")
	if err != nil {
		return auto
	}
	for len(data) > 0 {
		var stanza []byte
		stanza, data = nextStanza(data)
		lines := strings.Split(string(stanza), "\n")
		if slices.Contains(lines, "Auto-Installed: 1") {
			for _, line := range lines {
				if name, ok := strings.CutPrefix(line, "Package: "); ok {
					auto[name] = true
				}
			}
		}
	}
	return auto
}

func (j *aptJob) remove(specs []string) error {
	if len(specs) == 0 {
		return nil
	}
	if err := j.load(); err != nil {
		return err
	}
	specs, err := j.expand(specs, true)
	if err != nil {
		return err
	}
	var list []string
	for _, spec := range specs {
		name, op, v := splitSpec(spec)
		p := j.status.Find(name)
		if p != nil && (p.Installed() && fits(p.Version, op, v) || j.Purge && j.status.HasFiles(filepath.Clean(dpkgDir), p)) {
			list = append(list, spec)
		}
	}
	if len(list) == 0 {
		return nil
	}
	argv := append([]string{"apt-get", "-q", "-y"}, j.dpkgOptions()...)
	argv = append(argv, tool.Flags(j.Purge, "--purge", j.Force, "--force-yes", j.Autoremove, "--auto-remove", j.ChangeHeld, "--allow-change-held-packages")...)
	quoted := "'" + strings.Join(list, "' '") + "'"
	_, err = j.transact(operation{argv: append(append(argv, "remove"), list...), words: "'apt-get remove " + quoted + "' failed"})
	return err
}
