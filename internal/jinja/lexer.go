package jinja

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"goplay/internal/source"
)

// lexer cuts a template into tokens. What is wrong ends the tokens with one of
// kindError: the parser may find a fault before it.
type lexer struct {
	*syntax
	src       string
	pos       int
	tokens    []token
	pooled    *[]token // where the tokens go back to
	lineStart bool     // the last match ended with a newline
	brackets  []byte
	verbatim  bool          // backslashes in string literals stand for themselves
	err       *source.Error // its Pos is set by the parser
	errOff    int
}

// tokenPool keeps the tokens of parsed templates for the next one: they are
// most of what parsing needs and nothing of it lasts.
var tokenPool = sync.Pool{New: func() any { return new([]token) }}

// maxTagTokens is how many tokens one tag may have: far more than anybody
// writes, and few enough to be refused before they take much memory.
const maxTagTokens = 1 << 18

// maxPooled is how many tokens are worth keeping.
const maxPooled = 1 << 14

func newLexer(s *syntax, src string) *lexer {
	pooled := tokenPool.Get().(*[]token)
	return &lexer{syntax: s, src: src, pooled: pooled, tokens: slices.Grow(*pooled, 8+min(len(src)/4, maxPooled))}
}

// release gives the tokens back when the parser is done with them.
func (l *lexer) release() {
	if cap(l.tokens) > maxPooled {
		return
	}
	clear(l.tokens)
	*l.pooled = l.tokens[:0]
	tokenPool.Put(l.pooled)
}

// lex cuts a whole template, its newlines normalized.
func lex(s *syntax, src string) *lexer {
	l := newLexer(s, src)
	l.lineStart = true
	for l.err == nil && l.pos < len(l.src) {
		l.root()
	}
	l.end()
	return l
}

// lexExpr cuts an expression that stands alone.
func lexExpr(s *syntax, src string) *lexer {
	l := newLexer(s, src)
	for l.err == nil && l.pos < len(l.src) {
		if len(l.tokens) > maxTagTokens {
			l.fail(l.pos, "the expression is too long")
			break
		}
		l.inside()
	}
	l.end()
	return l
}

func (l *lexer) end() {
	if l.err != nil {
		l.tokens = append(l.tokens, token{kind: kindError, off: l.errOff})
		return
	}
	l.tokens = append(l.tokens, token{kind: kindEOF, off: len(l.src)})
}

func (l *lexer) fail(off int, msg string) {
	if l.err == nil {
		l.err, l.errOff = syntaxError(source.Pos{}, msg), off
	}
}

func (l *lexer) add(k kind, off int, text string) {
	l.tokens = append(l.tokens, token{kind: k, off: off, text: text})
}

func (l *lexer) data(off int, text string) {
	if text == "" {
		return
	}
	if l.newline != "\n" {
		text = strings.ReplaceAll(text, "\n", l.newline)
	}
	l.add(kindData, off, text)
}

// advance moves to an offset that a match ended at.
func (l *lexer) advance(to int) {
	if to > l.pos {
		l.lineStart = l.src[to-1] == '\n'
	}
	l.pos = to
}

