package tree

import (
	"strings"
	"unicode/utf8"

	"goplay/internal/source"
)

// At is the place in the file of a byte offset in Text. For text that is not
// from a file, or that can't be followed there, it is the node's own place.
func (n *Node) At(offset int) source.Pos {
	if n.Kind != Text || n.src == nil || n.Sealed != nil || offset < 0 || offset > len(n.Text) {
		return n.Pos
	}
	switch n.style {
	case literal:
		return n.atLiteral(offset)
	case folded:
		return n.atFolded(offset)
	default:
		return n.atFlow(offset)
	}
}

// atLiteral goes by lines: those of the text are those of the file.
func (n *Node) atLiteral(offset int) source.Pos {
	before := n.Text[:offset]
	index := strings.Count(before, "\n")
	start := strings.LastIndexByte(before, '\n') + 1
	line, _, _ := strings.Cut(n.Text[start:], "\n")
	number := n.Pos.Line + 1 + index
	indent := len(n.src.line(number)) - len(line)
	if indent < 0 {
		return n.Pos
	}
	return source.Pos{File: n.Pos.File, Line: number, Col: indent + utf8.RuneCountInString(before[start:]) + 1}
}

// atFolded walks text and lines together; a space or a line end in the text
// stands where a line of the file ends.
func (n *Node) atFolded(offset int) source.Pos {
	number, text := n.Pos.Line+1, 0
	for number <= len(n.src.lines) && strings.TrimSpace(n.src.line(number)) == "" && strings.HasPrefix(n.Text[text:], "\n") {
		number, text = number+1, text+1
	}
	indent := leading(n.src.line(number)) - leading(n.Text[text:])
	if indent < 0 {
		return n.Pos
	}
	for ; number <= len(n.src.lines); number++ {
		content := n.src.line(number)
		content = content[min(indent, len(content)):]
		if !strings.HasPrefix(n.Text[text:], content) {
			return n.Pos
		}
		if offset <= text+len(content) {
			col := indent + 1 + utf8.RuneCountInString(n.Text[min(text, offset):offset])
			return source.Pos{File: n.Pos.File, Line: number, Col: col}
		}
		text += len(content)
		blank := 0
		for number < len(n.src.lines) && strings.TrimSpace(n.src.line(number+1)) == "" {
			number, blank = number+1, blank+1
		}
		if blank == 0 && strings.HasPrefix(n.Text[text:], " ") {
			text++
			continue
		}
		for ; blank >= 0 && strings.HasPrefix(n.Text[text:], "\n"); blank-- {
			text++
		}
	}
	return n.Pos
}

func leading(s string) int { return len(s) - len(strings.TrimLeft(s, " ")) }

// atFlow walks a plain or quoted scalar: escapes are longer in the file than
// in the text, and white space around a line end is one space.
func (n *Node) atFlow(offset int) source.Pos {
	data := n.src.data
	raw := n.src.offset(n.Pos.Line, n.Pos.Col)
	if n.style != plain {
		raw++
	}
	for text := 0; text < offset && raw < len(data); {
		if skipped, width := n.atBreak(raw, text); skipped > 0 {
			raw, text = raw+skipped, text+width
			continue
		}
		skipped, width := n.escape(data[raw:], n.Text[text:])
		raw, text = raw+skipped, text+width
	}
	return n.src.pos(raw)
}

// atBreak measures white space that holds a line end: its length in the file
// and that of what it became in the text.
func (n *Node) atBreak(raw, text int) (skipped, width int) {
	data := n.src.data[raw:]
	rest := strings.TrimLeft(data, " \t\r\n")
	gap := data[:len(data)-len(rest)]
	breaks := strings.Count(gap, "\n")
	switch {
	case breaks == 0:
		return 0, 0
	case breaks == 1:
		return len(gap), 1
	default:
		became := n.Text[text:]
		return len(gap), min(breaks-1, len(became)-len(strings.TrimLeft(became, "\n")))
	}
}

// escape measures one character of the file and of the text.
func (n *Node) escape(data, text string) (skipped, width int) {
	_, size := utf8.DecodeRuneInString(data)
	_, width = utf8.DecodeRuneInString(text)
	switch {
	case n.style == singleQuoted && strings.HasPrefix(data, "''"):
		return 2, width
	case n.style != doubleQuoted || data[0] != '\\' || len(data) < 2:
		return size, width
	}
	switch data[1] {
	case 'x':
		return min(4, len(data)), width
	case 'u':
		return min(6, len(data)), width
	case 'U':
		return min(10, len(data)), width
	case '\n', '\r':
		rest := strings.TrimLeft(data[1:], " \t\r\n")
		return len(data) - len(rest), 0
	default:
		return 2, width
	}
}
