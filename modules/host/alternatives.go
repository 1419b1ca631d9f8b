package host

import (
	"os"
	"strconv"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
)

type subcommand struct {
	Name string `arg:"name,required" json:"name" doc:"Generic name of the link that goes along."`
	Path string `arg:"path,required" json:"path" type:"path" doc:"What it points to for this alternative."`
	Link string `arg:"link,required" json:"link" type:"path" doc:"The link itself."`
}

type alternativesArgs struct {
	Name        string       `arg:"name,required" doc:"Generic name of the link, such as editor."`
	Path        string       `arg:"path" type:"path" doc:"The program that the link is to lead to."`
	Family      string       `arg:"family" doc:"Group of alternatives that belong together; only Red Hat's tool has them."`
	Link        string       `arg:"link" type:"path" doc:"The link, such as /usr/bin/editor. Needed where the name is not known yet, and always by Red Hat's tool."`
	Priority    *int         `arg:"priority" doc:"Priority in automatic mode; 50 for a new alternative."`
	State       string       `arg:"state" enum:"present,selected,auto,absent" default:"selected" doc:"present makes the alternative known, selected chooses it too, auto makes it known and has the tool choose by priority, absent removes it."`
	Subcommands []subcommand `arg:"subcommands" alias:"slaves" doc:"Links that follow this one, such as its manual page."`
}

