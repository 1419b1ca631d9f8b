package systems

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"goplay/internal/lazy"
	"goplay/modules"
	"goplay/modules/packages/tool"
)

type pkgngArgs struct {
	Name        []string `arg:"name,required" alias:"pkg" doc:"Packages; * with latest upgrades everything."`
	State       string   `arg:"state" default:"present" enum:"present,latest,absent" doc:"Whether the packages are there, are the newest, or are gone."`
	Cached      bool     `arg:"cached" default:"false" doc:"Use the catalogue that was fetched before."`
	Annotation  []string `arg:"annotation" doc:"Notes on the packages: +key=value adds one, -key removes it, :key=value changes it."`
	PkgSite     string   `arg:"pkgsite" doc:"Name of the repository to use; before pkg 1.1.4 its address."`
	RootDir     string   `arg:"rootdir" type:"path" doc:"Root of the system to work on, from pkg 1.5 on."`
	Chroot      string   `arg:"chroot" type:"path" doc:"Folder that pkg makes its root."`
	Jail        string   `arg:"jail" doc:"Name or id of the jail to work in."`
	Autoremove  bool     `arg:"autoremove" default:"false" doc:"Remove packages that were only there for others, too."`
	IgnoreOSVer bool     `arg:"ignore_osver" default:"false" doc:"Do not compare the release of the system with that of the packages, from pkg 1.11 on."`
}

