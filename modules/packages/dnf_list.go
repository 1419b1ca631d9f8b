package packages

import (
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

// list answers the option list, of packages or of sources.
func (j *dnfJob) list() error {
	j.r.Changed = no()
	switch j.List {
	case "repos", "repositories":
		out, err := run(j.c, modules.Cmd{Argv: j.argv("repolist")}, "Failed to list repositories")
		for _, id := range parseRepolist(out.Stdout) {
			d := value.NewDict()
			d.Set("repoid", id)
			d.Set("state", "enabled")
			j.r.Results = append(j.r.Results, d)
		}
		return err
	case "installed":
		return j.query("", "--installed")
	case "updates", "upgrades":
		return j.query("", "--upgrades")
	case "available":
		return j.query("", "--available")
	}
	if err := j.query(j.List, "--installed"); err != nil {
		return err
	}
	return j.query(j.List, "--available")
}

const queryFormat = "%{name}|%{arch}|%{epoch}|%{release}|%{version}|%{reponame}\n"

// query asks for packages of one kind. Installed ones are of the source
// @System, whichever they came from.
func (j *dnfJob) query(pattern, kind string) error {
	args := []string{"repoquery", "--qf", queryFormat, kind}
	if pattern != "" {
		args = append(args, pattern)
	}
	out, err := run(j.c, modules.Cmd{Argv: j.argv(args...)}, "Failed to list packages")
	if err != nil {
		return err
	}
	for line := range strings.Lines(out.Stdout) {
		f := strings.Split(strings.TrimSpace(line), "|")
		if len(f) != 6 {
			continue
		}
		source, state := f[5], "available"
		if kind == "--installed" {
			source, state = "@System", "installed"
		}
		d := value.NewDict()
		epoch := strings.Trim(f[2], "()")
		if epoch == "" || epoch == "none" {
			epoch = "0"
		}
		nevra := epoch + ":" + f[0] + "-" + f[4] + "-" + f[3] + "." + f[1]
		for _, pair := range [][2]string{{"name", f[0]}, {"arch", f[1]}, {"epoch", epoch}, {"release", f[3]}, {"version", f[4]},
			{"repo", source}, {"envra", nevra}, {"nevra", nevra}, {"yumstate", state}} {
			d.Set(pair[0], pair[1])
		}
		j.r.Results = append(j.r.Results, d)
	}
	return nil
}

// parseRepolist lists the ids, which are in the first column below a heading.
func parseRepolist(text string) []string {
	var ids []string
	below := false
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		switch {
		case len(f) > 1 && f[0] == "repo" && f[1] == "id":
			below = true
		case below && len(f) > 0 && !strings.HasPrefix(line, "repolist:"):
			id, _, _ := strings.Cut(strings.TrimLeft(f[0], "!*"), "/")
			ids = append(ids, id)
		}
	}
	return ids
}
