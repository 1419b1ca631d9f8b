package files

import (
	"fmt"
	"strings"

	"goplay/internal/pyre"
	"goplay/modules"
	"goplay/modules/fsys"
)

type lineinfileArgs struct {
	Path         string  `arg:"path,required" alias:"dest,destfile,name" type:"path" doc:"The file to edit."`
	State        string  `arg:"state" enum:"absent,present" default:"present" doc:"Whether the line is to be there."`
	Regexp       *string `arg:"regexp" alias:"regex" doc:"Python regular expression. The last line that matches is replaced; with state=absent all that match go."`
	SearchString *string `arg:"search_string" doc:"Text in place of a regular expression, found anywhere in a line."`
	Line         *string `arg:"line" alias:"value" doc:"The line, without a newline at its end."`
	InsertAfter  *string `arg:"insertafter" doc:"Where no line matches, put the line after the last that matches this expression; EOF (the default) is the end, BOF the start."`
	InsertBefore *string `arg:"insertbefore" doc:"Where no line matches, put the line before the last that matches this expression; BOF is the start."`
	Backrefs     bool    `arg:"backrefs" default:"false" doc:"Fill groups of regexp into line, and change nothing where regexp does not match."`
	Create       bool    `arg:"create" default:"false" doc:"Make a missing file."`
	FirstMatch   bool    `arg:"firstmatch" default:"false" doc:"Take the first line that matches, not the last."`
	Others       *string `arg:"others" doc:"Unused; for old playbooks."`
	fsys.Attrs
	fsys.Backup
	fsys.Validate
}

type lineinfileResult struct {
	Msg    string  `json:"msg" doc:"What was done."`
	Backup *string `json:"backup,omitempty" doc:"Path of the copy that was kept, or empty."`
	Found  *int    `json:"found,omitempty" doc:"How many lines were removed."`
}

func init() {
	modules.Register(modules.Spec{
		Name:      "ansible.builtin.lineinfile",
		Summary:   "Make sure a line is in a text file, replace it or take it out",
		Exclusive: [][]string{{"insertbefore", "insertafter"}, {"regexp", "search_string"}, {"backrefs", "search_string"}},
		Example: `- name: No passwords over SSH
  ansible.builtin.lineinfile:
    path: /etc/ssh/sshd_config
    regexp: '^#?PasswordAuthentication\s'
    line: PasswordAuthentication no
    validate: sshd -t -f %s
`,
	}, lineinfile)
}

func lineinfile(c *modules.Context, a lineinfileArgs) (lineinfileResult, error) {
	a.warnOfEmpty(c)
	e, err := openText(a.Path, true, &a.Attrs)
	if err != nil {
		return lineinfileResult{}, err
	}
	if !e.Exists && !a.Create && a.State == "present" {
		return lineinfileResult{}, modules.Fail("Destination %s does not exist !", a.Path).With("rc", 257)
	}
	e.Backup, e.Validate = a.Backup.Backup, a.Validate.Validate
	job, err := a.job(string(e.Old))
	if err != nil {
		return lineinfileResult{}, err
	}
	var r lineinfileResult
	if a.State == "absent" {
		if !e.Exists {
			return lineinfileResult{Msg: "file not present"}, nil
		}
		n := job.remove()
		r.Found = &n
		if n > 0 {
			r.Msg = fmt.Sprintf("%d line(s) removed", n)
		}
	} else if r.Msg, err = job.ensure(); err != nil {
		return r, err
	}
	done, err := e.Save(c, []byte(strings.Join(job.lines, "")))
	if err != nil {
		return lineinfileResult{}, err
	}
	r.Backup = &done.Backup
	r.Msg = noteAttrs(r.Msg, done)
	return r, nil
}

// check refuses what the rules of the options cannot express.
func (a lineinfileArgs) check() error {
	switch {
	case a.State == "present" && a.Backrefs && a.Regexp == nil:
		return modules.Fail("regexp is required with backrefs=true")
	case a.State == "present" && a.Line == nil:
		return modules.Fail("line is required with state=present")
	case a.State == "absent" && a.Regexp == nil && a.SearchString == nil && a.Line == nil:
		return modules.Fail("one of line, search_string, or regexp is required with state=absent")
	}
	return nil
}