// root reads template data up to the next tag, and the tag.
func (l *lexer) root() {
	start := l.pos
	at, tag := l.findOpener(start)
	if at < 0 {
		l.data(start, l.src[start:])
		l.pos = len(l.src)
		return
	}
	text, tagAt := l.src[start:at], at
	if tag.kind == openLineStatement || tag.kind == openLineComment {
		tagAt = at + strings.Index(l.src[at:], tag.text)
	}
	next := tagAt + len(tag.text)
	rawEnd := -1
	if tag.kind == openBlock {
		rawEnd = l.matchRaw(next)
	}
	sign := byte(0)
	if next < len(l.src) && (l.src[next] == '-' || l.src[next] == '+') {
		sign = l.src[next]
		next++
	}
	l.data(start, l.strip(text, sign, tag.kind != openVariable))
	if rawEnd >= 0 {
		l.advance(rawEnd)
		l.raw(tagAt)
		return
	}
	l.advance(next)
	switch tag.kind {
	case openVariable:
		l.add(kindVariableBegin, tagAt, "")
		l.verbatim = l.doubleBackslashes
		l.tag(tagAt, l.variableClose, kindVariableEnd)
		l.verbatim = false
	case openBlock:
		l.add(kindBlockBegin, tagAt, "")
		l.tag(tagAt, l.blockClose, kindBlockEnd)
	case openLineStatement:
		l.add(kindBlockBegin, tagAt, "")
		l.tag(tagAt, l.lineClose, kindBlockEnd)
	case openComment:
		l.comment(tagAt)
	case openLineComment:
		if i := strings.IndexByte(l.src[next:], '\n'); i >= 0 {
			l.advance(next + i)
		} else {
			l.advance(len(l.src))
		}
	}
}

// strip applies whitespace control and lstrip_blocks to the data before a tag.
func (l *lexer) strip(text string, sign byte, block bool) string {
	switch {
	case sign == '-':
		return strings.TrimRightFunc(text, isSpace)
	case sign == '+' || !l.lstrip || !block:
		return text
	}
	line := strings.LastIndexByte(text, '\n') + 1
	if (line > 0 || l.lineStart) && strings.TrimLeftFunc(text[line:], isSpace) == "" {
		return text[:line]
	}
	return text
}

// findOpener finds the first tag from an offset on. For line statements and
// line comments the place includes the whitespace before the prefix.
func (l *lexer) findOpener(from int) (int, opener) {
	if l.lineStatement == "" && l.lineComment == "" {
		first := string([]byte{l.blockStart[0], l.variableStart[0], l.commentStart[0]})
		for at := from; ; at++ {
			i := strings.IndexAny(l.src[at:], first)
			if i < 0 {
				return -1, opener{}
			}
			at += i
			for _, o := range l.openers {
				if strings.HasPrefix(l.src[at:], o.text) {
					return at, o
				}
			}
		}
	}
	for at := from; at < len(l.src); at++ {
		for _, o := range l.openers {
			if l.opens(at, o) {
				return at, o
			}
		}
	}
	return -1, opener{}
}

func (l *lexer) opens(at int, o opener) bool {
	rest := l.src[at:]
	switch o.kind {
	case openLineStatement:
		return (at == 0 || l.src[at-1] == '\n') && strings.HasPrefix(strings.TrimLeft(rest, " \t\v"), o.text)
	case openLineComment:
		if at > 0 && l.src[at-1] != '\n' {
			if before, _ := utf8.DecodeLastRuneInString(l.src[:at]); isSpace(before) {
				return false
			}
		}
		rest = strings.TrimLeftFunc(rest, func(r rune) bool { return isSpace(r) && r != '\n' && r != '\r' })
	}
	return strings.HasPrefix(rest, o.text)
}

// matchRaw returns where a raw tag ends whose block start ended at an offset, or -1.
func (l *lexer) matchRaw(at int) int {
	if at < len(l.src) && (l.src[at] == '-' || l.src[at] == '+') {
		at++
	}
	at = l.skipSpace(at)
	if !strings.HasPrefix(l.src[at:], "raw") {
		return -1
	}
	at = l.skipSpace(at + 3)
	if strings.HasPrefix(l.src[at:], "-"+l.blockEnd) {
		return l.skipSpace(at + 1 + len(l.blockEnd))
	}
	if strings.HasPrefix(l.src[at:], l.blockEnd) {
		return at + len(l.blockEnd)
	}
	return -1
}

