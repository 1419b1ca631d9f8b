package systems

import (
	"slices"
	"strings"

	"goplay/internal/lazy"
	"goplay/modules"
	"goplay/modules/packages/tool"
)

type snapArgs struct {
	Name    []string `arg:"name,required" doc:"Snaps."`
	State   string   `arg:"state" default:"present" enum:"absent,present,enabled,disabled" doc:"Whether the snaps are there, are gone, or are switched on or off."`
	Classic bool     `arg:"classic" default:"false" doc:"Let the snap see the whole system."`
	Channel string   `arg:"channel" default:"stable" doc:"Channel to take a snap from."`
	Options []string `arg:"options" doc:"Settings of the snaps that are there, as key=value or snap:key=value."`
}

type snapResult struct {
	Classic        *bool    `json:"classic,omitempty" doc:"Whether the snaps were to see the whole system."`
	Channel        string   `json:"channel,omitempty" doc:"Channel that snaps were to come from."`
	Cmd            string   `json:"cmd,omitempty" doc:"The command that was run."`
	Installed      []string `json:"snaps_installed,omitempty" doc:"Snaps that were installed."`
	Removed        []string `json:"snaps_removed,omitempty" doc:"Snaps that were removed."`
	Enabled        []string `json:"snaps_enabled,omitempty" doc:"Snaps that were switched on."`
	Disabled       []string `json:"snaps_disabled,omitempty" doc:"Snaps that were switched off."`
	OptionsChanged []string `json:"options_changed,omitempty" doc:"Settings that were changed, as snap:key=value."`
	RC             *int     `json:"rc,omitempty" doc:"Exit status of the last command of snap's, which may be one that only asked."`
	Stdout         *string  `json:"stdout,omitempty" doc:"What that command wrote to its standard output."`
	Stderr         *string  `json:"stderr,omitempty" doc:"What that command wrote to its standard error."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.snap",
		Summary: "Manage snaps",
		Example: `- name: Certbot
  community.general.snap:
    name: certbot
    classic: true
`,
	}, snap)
}

type snapJob struct {
	snapArgs
	c *modules.Context
	r snapResult
}

func snap(c *modules.Context, a snapArgs) (snapResult, error) {
	j := &snapJob{snapArgs: a, c: c}
	if _, err := c.Find("snap"); err != nil {
		return j.r, err
	}
	switch a.State {
	case "present":
		j.r.Classic, j.r.Channel = &j.Classic, a.Channel
		if err := j.install(); err != nil {
			return j.r, err
		}
		if err := j.configure(); err != nil {
			return snapResult{}, err
		}
		return j.r, nil
	case "absent":
		return j.r, j.turn("remove", &j.r.Removed, func(s snapState) bool { return s != snapMissing })
	case "enabled":
		return j.r, j.turn("enable", &j.r.Enabled, func(s snapState) bool { return s != snapOn })
	}
	return j.r, j.turn("disable", &j.r.Disabled, func(s snapState) bool { return s == snapOn })
}

type snapState int

const (
	snapMissing snapState = iota
	snapOff
	snapOn
)

// state reads the notes of a snap, the sixth column of snap list.
func (j *snapJob) state(name string) (snapState, error) {
	out, err := j.exec(modules.Cmd{Argv: []string{"snap", "list", name}})
	if err != nil || out.RC != 0 {
		return snapMissing, err
	}
	lines := strings.Split(strings.TrimSpace(out.Stdout), "\n")
	if len(lines) < 2 || len(strings.Fields(lines[1])) < 6 {
		return snapMissing, modules.Fail("Unable to parse 'snap list %s' output:\n%s", name, out.Stdout)
	}
	if slices.Contains(strings.Split(strings.Fields(lines[1])[5], ","), "disabled") {
		return snapOff, nil
	}
	return snapOn, nil
}

// having are the snaps whose state is one that open wants changed.
func (j *snapJob) having(open func(snapState) bool) ([]string, error) {
	var list []string
	for _, name := range j.Name {
		s, err := j.state(name)
		if err != nil {
			return nil, err
		}
		if open(s) {
			list = append(list, name)
		}
	}
	return list, nil
}

// exec runs a command, and keeps for the result what it ended as.
func (j *snapJob) exec(cmd modules.Cmd) (modules.Output, error) {
	out, err := j.c.Exec(cmd)
	if err == nil {
		j.r.RC, j.r.Stdout, j.r.Stderr = &out.RC, &out.Stdout, &out.Stderr
	}
	return out, err
}

func (j *snapJob) turn(verb string, done *[]string, open func(snapState) bool) error {
	list, err := j.having(open)
	if err != nil || len(list) == 0 {
		return err
	}
	*done = list
	return j.c.Change(modules.Diff{}, func() error {
		return j.run([][]string{append([]string{"snap", verb}, list...)}, func(string) string { return "operation" })
	})
}

var wantsClassic = lazy.Regexp(`^error: This revision of snap "(\w+)" was published using classic confinement`)

func (j *snapJob) install() error {
	list, err := j.having(func(s snapState) bool { return s == snapMissing })
	if err != nil || len(list) == 0 {
		return err
	}
	j.r.Installed = list
	argv := append([]string{"snap", "install"}, tool.Flags(j.Classic, "--classic")...)
	if j.Channel != "stable" {
		argv = append(argv, "--channel", j.Channel)
	}
	commands := [][]string{append(argv[:len(argv):len(argv)], list...)}
	if len(argv) > 2 && len(list) > 1 {
		// Such options are for one snap at a time.
		commands = nil
		for _, name := range list {
			commands = append(commands, append(argv[:len(argv):len(argv)], name))
		}
	}
	return j.c.Change(modules.Diff{}, func() error {
		return j.run(commands, func(stderr string) string {
			if m := wantsClassic.FindStringSubmatch(stderr); m != nil {
				return "!Couldn't install " + m[1] + " because it requires classic confinement"
			}
			return "installation"
		})
	})
}

// run runs commands, all of them, and fails if one of them did. what says what
// failed: a word, or a whole message after an exclamation mark.
func (j *snapJob) run(commands [][]string, what func(stderr string) string) error {
	rc, stderr := 0, ""
	var shown []string
	for _, argv := range commands {
		out, err := j.exec(modules.Cmd{Argv: argv, Stream: true})
		if err != nil {
			return err
		}
		if rc == 0 {
			rc = out.RC
		}
		stderr += out.Stderr
		shown = append(shown, strings.Join(argv, " "))
	}
	j.r.Cmd = strings.Join(shown, "; ")
	if rc == 0 {
		return nil
	}
	word := what(stderr)
	if msg, ok := strings.CutPrefix(word, "!"); ok {
		return modules.Fail("%s", msg).With("rc", rc).With("stderr", stderr)
	}
	return modules.Fail("Ooops! Snap %s failed while executing '%s', please examine logs and error output for more details.", word, j.r.Cmd).
		With("rc", rc).With("stderr", stderr)
}
