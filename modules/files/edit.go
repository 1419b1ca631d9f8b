package files

import (
	"strings"

	"goplay/internal/pyre"
	"goplay/modules"
	"goplay/modules/fsys"
)

// openText opens a file that a module edits; a folder, and a file that is
// missing and not to be made, fail in the words of all these modules.
func openText(path string, create bool, attrs *fsys.Attrs) (*fsys.Edit, error) {
	if fsys.IsDir(path) {
		return nil, modules.Fail("Path %s is a directory !", path).With("rc", 256)
	}
	e, err := fsys.OpenEdit(path, attrs)
	if err != nil {
		return nil, modules.Fail("Unable to read the contents of %s: %s", path, fsys.OSError(err))
	}
	if !e.Exists && !create {
		return nil, modules.Fail("Path %s does not exist !", path).With("rc", 257)
	}
	e.LateAttrs = !e.Exists
	return e, nil
}

// noteAttrs adds to a message that attributes were changed too.
func noteAttrs(msg string, done fsys.Updated) string {
	if !done.Attrs {
		return msg
	}
	if msg != "" {
		msg += " and "
	}
	return msg + "ownership, perms or SE linux context changed"
}

// splitLines cuts after every newline; the last line may lack one.
func splitLines(text string) []string {
	lines := strings.SplitAfter(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// bytesPattern compiles a pattern for lines of bytes, nil for none.
func bytesPattern(pattern *string) (*pyre.Regexp, error) {
	if pattern == nil {
		return nil, nil
	}
	re, err := pyre.Compile(*pattern, pyre.Bytes)
	if err != nil {
		return nil, modules.Fail("the regular expression %q is not valid: %w", *pattern, err)
	}
	return re, nil
}

// terminated is a line with a newline at its end.
func terminated(line string) string {
	if strings.HasSuffix(line, "\n") {
		return line
	}
	return line + "\n"
}

// insert puts lines in front of the i-th.
func insert(lines []string, i int, more ...string) []string {
	out := make([]string, 0, len(lines)+len(more))
	out = append(out, lines[:i]...)
	out = append(out, more...)
	return append(out, lines[i:]...)
}