type alternativesResult struct {
	Msg string `json:"msg" doc:"What was done."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.alternatives",
		Summary: "Choose which of several programs a common name leads to",
		OneOf:   [][]string{{"path", "family"}},
		Example: `- name: vim is the editor
  community.general.alternatives:
    name: editor
    path: /usr/bin/vim.basic

- name: Our own tool is known, but not chosen
  community.general.alternatives:
    name: pager
    link: /usr/bin/pager
    path: /opt/pager/bin/pager
    priority: 10
    state: present
`,
	}, alternatives)
}

// alternative is one program that a name can lead to.
type alternative struct {
	Family      string
	Priority    int
	Subcommands []subcommand
}

// linkGroup is what the tool knows of a name.
type linkGroup struct {
	mode    string // auto or manual, "" for a name it does not know
	current string
	link    string
	choices map[string]alternative
}

var (
	altMode   = lazy.Regexp(`(?m)\s-\s(?:status is )?(auto|manual)(?: mode|\.)?$`)
	altPoints = lazy.Regexp(`(?m)^\s*link currently points to (.*)$`)
	altLink   = lazy.Regexp(`(?m)^\s*link \S+ is (/.*)$`)
	altChoice = lazy.Regexp(`^(/.*) - (?:family (\S+) )?priority (-?\d+)`)
	altFollow = lazy.Regexp(`^\s+(?:slave|follower) (\S+)(?:: | is )(.*)$`)
)

// parseAlternatives reads the output of update-alternatives --display, of
// Debian's tool and of Red Hat's.
func parseAlternatives(text string) linkGroup {
	g := linkGroup{choices: map[string]alternative{}}
	g.mode, g.current, g.link = captured(altMode, text), captured(altPoints, text), captured(altLink, text)
	links := map[string]string{}
	path := ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if m := altChoice.FindStringSubmatch(line); m != nil {
			path = m[1]
			n, _ := strconv.Atoi(m[3])
			g.choices[path] = alternative{Family: m[2], Priority: n}
		} else if m := altFollow.FindStringSubmatch(line); m != nil && path == "" {
			links[m[1]] = m[2]
		} else if m != nil && m[2] != "(null)" {
			alt := g.choices[path]
			alt.Subcommands = append(alt.Subcommands, subcommand{Name: m[1], Path: m[2], Link: links[m[1]]})
			g.choices[path] = alt
		}
	}
	return g
}

func captured(re *lazy.Pattern, text string) string {
	if m := re.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

func alternatives(c *modules.Context, a alternativesArgs) (alternativesResult, error) {
	tool, err := c.Find("update-alternatives")
	if err != nil {
		return alternativesResult{}, err
	}
	out, err := c.Exec(modules.Cmd{Argv: []string{tool, "--display", a.Name}})
	if err != nil {
		return alternativesResult{}, err
	}
	g := linkGroup{}
	if out.RC == 0 {
		g = parseAlternatives(out.Stdout)
	}
	steps, err := a.plan(g)
	if err != nil {
		return alternativesResult{}, err
	}
	var said []string
	diff := modules.Diff{Before: a.before(g), After: a.after(g, steps)}
	for _, s := range steps {
		said = append(said, s.msg)
		if err := c.Change(diff, func() error { _, err := c.Command(append([]string{tool}, s.argv...)...); return err }); err != nil {
			return alternativesResult{}, err
		}
		diff = modules.Diff{}
	}
	return alternativesResult{Msg: strings.Join(said, " ")}, nil
}

// altStep is one call of the tool.
type altStep struct {
	argv []string
	msg  string
}

func (a alternativesArgs) plan(g linkGroup) ([]altStep, error) {
	have, known := g.choices[a.Path]
	if a.State == "absent" {
		if !known {
			return nil, nil
		}
		return []altStep{{[]string{"--remove", a.Name, a.Path}, "Remove alternative '" + a.Path + "' from '" + a.Name + "'."}}, nil
	}
	var steps []altStep
	if a.Path != "" && (!known || a.differs(have, g)) {
		install, err := a.install(have, g)
		if err != nil {
			return nil, err
		}
		steps = append(steps, install)
	}
	switch {
	case a.State == "selected" && !a.chosen(g):
		target := a.Path
		if target == "" {
			target = a.Family
		}
		steps = append(steps, altStep{[]string{"--set", a.Name, target}, "Set alternative '" + target + "' for '" + a.Name + "'."})
	case a.State == "auto" && g.mode == "manual":
		steps = append(steps, altStep{[]string{"--auto", a.Name}, "Set alternative to auto for '" + a.Name + "'."})
	}
	return steps, nil
}

func (a alternativesArgs) chosen(g linkGroup) bool {
	if a.Path != "" {
		return g.current == a.Path
	}
	return g.current != "" && g.choices[g.current].Family == a.Family
}

// differs tells whether a known alternative has to be installed anew.
func (a alternativesArgs) differs(have alternative, g linkGroup) bool {
	if a.Priority != nil && *a.Priority != have.Priority || a.Family != "" && a.Family != have.Family {
		return true
	}
	if a.Subcommands == nil {
		return false
	}
	missing := len(have.Subcommands) != len(a.Subcommands)
	for _, want := range a.Subcommands {
		found := false
		for _, s := range have.Subcommands {
			// Red Hat's tool does not say which links follow.
			found = found || s.Name == want.Name && s.Path == want.Path && (s.Link == "" || s.Link == want.Link)
		}
		missing = missing || !found
	}
	return missing
}

// next is what an alternative is once it is installed.
func (a alternativesArgs) next(have alternative, known bool) alternative {
	n := have
	if !known {
		n.Priority = 50
	}
	if a.Priority != nil {
		n.Priority = *a.Priority
	}
	if a.Family != "" {
		n.Family = a.Family
	}
	if a.Subcommands != nil {
		n.Subcommands = a.Subcommands
	}
	return n
}

func (a alternativesArgs) linkIn(g linkGroup) string {
	if a.Link != "" {
		return a.Link
	}
	return g.link
}

// install repeats what is known of the alternative: the tool forgets what it is
// not told again.
func (a alternativesArgs) install(have alternative, g linkGroup) (altStep, error) {
	if _, err := os.Stat(a.Path); err != nil {
		return altStep{}, modules.Fail("Specified path %s does not exist", a.Path)
	}
	link := a.linkIn(g)
	if link == "" {
		return altStep{}, modules.Fail("Needed to install the alternative, but unable to do so as we are missing the link")
	}
	_, known := g.choices[a.Path]
	next := a.next(have, known)
	argv := []string{"--install", link, a.Name, a.Path, strconv.Itoa(next.Priority)}
	if next.Family != "" {
		argv = append(argv, "--family", next.Family)
	}
	for _, s := range next.Subcommands {
		if s.Link != "" {
			argv = append(argv, "--slave", s.Link, s.Name, s.Path)
		}
	}
	return altStep{argv, "Install alternative '" + a.Path + "' for '" + a.Name + "'."}, nil
}

func (a alternativesArgs) before(g linkGroup) *value.Dict {
	have, known := g.choices[a.Path]
	if !known {
		d := value.NewDict()
		d.Set("state", "absent")
		return d
	}
	state := "present"
	if g.current == a.Path && g.mode == "manual" {
		state = "selected"
	}
	return describeAlternative(state, a.Path, g.link, have)
}

func (a alternativesArgs) after(g linkGroup, steps []altStep) *value.Dict {
	d := value.NewDict()
	d.Set("state", "absent")
	if a.State == "absent" || len(steps) == 0 {
		return d
	}
	have, known := g.choices[a.Path]
	state := a.State
	if state == "auto" {
		state = "present"
	}
	return describeAlternative(state, a.Path, a.linkIn(g), a.next(have, known))
}

func describeAlternative(state, path, link string, alt alternative) *value.Dict {
	d := value.NewDict()
	d.Set("state", state)
	d.Set("path", path)
	d.Set("priority", int64(alt.Priority))
	d.Set("link", link)
	if len(alt.Subcommands) > 0 {
		d.Set("subcommands", value.Of(alt.Subcommands))
	}
	return d
}
