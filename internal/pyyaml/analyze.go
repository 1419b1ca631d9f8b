package pyyaml

import (
	"strings"
	"unicode/utf8"
)

// analysis says in which styles a text can be written.
type analysis struct {
	multiline                                        bool
	flowPlain, blockPlain, singleQuoted, blockScalar bool
}

func isBreak(r rune) bool {
	return r == '\n' || r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029
}

// isBlank reports what separates words; the end of the text does too.
func isBlank(r rune) bool { return r == ' ' || r == '\t' || isBreak(r) || r == 0 }

// isPrintable is libyaml's: no tab, nothing beyond the basic plane.
func isPrintable(r rune) bool {
	switch {
	case r == '\n', r >= 0x20 && r <= 0x7e:
		return true
	case r == 0xfeff, r == 0xfffe, r == 0xffff:
		return false
	default:
		return r >= 0xa0 && r < 0xd800 || r >= 0xe000 && r <= 0xffff
	}
}

// marks are what a text has that rules out a style.
type marks struct {
	blockIndicator, flowIndicator          bool
	lineBreaks, special                    bool
	leadingSpace, leadingBreak             bool
	trailingSpace, trailingBreak           bool
	breakSpace, spaceBreak                 bool
	previousSpace, previousBreak, preceded bool
}

func analyze(text string, unicode bool) analysis {
	if text == "" {
		return analysis{blockPlain: true, singleQuoted: true}
	}
	var m marks
	m.preceded = true
	if strings.HasPrefix(text, "---") || strings.HasPrefix(text, "...") {
		m.blockIndicator, m.flowIndicator = true, true
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		next := rune(0)
		if i+size < len(text) {
			next, _ = utf8.DecodeRuneInString(text[i+size:])
		}
		m.indicator(r, i == 0, isBlank(next))
		if !isPrintable(r) || r >= utf8.RuneSelf && !unicode {
			m.special = true
		}
		m.space(r, i == 0, i+size == len(text))
		m.preceded = isBlank(r)
		i += size
	}
	return m.result()
}

func (m *marks) indicator(r rune, first, followed bool) {
	both := false
	if first {
		switch {
		case strings.ContainsRune("#,[]{}&*!|>'\"%@`", r):
			both = true
		case r == '?' || r == ':':
			m.flowIndicator = true
			both = followed
		case r == '-':
			both = followed
		}
	} else {
		switch r {
		case ',', '?', '[', ']', '{', '}':
			m.flowIndicator = true
		case ':':
			m.flowIndicator = true
			both = followed
		case '#':
			both = m.preceded
		}
	}
	if both {
		m.blockIndicator, m.flowIndicator = true, true
	}
}

func (m *marks) space(r rune, first, last bool) {
	switch {
	case r == ' ':
		m.leadingSpace = m.leadingSpace || first
		m.trailingSpace = m.trailingSpace || last
		m.breakSpace = m.breakSpace || m.previousBreak
		m.previousSpace, m.previousBreak = true, false
	case isBreak(r):
		m.lineBreaks = true
		m.leadingBreak = m.leadingBreak || first
		m.trailingBreak = m.trailingBreak || last
		m.spaceBreak = m.spaceBreak || m.previousSpace
		m.previousSpace, m.previousBreak = false, true
	default:
		m.previousSpace, m.previousBreak = false, false
	}
}

func (m *marks) result() analysis {
	unquotable := m.leadingSpace || m.leadingBreak || m.trailingSpace || m.trailingBreak ||
		m.breakSpace || m.spaceBreak || m.special || m.lineBreaks
	return analysis{
		multiline:    m.lineBreaks,
		flowPlain:    !unquotable && !m.flowIndicator,
		blockPlain:   !unquotable && !m.blockIndicator,
		singleQuoted: !m.breakSpace && !m.spaceBreak && !m.special,
		blockScalar:  !m.trailingSpace && !m.spaceBreak && !m.special,
	}
}
