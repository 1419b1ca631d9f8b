package packages

import (
	"path/filepath"
	"slices"
	"strings"

	"goplay/modules"
	"goplay/modules/packages/tool"
)

// dnfAsked is what the names of a task are.
type dnfAsked struct{ packages, groups, environments, modules, files []string }

// plan is the manager's commands, without what rpm says is settled.
func (j *dnfJob) plan(dir string) ([][]string, error) {
	if slices.Equal(j.Name, []string{"*"}) && j.State == "latest" {
		return [][]string{{"upgrade"}}, nil
	}
	asked, err := j.sort(dir)
	if err != nil {
		return nil, err
	}
	if j.State == "absent" {
		return j.planRemoval(asked)
	}
	queue := map[string][]string{}
	for _, file := range asked.files {
		if err := j.planFile(file, queue); err != nil {
			return nil, err
		}
	}
	jobs, err := j.planGroups(asked, queue)
	if err == nil {
		err = j.planPackages(asked.packages, queue)
	}
	if err != nil {
		return nil, err
	}
	for _, verb := range []string{"install", "upgrade"} {
		if len(queue[verb]) > 0 {
			jobs = append(jobs, append([]string{verb}, queue[verb]...))
		}
	}
	return jobs, nil
}

// planPackages puts packages down by what is there of them. With latest the
// newest is insisted on.
func (j *dnfJob) planPackages(specs []string, queue map[string][]string) error {
	there, err := j.installed(specs)
	if err != nil {
		return err
	}
	j.best = j.State == "latest" && !j.UpdateOnly && len(specs) > 0
	for _, spec := range specs {
		build, whole := parseBuild(spec)
		has, newer := false, false
		for i, have := range there[build.name] {
			newer = newer || i == 0 && whole && have.newer(build)
			has = has || (build.arch == "" || build.arch == have.arch) &&
				(!whole || compareNumbers(build.epoch, have.epoch) == 0 && build.version == have.version && build.release == have.release)
		}
		switch {
		case j.UpdateOnly && !has:
			j.r.Results = append(j.r.Results, "Packages providing "+spec+" not installed due to update_only specified")
		case j.UpdateOnly, has && j.State == "latest" && !newer:
			queue["upgrade"] = append(queue["upgrade"], spec)
		case newer && j.AllowDowngrade, !newer && !has:
			queue["install"] = append(queue["install"], spec)
		}
	}
	return nil
}

// planFile puts down a package that is a file, unless a newer one is there.
func (j *dnfJob) planFile(file string, queue map[string][]string) error {
	j.r.Results = append(j.r.Results, "Installed "+file)
	out, err := run(j.c, modules.Cmd{Argv: []string{"rpm", "-qp", "--nosignature", "--qf", buildFormat, file}}, "Error occurred attempting remote rpm operation")
	if err != nil {
		return err
	}
	for _, build := range parseBuilds(out.Stdout) {
		there, err := j.installed([]string{build.name})
		if err != nil {
			return err
		}
		if have := there[build.name]; len(have) == 0 || !have[0].newer(build) || j.AllowDowngrade {
			queue["install"] = append(queue["install"], file)
		}
	}
	return nil
}

// planRemoval removes what is there. What it needed stays, but with autoremove.
func (j *dnfJob) planRemoval(asked dnfAsked) ([][]string, error) {
	if len(asked.files) > 0 {
		return nil, modules.Fail("Cannot remove paths -- please specify package name.").With("results", []any{})
	}
	specs := asked.packages
	if len(specs) > 0 {
		there, err := j.provided(specs)
		if err != nil {
			return nil, err
		}
		specs = slices.DeleteFunc(slices.Clone(specs), func(spec string) bool { return !there[spec] })
	}
	var jobs [][]string
	for _, name := range append(slices.Clone(asked.groups), asked.environments...) {
		jobs = append(jobs, []string{"group", "remove", name})
	}
	for _, spec := range asked.modules {
		enabled, err := j.enabled(spec)
		if err != nil {
			return nil, err
		}
		if enabled {
			j.r.Results = append(j.r.Results, "Module "+spec+" removed.")
		}
		name, _, _ := strings.Cut(spec, ":")
		name, _, _ = strings.Cut(name, "/")
		jobs = append(jobs, []string{"module", "remove", spec}, []string{"module", "reset", name})
	}
	if len(specs) > 0 {
		jobs = append(jobs, append([]string{"remove"}, specs...))
	}
	if j.Autoremove {
		jobs = append(jobs, []string{"autoremove"})
	}
	return jobs, nil
}

