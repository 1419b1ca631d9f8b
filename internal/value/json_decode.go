package value

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// DecodeJSON reads a document as Python's json.loads does: objects keep their
// order, ints any size, and NaN and Infinity are numbers. It fails with a
// JSONDecodeError that says line and column.
func DecodeJSON(data []byte) (any, error) {
	r := jsonReader{s: string(data)}
	if strings.HasPrefix(r.s, "\ufeff") {
		return nil, r.fail("Unexpected UTF-8 BOM (decode using utf-8-sig)", 0)
	}
	r.space()
	v, err := r.value(0)
	if err != nil {
		return nil, err
	}
	r.space()
	if r.at != len(r.s) {
		return nil, r.fail("Extra data", r.at)
	}
	return v, nil
}

// jsonDepth is where Python's reader runs into its recursion limit.
const jsonDepth = 990

type jsonReader struct {
	s  string
	at int
}

// fail says where in the text the byte at is, in characters.
func (r *jsonReader) fail(what string, at int) error {
	before := r.s[:min(at, len(r.s))]
	line := strings.Count(before, "\n") + 1
	column := runeLen(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return Raise("JSONDecodeError", "%s: line %d column %d (char %d)", what, line, column, runeLen(before))
}

func (r *jsonReader) space() {
	for r.at < len(r.s) {
		switch r.s[r.at] {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return
		}
	}
}

// peek is the byte at hand, 0 at the end.
func (r *jsonReader) peek() byte {
	if r.at < len(r.s) {
		return r.s[r.at]
	}
	return 0
}

var jsonWords = []struct {
	text string
	val  any
}{
	{"null", nil}, {"true", true}, {"false", false},
	{"NaN", math.NaN()}, {"Infinity", math.Inf(1)}, {"-Infinity", math.Inf(-1)},
}

func (r *jsonReader) value(depth int) (any, error) {
	switch c := r.peek(); c {
	case '"':
		return r.text()
	case '{', '[':
		if depth >= jsonDepth {
			kind := map[byte]string{'{': "object", '[': "array"}[c]
			return nil, Raise("RecursionError", "maximum recursion depth exceeded while decoding a JSON %s from a unicode string", kind)
		}
		if c == '{' {
			return r.object(depth + 1)
		}
		return r.array(depth + 1)
	case 'n', 't', 'f', 'N', 'I', '-':
		for _, w := range jsonWords {
			if strings.HasPrefix(r.s[r.at:], w.text) {
				r.at += len(w.text)
				return w.val, nil
			}
		}
	}
	return r.number()
}

func (r *jsonReader) object(depth int) (any, error) {
	d := NewDict()
	r.at++
	r.space()
	if r.peek() == '}' {
		r.at++
		return d, nil
	}
	for {
		if r.peek() != '"' {
			return nil, r.fail("Expecting property name enclosed in double quotes", r.at)
		}
		key, err := r.text()
		if err != nil {
			return nil, err
		}
		r.space()
		if r.peek() != ':' {
			return nil, r.fail("Expecting ':' delimiter", r.at)
		}
		r.at++
		r.space()
		v, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		d.Set(key, v)
		more, err := r.more('}')
		if !more {
			return d, err
		}
	}
}

func (r *jsonReader) array(depth int) (any, error) {
	l := NewList()
	r.at++
	r.space()
	if r.peek() == ']' {
		r.at++
		return l, nil
	}
	for {
		v, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		l.Items = append(l.Items, v)
		more, err := r.more(']')
		if !more {
			return l, err
		}
	}
}

// more reads what follows an item: a comma, or the end.
func (r *jsonReader) more(end byte) (bool, error) {
	r.space()
	c := r.peek()
	if c != end && c != ',' || r.at >= len(r.s) {
		return false, r.fail("Expecting ',' delimiter", r.at)
	}
	r.at++
	if c == end {
		return false, nil
	}
	r.space()
	return true, nil
}

func (r *jsonReader) digits(at int) int {
	for at < len(r.s) && r.s[at] >= '0' && r.s[at] <= '9' {
		at++
	}
	return at
}

func (r *jsonReader) number() (any, error) {
	start := r.at
	at := start
	if r.peek() == '-' {
		at++
	}
	whole := r.digits(at)
	if whole == at {
		return nil, r.fail("Expecting value", start)
	}
	if r.s[at] == '0' {
		whole = at + 1
	}
	end := whole
	if end < len(r.s) && r.s[end] == '.' {
		if after := r.digits(end + 1); after > end+1 {
			end = after
		}
	}
	if end < len(r.s) && r.s[end]|0x20 == 'e' {
		sign := end + 1
		if sign < len(r.s) && (r.s[sign] == '+' || r.s[sign] == '-') {
			sign++
		}
		if after := r.digits(sign); after > sign {
			end = after
		}
	}
	r.at = end
	if end != whole {
		f, _ := strconv.ParseFloat(r.s[start:end], 64)
		return f, nil
	}
	return parseDigits(r.s[start:end], whole-at)
}

// maxDigits is the length of decimal numbers that Python reads and writes.
const maxDigits = 4300

// parseDigits reads a decimal int of n digits.
func parseDigits(s string, n int) (any, error) {
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return i, nil
	}
	if n > maxDigits {
		return nil, valueError("Exceeds the limit (%d digits) for integer string conversion: value has %d digits; use sys.set_int_max_str_digits() to increase the limit", maxDigits, n)
	}
	b, _ := new(big.Int).SetString(s, 10)
	return Int(b), nil
}

