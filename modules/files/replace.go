package files

import (
	"fmt"
	"strings"

	"golang.org/x/text/encoding"

	"goplay/internal/pyre"
	"goplay/modules"
	"goplay/modules/fsys"
)

type replaceArgs struct {
	Path     string  `arg:"path,required" alias:"dest,destfile,name" type:"path" doc:"The file to edit."`
	Regexp   string  `arg:"regexp,required" doc:"Python regular expression, in which ^ and $ match at every line. Every match is replaced."`
	Replace  string  `arg:"replace" default:"" doc:"What takes a match's place; \\1 and \\g<name> are its groups."`
	After    string  `arg:"after" doc:"Only text after the first match of this expression is looked at."`
	Before   string  `arg:"before" doc:"Only text before the first match of this expression is looked at."`
	Encoding string  `arg:"encoding" default:"utf-8" doc:"The file's character encoding."`
	Others   *string `arg:"others" doc:"Unused; for old playbooks."`
	fsys.Attrs
	fsys.Backup
	fsys.Validate
}

type replaceResult struct {
	Msg        string `json:"msg" doc:"How many replacements were made, or why none."`
	RC         int    `json:"rc" doc:"0, for old playbooks."`
	BackupFile string `json:"backup_file,omitempty" doc:"Path of the copy that was kept."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.replace",
		Summary: "Replace every match of a regular expression in a file",
		Example: `- name: The new name of the host
  ansible.builtin.replace:
    path: /etc/hosts
    regexp: '(\s)old\.example\.org(\s|$)'
    replace: '\1new.example.org\2'
`,
	}, replace)
}

func replace(c *modules.Context, a replaceArgs) (replaceResult, error) {
	e, err := openText(a.Path, false, &a.Attrs)
	if err != nil {
		return replaceResult{}, err
	}
	e.Backup, e.Validate, e.HideAttrs = a.Backup.Backup, a.Validate.Validate, true
	enc, err := encodingOf(a.Encoding)
	if err != nil {
		return replaceResult{}, err
	}
	text, err := decodeText(enc, string(e.Old))
	if err != nil {
		return replaceResult{}, modules.Fail("Unable to read the contents of %s: %w", a.Path, err)
	}
	before := text
	text, n, missed, err := a.edit(text)
	if err != nil || missed != "" {
		return replaceResult{Msg: missed}, err
	}
	var r replaceResult
	next := string(e.Old)
	if n > 0 {
		if next, err = encodeText(enc, text); err != nil {
			return r, modules.Fail("write %s as %s: %w", a.Path, a.Encoding, err)
		}
	}
	if next != string(e.Old) {
		e.Diff = &modules.Diff{Before: before, After: text, BeforeHeader: a.Path, AfterHeader: a.Path}
		r.Msg = fmt.Sprintf("%d replacements made", n)
	}
	done, err := e.Save(c, []byte(next))
	if err != nil {
		return replaceResult{}, err
	}
	r.BackupFile, r.Msg = done.Backup, noteAttrs(r.Msg, done)
	return r, nil
}

// edit returns the new text and how many matches were replaced; missed is the
// message when after and before do not match the file.
func (a replaceArgs) edit(text string) (next string, n int, missed string, err error) {
	re, err := pyre.Compile(a.Regexp, pyre.Multiline)
	if err != nil {
		return "", 0, "", modules.Fail("the regular expression %q is not valid: %w", a.Regexp, err)
	}
	start, section, end := "", text, ""
	if pattern := a.section(); pattern != "" {
		within, err := pyre.Compile(pattern, pyre.DotAll)
		if err != nil {
			return "", 0, "", modules.Fail("the regular expression %q is not valid: %w", pattern, err)
		}
		m := within.Search(text)
		if m == nil {
			return "", 0, "Pattern for before/after params did not match the given file: " + pattern, nil
		}
		start, section, end = m.Around(within.Names()["subsection"])
	}
	section, n, err = re.Sub(a.Replace, section, 0)
	if err != nil {
		return "", 0, "", modules.Fail("replace: %w", err)
	}
	return start + section + end, n, "", nil
}

// section is the pattern for the part between after and before.
func (a replaceArgs) section() string {
	switch {
	case a.After != "" && a.Before != "":
		return a.After + "(?P<subsection>.*?)" + a.Before
	case a.After != "":
		return a.After + "(?P<subsection>.*)"
	case a.Before != "":
		return "(?P<subsection>.*)" + a.Before
	}
	return ""
}

// encodingOf is nil for UTF-8, which needs no conversion and may be broken.
func encodingOf(name string) (encoding.Encoding, error) {
	plain := strings.ToLower(strings.NewReplacer("_", "-", " ", "-").Replace(name))
	switch plain {
	case "utf-8", "utf8", "ascii", "us-ascii":
		return nil, nil
	case "latin-1", "latin1", "iso8859-1":
		plain = "iso-8859-1"
	}
	enc, err := registered(plain)
	if err != nil || enc == nil {
		return nil, modules.Fail("unknown encoding: %s", name)
	}
	return enc, nil
}

func decodeText(enc encoding.Encoding, text string) (string, error) {
	if enc == nil {
		return text, nil
	}
	return enc.NewDecoder().String(text)
}

func encodeText(enc encoding.Encoding, text string) (string, error) {
	if enc == nil {
		return text, nil
	}
	return enc.NewEncoder().String(text)
}
