package tree

import (
	"strings"

	"goplay/internal/source"
)

// style is how a scalar was written.
type style uint8

const (
	plain style = iota
	singleQuoted
	doubleQuoted
	literal
	folded
)

func (t *text) byteAt(p source.Pos) byte {
	if at := t.offset(p.Line, p.Col); at < len(t.data) {
		return t.data[at]
	}
	return 0
}

// skipProperties moves a node's place from its tag and anchor to its content.
// It reports whether the tag was the bare "!", after which even quoted text is
// read like a plain scalar.
func (b *builder) skipProperties(n *Node) (nonSpecific bool) {
	at := b.src.offset(n.Pos.Line, n.Pos.Col)
	data := b.src.data
	for at < len(data) && (data[at] == '!' || data[at] == '&') {
		end := at + strings.IndexAny(data[at:]+"\n", " \t\r\n,[]{}")
		nonSpecific = nonSpecific || data[at:end] == "!"
		at = skipBlank(data, end)
	}
	if at < len(data) {
		n.Pos = b.src.pos(at)
	}
	return nonSpecific
}

// skipBlank goes past white space, line ends and comments.
func skipBlank(data string, at int) int {
	for at < len(data) {
		switch data[at] {
		case ' ', '\t', '\r', '\n':
			at++
		case '#':
			if end := strings.IndexByte(data[at:], '\n'); end >= 0 {
				at += end
				continue
			}
			return len(data)
		default:
			return at
		}
	}
	return at
}
