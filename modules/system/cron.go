package system

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"goplay/modules"
	"goplay/modules/fsys"
)

type cronArgs struct {
	Name         string  `arg:"name,required" doc:"Description of the entry, by which it is found again, or the name of a variable."`
	Job          *string `arg:"job" alias:"value" doc:"The command, or the value of a variable."`
	State        string  `arg:"state" enum:"present,absent" default:"present" doc:"Whether the entry is to be there."`
	User         *string `arg:"user" doc:"Whose crontab it is; in a cron_file the user who runs the command."`
	CronFile     *string `arg:"cron_file" type:"path" doc:"A file in /etc/cron.d, or a full path, in place of the user's crontab."`
	Backup       bool    `arg:"backup" default:"false" doc:"Keep a copy of the crontab as it was."`
	Minute       string  `arg:"minute" default:"*" doc:"Minute, 0 to 59, or as cron takes it."`
	Hour         string  `arg:"hour" default:"*" doc:"Hour, 0 to 23, or as cron takes it."`
	Day          string  `arg:"day" alias:"dom" default:"*" doc:"Day of the month, 1 to 31, or as cron takes it."`
	Month        string  `arg:"month" default:"*" doc:"Month, 1 to 12, or as cron takes it."`
	Weekday      string  `arg:"weekday" alias:"dow" default:"*" doc:"Day of the week, 0 (Sunday) to 6, or as cron takes it."`
	SpecialTime  *string `arg:"special_time" enum:"reboot,yearly,annually,monthly,weekly,daily,hourly" doc:"A time with a name of its own."`
	Disabled     bool    `arg:"disabled" default:"false" doc:"Keep the entry as a comment."`
	Env          bool    `arg:"env" default:"false" doc:"Manage a variable, not a job. A new one comes first unless insertafter or insertbefore say otherwise."`
	InsertAfter  *string `arg:"insertafter" doc:"Variable after which a new one comes."`
	InsertBefore *string `arg:"insertbefore" doc:"Variable before which a new one comes."`
}

type cronResult struct {
	Jobs     *[]string `json:"jobs,omitempty" doc:"Names of the entries that are managed."`
	Envs     *[]string `json:"envs,omitempty" doc:"Names of the variables."`
	CronFile *string   `json:"cron_file,omitempty" doc:"The option cron_file."`
	State    string    `json:"state,omitempty" doc:"absent, when the file was removed with its last entry."`
	Backup   *string   `json:"backup_file,omitempty" doc:"The copy that was kept."`
}

func init() {
	modules.Register(modules.Spec{
		Name:      "ansible.builtin.cron",
		Summary:   "Entries and variables of crontabs",
		Exclusive: [][]string{{"insertafter", "insertbefore"}},
		Example: `- name: A backup every night
  ansible.builtin.cron:
    name: backup of the database
    hour: "3"
    minute: "15"
    job: /usr/local/bin/backup
    user: app
`,
		Differs: []string{
			"A cron_file is written without the crontab program being there.",
			"A name or job with a line break is refused: the rest would be an entry of its own.",
		},
	}, cron)
}

// marker begins the comment line before each entry that is managed.
const marker = "#Ansible: "

func cron(c *modules.Context, a cronArgs) (cronResult, error) {
	if err := a.check(); err != nil {
		return cronResult{}, err
	}
	tab, err := readCrontab(c, a.CronFile, a.User)
	if err != nil {
		return cronResult{}, err
	}
	before := tab.text()
	if a.Env {
		err = a.editVariable(tab)
	} else {
		a.editJob(tab)
	}
	if err != nil {
		return cronResult{}, err
	}
	r := cronResult{CronFile: a.CronFile}
	after := tab.text()
	if a.CronFile != nil && a.State == "absent" && strings.TrimSpace(after) == "" {
		// A file of blank lines alone goes with its last entry.
		tab.lines, after = nil, ""
	}
	if after == before {
		r.name(tab)
		return r, nil
	}
	if a.Backup {
		if err := c.Change(modules.Diff{}, func() (err error) { r.Backup, err = keepCopy(before); return err }); err != nil {
			return r, err
		}
	}
	if err := tab.save(c, tab.diff(before, after), after); err != nil {
		return r, err
	}
	if a.CronFile != nil && a.State == "absent" && len(tab.lines) == 0 {
		r.State = "absent"
		return r, nil
	}
	r.name(tab)
	return r, nil
}

