// Package textwrap breaks text into lines where Python's module of that name
// does: at blanks, behind hyphens and, where a word is longer than a line,
// within it.
package textwrap

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// tab is how far apart tab stops are.
const tab = 8

// Lines wraps text as textwrap.wrap does by default: line ends are blanks.
func Lines(text string, width int) []string {
	return Wrap(flat(text), width, true, true)
}

// Kept is Lines without drop_whitespace: blanks at a break stay.
func Kept(text string, width int) []string {
	return wrap(flat(text), width, true, true, true)
}

// flat writes text with blanks alone for its white space.
func flat(text string) string {
	if !strings.ContainsAny(text, "\t\n\v\f\r") {
		return text
	}
	var b strings.Builder
	column := 0
	for _, r := range text {
		switch {
		case r == '\t':
			n := tab - column%tab
			b.WriteString(strings.Repeat(" ", n))
			column += n
		case r == '\n' || r == '\r':
			b.WriteByte(' ')
			column = 0
		case r == '\v' || r == '\f':
			b.WriteByte(' ')
			column++
		default:
			b.WriteRune(r)
			column++
		}
	}
	return b.String()
}

// Wrap is Python's textwrap.wrap without expanding tabs or replacing whitespace.
func Wrap(line string, width int, long, hyphens bool) []string {
	return wrap(line, width, long, hyphens, false)
}

func wrap(line string, width int, long, hyphens, keep bool) []string {
	rest := chunks(line, hyphens)
	var lines []string
	for len(rest) > 0 {
		var cur []string
		n := 0
		if !keep && blank(rest[0]) && len(lines) > 0 {
			rest = rest[1:]
		}
		for len(rest) > 0 {
			if longer(rest[0], width-n) {
				break
			}
			cur, n, rest = append(cur, rest[0]), n+utf8.RuneCountInString(rest[0]), rest[1:]
		}
		if len(rest) > 0 && longer(rest[0], width) {
			cur, rest = longWord(cur, rest, width-n, long, hyphens)
		}
		if !keep && len(cur) > 0 && blank(cur[len(cur)-1]) {
			cur = cur[:len(cur)-1]
		}
		if len(cur) > 0 {
			lines = append(lines, strings.Join(cur, ""))
		}
	}
	return lines
}

// longWord deals with a word that is longer than a line with space left in it.
func longWord(cur, rest []string, space int, long, hyphens bool) (line, left []string) {
	if !long {
		if len(cur) == 0 {
			return append(cur, rest[0]), rest[1:]
		}
		return cur, rest
	}
	word := rest[0]
	end := offset(word, space)
	if hyphens && len(word) > end {
		if i := strings.LastIndexByte(word[:end], '-'); i > 0 && strings.Trim(word[:i], "-") != "" {
			end = i + 1
		}
	}
	rest[0] = word[end:]
	return append(cur, word[:end]), rest
}

// offset is where n characters of s end, or s does.
func offset(s string, n int) int {
	at := 0
	for ; n > 0 && at < len(s); n-- {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return at
}

// longer reports whether s has more than n characters.
func longer(s string, n int) bool { return len(s) > n && offset(s, n) < len(s) }

func blank(s string) bool {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }) == ""
}