func (r *jsonReader) text() (string, error) {
	begin := r.at
	r.at++
	start := r.at
	var b []byte
	for ; r.at < len(r.s); r.at++ {
		switch c := r.s[r.at]; {
		case c == '"':
			s := r.s[start:r.at]
			r.at++
			if b != nil {
				return string(append(b, s...)), nil
			}
			return s, nil
		case c < ' ':
			return "", r.fail("Invalid control character at", r.at)
		case c == '\\':
			b = append(b, r.s[start:r.at]...)
			if r.at+1 >= len(r.s) {
				return "", r.fail("Unterminated string starting at", begin)
			}
			var err error
			if b, err = r.escape(b); err != nil {
				return "", err
			}
			start = r.at
			r.at--
		}
	}
	return "", r.fail("Unterminated string starting at", begin)
}

// escape reads the escape at hand into b.
func (r *jsonReader) escape(b []byte) ([]byte, error) {
	c := r.s[r.at+1]
	if c == 'u' {
		u, err := r.unit(r.at)
		if err != nil {
			return nil, err
		}
		r.at += 6
		if u >= 0xD800 && u < 0xDC00 && strings.HasPrefix(r.s[r.at:], `\u`) {
			if low, err := r.unit(r.at); err == nil && low >= 0xDC00 && low < 0xE000 {
				r.at += 6
				u = 0x10000 + (u-0xD800)<<10 + (low - 0xDC00)
			}
		}
		return appendCode(b, u), nil
	}
	i := strings.IndexByte(`"\/bfnrt`, c)
	if i < 0 {
		return nil, r.fail(`Invalid \escape`, r.at)
	}
	r.at += 2
	return append(b, "\"\\/\b\f\n\r\t"[i]), nil
}

// unit reads the four digits of the \u at a position.
func (r *jsonReader) unit(at int) (rune, error) {
	var u rune
	if at+6 >= len(r.s) {
		return 0, r.fail(`Invalid \uXXXX escape`, at+1)
	}
	for i := at + 2; i < at+6; i++ {
		if !isHex(r.s[i]) {
			return 0, r.fail(`Invalid \uXXXX escape`, at+1)
		}
		u = u<<4 | rune(hexValue(r.s[i]))
	}
	return u, nil
}