// name lists what the crontab has.
func (r *cronResult) name(tab *crontab) {
	jobs, envs := tab.jobs(), tab.variables()
	r.Jobs, r.Envs = &jobs, &envs
}

func (a cronArgs) check() error {
	special := a.SpecialTime != nil
	timed := slices.ContainsFunc([]string{a.Minute, a.Hour, a.Day, a.Month, a.Weekday}, func(s string) bool { return s != "*" })
	present := a.State == "present"
	switch {
	case a.CronFile != nil && *a.CronFile == "/etc/crontab":
		return modules.Fail("Will not manage /etc/crontab via cron_file, see documentation.")
	case present && a.CronFile != nil && a.User == nil && !a.Env:
		return modules.Fail("To use cron_file=... parameter you must specify user=... as well")
	case special && timed:
		return modules.Fail("You must specify time and date fields or special time.")
	case present && a.Job == nil:
		return modules.Fail("You must specify 'job' to install a new cron job or variable")
	case !a.Env && (a.InsertAfter != nil || a.InsertBefore != nil):
		return modules.Fail("Insertafter and insertbefore parameters are valid only with env=yes")
	case a.Env && strings.Contains(a.Name, " "):
		return modules.Fail("Invalid name for environment variable")
	case strings.ContainsAny(a.Name, "\n\r"), a.Job != nil && strings.ContainsAny(strings.TrimRight(*a.Job, "\r\n"), "\n\r"):
		return modules.Fail("an entry of a crontab is one line, so name and job may not have line breaks")
	}
	return nil
}

func (a cronArgs) line() string {
	when := strings.Join([]string{a.Minute, a.Hour, a.Day, a.Month, a.Weekday}, " ")
	if a.SpecialTime != nil {
		when = "@" + *a.SpecialTime
	}
	words := []string{when}
	if a.CronFile != nil && a.User != nil {
		words = append(words, *a.User)
	}
	if a.Job != nil {
		words = append(words, strings.Trim(*a.Job, "\r\n"))
	}
	line := strings.Join(words, " ")
	if a.Disabled {
		return "#" + line
	}
	return line
}

func (a cronArgs) editJob(tab *crontab) {
	at := slices.Index(tab.lines, marker+a.Name)
	switch {
	case a.State == "absent":
		for ; at >= 0; at = slices.Index(tab.lines, marker+a.Name) {
			tab.lines = slices.Delete(tab.lines, at, min(at+2, len(tab.lines)))
		}
	case at < 0 && tab.unmarked(a.line()) >= 0:
		tab.lines = slices.Insert(tab.lines, tab.unmarked(a.line()), marker+a.Name)
	case at < 0:
		tab.lines = append(tab.lines, marker+a.Name, a.line())
	case at+1 < len(tab.lines):
		tab.lines[at+1] = a.line()
	default:
		tab.lines = append(tab.lines, a.line())
	}
}

func (a cronArgs) editVariable(tab *crontab) error {
	at := tab.variable(a.Name)
	if a.State == "absent" {
		if at >= 0 {
			tab.lines = slices.Delete(tab.lines, at, at+1)
		}
		return nil
	}
	line := a.Name + `="` + *a.Job + `"`
	if at >= 0 {
		tab.lines[at] = line
		return nil
	}
	at = 0
	for _, place := range []struct {
		name *string
		add  int
	}{{a.InsertAfter, 1}, {a.InsertBefore, 0}} {
		if place.name == nil {
			continue
		}
		if at = tab.variable(*place.name); at < 0 {
			return modules.Fail("Variable named '%s' not found.", *place.name)
		}
		at += place.add
	}
	tab.lines = slices.Insert(tab.lines, at, line)
	return nil
}

// crontab is the lines of a crontab and where they are kept.
type crontab struct {
	path  string // "" for a user's own
	user  *string
	lines []string
}

