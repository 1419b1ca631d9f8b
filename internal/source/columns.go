package source

import (
	"sort"
	"unicode/utf8"
)

// blockSize is how much text is counted as one.
const blockSize = 512

// Columns counts the characters of a text, which it looks at once: counting
// from the start of a line for every place in it would take forever on a long
// one.
type Columns struct {
	text   string
	blocks []int // characters before each block; nil where each byte is one
}

// NewColumns makes the counter of a text.
func NewColumns(text string) *Columns {
	c := &Columns{text: text}
	if isASCII(text) {
		return c
	}
	c.blocks = make([]int, 1, len(text)/blockSize+2)
	for i := 0; i+blockSize <= len(text); i += blockSize {
		c.blocks = append(c.blocks, c.blocks[len(c.blocks)-1]+characters(text[i:i+blockSize]))
	}
	return c
}

// Before is how many characters are before an offset.
func (c *Columns) Before(offset int) int {
	if c.blocks == nil {
		return offset
	}
	b := offset / blockSize
	return c.blocks[b] + characters(c.text[b*blockSize:offset])
}

// Offset is where the character begins that has so many before it, or the
// text's end.
func (c *Columns) Offset(before int) int {
	if c.blocks == nil {
		return min(before, len(c.text))
	}
	b := sort.SearchInts(c.blocks, before+1) - 1
	n := c.blocks[b]
	for at := b * blockSize; at < len(c.text); at++ {
		if !utf8.RuneStart(c.text[at]) {
			continue
		}
		if n == before {
			return at
		}
		n++
	}
	return len(c.text)
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
