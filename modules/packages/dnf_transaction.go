package packages

import (
	"path"
	"slices"
	"strings"

	"goplay/modules"
)

// transact asks what the commands would do, and does it if that is anything.
// One that cannot be done lets none of them be done.
func (j *dnfJob) transact(jobs [][]string) error {
	var todo [][]string
	var problem error
	for _, args := range jobs {
		out, err := j.c.Exec(modules.Cmd{Argv: j.loud("--assumeno", args)})
		if err != nil {
			return err
		}
		steps := parseTransaction(out.Stdout)
		unknown := j.unknown(out)
		said := dnfError(out)
		switch {
		case len(steps) > 0 || strings.HasSuffix(said, "Operation aborted."): // that alone says that a group or a module is put down
			todo = append(todo, args)
			j.marked = j.marked || len(steps) > 0
			if err := j.note(steps); err != nil {
				return err
			}
		case strings.HasPrefix(said, "There are no enabled repositories"):
			if args[0] == "install" {
				j.unavailable(args[1:]...)
			}
		case unknown || out.RC == 0 || strings.Contains(out.Stdout+said, "Nothing to do"):
		case problem == nil:
			problem = j.failed(said)
		}
	}
	switch {
	case problem != nil:
		return problem
	case len(j.failures) > 0:
		return j.failed("")
	case !j.marked:
		return nil
	}
	return j.c.Change(modules.Diff{}, func() error {
		for _, args := range todo {
			out, err := j.c.Exec(modules.Cmd{Argv: j.loud("-y", args), Stream: true})
			if err != nil {
				return err
			}
			if out.RC != 0 {
				return j.fell(out)
			}
		}
		return nil
	})
}

// loud is a command that says all it does: what is left out and what scriptlets
// complain of is only told then.
func (j *dnfJob) loud(answer string, args []string) []string {
	argv := append([]string{j.program, answer}, j.argv(args...)[3:]...)
	if slices.ContainsFunc(args, func(arg string) bool { return strings.HasPrefix(arg, "@") }) { // perhaps a module in another stream than is enabled
		argv = append(argv, "--setopt=module_stream_switch=1")
	}
	return argv
}

// unknown notes what the manager knows nothing of, and reports whether there
// was any.
func (j *dnfJob) unknown(out modules.Output) bool {
	found := false
	for line := range strings.Lines(out.Stdout + "\n" + out.Stderr) {
		for _, words := range []string{"No match for argument: ", "All matches were filtered out by exclude filtering for argument: "} {
			name, ok := strings.CutPrefix(strings.TrimSpace(line), words)
			switch {
			case !ok:
				continue
			case j.State == "absent":
				if strings.Contains(name, "*") {
					j.r.Results = append(j.r.Results, name+" is not installed")
				}
				continue
			}
			found = true
			if !strings.HasPrefix(words, "All") && !j.excluded(name) {
				j.unavailable(name)
				continue
			}
			j.failures = append(j.failures, name+" All matches were filtered out by exclude filtering for argument: "+name)
		}
	}
	return found
}

// excluded reports whether it is the task that leaves a package out: of an
// upgrade the manager does not say that.
func (j *dnfJob) excluded(name string) bool {
	return slices.ContainsFunc(j.Exclude, func(pattern string) bool {
		match, err := path.Match(pattern, name)
		return err == nil && match
	})
}

func (j *dnfJob) unavailable(names ...string) {
	for _, name := range names {
		j.failures = append(j.failures, "No package "+name+" available.")
	}
}

// dnfError is what the manager says that is wrong, without its advice.
func dnfError(out modules.Output) string {
	_, text, ok := strings.Cut("\n"+out.Stderr, "\nError: ")
	if !ok {
		return strings.TrimSpace(out.Stderr)
	}
	text, _, _ = strings.Cut(text, "\n(try to ")
	return strings.TrimRight(text, "\n ")
}

// fell is the end of a transaction that could be done, and was not.
func (j *dnfJob) fell(out modules.Output) error {
	said := dnfError(out)
	var errors []string
	for line := range strings.Lines(out.Stdout + "\n" + out.Stderr) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutSuffix(line, ".rpm is not signed"); ok && strings.HasPrefix(name, "Package ") {
			return modules.Fail("Failed to validate GPG signature for %s: %s", strings.TrimPrefix(name, "Package "), line)
		}
		if strings.HasPrefix(line, "error: ") {
			errors = append(errors, line)
		}
	}
	if said == "Transaction failed" && len(errors) > 0 {
		return modules.Fail("Failed to install some of the specified packages").With("rc", 1).With("failures", [][]string{errors}).With("results", []any{})
	}
	return j.failed(said)
}

// failed is the end of a task that cannot be done, or not all of it.
func (j *dnfJob) failed(said string) error {
	msg := "Failed to install some of the specified packages"
	switch {
	case strings.HasPrefix(strings.TrimSpace(said), "Problem"):
		msg = "Depsolve Error occurred: " + said
	case said != "":
		msg = "Unknown Error occurred: " + said
	}
	return modules.Fail("%s", msg).With("rc", 1).With("failures", append([]string{}, j.failures...)).With("results", []any{})
}

// note puts steps down, with the versions that make room for others.
func (j *dnfJob) note(steps []dnfStep) error {
	var replaced []string
	word := "Installed: "
	if j.DownloadOnly {
		word = "Downloaded: "
	}
	for _, s := range steps {
		if s.removes {
			j.removals = append(j.removals, "Removed: "+s.nevra())
			continue
		}
		j.installs = append(j.installs, word+s.nevra())
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

// dnfStep is a package of a transaction.
type dnfStep struct {
	name, arch, evr   string
	removes, replaces bool // replaces an installed version
}

func (s dnfStep) nevra() string { return s.name + "-" + s.evr + "." + s.arch }

// parseTransaction reads the table of a transaction: headings of what is done,
// and packages below them with two columns in front. What is too long for its
// column goes on in the next line, and what a package replaces follows it.
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
	var row []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if line != "" && line[0] != ' ' {
			at, row = nil, nil
			for _, w := range words {
				if strings.HasPrefix(line, w.heading) && strings.HasSuffix(line, ":") && !dnfMarks(line) {
					at = &dnfStep{removes: w.removes, replaces: w.replaces}
				}
			}
			continue
		}
		f := strings.Fields(line)
		if at == nil || len(f) == 0 {
			continue
		}
		if f[0] == "replacing" && len(f) >= 3 {
			name, arch := f[1], ""
			if dot := strings.LastIndexByte(name, '.'); dot > 0 {
				name, arch = name[:dot], name[dot+1:]
			}
			steps = append(steps, dnfStep{name, arch, f[2], true, false})
			continue
		}
		if row = append(row, f...); len(row) < 5 {
			continue
		}
		steps = append(steps, dnfStep{row[0], row[1], row[2], at.removes, at.replaces})
		row = nil
	}
	return steps
}

// dnfMarks says that what is below a heading are no packages.
func dnfMarks(heading string) bool {
	return strings.HasSuffix(heading, "Groups:") || strings.HasSuffix(heading, " profiles:") || strings.HasSuffix(heading, " streams:")
}
