package files

import (
	"slices"
	"strings"

	"goplay/modules"
	"goplay/modules/fsys"
)

type iniFileArgs struct {
	Path                 string   `arg:"path,required" alias:"dest" type:"path" doc:"The file to edit."`
	Section              string   `arg:"section" doc:"Section of the option; without it, the options in front of all sections."`
	Option               string   `arg:"option" doc:"The option; without it, the section itself."`
	Value                *string  `arg:"value" doc:"The option's value."`
	Values               []string `arg:"values" doc:"Values of an option that stands there several times."`
	State                string   `arg:"state" enum:"absent,present" default:"present" doc:"Whether the option or section is to be there."`
	Exclusive            bool     `arg:"exclusive" default:"true" doc:"No other values of the option may be there."`
	NoExtraSpaces        bool     `arg:"no_extra_spaces" default:"false" doc:"Write option=value without spaces."`
	IgnoreSpaces         bool     `arg:"ignore_spaces" default:"false" doc:"A line that differs only in spaces around = is right already."`
	AllowNoValue         bool     `arg:"allow_no_value" default:"false" doc:"An option may stand without a value."`
	ModifyInactiveOption bool     `arg:"modify_inactive_option" default:"true" doc:"Put the option in place of a line that has it commented out."`
	Create               bool     `arg:"create" default:"true" doc:"Make a missing file."`
	Follow               bool     `arg:"follow" default:"false" doc:"Unused: a link is always followed."`
	fsys.Attrs
	fsys.Backup
}

type iniFileResult struct {
	Path       string `json:"path" doc:"The file."`
	Msg        string `json:"msg" doc:"What was done."`
	BackupFile string `json:"backup_file,omitempty" doc:"The copy that was kept of the previous file."`
	fsys.Info
}

func init() {
	modules.Register(modules.Spec{
		Name:      "community.general.ini_file",
		Summary:   "Keep an option in an INI file",
		Exclusive: [][]string{{"value", "values"}},
		Example: `- name: PHP's memory
  community.general.ini_file:
    path: /etc/php/8.2/fpm/php.ini
    section: PHP
    option: memory_limit
    value: 256M
`,
	}, iniFile)
}

func iniFile(c *modules.Context, a iniFileArgs) (iniFileResult, error) {
	if a.State == "present" && !a.AllowNoValue && a.Value == nil && len(a.Values) == 0 {
		return iniFileResult{}, modules.Fail("Parameter 'value(s)' must be defined if state=present and allow_no_value=False.")
	}
	e, err := fsys.OpenEdit(a.Path, &a.Attrs)
	if err != nil {
		return iniFileResult{}, modules.Fail("Unable to read the contents of %s: %s", a.Path, fsys.OSError(err))
	}
	if !e.Exists && !a.Create {
		return iniFileResult{}, modules.Fail("Destination %s does not exist!", a.Path).With("rc", 257)
	}
	e.Backup, e.HideAttrs = a.Backup.Backup, true
	r := iniFileResult{Path: a.Path}
	text, msg, changed := a.edit(string(e.Old))
	r.Msg = msg
	if !changed {
		text = string(e.Old)
	}
	if e.Exists || changed {
		done, err := e.Save(c, []byte(text))
		if err != nil {
			return iniFileResult{}, err
		}
		r.BackupFile = done.Backup
	}
	r.Info = fsys.Describe(c, a.Path)
	return r, nil
}

// iniJob is the lines of one section, its header first, and what is around it.
type iniJob struct {
	iniFileArgs
	before, lines, after []string
	values               []string // still to be written
	settled              []bool   // lines that are right
	changed              bool
	msg                  string
}

// edit returns the file's new text.
func (a iniFileArgs) edit(text string) (next, msg string, changed bool) {
	j := &iniJob{iniFileArgs: a, msg: "OK"}
	lines := splitLines(strings.TrimPrefix(text, "\ufeff"))
	if len(lines) == 0 {
		lines = []string{"\n"}
	}
	if last := len(lines) - 1; !strings.HasSuffix(lines[last], "\n") {
		lines[last] += "\n"
		j.changed = true
	}
	j.collect()
	found := j.split(lines)
	switch {
	case a.State == "absent":
		j.remove()
	case found:
		j.set()
	default:
		j.addSection()
	}
	return strings.Join(slices.Concat(j.before, j.lines, j.after), ""), j.msg, j.changed
}

// collect makes the list of values without doubles.
func (j *iniJob) collect() {
	all := j.Values
	if j.Value != nil {
		all = []string{*j.Value}
	}
	for _, v := range all {
		if !slices.Contains(j.values, v) {
			j.values = append(j.values, v)
		}
	}
}

// split finds the section. Options without a section stand under an empty
// header in front of the first.
func (j *iniJob) split(lines []string) bool {
	start := -1
	if j.Section == "" {
		lines, start = append([]string{""}, lines...), 0
	}
	for i, line := range lines {
		switch {
		case start < 0 && strings.HasPrefix(line, "["+j.Section+"]"):
			start = i
		case start >= 0 && i > start && strings.HasPrefix(line, "[") && !strings.HasPrefix(line, "["+j.Section+"]"):
			j.cut(lines, start, i)
			return true
		}
	}
	if start < 0 {
		j.before = lines
		return false
	}
	j.cut(lines, start, len(lines))
	return true
}

