package value

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// ParseLiteral is Python's ast.literal_eval: it reads numbers, strings, bytes,
// None, True, False and tuples, lists, dicts and sets of them. It fails with a
// SyntaxError on what is not Python, a ValueError on what is not a literal, and
// a TypeError on what cannot be a key or in a set.
func ParseLiteral(s string) (any, error) {
	if strings.IndexByte(s, 0) >= 0 {
		return nil, valueError("source code string cannot contain null bytes")
	}
	r := literalReader{s: strings.TrimLeft(s, " \t")}
	r.skip()
	v, err := r.sequence(0)
	if err == nil {
		r.open = 1
		if r.skip(); r.at < len(r.s) {
			err = r.unexpected()
		}
	}
	// All of the text is parsed before anything is made of it.
	if r.unhashable != nil && (err == nil || !IsException(err, "SyntaxError")) {
		err = r.unhashable
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

// literalDepth is how deep Python nests brackets.
const literalDepth = 200

type literalReader struct {
	s    string
	at   int
	open int // brackets around what is being read: line breaks count for nothing

	unhashable error // the first container where it cannot be
}

func (r *literalReader) fail(format string, args ...any) error {
	line := strings.Count(r.s[:min(r.at, len(r.s))], "\n") + 1
	err := Raise("SyntaxError", format, args...).(*Exception)
	err.Msg += " (<unknown>, line " + strconv.Itoa(line) + ")"
	return err
}

// unexpected is the error for what stands where a literal should: a
// ValueError where it is Python at least.
func (r *literalReader) unexpected() error {
	if r.at >= len(r.s) {
		return r.fail("invalid syntax")
	}
	c, _ := decodeRune(r.s[r.at:])
	if c == '_' || unicode.IsLetter(c) {
		end := r.at
		for end < len(r.s) && isNameByte(r.s[end]) {
			end++
		}
		next := strings.TrimLeft(r.s[end:], " \t")
		if next != "" && (isNameByte(next[0]) && end < len(r.s)-len(next) || strings.IndexByte("'\";", next[0]) >= 0 || next[0] == '=' && !strings.HasPrefix(next, "==")) {
			return r.fail("invalid syntax")
		}
		return valueError("malformed node or string: %s", r.s[r.at:end])
	}
	if c == '.' && (r.at+1 >= len(r.s) || isDigitByte(r.s[r.at+1])) {
		return r.fail("invalid syntax")
	}
	if strings.ContainsRune("+-*/%.(<>=&|^@[", c) {
		return valueError("malformed node or string on line %d: %c", strings.Count(r.s[:r.at], "\n")+1, c)
	}
	return r.fail("invalid syntax")
}

func isNameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}

// skip goes over space and comments, and over line breaks within brackets.
func (r *literalReader) skip() {
	for r.at < len(r.s) {
		switch c := r.s[r.at]; {
		case c == ' ' || c == '\t' || c == '\f':
			r.at++
		case (c == '\n' || c == '\r') && (r.open > 0 || strings.TrimLeft(r.s[:r.at], " \t\f\r\n") == ""):
			r.at++
		case c == '\\' && strings.HasPrefix(r.s[r.at+1:], "\n") && r.at+2 < len(r.s):
			r.at += 2
		case c == '#':
			if i := strings.IndexByte(r.s[r.at:], '\n'); i >= 0 {
				r.at += i
				if r.open == 0 {
					return
				}
				continue
			}
			r.at = len(r.s)
		default:
			return
		}
	}
}

func (r *literalReader) peek() byte {
	if r.at < len(r.s) {
		return r.s[r.at]
	}
	return 0
}

func (r *literalReader) accept(c byte) bool {
	if r.peek() == c && r.at < len(r.s) {
		r.at++
		r.skip()
		return true
	}
	return false
}

// sequence is one literal, or several with commas: a tuple.
func (r *literalReader) sequence(depth int) (any, error) {
	v, err := r.value(depth)
	if err != nil || r.peek() != ',' {
		return v, err
	}
	t := Tuple{v}
	for r.accept(',') {
		if c := r.peek(); c == ')' || c == '\n' || r.at >= len(r.s) {
			break
		}
		if v, err = r.value(depth); err != nil {
			return nil, err
		}
		t = append(t, v)
	}
	return t, nil
}

func (r *literalReader) value(depth int) (any, error) {
	c := r.peek()
	switch {
	case c == '(' || c == '[' || c == '{':
		if depth >= literalDepth {
			return nil, r.fail("too many nested parentheses")
		}
		r.open++
		r.at++
		r.skip()
		v, err := r.bracketed(c, depth+1)
		r.skip()
		return v, err
	case c == '\'' || c == '"':
		return r.texts()
	case c == '+' || c == '-':
		return r.signed(depth)
	case c >= '0' && c <= '9' || c == '.' && r.at+1 < len(r.s) && isDigitByte(r.s[r.at+1]):
		v, err := r.number()
		r.skip()
		return v, err
	}
	return r.word()
}

func isDigitByte(c byte) bool { return c >= '0' && c <= '9' }

func (r *literalReader) signed(depth int) (any, error) {
	minus := r.peek() == '-'
	r.at++
	r.skip()
	v, err := r.magnitude(depth)
	if err != nil {
		return nil, err
	}
	if minus {
		return Neg(v)
	}
	return v, nil
}

// magnitude is what a sign may stand before: a number, in brackets even.
func (r *literalReader) magnitude(depth int) (any, error) {
	c := r.peek()
	switch {
	case c == '(' && depth < literalDepth:
		r.open++
		r.at++
		r.skip()
		v, err := r.magnitude(depth + 1)
		if err == nil && !r.close(')') {
			err = r.unexpected()
		}
		r.skip()
		return v, err
	case isDigitByte(c) || c == '.':
		v, err := r.number()
		r.skip()
		return v, err
	case c == '\'' || c == '"' || c == '{':
		return nil, valueError("malformed node or string on line %d: %c", strings.Count(r.s[:r.at], "\n")+1, c)
	}
	return nil, r.unexpected()
}

func (r *literalReader) bracketed(open byte, depth int) (any, error) {
	switch open {
	case '(':
		if r.close(')') {
			return Tuple{}, nil
		}
		v, err := r.sequence(depth)
		if err == nil && !r.close(')') {
			err = r.unexpected()
		}
		return v, err
	case '[':
		items, err := r.items(']', depth)
		return &List{Items: items}, err
	default:
		return r.braces(depth)
	}
}

// close ends a bracket; what follows it belongs to the one around.
func (r *literalReader) close(c byte) bool {
	if r.peek() != c {
		return false
	}
	r.at++
	r.open--
	return true
}

func (r *literalReader) items(end byte, depth int) ([]any, error) {
	items := []any{}
	for !r.close(end) {
		v, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		items = append(items, v)
		if !r.accept(',') && r.peek() != end {
			return nil, r.unexpected()
		}
	}
	return items, nil
}

func (r *literalReader) braces(depth int) (any, error) {
	if r.close('}') {
		return NewDict(), nil
	}
	first, err := r.value(depth)
	if err != nil {
		return nil, err
	}
	if r.peek() != ':' {
		return r.set(first, depth)
	}
	d := NewDict()
	for key := first; ; {
		if !r.accept(':') {
			return nil, r.unexpected()
		}
		v, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		if r.hashable(key) {
			d.Set(key, v)
		}
		if more := r.accept(','); r.close('}') {
			return d, nil
		} else if !more {
			return nil, r.unexpected()
		}
		if key, err = r.value(depth); err != nil {
			return nil, err
		}
	}
}

func (r *literalReader) set(first any, depth int) (any, error) {
	items := []any{first}
	if r.accept(',') {
		rest, err := r.items('}', depth)
		if err != nil {
			return nil, err
		}
		items = append(items, rest...)
	} else if !r.close('}') {
		return nil, r.unexpected()
	}
	items = slices.DeleteFunc(items, func(v any) bool { return !r.hashable(v) })
	return SetOf(&List{Items: items})
}

// hashable notes the first value that is not.
func (r *literalReader) hashable(v any) bool {
	err := Hashable(v)
	if err != nil && r.unhashable == nil {
		r.unhashable = err
	}
	return err == nil
}

// word reads None, True, False, set() and strings with a prefix.
func (r *literalReader) word() (any, error) {
	end := r.at
	for end < len(r.s) && isNameByte(r.s[end]) {
		end++
	}
	word := r.s[r.at:end]
	if q := r.s[end:]; len(word) <= 2 && word != "" && (strings.HasPrefix(q, "'") || strings.HasPrefix(q, `"`)) {
		return r.texts()
	}
	var v any
	switch word {
	case "None":
	case "True":
		v = true
	case "False":
		v = false
	case "set":
		return r.emptySet(end)
	default:
		return nil, r.unexpected()
	}
	r.at = end
	r.skip()
	return v, nil
}

func (r *literalReader) emptySet(end int) (any, error) {
	start := r.at
	r.at = end
	r.skip()
	if r.accept('(') && r.accept(')') {
		return &Set{}, nil
	}
	r.at = start
	return nil, r.unexpected()
}