func (a lineinfileArgs) warnOfEmpty(c *modules.Context) {
	const words = "The %s is an empty string, which will match every line in the file. " +
		"This may have unintended consequences, such as replacing the last line in the file rather than appending."
	switch {
	case a.Regexp != nil && *a.Regexp == "":
		c.Warn(words+" If this is desired, use '^' to match every line in the file and avoid this warning.", "regular expression")
	case a.SearchString != nil && *a.SearchString == "":
		c.Warn(words, "search string")
	}
}

// lineJob is the lines of a file and what is to be done to them.
type lineJob struct {
	lineinfileArgs
	lines []string
	line  string
	re    *pyre.Regexp
	place *pyre.Regexp // insertafter or insertbefore, when they are patterns
}

func (a lineinfileArgs) job(text string) (*lineJob, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	j := &lineJob{lineinfileArgs: a, lines: splitLines(text)}
	if a.Line != nil {
		j.line = *a.Line
	}
	var err error
	if j.re, err = bytesPattern(a.Regexp); err != nil {
		return nil, err
	}
	place := a.InsertAfter
	if place == nil {
		place = a.InsertBefore
	}
	if place != nil && *place != "BOF" && !(*place == "EOF" && a.InsertAfter != nil) {
		j.place, err = bytesPattern(place)
	}
	return j, err
}

// matches reports whether regexp or search_string selects a line.
func (j *lineJob) matches(line string) (*pyre.Match, bool) {
	switch {
	case j.re != nil:
		m := j.re.Search(line)
		return m, m != nil
	case j.SearchString != nil:
		return nil, strings.Contains(line, *j.SearchString)
	}
	return nil, false
}

func bare(line string) string { return strings.TrimRight(line, "\r\n") }

func (j *lineJob) remove() int {
	var kept []string
	for _, line := range j.lines {
		_, hit := j.matches(line)
		if j.re == nil && j.SearchString == nil {
			hit = bare(line) == j.line
		}
		if !hit {
			kept = append(kept, line)
		}
	}
	n := len(j.lines) - len(kept)
	j.lines = kept
	return n
}

// find looks for the line to replace: one that matches, else one that is the
// line already.
func (j *lineJob) find() (at int, match *pyre.Match) {
	at = -1
	for i, line := range j.lines {
		if m, hit := j.matches(line); hit {
			at, match = i, m
			if j.FirstMatch {
				break
			}
		}
	}
	if at >= 0 {
		return at, match
	}
	for i, line := range j.lines {
		if bare(line) == j.line {
			at = i
		}
	}
	return at, nil
}

// ensure puts the line in its place and says what was done, "" for nothing.
func (j *lineJob) ensure() (string, error) {
	at, match := j.find()
	switch {
	case at >= 0:
		return j.replace(at, match)
	case j.Backrefs:
		return "", nil
	case is(j.InsertBefore, "BOF"), is(j.InsertAfter, "BOF"):
		j.lines = insert(j.lines, 0, j.line+"\n")
		return "line added", nil
	}
	return j.add(), nil
}

func is(s *string, text string) bool { return s != nil && *s == text }

func (j *lineJob) replace(at int, match *pyre.Match) (string, error) {
	line := j.line
	if j.Backrefs && match != nil {
		filled, err := match.Expand(line)
		if err != nil {
			return "", modules.Fail("line: %w", err)
		}
		line = filled
	}
	line = terminated(line)
	if j.lines[at] == line {
		return "", nil
	}
	j.lines[at] = line
	return "line replaced", nil
}

// add puts the line where insertafter or insertbefore say, else at the end. A
// line that stands there already is not added again after a match.
func (j *lineJob) add() string {
	at := j.placed()
	if n := len(j.lines); n > 0 && (at < 0 || at == n) {
		j.lines[n-1] = terminated(j.lines[n-1])
	}
	if at < 0 {
		at = len(j.lines)
	}
	j.lines = insert(j.lines, at, j.line+"\n")
	return "line added"
}

// placed is where a line is to be inserted, -1 for the end.
func (j *lineJob) placed() int {
	at := -1
	if j.place == nil {
		return at
	}
	for i, line := range j.lines {
		if j.place.Search(line) == nil {
			continue
		}
		at = i
		if j.InsertAfter != nil {
			at = i + 1
		}
		if j.FirstMatch {
			break
		}
	}
	return at
}
