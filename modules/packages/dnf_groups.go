package packages

import (
	"strings"

	"goplay/modules"
)

// sortGroup finds out what is meant by a name that follows an @: a module with
// its stream and profile, a group or an environment.
func (j *dnfJob) sortGroup(name string, asked *dnfAsked) error {
	out, err := j.c.Exec(modules.Cmd{Argv: j.argv("module", "list", name)})
	if err != nil {
		return err
	}
	if out.RC == 0 && strings.TrimSpace(out.Stdout) != "" {
		asked.modules = append(asked.modules, name)
		return nil
	}
	out, err = j.c.Exec(modules.Cmd{Argv: j.argv("-v", "group", "info", name)})
	for line := range strings.Lines(out.Stdout) {
		if id, ok := strings.CutPrefix(strings.TrimSpace(line), "Group-Id: "); ok {
			asked.groups = append(asked.groups, id)
			return err
		}
		if id, ok := strings.CutPrefix(strings.TrimSpace(line), "Environment-Id: "); ok {
			asked.environments = append(asked.environments, id)
			return err
		}
	}
	if err != nil {
		return err
	}
	return modules.Fail("No group %s available.", name).With("results", []any{})
}

// planGroups installs what is not there of modules, groups and environments;
// with latest what is there is brought up to date.
func (j *dnfJob) planGroups(asked dnfAsked, queue map[string][]string) ([][]string, error) {
	var jobs [][]string
	for _, spec := range asked.modules {
		enabled, err := j.enabled(spec)
		switch {
		case err != nil:
			return nil, err
		case j.State == "latest":
			if enabled {
				j.r.Results = append(j.r.Results, "Module "+spec+" upgraded.")
			}
			jobs = append(jobs, []string{"module", "update", spec})
			continue
		case !enabled:
			j.r.Results = append(j.r.Results, "Module "+spec+" installed.")
		}
		queue["install"] = append(queue["install"], "@"+spec)
	}
	if len(asked.groups)+len(asked.environments) == 0 {
		return jobs, nil
	}
	there := map[string]bool{}
	if j.State == "latest" {
		var err error
		if there, err = j.installedGroups(); err != nil {
			return nil, err
		}
	}
	for i, id := range append(asked.groups[:len(asked.groups):len(asked.groups)], asked.environments...) {
		did := "installed"
		switch {
		case there[id]:
			did = "upgraded"
			jobs = append(jobs, []string{"group", "upgrade", id})
		case j.State == "latest" && j.UpdateOnly && i < len(asked.groups):
			continue
		default:
			queue["install"] = append(queue["install"], "@"+id)
		}
		if i < len(asked.groups) {
			j.r.Results = append(j.r.Results, "Group "+id+" "+did+".")
		}
	}
	return jobs, nil
}

// enabled reports whether a module's stream is in use, any if it names none.
func (j *dnfJob) enabled(spec string) (bool, error) {
	spec, _, _ = strings.Cut(spec, "/")
	out, err := j.c.Exec(modules.Cmd{Argv: j.argv("module", "list", "--enabled", spec)})
	return out.RC == 0 && strings.TrimSpace(out.Stdout) != "", err
}

// installedGroups are the ids of groups and environments that are there: in
// parentheses, below a heading.
func (j *dnfJob) installedGroups() (map[string]bool, error) {
	there, below := map[string]bool{}, false
	out, err := j.c.Exec(modules.Cmd{Argv: j.argv("group", "list", "--ids")})
	for line := range strings.Lines(out.Stdout) {
		line = strings.TrimRight(line, "\n")
		if line != "" && line[0] != ' ' {
			below = strings.HasPrefix(line, "Installed ")
			continue
		}
		if at := strings.LastIndexByte(line, '('); below && at >= 0 {
			there[strings.TrimSuffix(line[at+1:], ")")] = true
		}
	}
	return there, err
}
