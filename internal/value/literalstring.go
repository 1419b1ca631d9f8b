package value

import (
	"strings"
	"unicode/utf8"
)

// texts reads strings that stand side by side, which are one.
func (r *literalReader) texts() (any, error) {
	var b []byte
	kind := byte(0)
	for n := 0; ; n++ {
		start := r.at
		prefix := r.prefix()
		if prefix == "" && r.peek() != '\'' && r.peek() != '"' {
			if n == 0 {
				return nil, r.unexpected()
			}
			r.at = start
			break
		}
		this := byte('s')
		if strings.Contains(prefix, "b") {
			this = 'b'
		}
		if kind != 0 && kind != this {
			return nil, r.fail("cannot mix bytes and nonbytes literals")
		}
		kind = this
		var err error
		if b, err = r.quoted(b, strings.Contains(prefix, "r"), this == 'b'); err != nil {
			return nil, err
		}
		r.skip()
	}
	if kind == 'b' {
		return Bytes(b), nil
	}
	return string(b), nil
}

// prefix reads r, b, u and their combinations before a quote, in lower case.
func (r *literalReader) prefix() string {
	for n := 1; n <= 2 && r.at+n < len(r.s); n++ {
		if q := r.s[r.at+n]; q != '\'' && q != '"' {
			continue
		}
		p := strings.ToLower(r.s[r.at : r.at+n])
		switch p {
		case "r", "b", "u", "rb", "br":
			r.at += n
			return p
		}
	}
	return ""
}

func (r *literalReader) quoted(b []byte, raw, isBytes bool) ([]byte, error) {
	q := r.s[r.at : r.at+1]
	triple := strings.HasPrefix(r.s[r.at:], q+q+q)
	if triple {
		q = q + q + q
	}
	begin := r.at
	r.at += len(q)
	for r.at < len(r.s) {
		c := r.s[r.at]
		switch {
		case c == q[0] && strings.HasPrefix(r.s[r.at:], q):
			r.at += len(q)
			return b, nil
		case c == '\n' && !triple:
			r.at = begin
			return nil, r.fail("unterminated string literal (detected at line 1)")
		case c == '\r':
			b = append(b, '\n')
			if r.at++; r.peek() == '\n' {
				r.at++
			}
		case c == '\\' && r.at+1 < len(r.s):
			var err error
			if b, err = r.escape(b, raw, isBytes); err != nil {
				return nil, err
			}
		case c >= utf8.RuneSelf && isBytes:
			return nil, r.fail("bytes can only contain ASCII literal characters")
		default:
			b = append(b, c)
			r.at++
		}
	}
	if triple {
		return nil, r.fail("unterminated triple-quoted string literal (detected at line 1)")
	}
	return nil, r.fail("unterminated string literal (detected at line 1)")
}

const (
	escapeNames  = "\\'\"abfnrtv"
	escapeValues = "\\'\"\a\b\f\n\r\t\v"
)

// escape reads what a backslash starts.
func (r *literalReader) escape(b []byte, raw, isBytes bool) ([]byte, error) {
	c := r.s[r.at+1]
	if raw {
		r.at += 2
		if c >= utf8.RuneSelf || c == '\r' {
			r.at--
			return append(b, '\\'), nil
		}
		return append(b, '\\', c), nil
	}
	if i := strings.IndexByte(escapeNames, c); i >= 0 {
		r.at += 2
		return append(b, escapeValues[i]), nil
	}
	switch {
	case c == '\n':
		r.at += 2
		return b, nil
	case c == '\r':
		r.at += len(`\r`)
		if r.peek() == '\n' {
			r.at++
		}
		return b, nil
	case c >= '0' && c <= '7':
		return r.octal(b, isBytes), nil
	case c == 'x':
		return r.hex(b, 2, isBytes)
	case c == 'u' && !isBytes:
		return r.hex(b, 4, false)
	case c == 'U' && !isBytes:
		return r.hex(b, 8, false)
	case c == 'N' && !isBytes:
		return r.namedRune(b)
	default:
		r.at++
		return append(b, '\\'), nil
	}
}

func (r *literalReader) octal(b []byte, isBytes bool) []byte {
	n := rune(0)
	r.at++
	for i := 0; i < 3 && r.peek() >= '0' && r.peek() <= '7'; i++ {
		n = n<<3 | rune(r.peek()-'0')
		r.at++
	}
	if isBytes {
		return append(b, byte(n))
	}
	return utf8.AppendRune(b, n)
}

func (r *literalReader) hex(b []byte, digits int, isBytes bool) ([]byte, error) {
	n := rune(0)
	start := r.at
	for i := range digits {
		at := start + 2 + i
		if at >= len(r.s) || !isHex(r.s[at]) {
			return nil, r.badEscape(digits, isBytes)
		}
		n = n<<4 | rune(hexValue(r.s[at]))
	}
	r.at = start + 2 + digits
	if isBytes {
		return append(b, byte(n)), nil
	}
	if n < 0 || n > utf8.MaxRune {
		return nil, r.fail("(unicode error) 'unicodeescape' codec can't decode bytes: illegal Unicode character")
	}
	return appendCode(b, n), nil
}

func (r *literalReader) badEscape(digits int, isBytes bool) error {
	if isBytes {
		return r.fail("(value error) invalid \\x escape")
	}
	form := map[int]string{2: `\xXX`, 4: `\uXXXX`, 8: `\UXXXXXXXX`}[digits]
	return r.fail("(unicode error) 'unicodeescape' codec can't decode bytes: truncated %s escape", form)
}

// namedRune reads \N{NAME}.
func (r *literalReader) namedRune(b []byte) ([]byte, error) {
	rest := r.s[r.at+2:]
	name, _, found := strings.Cut(strings.TrimPrefix(rest, "{"), "}")
	if !found || rest[0] != '{' || name == "" {
		return nil, r.fail(`(unicode error) 'unicodeescape' codec can't decode bytes: malformed \N character escape`)
	}
	c, ok := runeNamed(strings.ToUpper(name))
	if !ok {
		return nil, r.fail("(unicode error) 'unicodeescape' codec can't decode bytes: unknown Unicode character name")
	}
	r.at += len(`\N{}`) + len(name)
	return appendCode(b, c), nil
}
