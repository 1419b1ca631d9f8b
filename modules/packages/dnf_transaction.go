package packages

import (
	"slices"
	"strings"

	"goplay/modules"
)

// plan is the manager's commands, without what rpm says is settled. With
// latest, what is there is upgraded and the rest installed: dnf's install
// leaves alone what is there.
func (j *dnfJob) plan(specs []string) ([][]string, error) {
	switch {
	case len(specs) == 0 && j.Autoremove:
		return [][]string{{"autoremove"}}, nil
	case len(specs) == 0:
		return nil, nil
	case slices.Contains(specs, "*") && j.State == "latest":
		return [][]string{{"upgrade"}}, nil
	}
	there, err := j.installed(specs)
	if err != nil {
		return nil, err
	}
	queue := map[string][]string{}
	for _, spec := range specs {
		plain := !strings.ContainsAny(spec, "@*?[/:")
		if strings.HasSuffix(spec, ".rpm") && j.State != "absent" {
			j.r.Results = append(j.r.Results, "Installed "+spec)
		}
		verb := "install"
		switch {
		case plain && j.State == "present" && there[spec], plain && j.State == "absent" && !there[spec]:
			continue
		case j.State == "absent":
			verb = "remove"
		case j.State == "latest" && j.UpdateOnly && plain && !there[spec]:
			j.r.Results = append(j.r.Results, "Packages providing "+spec+" not installed due to update_only specified")
			continue
		case j.State == "latest" && (j.UpdateOnly || plain && there[spec]):
			verb = "upgrade"
		}
		queue[verb] = append(queue[verb], spec)
	}
	var jobs [][]string
	for _, verb := range []string{"install", "upgrade", "remove"} {
		if len(queue[verb]) > 0 {
			jobs = append(jobs, append([]string{verb}, queue[verb]...))
		}
	}
	return jobs, nil
}

// installed asks rpm which of the packages are there, by name or by what they
// provide.
func (j *dnfJob) installed(specs []string) (map[string]bool, error) {
	there := map[string]bool{}
	for _, spec := range specs {
		argv := j.rpm("-q", "--quiet")
		query := []string{spec}
		if j.State != "absent" {
			query = []string{"--whatprovides", spec}
		}
		out, err := j.c.Exec(modules.Cmd{Argv: append(argv, query...)})
		if err != nil {
			return nil, err
		}
		if out.RC != 0 && j.State != "absent" {
			if out, err = j.c.Exec(modules.Cmd{Argv: append(argv, spec)}); err != nil {
				return nil, err
			}
		}
		there[spec] = out.RC == 0
	}
	return there, nil
}

func (j *dnfJob) rpm(args ...string) []string {
	argv := append([]string{"rpm"}, args...)
	if j.InstallRoot != "/" {
		argv = append(argv, "--root", j.InstallRoot)
	}
	return argv[:len(argv):len(argv)]
}

// transact asks what would be done, and does it if that is anything.
func (j *dnfJob) transact(args []string) error {
	ask := slices.DeleteFunc(j.argv(append([]string{"--assumeno"}, args...)...), func(s string) bool { return s == "-y" || s == "-q" })
	simulation, err := j.c.Exec(modules.Cmd{Argv: ask})
	if err != nil {
		return err
	}
	steps := parseTransaction(simulation.Stdout)
	said := simulation.Stdout + simulation.Stderr
	if len(steps) == 0 && (simulation.RC == 0 || strings.Contains(said, "Nothing to do")) {
		return nil
	}
	if len(steps) == 0 {
		return dnfFailure(simulation, args)
	}
	if err := j.note(steps); err != nil {
		return err
	}
	return j.c.Change(modules.Diff{}, func() error {
		out, err := j.c.Exec(modules.Cmd{Argv: j.argv(args...), Stream: true})
		if err == nil && out.RC != 0 {
			err = dnfFailure(out, args)
		}
		return err
	})
}

// note puts steps down, with the versions that make room for others.
func (j *dnfJob) note(steps []dnfStep) error {
	var replaced []string
	for _, s := range steps {
		if s.removes {
			j.removals = append(j.removals, "Removed: "+s.nevra())
			continue
		}
		j.installs = append(j.installs, "Installed: "+s.nevra())
		if s.replaces {
			replaced = append(replaced, s.name+"."+s.arch)
		}
	}
	if len(replaced) == 0 {
		return nil
	}
	format := "%{name}-%|epoch?{%{epoch}:}|%{version}-%{release}.%{arch}\n"
	out, err := j.c.Exec(modules.Cmd{Argv: append(j.rpm("-q", "--qf", format), replaced...)})
	for _, line := range strings.Split(strings.TrimSpace(out.Stdout), "\n") {
		if line != "" && !strings.Contains(line, " ") {
			j.removals = append(j.removals, "Removed: "+strings.Replace(line, "-0:", "-", 1))
		}
	}
	return err
}

// dnfFailure is a bad end. Where packages are not known it names each.
func dnfFailure(out modules.Output, args []string) error {
	var unknown []string
	for line := range strings.Lines(out.Stdout + out.Stderr) {
		if _, names, ok := strings.Cut(line, "Unable to find a match: "); ok {
			unknown = append(unknown, strings.Fields(names)...)
		}
		if strings.Contains(line, "There are no enabled repositories") && args[0] == "install" {
			unknown = args[1:]
		}
	}
	if len(unknown) == 0 {
		return modules.Fail("Failed to perform the transaction: %s", strings.TrimSpace(out.Stderr)).With("rc", out.RC).With("results", []string{out.Stdout})
	}
	var failures []string
	for _, name := range unknown {
		failures = append(failures, "No package "+name+" available.")
	}
	return modules.Fail("Failed to install some of the specified packages").With("rc", 1).With("failures", failures).With("results", []string{})
}

// dnfStep is a package of a transaction.
type dnfStep struct {
	name, arch, evr   string
	removes, replaces bool // replaces an installed version
}

func (s dnfStep) nevra() string { return s.name + "-" + s.evr + "." + s.arch }

// parseTransaction reads the table of a transaction: headings of what is done,
// and packages below them with two columns in front.
func parseTransaction(text string) []dnfStep {
	words := []struct {
		heading           string
		removes, replaces bool
	}{
		{"Installing", false, false}, {"Upgrading", false, true}, {"Updating", false, true}, {"Reinstalling", false, true}, {"Downgrading", false, true},
		{"Removing", true, false}, {"Erasing", true, false},
	}
	var steps []dnfStep
	var at *dnfStep
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if line != "" && line[0] != ' ' {
			at = nil
			for _, w := range words {
				if strings.HasPrefix(line, w.heading) && strings.HasSuffix(line, ":") {
					at = &dnfStep{removes: w.removes, replaces: w.replaces}
				}
			}
			continue
		}
		f := strings.Fields(line)
		if at == nil || len(f) < 4 || f[0] == "replacing" || strings.HasPrefix(line, "   ") {
			continue
		}
		steps = append(steps, dnfStep{f[0], f[1], f[2], at.removes, at.replaces})
	}
	return steps
}
