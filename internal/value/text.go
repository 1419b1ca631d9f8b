package value

import (
	"unicode/utf8"
)

// decodeRune is utf8.DecodeRuneInString for Python's strings: a byte that is
// not UTF-8 is the lone surrogate that surrogateescape makes of it, and a lone
// surrogate (three bytes) is itself.
func decodeRune(s string) (rune, int) {
	if c := s[0]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	r, n := utf8.DecodeRuneInString(s)
	if r != utf8.RuneError || n != 1 {
		return r, n
	}
	if len(s) >= 3 && s[0] == 0xED && s[1] >= 0xA0 && s[1] < 0xC0 && s[2] >= 0x80 && s[2] < 0xC0 {
		return 0xD000 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F), 3
	}
	return 0xDC00 + rune(s[0]), 1
}

// appendRune is the inverse of decodeRune.
func appendRune(b []byte, r rune) []byte {
	switch {
	case r >= 0xDC80 && r <= 0xDCFF:
		return append(b, byte(r-0xDC00))
	case r >= 0xD800 && r <= 0xDFFF:
		return append(b, 0xED, 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
	default:
		return utf8.AppendRune(b, r)
	}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// runes are the code points of s.
func runes(s string) []rune {
	out := make([]rune, 0, len(s))
	for s != "" {
		r, n := decodeRune(s)
		out, s = append(out, r), s[n:]
	}
	return out
}

// text is the inverse of runes.
func text(rs []rune) string {
	b := make([]byte, 0, len(rs))
	for _, r := range rs {
		b = appendRune(b, r)
	}
	return string(b)
}

// runeLen is the number of code points in s.
func runeLen(s string) int {
	if utf8.ValidString(s) {
		return utf8.RuneCountInString(s)
	}
	n := 0
	for s != "" {
		_, size := decodeRune(s)
		n, s = n+1, s[size:]
	}
	return n
}

// offset is the byte at which the i-th code point of s starts; len(s) beyond.
func offset(s string, i int) int {
	at := 0
	for ; i > 0 && at < len(s); i-- {
		_, n := decodeRune(s[at:])
		at += n
	}
	return at
}

// asString is the text of a str or Markup.
func asString(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case Markup:
		return string(v), true
	default:
		return "", false
	}
}

// appendCode writes a code point as it is: surrogates stay surrogates.
func appendCode(b []byte, r rune) []byte {
	if r >= 0xD800 && r <= 0xDFFF {
		return append(b, 0xED, 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
	}
	return utf8.AppendRune(b, r)
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

func hexValue(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// latin1 makes a character of each byte, fromLatin1 the reverse.
func latin1(s string) string {
	rs := make([]rune, len(s))
	for i := range len(s) {
		rs[i] = rune(s[i])
	}
	return string(rs)
}

func fromLatin1(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b)
}
