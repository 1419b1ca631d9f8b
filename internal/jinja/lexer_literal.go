package jinja

import (
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"goplay/internal/value"
)

// digits returns the end of (\d+_)*\d+ at an offset, or -1.
func (l *lexer) digits(at int) int {
	end := -1
	for at < len(l.src) {
		c := l.src[at]
		switch {
		case c >= '0' && c <= '9':
			at++
			end = at
		case c == '_' && end == at:
			at++
		default:
			return end
		}
	}
	return end
}

// float returns the end of a float literal at an offset, or -1.
func (l *lexer) float(at int) int {
	if at > 0 && l.src[at-1] == '.' {
		return -1
	}
	end := l.digits(at)
	if end < 0 {
		return -1
	}
	fraction := -1
	if end < len(l.src) && l.src[end] == '.' {
		fraction = l.digits(end + 1)
	}
	if fraction >= 0 {
		if exp := l.exponent(fraction); exp >= 0 {
			return exp
		}
		return fraction
	}
	return l.exponent(end)
}

func (l *lexer) exponent(at int) int {
	if at >= len(l.src) || l.src[at]|0x20 != 'e' {
		return -1
	}
	at++
	if at < len(l.src) && (l.src[at] == '+' || l.src[at] == '-') {
		at++
	}
	return l.digits(at)
}

// number reads a float or an integer literal.
func (l *lexer) number() {
	start := l.pos
	k, end := kindFloat, l.float(start)
	if end < 0 {
		k, end = kindInteger, l.integer(start)
	}
	l.add(k, start, l.src[start:end])
	l.pos, l.lineStart = end, false
}

// number is the value of a number's spelling.
func (t token) number() any {
	text := strings.ReplaceAll(t.text, "_", "")
	if t.kind == kindFloat {
		f, _ := strconv.ParseFloat(text, 64)
		return f
	}
	if n, err := strconv.ParseInt(text, 0, 64); err == nil {
		return n
	}
	n, _ := new(big.Int).SetString(text, 0)
	if n == nil { // zeros in front of a zero, which Go reads as octal
		return int64(0)
	}
	return value.Int(n)
}

// integer returns the end of an integer literal whose first digit is at an offset.
func (l *lexer) integer(at int) int {
	in := func(set string) func(byte) bool { return func(c byte) bool { return strings.IndexByte(set, c) >= 0 } }
	run := func(from int, digit func(byte) bool) int {
		end := from
		for at := from; at < len(l.src); {
			if l.src[at] == '_' && at+1 < len(l.src) {
				at++
			}
			if !digit(l.src[at]) {
				break
			}
			at++
			end = at
		}
		return end
	}
	if l.src[at] != '0' {
		return run(at+1, in("0123456789"))
	}
	if at+1 < len(l.src) {
		set := map[byte]string{'b': "01", 'o': "01234567", 'x': "0123456789abcdefABCDEF"}[l.src[at+1]|0x20]
		if set != "" {
			if end := run(at+2, in(set)); end > at+2 {
				return end
			}
		}
	}
	return run(at+1, in("0"))
}

// str reads a string literal.
func (l *lexer) str(quote byte) {
	start := l.pos
	at := start + 1
	for at < len(l.src) && l.src[at] != quote {
		if l.src[at] == '\\' && !l.verbatim {
			at++
		}
		at++
	}
	if at >= len(l.src) {
		l.unexpected(start)
		return
	}
	text := l.src[start+1 : at]
	if l.newline != "\n" {
		text = strings.ReplaceAll(text, "\n", l.newline)
	}
	if strings.IndexByte(text, '\\') >= 0 && !l.verbatim {
		var msg string
		if text, msg = unescape(text); msg != "" {
			l.fail(start, msg)
			return
		}
	}
	l.add(kindString, start, text)
	l.pos, l.lineStart = at+1, false
}

var simpleEscapes = map[byte]string{
	'\n': "", '\\': "\\", '\'': "'", '"': "\"", 'a': "\a", 'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t", 'v': "\v",
}

// unescape decodes Python's unicode-escape; msg says why it cannot.
func unescape(s string) (text, msg string) {
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			i++
			continue
		}
		if i+1 >= len(s) {
			return "", "\\ at end of string"
		}
		c := s[i+1]
		if simple, ok := simpleEscapes[c]; ok {
			b.WriteString(simple)
			i += 2
			continue
		}
		switch {
		case c >= '0' && c <= '7':
			end := i + 2
			for end < len(s) && end < i+4 && s[end] >= '0' && s[end] <= '7' {
				end++
			}
			n, _ := strconv.ParseUint(s[i+1:end], 8, 32)
			b.WriteRune(rune(n))
			i = end
		case c == 'x' || c == 'u' || c == 'U':
			n, end, msg := hexEscape(s, i)
			if msg != "" {
				return "", msg
			}
			b.WriteRune(n)
			i = end
		case c == 'N':
			end := strings.IndexByte(s[i:], '}')
			if !strings.HasPrefix(s[i+2:], "{") || end < 4 {
				return "", "malformed \\N character escape"
			}
			char, err := value.ParseLiteral("'" + s[i:i+end+1] + "'")
			if err != nil {
				return "", "unknown Unicode character name"
			}
			b.WriteString(value.Str(char))
			i += end + 1
		default:
			b.WriteByte('\\')
			_, n := utf8.DecodeRuneInString(s[i+1:])
			b.WriteString(s[i+1 : i+1+n])
			i += 1 + n
		}
	}
	return b.String(), ""
}

func hexEscape(s string, i int) (r rune, end int, msg string) {
	width := map[byte]int{'x': 2, 'u': 4, 'U': 8}[s[i+1]]
	end = i + 2
	for end < len(s) && end < i+2+width && strings.IndexByte("0123456789abcdefABCDEF", s[end]) >= 0 {
		end++
	}
	if end < i+2+width {
		return 0, 0, "truncated \\" + string(s[i+1]) + strings.Repeat("X", width) + " escape"
	}
	n, _ := strconv.ParseUint(s[i+2:end], 16, 64)
	if n > utf8.MaxRune {
		return 0, 0, "illegal Unicode character"
	}
	return rune(n), end, ""
}
