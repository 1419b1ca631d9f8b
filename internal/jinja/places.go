package jinja

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// blockSize is how much text is counted as one.
const blockSize = 512

// places tells lines and columns of offsets in a text. It looks at the text
// once: counting from the start of a line for every token would take forever on
// a long one.
type places struct {
	lines  []int // where each begins; nil until the first is asked for
	last   int   // the line that was asked for last
	blocks []int // characters before each block; nil where each byte is one
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
	if p.blocks == nil {
		return line, off - start
	}
	return line, p.before(src, off) - p.before(src, start)
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
	if isASCII(src) {
		return
	}
	p.blocks = make([]int, 1, len(src)/blockSize+2)
	for i := 0; i+blockSize <= len(src); i += blockSize {
		p.blocks = append(p.blocks, p.blocks[len(p.blocks)-1]+characters(src[i:i+blockSize]))
	}
}

// before counts the characters before an offset.
func (p *places) before(src string, off int) int {
	b := off / blockSize
	return p.blocks[b] + characters(src[b*blockSize:off])
}

// characters counts where characters begin.
func characters(s string) int {
	n := 0
	for i := range len(s) {
		if utf8.RuneStart(s[i]) {
			n++
		}
	}
	return n
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