// sort tells files, groups, modules and packages apart, and fetches what is an
// address into a folder.
func (j *dnfJob) sort(dir string) (dnfAsked, error) {
	var asked dnfAsked
	for _, name := range j.Name {
		switch {
		case strings.Contains(name, "://"):
			path := filepath.Join(dir, filepath.Base(name))
			if err := tool.Download(j.c, name, path, j.ValidateCerts); err != nil {
				return asked, modules.Fail("Failure downloading %s, %v", name, err)
			}
			asked.files = append(asked.files, path)
		case strings.HasSuffix(name, ".rpm"):
			asked.files = append(asked.files, name)
		case strings.HasPrefix(name, "/"):
			out, err := run(j.c, modules.Cmd{Argv: j.argv("repoquery", "--qf", "%{name}", "--whatprovides", name)}, "Failed to list packages")
			if err != nil {
				return asked, err
			}
			if names := strings.Fields(out.Stdout); len(names) > 0 {
				asked.packages = append(asked.packages, names[0])
			}
		case strings.ContainsAny(name, "@/") && (name[0] == '@' || strings.Contains(name, "/")):
			if err := j.sortGroup(strings.TrimSpace(name[1:]), &asked); err != nil {
				return asked, err
			}
		default:
			asked.packages = append(asked.packages, name)
		}
	}
	return asked, nil
}

const buildFormat = "%{name}|%{epochnum}|%{version}|%{release}|%{arch}\n"

func parseBuilds(text string) []rpmBuild {
	var builds []rpmBuild
	for line := range strings.Lines(text) {
		if f := strings.Split(strings.TrimSpace(line), "|"); len(f) == 5 {
			builds = append(builds, rpmBuild{f[0], f[1], f[2], f[3], f[4]})
		}
	}
	return builds
}

// installed asks rpm which builds there are of the packages that are named.
func (j *dnfJob) installed(specs []string) (map[string][]rpmBuild, error) {
	if len(specs) == 0 {
		return nil, nil
	}
	argv := j.rpm("-q", "--qf", buildFormat, "--")
	for _, spec := range specs {
		build, _ := parseBuild(spec)
		argv = append(argv, build.name)
	}
	out, err := j.c.Exec(modules.Cmd{Argv: argv})
	there := map[string][]rpmBuild{}
	for _, build := range parseBuilds(out.Stdout) {
		there[build.name] = append(there[build.name], build)
	}
	return there, err
}

// provided says which specs something that is installed can be meant by. What
// is no plain name is left to the manager.
func (j *dnfJob) provided(specs []string) (map[string]bool, error) {
	there := map[string]bool{}
	for _, spec := range specs {
		there[spec] = strings.ContainsAny(spec, "*?[:<>= ")
		for _, query := range [][]string{{"--", spec}, {"--whatprovides", "--", spec}} {
			if there[spec] {
				break
			}
			out, err := j.c.Exec(modules.Cmd{Argv: append(j.rpm("-q", "--quiet"), query...)})
			if err != nil {
				return nil, err
			}
			there[spec] = out.RC == 0
		}
	}
	return there, nil
}

func (j *dnfJob) rpm(args ...string) []string {
	argv := []string{"rpm"}
	if j.InstallRoot != "/" {
		argv = append(argv, "--root", j.InstallRoot)
	}
	argv = append(argv, args...)
	return argv[:len(argv):len(argv)]
}
