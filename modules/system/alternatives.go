package system

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

type alternativesArgs struct {
	Name        string        `arg:"name,required" doc:"Generic name of the link."`
	Path        string        `arg:"path,required" type:"path" doc:"The program that the link is to lead to."`
	Link        *string       `arg:"link" type:"path" doc:"The link itself; needed for a name that the system does not know yet."`
	Priority    *int          `arg:"priority" doc:"Priority of the alternative; 50 for a new one."`
	State       string        `arg:"state" enum:"present,selected,auto,absent" default:"selected" doc:"present: installed; selected: installed and chosen; auto: installed, and the one with the highest priority is chosen; absent: removed."`
	Subcommands []alternative `arg:"subcommands" alias:"slaves" doc:"Further links that follow this one."`
}

type alternative struct {
	Name string `arg:"name,required" doc:"Generic name of the further link."`
	Path string `arg:"path,required" type:"path" doc:"What it leads to."`
	Link string `arg:"link,required" type:"path" doc:"The further link itself."`
}

type alternativesResult struct {
	Msg string `json:"msg" doc:"What was done."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.alternatives",
		Aliases: []string{"ansible.builtin.alternatives"},
		Summary: "Choose the program behind a generic name",
		Example: `- name: The editor is vim
  community.general.alternatives:
    name: editor
    path: /usr/bin/vim.basic
`,
	}, alternatives)
}

// choice is what the system knows of a generic name.
type choice struct {
	link, status, best, value string
	options                   map[string]int // priority by path
}

// parseAlternatives reads the answer of update-alternatives --query: blocks of
// "Name: value" lines.
func parseAlternatives(text string) choice {
	c := choice{options: map[string]int{}}
	path := ""
	for line := range strings.Lines(text) {
		key, val, _ := strings.Cut(strings.TrimRight(line, "\n"), ": ")
		switch key {
		case "Link":
			c.link = val
		case "Status":
			c.status = val
		case "Value":
			c.value = val
		case "Alternative":
			path = val
			c.options[path] = 0
		case "Priority":
			if n, err := strconv.Atoi(val); err == nil && path != "" {
				c.options[path] = n
			}
		}
	}
	return c
}

// parseDisplay reads --display, for systems whose tool has no --query.
func parseDisplay(text string) choice {
	c := choice{options: map[string]int{}}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case strings.Contains(line, "status is auto"):
			c.status = "auto"
		case strings.Contains(line, "status is manual"):
			c.status = "manual"
		case strings.HasPrefix(line, "link currently points to "):
			c.value = strings.TrimPrefix(line, "link currently points to ")
		default:
			path, rest, ok := strings.Cut(line, " - ")
			f := strings.Fields(rest)
			i := slices.Index(f, "priority")
			if ok && i >= 0 && i+1 < len(f) {
				n, _ := strconv.Atoi(f[i+1])
				c.options[path] = n
			}
		}
	}
	return c
}

func alternatives(c *modules.Context, a alternativesArgs) (alternativesResult, error) {
	tool := "update-alternatives"
	if _, err := c.Find(tool); err != nil {
		tool = "alternatives"
	}
	have, err := a.query(c, tool)
	if err != nil {
		return alternativesResult{}, err
	}
	j := &alternativesJob{alternativesArgs: a, c: c, tool: tool, have: have, before: have.describe(a.Path)}
	var said []string
	for _, step := range []func() (string, error){j.install, j.choose, j.remove} {
		msg, err := step()
		if err != nil {
			return alternativesResult{}, err
		}
		if msg != "" {
			said = append(said, msg)
		}
	}
	return alternativesResult{Msg: strings.Join(said, " ")}, nil
}

func (a alternativesArgs) query(c *modules.Context, tool string) (choice, error) {
	out, err := c.Exec(modules.Cmd{Argv: []string{tool, "--query", a.Name}})
	if err == nil && out.RC == 0 {
		return parseAlternatives(out.Stdout), nil
	}
	if err != nil {
		return choice{}, err
	}
	if out, err = c.Exec(modules.Cmd{Argv: []string{tool, "--display", a.Name}}); err == nil && out.RC == 0 {
		return parseDisplay(out.Stdout), nil
	}
	return choice{options: map[string]int{}}, err
}

func (c choice) describe(path string) *value.Dict {
	n, ok := c.options[path]
	if !ok {
		return value.DictOf("state", "absent")
	}
	state := "present"
	if c.value == path {
		state = "selected"
	}
	if c.status == "auto" {
		state = "auto"
	}
	d := value.DictOf("state", state, "path", path, "priority", int64(n))
	if c.link != "" {
		d.Set("link", c.link)
	}
	return d
}

type alternativesJob struct {
	alternativesArgs
	c      *modules.Context
	tool   string
	have   choice
	before *value.Dict
}

func (j *alternativesJob) run(d modules.Diff, argv ...string) error {
	return j.c.Change(d, func() error {
		_, err := j.c.Command(append([]string{j.tool}, argv...)...)
		return err
	})
}

func (j *alternativesJob) install() (string, error) {
	priority, known := j.have.options[j.Path]
	if j.State == "absent" || known && (j.Priority == nil || *j.Priority == priority) {
		return "", nil
	}
	link := j.have.link
	if j.Link != nil {
		link = *j.Link
	}
	if link == "" {
		return "", modules.Fail("Needed to install the alternative, but unable to do so as we are missing the link")
	}
	want := 50
	if j.Priority != nil {
		want = *j.Priority
	}
	argv := []string{"--install", link, j.Name, j.Path, strconv.Itoa(want)}
	for _, s := range j.Subcommands {
		argv = append(argv, "--slave", s.Link, s.Name, s.Path)
	}
	after := value.DictOf("state", j.State, "link", link, "path", j.Path, "priority", int64(want))
	err := j.run(modules.Diff{Before: j.before, After: after}, argv...)
	return fmt.Sprintf("Install alternative '%s' for '%s'.", j.Path, j.Name), err
}

func (j *alternativesJob) choose() (string, error) {
	switch {
	case j.State == "selected" && j.have.value != j.Path:
		err := j.run(modules.Diff{}, "--set", j.Name, j.Path)
		return fmt.Sprintf("Set alternative '%s' for '%s'.", j.Path, j.Name), err
	case j.State == "auto" && j.have.status != "auto":
		err := j.run(modules.Diff{}, "--auto", j.Name)
		return fmt.Sprintf("Set alternative to auto for '%s'.", j.Name), err
	}
	return "", nil
}

func (j *alternativesJob) remove() (string, error) {
	if _, known := j.have.options[j.Path]; j.State != "absent" || !known {
		return "", nil
	}
	err := j.run(modules.Diff{Before: j.before, After: value.DictOf("state", "absent")}, "--remove", j.Name, j.Path)
	return fmt.Sprintf("Remove alternative '%s' from '%s'.", j.Path, j.Name), err
}