func (j *iniJob) cut(lines []string, start, end int) {
	j.before, j.lines, j.after = lines[:start], slices.Clone(lines[start:end]), lines[end:]
	j.settled = make([]bool, len(j.lines))
}

// option reads a line of the option; comments counts one that is commented out.
func (j *iniJob) option(line string, comments bool) (v string, ok bool) {
	rest := strings.TrimSuffix(line, "\n")
	if comments && rest != "" && (rest[0] == '#' || rest[0] == ';') {
		rest = rest[1:]
	}
	rest, ok = strings.CutPrefix(strings.TrimLeft(rest, " \t"), j.Option)
	if !ok {
		return "", false
	}
	rest = strings.TrimLeft(rest, " \t")
	if rest == "" {
		return "", true
	}
	v, ok = strings.CutPrefix(rest, "=")
	return strings.TrimLeft(v, " \t"), ok
}

func (j *iniJob) assignment(v string) string {
	if j.NoExtraSpaces {
		return j.Option + "=" + v + "\n"
	}
	return j.Option + " = " + v + "\n"
}

// update makes a line what it has to be.
func (j *iniJob) update(i int, line string) {
	j.settled[i] = true
	if j.lines[i] == line {
		return
	}
	if v, active := j.option(j.lines[i], false); active && j.IgnoreSpaces {
		if want, _ := j.option(line, false); want == v {
			return
		}
	}
	j.lines[i] = line
	j.changed, j.msg = true, "option changed"
}

// set brings the option to its values: lines that have one stay, other lines of
// the option are rewritten, then taken out, and what is missing is added.
func (j *iniJob) set() {
	if j.Option == "" {
		return
	}
	bare := j.keep()
	if j.Exclusive && !j.AllowNoValue {
		j.rewrite()
		j.drop()
	}
	j.append(bare)
}

// keep settles the lines that have a wanted value; bare reports one without a
// value where that is allowed.
func (j *iniJob) keep() (bare bool) {
	for i, line := range j.lines {
		v, ok := j.option(line, j.ModifyInactiveOption)
		if !ok {
			continue
		}
		if at := slices.Index(j.values, v); at >= 0 {
			if v == "" && j.AllowNoValue {
				bare = true
				j.update(i, j.Option+"\n")
			} else {
				j.update(i, j.assignment(v))
			}
			j.values = slices.Delete(j.values, at, at+1)
		} else if len(j.values) == 0 && j.AllowNoValue {
			j.update(i, j.Option+"\n")
			return true
		}
	}
	return bare
}

func (j *iniJob) rewrite() {
	for i, line := range j.lines {
		if len(j.values) == 0 {
			return
		}
		if _, ok := j.option(line, j.ModifyInactiveOption); ok && !j.settled[i] {
			j.update(i, j.assignment(j.values[0]))
			j.values = j.values[1:]
		}
	}
}

func (j *iniJob) drop() {
	for i := len(j.lines) - 1; i > 0; i-- {
		if _, ok := j.option(j.lines[i], j.ModifyInactiveOption); ok && !j.settled[i] {
			j.lines = slices.Delete(j.lines, i, i+1)
			j.settled = slices.Delete(j.settled, i, i+1)
			j.changed, j.msg = true, "option changed"
		}
	}
}

// append adds what is missing after the section's last line that is neither
// blank nor a comment.
func (j *iniJob) append(bare bool) {
	var added []string
	for _, v := range j.values {
		added = append(added, j.assignment(v))
	}
	if len(added) == 0 && j.AllowNoValue && !bare && len(j.Values) == 0 && j.Value == nil {
		added = []string{j.Option + "\n"}
	}
	if len(added) == 0 {
		return
	}
	at := len(j.lines)
	for at > 1 && isBlankOrComment(j.lines[at-1]) {
		at--
	}
	j.lines = slices.Insert(j.lines, at, added...)
	j.changed, j.msg = true, "option added"
}

func isBlankOrComment(line string) bool {
	t := strings.TrimLeft(strings.TrimSuffix(line, "\n"), " \t")
	return t == "" || t[0] == '#' || t[0] == ';'
}

func (j *iniJob) addSection() {
	j.lines = []string{"[" + j.Section + "]\n"}
	j.msg = "only section added"
	for _, v := range j.values {
		if j.Option != "" {
			j.lines = append(j.lines, j.assignment(v))
		}
	}
	if j.Option != "" && len(j.values) == 0 && j.AllowNoValue {
		j.lines = append(j.lines, j.Option+"\n")
	}
	if len(j.lines) > 1 {
		j.msg = "section and option added"
	}
	j.changed = true
}

// remove takes out the option, the values of it that are named, or the section.
func (j *iniJob) remove() {
	if j.Option == "" {
		if len(j.lines) > 0 {
			j.lines, j.changed, j.msg = nil, true, "section removed"
		}
		return
	}
	kept := slices.DeleteFunc(slices.Clone(j.lines), func(line string) bool {
		v, ok := j.option(line, false)
		return ok && (j.Exclusive || slices.Contains(j.values, v))
	})
	if len(kept) < len(j.lines) {
		j.lines, j.changed, j.msg = kept, true, "option changed"
	}
}