// raw reads data up to endraw.
func (l *lexer) raw(tagAt int) {
	start := l.pos
	if start >= len(l.src) {
		return
	}
	for at := start; ; at++ {
		i := strings.Index(l.src[at:], l.blockStart)
		if i < 0 {
			l.fail(tagAt, "Missing end of raw directive")
			return
		}
		at += i
		next, sign := at+len(l.blockStart), byte(0)
		if next < len(l.src) && (l.src[next] == '-' || l.src[next] == '+') {
			sign = l.src[next]
			next++
		}
		next = l.skipSpace(next)
		if !strings.HasPrefix(l.src[next:], "endraw") {
			continue
		}
		if end := l.blockClose(l.skipSpace(next + len("endraw"))); end >= 0 {
			l.data(start, l.strip(l.src[start:at], sign, true))
			l.advance(end)
			return
		}
	}
}

func (l *lexer) comment(tagAt int) {
	if l.pos >= len(l.src) {
		return
	}
	i := strings.Index(l.src[l.pos:], l.commentEnd)
	if i < 0 {
		l.fail(tagAt, "Missing end of comment tag")
		return
	}
	end := l.pos + i + len(l.commentEnd)
	sign := byte(0)
	if i > 0 {
		sign = l.src[l.pos+i-1]
	}
	switch {
	case sign == '-':
		end = l.skipSpace(end)
	case sign != '+' && l.trim && strings.HasPrefix(l.src[end:], "\n"):
		end++
	}
	l.advance(end)
}

// tag reads the inside of a tag up to its end. close returns where the end is
// over when it starts at an offset, or -1.
func (l *lexer) tag(tagAt int, close func(int) int, end kind) {
	l.brackets = l.brackets[:0]
	most := len(l.tokens) + maxTagTokens
	for l.err == nil {
		if len(l.tokens) > most {
			l.fail(l.pos, "the expression is too long")
			return
		}
		if len(l.brackets) == 0 {
			if next := close(l.pos); next >= 0 {
				l.add(end, l.pos, "")
				l.advance(next)
				return
			}
		}
		if l.pos >= len(l.src) {
			return
		}
		l.inside()
	}
}

func (l *lexer) variableClose(at int) int {
	if strings.HasPrefix(l.src[at:], l.variableEnd) {
		return at + len(l.variableEnd)
	}
	if strings.HasPrefix(l.src[at:], "-") && strings.HasPrefix(l.src[at+1:], l.variableEnd) {
		return l.skipSpace(at + 1 + len(l.variableEnd))
	}
	return -1
}

func (l *lexer) blockClose(at int) int {
	rest := l.src[at:]
	if strings.HasPrefix(rest, "+") && strings.HasPrefix(rest[1:], l.blockEnd) {
		return at + 1 + len(l.blockEnd)
	}
	if strings.HasPrefix(rest, "-") && strings.HasPrefix(rest[1:], l.blockEnd) {
		return l.skipSpace(at + 1 + len(l.blockEnd))
	}
	if !strings.HasPrefix(rest, l.blockEnd) {
		return -1
	}
	at += len(l.blockEnd)
	if l.trim && strings.HasPrefix(l.src[at:], "\n") {
		at++
	}
	return at
}

// lineClose ends a line statement: all whitespace up to the last newline in it.
func (l *lexer) lineClose(at int) int {
	end := l.skipSpace(at)
	if end == len(l.src) {
		return end
	}
	if i := strings.LastIndexByte(l.src[at:end], '\n'); i >= 0 {
		return at + i + 1
	}
	return -1
}

func (l *lexer) skipSpace(at int) int {
	for at < len(l.src) {
		if c := l.src[at]; c < utf8.RuneSelf {
			if c != ' ' && c != '\n' && c != '\t' && !isSpace(rune(c)) {
				return at
			}
			at++
			continue
		}
		r, n := utf8.DecodeRuneInString(l.src[at:])
		if !isSpace(r) {
			return at
		}
		at += n
	}
	return at
}

// isSpace is Python's str.isspace for one character.
func isSpace(r rune) bool {
	return unicode.IsSpace(r) || (r >= 0x1c && r <= 0x1f)
}
