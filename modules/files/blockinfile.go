package files

import (
	"strings"

	"goplay/internal/pyre"
	"goplay/modules"
	"goplay/modules/fsys"
)

type blockinfileArgs struct {
	Path           string  `arg:"path,required" alias:"dest,destfile,name" type:"path" doc:"The file to edit."`
	State          string  `arg:"state" enum:"absent,present" default:"present" doc:"Whether the block is to be there."`
	Marker         string  `arg:"marker" default:"# {mark} ANSIBLE MANAGED BLOCK" doc:"Line around the block; {mark} becomes marker_begin and marker_end."`
	Block          string  `arg:"block" alias:"content" default:"" doc:"Text of the block; an empty one is removed with its markers."`
	InsertAfter    *string `arg:"insertafter" doc:"Put a new block after the last line that matches this Python regular expression; EOF (the default) is the end."`
	InsertBefore   *string `arg:"insertbefore" doc:"Put a new block before the last line that matches this Python regular expression; BOF is the start."`
	Create         bool    `arg:"create" default:"false" doc:"Make a missing file."`
	MarkerBegin    string  `arg:"marker_begin" default:"BEGIN" doc:"What {mark} becomes in front of the block."`
	MarkerEnd      string  `arg:"marker_end" default:"END" doc:"What {mark} becomes after the block."`
	AppendNewline  bool    `arg:"append_newline" default:"false" doc:"Have an empty line after the block, unless it ends the file."`
	PrependNewline bool    `arg:"prepend_newline" default:"false" doc:"Have an empty line in front of the block, unless it starts the file."`
	fsys.Attrs
	fsys.Backup
	fsys.Validate
}

type blockinfileResult struct {
	Msg        string `json:"msg" doc:"What was done."`
	BackupFile string `json:"backup_file,omitempty" doc:"Path of the copy that was kept."`
}

func init() {
	modules.Register(modules.Spec{
		Name:      "ansible.builtin.blockinfile",
		Summary:   "Keep a block of lines between markers in a text file",
		Exclusive: [][]string{{"insertbefore", "insertafter"}},
		Example: `- name: Hosts of the cluster
  ansible.builtin.blockinfile:
    path: /etc/hosts
    marker: "# {mark} cluster"
    block: |
      10.0.0.11 db1
      10.0.0.12 db2
`,
	}, blockinfile)
}

func blockinfile(c *modules.Context, a blockinfileArgs) (blockinfileResult, error) {
	e, err := openText(a.Path, a.Create, &a.Attrs)
	if err != nil {
		return blockinfileResult{}, err
	}
	if a.State == "absent" && !e.Exists {
		return blockinfileResult{Msg: "File " + a.Path + " not present"}, nil
	}
	e.Backup, e.Validate = a.Backup.Backup, a.Validate.Validate
	text, err := a.edit(string(e.Old))
	if err != nil {
		return blockinfileResult{}, err
	}
	var r blockinfileResult
	switch {
	case e.Exists && text == string(e.Old):
	case !e.Exists:
		r.Msg = "File created"
	case a.State == "absent" || a.Block == "":
		r.Msg = "Block removed"
	default:
		r.Msg = "Block inserted"
	}
	done, err := e.Save(c, []byte(text))
	if err != nil {
		return blockinfileResult{}, err
	}
	r.BackupFile, r.Msg = done.Backup, noteAttrs(r.Msg, done)
	return r, nil
}

// edit returns the text with the block in its place.
func (a blockinfileArgs) edit(text string) (string, error) {
	begin := strings.ReplaceAll(a.Marker, "{mark}", a.MarkerBegin) + "\n"
	end := strings.ReplaceAll(a.Marker, "{mark}", a.MarkerEnd) + "\n"
	var block []string
	if a.State == "present" && a.Block != "" {
		block = append([]string{begin}, append(splitAnyLines(terminated(a.Block)), end)...)
	}
	lines := splitAnyLines(text)
	at, lines, err := a.place(lines, begin, end)
	if err != nil {
		return "", err
	}
	if at > 0 && !strings.HasSuffix(lines[at-1], "\n") {
		lines[at-1] += "\n"
	}
	if len(block) > 0 {
		block = a.pad(lines, at, block)
	}
	return strings.Join(insert(lines, at, block...), ""), nil
}

// pad adds the empty lines that are asked for and not there.
func (a blockinfileArgs) pad(lines []string, at int, block []string) []string {
	if a.PrependNewline && at > 0 && lines[at-1] != "\n" {
		block = append([]string{"\n"}, block...)
	}
	if a.AppendNewline && at < len(lines) && lines[at] != "\n" {
		block = append(block, "\n")
	}
	return block
}

// place takes an old block out and says where the new one belongs.
func (a blockinfileArgs) place(lines []string, begin, end string) (int, []string, error) {
	first, last := -1, -1
	for i, line := range lines {
		if line == begin {
			first = i
		}
		if line == end {
			last = i
		}
	}
	if first >= 0 && last >= 0 {
		lo, hi := min(first, last), max(first, last)
		return lo, append(append([]string{}, lines[:lo]...), lines[hi+1:]...), nil
	}
	at, err := a.newPlace(lines)
	return at, lines, err
}

func (a blockinfileArgs) newPlace(lines []string) (int, error) {
	pattern, after := a.InsertBefore, 0
	switch {
	case is(a.InsertBefore, "BOF"):
		return 0, nil
	case a.InsertAfter != nil:
		pattern, after = a.InsertAfter, 1
	}
	if pattern == nil || is(a.InsertAfter, "EOF") {
		return len(lines), nil
	}
	re, err := bytesPattern(pattern)
	if err != nil {
		return 0, err
	}
	if re.Flags()&pyre.Multiline != 0 {
		return multilinePlace(re, strings.Join(lines, ""), len(lines), after == 1), nil
	}
	for i := len(lines) - 1; i >= 0; i-- {
		if re.Search(lines[i]) != nil {
			return i + after, nil
		}
	}
	return len(lines), nil
}

// multilinePlace is for patterns that start with (?m): they are matched against
// the whole text.
func multilinePlace(re *pyre.Regexp, text string, end int, after bool) int {
	m := re.Search(text)
	if m == nil {
		return end
	}
	if after {
		return strings.Count(text[:m.End()], "\n") + 1
	}
	return strings.Count(text[:m.Start()], "\n")
}

// splitAnyLines cuts after newlines, carriage returns and both together.
func splitAnyLines(text string) []string {
	var lines []string
	start := 0
	for i := 0; i < len(text); i++ {
		if text[i] == '\r' && i+1 < len(text) && text[i+1] == '\n' {
			i++
		} else if text[i] != '\n' && text[i] != '\r' {
			continue
		}
		lines = append(lines, text[start:i+1])
		start = i + 1
	}
	if start < len(text) {
		lines = append(lines, text[start:])
	}
	return lines
}
