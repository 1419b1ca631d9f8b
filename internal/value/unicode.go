package value

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

func isSpace(r rune) bool {
	switch {
	case r == ' ' || r >= '\t' && r <= '\r' || r >= 0x1c && r <= 0x1f:
		return true
	case r < 0x80:
		return false
	default:
		return unicode.IsSpace(r)
	}
}

func isAlpha(r rune) bool   { return unicode.IsLetter(r) }
func isDecimal(r rune) bool { return unicode.Is(unicode.Nd, r) }
func isDigit(r rune) bool   { return isDecimal(r) || unicode.Is(digitTable, r) }
func isNumeric(r rune) bool { return unicode.IsNumber(r) || unicode.Is(numericTable, r) }
func isAlnum(r rune) bool   { return isAlpha(r) || isNumeric(r) }

func isLower(r rune) bool {
	return unicode.IsLower(r) || r >= 0x80 && unicode.Is(unicode.Other_Lowercase, r)
}

func isUpper(r rune) bool {
	return unicode.IsUpper(r) || r >= 0x80 && unicode.Is(unicode.Other_Uppercase, r)
}

func isCased(r rune) bool { return isLower(r) || isUpper(r) || unicode.IsTitle(r) }

func isPrintableText(s string) bool { return allRunes(s, isPrintable) }

func isLowerText(s string) bool {
	return allRunes(s, func(r rune) bool { return !isUpper(r) && !unicode.IsTitle(r) }) && !allRunes(s, func(r rune) bool { return !isLower(r) })
}

func isUpperText(s string) bool {
	return allRunes(s, func(r rune) bool { return !isLower(r) && !unicode.IsTitle(r) }) && !allRunes(s, func(r rune) bool { return !isUpper(r) })
}

func isTitleText(s string) bool {
	cased, after := false, false
	return allRunes(s, func(r rune) bool {
		switch {
		case isUpper(r) || unicode.IsTitle(r):
			if after {
				return false
			}
			cased, after = true, true
		case isLower(r):
			if !after {
				return false
			}
			cased = true
		default:
			after = false
		}
		return true
	}) && cased
}

func isIdentifier(s string) bool {
	if s == "" {
		return false
	}
	first := true
	return allRunes(s, func(r rune) bool {
		ok := r == '_' || unicode.IsLetter(r) || unicode.Is(unicode.Nl, r) || unicode.Is(unicode.Other_ID_Start, r)
		if !first {
			ok = ok || unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)
		}
		first = false
		return ok
	})
}

func decodeLastRune(s string) (rune, int) {
	r, n := utf8.DecodeLastRuneInString(s)
	if r != utf8.RuneError || n != 1 {
		return r, n
	}
	if len(s) >= 3 {
		if r, n := decodeRune(s[len(s)-3:]); n == 3 {
			return r, n
		}
	}
	return decodeRune(s[len(s)-1:])
}

func upper(s string) string {
	if isASCII(s) {
		return strings.ToUpper(s)
	}
	return mapText(s, upperRune)
}

func upperRune(r rune) string {
	if !utf8.ValidRune(r) {
		return string(appendRune(nil, r))
	}
	return upperOf(r)
}

func titleRune(r rune) string {
	if !utf8.ValidRune(r) {
		return string(appendRune(nil, r))
	}
	if s := upperOf(r); utf8.RuneCountInString(s) == 1 {
		return string(unicode.ToTitle(r))
	}
	return titleOf(r)
}

func mapText(s string, to func(rune) string) string {
	var b strings.Builder
	for s != "" {
		r, n := decodeRune(s)
		b.WriteString(to(r))
		s = s[n:]
	}
	return b.String()
}

func lower(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	return string(appendLower(nil, s, 0))
}

// appendLower writes s in lower case from a byte on; what is before it decides
// only which form a sigma takes.
func appendLower(b []byte, s string, from int) []byte {
	for at := from; at < len(s); {
		r, n := decodeRune(s[at:])
		b = appendLowerRune(b, s, at, r, n)
		at += n
	}
	return b
}

func appendLowerRune(b []byte, s string, at int, r rune, n int) []byte {
	switch {
	case r == 'Σ' && finalSigma(s[:at], s[at+n:]):
		return append(b, "ς"...)
	case r == 'İ':
		return append(b, "i̇"...)
	default:
		return appendRune(b, unicode.ToLower(r))
	}
}

// finalSigma says whether a sigma ends a word: a cased letter before it and
// none after it, skipping what case ignores.
func finalSigma(before, after string) bool {
	for {
		if before == "" {
			return false
		}
		r, n := decodeLastRune(before)
		before = before[:len(before)-n]
		if !caseIgnorable(r) {
			if !isCased(r) {
				return false
			}
			break
		}
	}
	for after != "" {
		r, n := decodeRune(after)
		after = after[n:]
		if !caseIgnorable(r) {
			return !isCased(r)
		}
	}
	return true
}

func caseIgnorable(r rune) bool {
	switch r {
	case '\'', '.', ':', 0xB7, 0x387, 0x55F, 0x5F4, 0x2018, 0x2019, 0x2024, 0x2027, 0xFE13, 0xFE52, 0xFE55, 0xFF07, 0xFF0E, 0xFF1A:
		return true
	}
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk)
}

func casefold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	return mapText(s, func(r rune) string {
		if !utf8.ValidRune(r) {
			return string(appendRune(nil, r))
		}
		return foldOf(r)
	})
}

func capitalize(s string) string {
	if s == "" {
		return ""
	}
	r, n := decodeRune(s)
	return string(appendLower([]byte(titleRune(r)), s, n))
}

func swapcase(s string) string {
	var b []byte
	for at := 0; at < len(s); {
		r, n := decodeRune(s[at:])
		switch {
		case isUpper(r):
			b = appendLowerRune(b, s, at, r, n)
		case isLower(r):
			b = append(b, upperRune(r)...)
		default:
			b = append(b, s[at:at+n]...)
		}
		at += n
	}
	return string(b)
}

func title(s string) string {
	var b []byte
	after := false
	for at := 0; at < len(s); {
		r, n := decodeRune(s[at:])
		if after {
			b = appendLowerRune(b, s, at, r, n)
		} else {
			b = append(b, titleRune(r)...)
		}
		after = isCased(r)
		at += n
	}
	return string(b)
}
