package system

import (
	"slices"
	"strings"
)

// fstabEntry is the six fields of a line of fstab.
type fstabEntry struct{ source, path, kind, options, dump, pass string }

var (
	fstabEscaper   = strings.NewReplacer(`\`, `\134`, " ", `\040`, "\t", `\011`, "\n", `\012`, "&", `\046`)
	fstabUnescaper = strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\046`, "&", `\134`, `\`)
)

func (e fstabEntry) line() string {
	return strings.Join([]string{fstabEscaper.Replace(e.source), fstabEscaper.Replace(e.path), e.kind, fstabEscaper.Replace(e.options), e.dump, e.pass}, " ")
}

// parseFstab reads a line, false for comments and what is no entry.
func parseFstab(line string) (fstabEntry, bool) {
	f := strings.Fields(line)
	if len(f) < 4 || len(f) > 6 || strings.HasPrefix(f[0], "#") {
		return fstabEntry{}, false
	}
	for len(f) < 6 {
		f = append(f, "0")
	}
	un := fstabUnescaper.Replace
	return fstabEntry{un(f[0]), un(f[1]), f[2], un(f[3]), f[4], f[5]}, true
}

// is reports that an entry is for a path; areas of swap have none and are told
// apart by their source.
func (e fstabEntry) is(path string, source *string) bool {
	if e.path != path {
		return false
	}
	return e.path != "none" || source == nil || e.source == *source
}

// setFstab returns a table with an entry in it, in the place of the one that
// it had for the same path.
func setFstab(table string, want fstabEntry) string {
	lines := strings.SplitAfter(table, "\n")
	found := false
	for i, line := range lines {
		have, ok := parseFstab(line)
		if !ok || !have.is(want.path, &want.source) {
			continue
		}
		found = true
		if have != want {
			lines[i] = want.line() + "\n"
		}
	}
	text := strings.Join(lines, "")
	if found {
		return text
	}
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text + want.line() + "\n"
}

// dropFstab returns a table without the entries for a path.
func dropFstab(table, path string, source *string) string {
	lines := slices.DeleteFunc(strings.SplitAfter(table, "\n"), func(line string) bool {
		e, ok := parseFstab(line)
		return ok && e.is(path, source)
	})
	return strings.Join(lines, "")
}

// liveMount is a mount that the kernel has.
type liveMount struct{ source, kind, root string }

// mountedAt finds what is mounted at a path in the text of mountinfo: the last
// one covers the others.
func mountedAt(mountinfo, path string) (m liveMount, ok bool) {
	for line := range strings.Lines(mountinfo) {
		head, tail, found := strings.Cut(line, " - ")
		f, g := strings.Fields(head), strings.Fields(tail)
		if found && len(f) >= 5 && len(g) >= 2 && fstabUnescaper.Replace(f[4]) == path {
			m, ok = liveMount{source: fstabUnescaper.Replace(g[1]), kind: g[0], root: f[3]}, true
		}
	}
	return m, ok
}
