package textwrap

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// chunks cuts a line where it may be wrapped: at whitespace, and with hyphens
// also within hyphenated words and around dashes. It is what Python's textwrap
// splits at, without a regular expression that looks back and ahead at every
// character.
func chunks(line string, hyphens bool) []string {
	c := chunker{s: line, hyphens: hyphens}
	var out []string
	for at := 0; at < len(line); {
		end := c.next(at)
		out = append(out, line[at:end])
		at = end
	}
	return out
}

type chunker struct {
	s       string
	hyphens bool
	run     int // where the dashes end that were looked at last
}

// next is where the chunk ends that begins at an offset.
func (c *chunker) next(at int) int {
	switch {
	case isWrapSpace(c.s[at]):
		end := at + 1
		for end < len(c.s) && isWrapSpace(c.s[end]) {
			end++
		}
		return end
	case c.hyphens && c.dash(at):
		return c.run
	}
	for end := at + runeWidth(c.s, at); ; end += runeWidth(c.s, end) {
		switch {
		case end >= len(c.s) || isWrapSpace(c.s[end]):
			return end
		case !c.hyphens:
		case c.s[end] == '-' && c.splits(end):
			return end + 1
		case c.dash(end):
			return end
		}
	}
}

// dash reports whether an em-dash between words begins at an offset; run is
// where it ends.
func (c *chunker) dash(at int) bool {
	if c.s[at] != '-' {
		return false
	}
	if c.run <= at {
		for c.run = at; c.run < len(c.s) && c.s[c.run] == '-'; {
			c.run++
		}
	}
	return c.run-at >= 2 && isWord(c.after(c.run)) && isWrapPunct(c.before(at))
}

// splits reports whether a word may be broken behind the hyphen at an offset:
// there are letters on both sides, as in well-known or e-mail-like.
func (c *chunker) splits(at int) bool {
	first, n := utf8.DecodeLastRuneInString(c.s[:at])
	second := c.before(at - n)
	lead := isLetter(first) && isLetter(second)
	if !lead && second == '-' && isWrapPunct(first) {
		lead = isLetter(c.before(at - n - 1))
	}
	next := at + 1
	if !lead || !isLetter(c.after(next)) {
		return false
	}
	next += runeWidth(c.s, next)
	if c.after(next) == '-' {
		next++
	}
	return isLetter(c.after(next))
}

func (c *chunker) before(at int) rune {
	r, n := utf8.DecodeLastRuneInString(c.s[:max(at, 0)])
	if n == 0 {
		return -1
	}
	return r
}

func (c *chunker) after(at int) rune {
	if at >= len(c.s) {
		return -1
	}
	r, _ := utf8.DecodeRuneInString(c.s[at:])
	return r
}

func isWrapSpace(b byte) bool { return b == ' ' || b >= '\t' && b <= '\r' }

func isLetter(r rune) bool { return r >= 0 && isWord(r) && !unicode.Is(unicode.Nd, r) }

func isWrapPunct(r rune) bool {
	return r >= 0 && (isWord(r) || r < utf8.RuneSelf && strings.ContainsRune(`!"'&.,?`, r))
}

// runeWidth is how long the character at an offset is.
func runeWidth(s string, at int) int {
	_, n := utf8.DecodeRuneInString(s[at:])
	return n
}

// isWord reports whether a character belongs to a word, as Python's \w has it.
func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }
