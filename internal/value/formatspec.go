package value

import (
	"math"
	"math/big"
	"strings"
	"time"
)

// FormatSpec is Python's format(v, spec).
func FormatSpec(v any, spec string) (string, error) {
	switch v.(type) {
	case time.Time, Date, Clock:
		if spec != "" {
			return Strftime(v, spec)
		}
	}
	if spec == "" {
		return strOf(v)
	}
	s, isText := asString(v)
	if !isText && !isNumber(v) {
		return "", typeError("unsupported format string passed to %s.__format__", typePath(v))
	}
	f, err := parseSpec(spec, v, isText)
	if err != nil {
		return "", err
	}
	if isText {
		return f.text(s)
	}
	if x, ok := v.(float64); ok {
		return f.float(x, v)
	}
	return f.integer(v)
}

// strOf is Str where Python's str() may fail: on strict undefined values and on
// ints of more digits than Python writes.
func strOf(v any) (string, error) {
	switch v := v.(type) {
	case *Undefined:
		if v.Strict() {
			return "", v.Err()
		}
	case *big.Int:
		if err := Printable(v); err != nil {
			return "", err
		}
	}
	return Str(v), Readable(v)
}

// spec is a format specification taken apart.
type spec struct {
	fill      rune
	align     byte
	sign      byte
	alternate bool
	positive  bool // z: no negative zero
	width     int  // -1 when not given
	group     byte
	precision int // -1 when not given
	kind      rune
}

type specReader struct {
	s    string
	spec spec
}

func (r *specReader) accept(chars string) (byte, bool) {
	if r.s != "" && strings.IndexByte(chars, r.s[0]) >= 0 {
		c := r.s[0]
		r.s = r.s[1:]
		return c, true
	}
	return 0, false
}

// number reads digits; given is false when there are none.
func (r *specReader) number() (n int, given bool, err error) {
	for r.s != "" && r.s[0] >= '0' && r.s[0] <= '9' {
		if n > (math.MaxInt-9)/10 {
			return 0, true, valueError("Too many decimal digits in format string")
		}
		n, given, r.s = n*10+int(r.s[0]-'0'), true, r.s[1:]
	}
	return n, given, nil
}

func parseSpec(text string, v any, isText bool) (spec, error) {
	r := specReader{s: text, spec: spec{fill: ' ', align: '>', width: -1, precision: -1}}
	f := &r.spec
	switch {
	case isText:
		f.align, f.kind = '<', 's'
	case !isFloat(v):
		f.kind = 'd'
	}
	filled, aligned := r.alignment()
	f.sign, _ = r.accept(" +-")
	_, f.positive = r.accept("z")
	_, f.alternate = r.accept("#")
	if !filled {
		if _, ok := r.accept("0"); ok {
			f.fill = '0'
			if !aligned && f.align == '>' {
				f.align = '='
			}
		}
	}
	n, given, err := r.number()
	if err != nil {
		return spec{}, err
	}
	if given {
		f.width = n
	}
	if err := r.rest(text, v); err != nil {
		return spec{}, err
	}
	return r.spec, nil
}

func isFloat(v any) bool {
	_, ok := v.(float64)
	return ok
}

func (r *specReader) alignment() (filled, aligned bool) {
	const aligns = "<>=^"
	if r.s == "" {
		return false, false
	}
	c, n := decodeRune(r.s)
	if len(r.s) > n && strings.IndexByte(aligns, r.s[n]) >= 0 {
		r.spec.fill, r.spec.align = c, r.s[n]
		r.s = r.s[n+1:]
		return true, true
	}
	if a, ok := r.accept(aligns); ok {
		r.spec.align = a
		return false, true
	}
	return false, false
}

// rest reads grouping, precision and type.
func (r *specReader) rest(text string, v any) error {
	f := &r.spec
	f.group, _ = r.accept(",")
	if c, ok := r.accept("_"); ok {
		if f.group != 0 {
			return valueError("Cannot specify both ',' and '_'.")
		}
		f.group = c
	}
	if f.group == '_' && strings.HasPrefix(r.s, ",") {
		return valueError("Cannot specify both ',' and '_'.")
	}
	if _, ok := r.accept("."); ok {
		n, given, err := r.number()
		if err != nil {
			return err
		}
		if !given {
			return valueError("Format specifier missing precision")
		}
		f.precision = n
	}
	if r.s != "" {
		c, n := decodeRune(r.s)
		if n < len(r.s) {
			return valueError("Invalid format specifier '%s' for object of type '%s'", text, TypeName(v))
		}
		f.kind = c
	}
	return f.checkGroup()
}

func (f *spec) checkGroup() error {
	if f.group == 0 || f.kind == 0 || strings.ContainsRune("defgEG%F", f.kind) {
		return nil
	}
	if f.group == '_' && strings.ContainsRune("boxX", f.kind) {
		return nil
	}
	if f.kind > 32 && f.kind < 128 {
		return valueError("Cannot specify '%c' with '%c'.", f.group, f.kind)
	}
	return valueError("Cannot specify '%c' with '\\x%x'.", f.group, f.kind)
}

func (f *spec) unknown(v any) error {
	if f.kind > 32 && f.kind < 128 {
		return valueError("Unknown format code '%c' for object of type '%s'", f.kind, TypeName(v))
	}
	return valueError("Unknown format code '\\x%x' for object of type '%s'", f.kind, TypeName(v))
}

func (f *spec) text(s string) (string, error) {
	switch {
	case f.kind != 's':
		return "", f.unknown("")
	case f.sign == ' ':
		return "", valueError("Space not allowed in string format specifier")
	case f.sign != 0:
		return "", valueError("Sign not allowed in string format specifier")
	case f.positive:
		return "", valueError("Negative zero coercion (z) not allowed in string format specifier")
	case f.alternate:
		return "", valueError("Alternate form (#) not allowed in string format specifier")
	case f.align == '=':
		return "", valueError("'=' alignment not allowed in string format specifier")
	}
	if f.precision >= 0 && f.precision < len(s) {
		s = s[:offset(s, f.precision)]
	}
	return f.pad("", s)
}

// pad brings sign and text to the width.
func (f *spec) pad(sign, s string) (string, error) {
	missing := f.width - runeLen(s) - len(sign)
	if f.width < 0 || missing <= 0 {
		return sign + s, nil
	}
	if err := grow(int64(missing), 1, MaxSize); err != nil {
		return "", err
	}
	fill := func(n int) string { return strings.Repeat(string(appendRune(nil, f.fill)), n) }
	switch f.align {
	case '<':
		return sign + s + fill(missing), nil
	case '^':
		return fill(missing/2) + sign + s + fill(missing-missing/2), nil
	case '=':
		return sign + fill(missing) + s, nil
	default:
		return fill(missing) + sign + s, nil
	}
}
