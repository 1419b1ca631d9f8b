package tree

import (
	"sort"
	"strings"

	"goplay/internal/source"
)

// text is the file a node stands in, kept to find places inside scalars.
type text struct {
	file  string
	data  string
	lines []int // offset at which each line starts
	chars *source.Columns
}

// newText notes where lines start. What ends a line is what libyaml takes for
// its end: more than LF alone.
func newText(file, data string) *text {
	t := &text{file: file, data: data, lines: make([]int, 1, 16+len(data)/32), chars: source.NewColumns(data)}
	for i := 0; i < len(data); i++ {
		if n := lineBreak(data[i:]); n > 0 {
			t.lines = append(t.lines, i+n)
			i += n - 1
		}
	}
	return t
}

// lineBreak is the length of the line end that s starts with, 0 without one.
func lineBreak(s string) int {
	switch s[0] {
	case '\n':
		return 1
	case '\r':
		if strings.HasPrefix(s, "\r\n") {
			return 2
		}
		return 1
	case 0xc2:
		if strings.HasPrefix(s, "\u0085") {
			return 2
		}
	case 0xe2:
		if strings.HasPrefix(s, "\u2028") || strings.HasPrefix(s, "\u2029") {
			return 3
		}
	}
	return 0
}

// line returns a line by its number, without its end; "" beyond the file.
func (t *text) line(number int) string {
	if number < 1 || number > len(t.lines) {
		return ""
	}
	end := len(t.data)
	if number < len(t.lines) {
		end = t.lines[number]
	}
	return strings.TrimRight(t.data[t.lines[number-1]:end], "\r\n\u0085\u2028\u2029")
}

// offset is where in the data a line and a column (in runes) lie.
func (t *text) offset(line, col int) int {
	if line < 1 || line > len(t.lines) {
		return len(t.data)
	}
	return t.chars.Offset(t.chars.Before(t.lines[line-1]) + max(col-1, 0))
}

// pos is the place of an offset.
func (t *text) pos(offset int) source.Pos {
	offset = min(offset, len(t.data))
	line := sort.Search(len(t.lines), func(i int) bool { return t.lines[i] > offset })
	col := 1 + t.chars.Before(offset) - t.chars.Before(t.lines[line-1])
	return source.Pos{File: t.file, Line: line, Col: col}
}
