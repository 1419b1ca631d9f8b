package jinja

import (
	"strings"
	"unicode/utf8"

	"goplay/internal/value"
)

func wordwrap(c *Call, a []any) (any, error) {
	s, ok := a[0].(string)
	if !ok {
		if m, isMarkup := a[0].(value.Markup); isMarkup {
			s = string(m)
		} else if u, undef := a[0].(*value.Undefined); undef {
			return nil, u.Err()
		} else {
			return nil, value.Raise("AttributeError", "'%s' object has no attribute 'splitlines'", value.TypeName(a[0]))
		}
	}
	if s == "" {
		return "", nil
	}
	if _, err := compare("<=", a[1], int64(0)); err != nil {
		return nil, err
	}
	width, err := index(a[1])
	if err != nil {
		return nil, err
	}
	long, err := truth(a[2])
	if err != nil {
		return nil, err
	}
	hyphens, err := truth(a[4])
	if err != nil {
		return nil, err
	}
	sep := c.Env.syntax.newline
	if a[3] != nil {
		if sep, ok = a[3].(string); !ok {
			return nil, value.Raise("AttributeError", "'%s' object has no attribute 'join'", value.TypeName(a[3]))
		}
	}
	if width <= 0 && s != "" {
		return nil, value.Raise("ValueError", "invalid width %d (must be > 0)", width)
	}
	var lines []string
	total := 0
	for _, line := range value.SplitLines(s, false) {
		if err := c.Work(1 + len(line)/unitBytes); err != nil {
			return nil, err
		}
		wrapped := wrap(line, int(width), long, hyphens)
		if total += len(line) + len(wrapped)*len(sep); total > value.MaxSize {
			return nil, fits(total)
		}
		lines = append(lines, strings.Join(wrapped, sep))
	}
	return strings.Join(lines, sep), nil
}

func blank(s string) bool { return strings.TrimFunc(s, isSpace) == "" }

// wrap is Python's textwrap.wrap without expanding tabs or replacing whitespace.
func wrap(line string, width int, long, hyphens bool) []string {
	rest := chunks(line, hyphens)
	var lines []string
	for len(rest) > 0 {
		var cur []string
		n := 0
		if blank(rest[0]) && len(lines) > 0 {
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
		if len(cur) > 0 && blank(cur[len(cur)-1]) {
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