// readCrontab reads a file, or a user's crontab through the system's program.
func readCrontab(c *modules.Context, file, user *string) (*crontab, error) {
	t := &crontab{user: user}
	if file != nil {
		t.path = *file
		if !filepath.IsAbs(t.path) {
			t.path = filepath.Join("/etc/cron.d", t.path)
		}
		data, err := os.ReadFile(t.path)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		t.lines = splitTab(string(data))
		return t, nil
	}
	if _, err := c.Find("crontab"); err != nil {
		return nil, err
	}
	out, err := c.Exec(modules.Cmd{Argv: t.argv("-l")})
	if err != nil {
		return nil, err
	}
	if out.RC > 1 {
		return nil, modules.Fail("Unable to read crontab")
	}
	if out.RC == 0 {
		t.lines = splitTab(out.Stdout)
	}
	return t, nil
}

func (t *crontab) argv(rest ...string) []string {
	argv := []string{"crontab"}
	if t.user != nil {
		argv = append(argv, "-u", *t.user)
	}
	return append(argv, rest...)
}

// splitTab leaves out the head that some systems put before every crontab.
func splitTab(text string) []string {
	var lines []string
	for i, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		head := strings.HasPrefix(line, "# DO NOT EDIT THIS FILE") || strings.HasPrefix(line, "# (/tmp/.*installed on") || strings.HasPrefix(line, "# (") && strings.Contains(line, "version")
		if i < 3 && head || text == "" {
			continue
		}
		lines = append(lines, line)
	}
	return lines
}

func (t *crontab) text() string {
	if len(t.lines) == 0 {
		return ""
	}
	return strings.Join(t.lines, "\n") + "\n"
}

func (t *crontab) jobs() []string {
	names := []string{}
	for _, line := range t.lines {
		if name, ok := strings.CutPrefix(line, marker); ok {
			names = append(names, name)
		}
	}
	return names
}

func (t *crontab) variables() []string {
	names := []string{}
	for _, line := range t.lines {
		if name, ok := variableOf(line); ok {
			names = append(names, name)
		}
	}
	return names
}

func variableOf(line string) (string, bool) {
	name, _, ok := strings.Cut(line, "=")
	name = strings.TrimSpace(name)
	if !ok || name == "" || strings.ContainsAny(name, " \t*@#/") || name[0] >= '0' && name[0] <= '9' {
		return "", false
	}
	return name, true
}

// variable finds the line that sets a variable; -1 where there is none.
func (t *crontab) variable(name string) int {
	return slices.IndexFunc(t.lines, func(line string) bool {
		have, ok := variableOf(line)
		return ok && have == name
	})
}

// unmarked finds an entry that is there without a name; -1 where there is none.
func (t *crontab) unmarked(entry string) int {
	for i, line := range t.lines {
		if line == entry && (i == 0 || !strings.HasPrefix(t.lines[i-1], marker)) {
			return i
		}
	}
	return -1
}

// diff has the texts of the crontab before and after.
func (t *crontab) diff(before, after string) modules.Diff {
	header := "crontab"
	switch {
	case t.path != "":
		header = t.path
	case t.user != nil && *t.user != "":
		header = `crontab for user "` + *t.user + `"`
	}
	diff := modules.Diff{Before: before, After: after, BeforeHeader: header, AfterHeader: header}
	if t.path != "" && after == "" {
		diff.AfterHeader = "/dev/null"
	}
	return diff
}

// save writes the crontab. A file without any entry goes.
func (t *crontab) save(c *modules.Context, diff modules.Diff, after string) error {
	switch {
	case t.path != "" && after == "":
		return c.Change(diff, func() error { return os.Remove(t.path) })
	case t.path != "":
		_, err := fsys.Update{Path: t.path, Data: []byte(after), Mode: 0o644, Diff: diff}.Apply(c)
		return err
	}
	return c.Change(diff, func() error {
		out, err := c.Exec(modules.Cmd{Argv: t.argv("-"), Stdin: strings.NewReader(after)})
		if err != nil {
			return err
		}
		if out.RC != 0 {
			return modules.Fail("%s", strings.TrimSpace(out.Stderr))
		}
		return nil
	})
}

// keepCopy keeps a crontab as it was in a file of its own.
func keepCopy(text string) (*string, error) {
	f, err := os.CreateTemp("", "crontab")
	if err != nil {
		return nil, err
	}
	_, err = f.WriteString(text)
	name := f.Name()
	return &name, errors.Join(err, f.Close())
}