type pkgngResult struct {
	Changed bool   `json:"changed" doc:"Whether anything was changed."`
	Msg     string `json:"msg" doc:"What was done."`
	Stdout  string `json:"stdout" doc:"What pkg printed."`
	Stderr  string `json:"stderr" doc:"What pkg printed to its standard error."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.pkgng",
		Summary: "Manage packages of FreeBSD",
		Example: `- name: A web server
  community.general.pkgng:
    name: nginx
`,
		Exclusive: [][]string{{"rootdir", "chroot", "jail"}},
	}, pkgng)
}

type pkgngJob struct {
	pkgngArgs
	c       *modules.Context
	r       pkgngResult
	version []int
	where   []string // the option that says which system
	msgs    []string
}

func pkgng(c *modules.Context, a pkgngArgs) (pkgngResult, error) {
	j := &pkgngJob{pkgngArgs: a, c: c}
	if err := j.prepare(); err != nil {
		return pkgngResult{}, err
	}
	if err := j.settle(); err != nil {
		return pkgngResult{}, err
	}
	j.r.Msg = strings.Join(j.msgs, ", ")
	return j.r, nil
}

// prepare asks which pkg this is, and whether it knows what is asked for.
func (j *pkgngJob) prepare() error {
	if _, err := j.c.Find("pkg"); err != nil {
		return err
	}
	out, err := j.c.Exec(modules.Cmd{Argv: []string{"pkg", "-v"}})
	if err != nil {
		return err
	}
	for _, part := range strings.FieldsFunc(strings.TrimSpace(out.Stdout), func(r rune) bool { return r == '.' || r == '_' }) {
		n, _ := strconv.Atoi(part)
		j.version = append(j.version, n)
	}
	switch {
	case j.RootDir != "" && j.older(1, 5, 0):
		return modules.Fail("To use option 'rootdir' pkg version must be 1.5 or greater")
	case j.IgnoreOSVer && j.older(1, 11, 0):
		return modules.Fail("To use option 'ignore_osver' pkg version must be 1.11 or greater")
	case j.RootDir != "":
		j.where = []string{"--rootdir=" + j.RootDir}
	case j.Chroot != "":
		j.where = []string{"--chroot=" + j.Chroot}
	case j.Jail != "":
		j.where = []string{"--jail=" + j.Jail}
	}
	return nil
}

func (j *pkgngJob) older(than ...int) bool { return slices.Compare(j.version, than) < 0 }

func (j *pkgngJob) settle() error {
	list := j.Name
	if len(list) == 1 {
		list = strings.FieldsFunc(list[0], func(r rune) bool { return strings.ContainsRune(", \t\n", r) })
	}
	packages := slices.DeleteFunc(slices.Clone(list), func(name string) bool { return name == "*" })
	steps := []struct {
		wanted bool
		do     func() error
	}{
		{slices.Equal(j.Name, []string{"*"}) && j.State == "latest", j.upgradeAll},
		{len(packages) > 0 && j.State != "absent", func() error { return j.install(packages) }},
		{len(packages) > 0 && j.State == "absent", func() error { return j.remove(packages) }},
		{j.Autoremove, j.autoremove},
		{j.Annotation != nil, func() error { return j.annotate(list) }},
	}
	for _, s := range steps {
		if !s.wanted {
			continue
		}
		if err := s.do(); err != nil {
			return err
		}
	}
	return nil
}

func (j *pkgngJob) say(format string, args ...any) {
	j.msgs = append(j.msgs, fmt.Sprintf(format, args...))
}

// pkg runs pkg.
func (j *pkgngJob) pkg(stdin string, verb string, args ...string) (modules.Output, error) {
	cmd := modules.Cmd{Argv: append(append([]string{"pkg"}, j.where...), verb), Env: []string{"BATCH=yes"}}
	if j.IgnoreOSVer {
		cmd.Env = append(cmd.Env, "IGNORE_OSVERSION=yes")
	}
	if j.PkgSite != "" && (verb == "update" || verb == "install" || verb == "upgrade") {
		if j.older(1, 1, 4) {
			cmd.Env = append(cmd.Env, "PACKAGESITE="+j.PkgSite)
		} else {
			cmd.Argv = append(cmd.Argv, "--repository="+j.PkgSite)
		}
	}
	if stdin != "" {
		cmd.Stdin = strings.NewReader(stdin)
	}
	cmd.Argv = append(cmd.Argv, args...)
	return j.c.Exec(cmd)
}

// act runs pkg for an effect, whose output becomes the result's.
func (j *pkgngJob) act(verb string, args ...string) (modules.Output, error) {
	out, err := j.pkg("", verb, args...)
	j.r.Stdout += out.Stdout
	j.r.Stderr += out.Stderr
	return out, err
}

// change is Change, noted in the result: fetching the catalogue is none.
func (j *pkgngJob) change(do func() error) error {
	j.r.Changed = true
	return j.c.Change(modules.Diff{}, do)
}

func (j *pkgngJob) fail(format string, args ...any) error {
	return modules.Fail(format, args...).With("stdout", j.r.Stdout).With("stderr", j.r.Stderr)
}

func (j *pkgngJob) there(name string) (bool, error) {
	out, err := j.pkg("", "info", "-g", "-e", name)
	return err == nil && out.RC == 0, err
}

// old reports whether a package has a newer version: pkg ends with 1 then.
func (j *pkgngJob) old(name string) (bool, error) {
	out, err := j.pkg("", "upgrade", "-g", "-n", name)
	return err == nil && out.RC == 1, err
}

var pkgngCount = lazy.Regexp(`(?m)^Number of packages to be (?:upgraded|reinstalled): ([0-9]+)`)

func countUpgrades(text string) int {
	n := 0
	for _, m := range pkgngCount.FindAllStringSubmatch(text, -1) {
		k, _ := strconv.Atoi(m[1])
		n += k
	}
	return n
}

func (j *pkgngJob) upgradeAll() error {
	plan, err := j.pkg("", "upgrade", "-n")
	if err != nil {
		return err
	}
	n := countUpgrades(plan.Stdout)
	if n == 0 {
		j.r.Stdout, j.r.Stderr = plan.Stdout, plan.Stderr
		j.say("no packages need upgrades")
		return nil
	}
	j.say("updated %d package(s)", n)
	return j.change(func() error {
		out, err := j.act("upgrade", "-y")
		if err == nil && out.RC != 0 {
			return out.Failure([]string{"pkg", "upgrade"})
		}
		return err
	})
}

func (j *pkgngJob) remove(list []string) error {
	n := 0
	for _, name := range list {
		there, err := j.there(name)
		if err != nil {
			return err
		}
		if !there {
			continue
		}
		n++
		err = j.change(func() error {
			out, err := j.act("delete", "-y", name)
			if err != nil {
				return err
			}
			if there, err := j.there(name); err != nil || there {
				return j.fail("failed to remove %s: %s", name, out.Stdout)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if n == 0 {
		j.say("package(s) already absent")
	} else {
		j.say("removed %d package(s)", n)
	}
	return nil
}

var pkgngAutoremove = lazy.Regexp(`(?m)^Deinstallation has been requested for the following ([0-9]+) packages`)

func (j *pkgngJob) autoremove() error {
	out, err := j.pkg("", "autoremove", "-n")
	if err != nil {
		return err
	}
	m := pkgngAutoremove.FindStringSubmatch(out.Stdout)
	if m == nil || m[1] == "0" {
		j.say("no package(s) to autoremove")
		return nil
	}
	j.say("autoremoved %s package(s)", m[1])
	return j.change(func() error {
		_, err := j.act("autoremove", "-y")
		return err
	})
}

// install installs what is not there and, with latest, upgrades what is old.
func (j *pkgngJob) install(list []string) error {
	if !j.Cached {
		if err := j.update(); err != nil {
			return err
		}
	}
	queue := map[string][]string{}
	var verbs []string
	for _, name := range list {
		there, err := j.there(name)
		if err != nil {
			return err
		}
		verb := "install"
		if there {
			if verb = "upgrade"; j.State == "present" {
				continue
			}
			if old, err := j.old(name); err != nil || !old {
				continue
			}
		}
		if queue[verb] == nil {
			verbs = append(verbs, verb)
		}
		queue[verb] = append(queue[verb], name)
	}
	if len(verbs) == 0 {
		j.say("package(s) already %s", j.State)
		return nil
	}
	var did []string
	for _, verb := range verbs {
		plural := "s"
		if len(queue[verb]) == 1 {
			plural = ""
		}
		did = append(did, fmt.Sprintf("%s %d package%s", map[string]string{"install": "installed", "upgrade": "upgraded"}[verb], len(queue[verb]), plural))
		if err := j.change(func() error { return j.bring(verb, queue[verb]) }); err != nil {
			return err
		}
	}
	j.say("%s", strings.Join(did, "; "))
	return nil
}

// bring runs a verb for packages, and looks whether they are as they should be.
func (j *pkgngJob) bring(verb string, list []string) error {
	if _, err := j.act(verb, append([]string{"-g", "-U", "-y"}, list...)...); err != nil {
		return err
	}
	for _, name := range list {
		good, err := j.there(name)
		if verb == "upgrade" {
			good, err = j.old(name)
			good = !good
		}
		if err != nil {
			return err
		}
		if !good {
			return j.fail("failed to %s %s", verb, name)
		}
	}
	return nil
}

// update fetches the catalogue, which is no change of the system; it is left
// alone where the task only checks.
func (j *pkgngJob) update() error {
	return tool.Quietly(j.c, func() error {
		out, err := j.act("update")
		if err == nil && out.RC != 0 {
			return j.fail("Could not update catalogue [%d]: %s %s", out.RC, out.Stdout, out.Stderr)
		}
		return err
	})
}
