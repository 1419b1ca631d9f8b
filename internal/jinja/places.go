package jinja

import (
	"sort"
	"strings"

	"goplay/internal/source"
)

// places tells lines and columns of offsets in a text. It looks at the text
// once: counting from the start of a line for every token would take forever on
// a long one.
type places struct {
	lines []int // where each begins; nil until the first is asked for
	last  int   // the line that was asked for last
	chars *source.Columns
}

// of is the line and the column of an offset, from 0.
func (p *places) of(src string, off int) (line, col int) {
	if p.lines == nil {
		p.read(src)
	}
	line = p.last
	if off < p.lines[line] || line+1 < len(p.lines) && off >= p.lines[line+1] {
		line = sort.SearchInts(p.lines, off+1) - 1
		p.last = line
	}
	start := p.lines[line]
	return line, p.chars.Before(off) - p.chars.Before(start)
}

func (p *places) read(src string) {
	p.lines = append(make([]int, 0, 16), 0)
	for i := 0; ; {
		n := strings.IndexByte(src[i:], '\n')
		if n < 0 {
			break
		}
		i += n + 1
		p.lines = append(p.lines, i)
	}
	p.chars = source.NewColumns(src)
}
