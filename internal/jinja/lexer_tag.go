package jinja

import (
	"unicode"
	"unicode/utf8"

	"goplay/internal/value"
)

// inside reads one token of a tag.
func (l *lexer) inside() {
	start := l.pos
	c := l.src[start]
	switch {
	case c == ' ' || c >= utf8.RuneSelf || c < ' ':
		if end := l.skipSpace(start); end > start {
			l.advance(end)
			return
		}
		l.name()
	case c >= '0' && c <= '9':
		l.number()
	case c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		l.name()
	case c == '\'' || c == '"':
		l.str(c)
	default:
		l.operator()
	}
}

func (l *lexer) unexpected(at int) {
	r, n := utf8.DecodeRuneInString(l.src[at:])
	char := string(r)
	if r == utf8.RuneError && n == 1 {
		char = l.src[at : at+1]
	}
	l.fail(at, "unexpected char "+value.Repr(char)+" at "+value.Str(int64(utf8.RuneCountInString(l.src[:at]))))
}

func (l *lexer) operator() {
	start := l.pos
	k, n := operator(l.src[start:])
	if k == kindEOF {
		l.unexpected(start)
		return
	}
	switch k {
	case kindLbrace:
		l.brackets = append(l.brackets, '}')
	case kindLparen:
		l.brackets = append(l.brackets, ')')
	case kindLbracket:
		l.brackets = append(l.brackets, ']')
	case kindRbrace, kindRparen, kindRbracket:
		c := l.src[start]
		if len(l.brackets) == 0 {
			l.fail(start, "unexpected '"+string(c)+"'")
			return
		}
		want := l.brackets[len(l.brackets)-1]
		l.brackets = l.brackets[:len(l.brackets)-1]
		if want != c {
			l.fail(start, "unexpected '"+string(c)+"', expected '"+string(want)+"'")
			return
		}
	}
	l.add(k, start, l.src[start:start+n])
	l.pos = start + n
	l.lineStart = false
}

func (l *lexer) name() {
	start := l.pos
	valid, at := true, start
	for at < len(l.src) {
		r, n := rune(l.src[at]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(l.src[at:])
		}
		if !isWord(r) && !continues(r) || r == utf8.RuneError && n == 1 {
			break
		}
		if r >= utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.Is(unicode.Nl, r) && (at == start || !continues(r)) {
			valid = false
		}
		at += n
	}
	if at == start {
		l.unexpected(start)
		return
	}
	if !valid {
		l.fail(start, "Invalid character in identifier")
		return
	}
	l.add(kindName, start, l.src[start:at])
	l.pos = at
	l.lineStart = false
}

// continues reports whether a character beyond ASCII may stand within an
// identifier but not in front: marks, digits and the like.
func continues(r rune) bool {
	return r >= utf8.RuneSelf && (unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue))
}

// isWord is \w of Python's regular expressions.
func isWord(r rune) bool {
	if r < utf8.RuneSelf {
		return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r)
}
