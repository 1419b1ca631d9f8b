package value

import (
	"strconv"
	"strings"
)

// StrFormat is Python's format.format(*args, **kwargs).
func StrFormat(format string, args []any, kwargs *Dict) (string, error) {
	f := formatter{args: args, kwargs: kwargs}
	return f.format(format, 2)
}

// formatWith is format_map, and format of Markup, which escapes what it puts in.
func formatWith(self any, args []any, mapping any) (string, error) {
	_, safe := self.(Markup)
	f := formatter{args: args, kwargs: mapping, escape: safe, mapped: args == nil}
	return f.format(selfText(self), 2)
}

type formatter struct {
	args   []any
	kwargs any  // a *Dict, or what format_map was given
	escape bool // what is put in is made safe for HTML
	mapped bool // format_map: there are no positional arguments
	auto   int  // the next field without a name
	mode   numbering
}

// numbering is whether fields are numbered by the format or automatically; one
// format cannot do both.
type numbering uint8

const (
	unnumbered numbering = iota
	automatic
	manual
)

// field is what stands between braces.
type field struct {
	name, conversion, spec string
	nested                 bool // the spec has fields of its own
}

func (f *formatter) format(s string, depth int) (string, error) {
	if depth <= 0 {
		return "", valueError("Max string recursion exceeded")
	}
	var b strings.Builder
	for s != "" {
		literal, rest, found, err := nextLiteral(s)
		if err != nil {
			return "", err
		}
		b.WriteString(literal)
		if s = rest; !found {
			continue
		}
		fld, rest, err := parseField(s)
		if err != nil {
			return "", err
		}
		out, err := f.render(fld, depth)
		if err != nil {
			return "", err
		}
		if b.Len()+len(out) > MaxSize {
			return "", grow(MaxSize, 2, MaxSize)
		}
		b.WriteString(out)
		s = rest
	}
	return b.String(), nil
}

// nextLiteral reads up to a field, or up to and with a doubled brace.
func nextLiteral(s string) (literal, rest string, found bool, err error) {
	i := strings.IndexAny(s, "{}")
	if i < 0 {
		return s, "", false, nil
	}
	last := i+1 == len(s)
	switch {
	case s[i] == '}' && (last || s[i+1] != '}'):
		return "", "", false, valueError("Single '}' encountered in format string")
	case last:
		return "", "", false, valueError("Single '{' encountered in format string")
	case s[i+1] == s[i]:
		return s[:i+1], s[i+2:], false, nil
	default:
		return s[:i], s[i+1:], true, nil
	}
}

func parseField(s string) (f field, rest string, err error) {
	at, bracket := 0, false
	for ; at < len(s); at++ {
		c := s[at]
		if c == '{' && !bracket {
			return f, "", valueError("unexpected '{' in field name")
		}
		if c == '[' {
			bracket = true
		} else if c == ']' {
			bracket = false
		} else if !bracket && (c == '}' || c == ':' || c == '!') {
			break
		}
	}
	f.name = s[:at]
	if at == len(s) {
		return f, "", valueError("expected '}' before end of string")
	}
	c := s[at]
	s = s[at+1:]
	if c == '!' {
		if s == "" {
			return f, "", valueError("end of string while looking for conversion specifier")
		}
		_, n := decodeRune(s)
		f.conversion, s = s[:n], s[n:]
		if s == "" {
			return f, "", valueError("unmatched '{' in format spec")
		}
		c, s = s[0], s[1:]
		if c != '}' && c != ':' {
			return f, "", valueError("expected ':' after conversion specifier")
		}
	}
	if c == '}' {
		return f, s, nil
	}
	return parseFieldSpec(f, s)
}

func parseFieldSpec(f field, s string) (field, string, error) {
	open := 1
	for i := range len(s) {
		switch s[i] {
		case '{':
			f.nested = true
			open++
		case '}':
			if open--; open == 0 {
				f.spec = s[:i]
				return f, s[i+1:], nil
			}
		}
	}
	return f, "", valueError("unmatched '{' in format spec")
}

func (f *formatter) render(fld field, depth int) (string, error) {
	v, err := f.lookup(fld.name)
	if err != nil {
		return "", err
	}
	if v, err = convert(v, fld.conversion); err != nil {
		return "", err
	}
	if fld.nested {
		if fld.spec, err = f.format(fld.spec, depth-1); err != nil {
			return "", err
		}
	}
	s, err := FormatSpec(v, fld.spec)
	if _, safe := v.(Markup); f.escape && !safe {
		s = string(Escape(s))
	}
	return s, err
}

func convert(v any, conversion string) (any, error) {
	if err := Readable(v); err != nil {
		return nil, err
	}
	switch conversion {
	case "":
		return v, nil
	case "s":
		return strOf(v)
	case "r":
		return Repr(v), nil
	case "a":
		return asciiRepr(v), nil
	}
	if r, _ := decodeRune(conversion); r <= 32 || r >= 127 {
		return nil, valueError("Unknown conversion specifier \\x%x", r)
	}
	return nil, valueError("Unknown conversion specifier %s", conversion)
}

// asciiRepr is Python's ascii(v).
func asciiRepr(v any) string {
	var b []byte
	for s := Repr(v); s != ""; {
		r, n := decodeRune(s)
		if r < 0x80 {
			b = append(b, s[0])
		} else {
			b = appendEscape(b, r)
		}
		s = s[n:]
	}
	return string(b)
}

// lookup finds the value of a field's name: a.b[c].
func (f *formatter) lookup(name string) (any, error) {
	end := strings.IndexAny(name, ".[")
	if end < 0 {
		end = len(name)
	}
	v, err := f.first(name[:end])
	for rest := name[end:]; rest != "" && err == nil; {
		v, rest, err = step(v, rest)
	}
	return v, err
}

func (f *formatter) first(name string) (any, error) {
	i, isIndex, err := fieldIndex(name)
	if err != nil {
		return nil, err
	}
	if !isIndex && name != "" {
		return f.named(name)
	}
	mode := manual
	if name == "" {
		mode = automatic
	}
	if f.mode != unnumbered && f.mode != mode {
		if mode == automatic {
			return nil, valueError("cannot switch from manual field specification to automatic field numbering")
		}
		return nil, valueError("cannot switch from automatic field numbering to manual field specification")
	}
	if f.mode = mode; mode == automatic {
		i = f.auto
		f.auto++
	}
	if f.mapped {
		return nil, valueError("Format string contains positional fields")
	}
	if i >= len(f.args) {
		return nil, Raise("IndexError", "Replacement index %d out of range for positional args tuple", i)
	}
	return f.args[i], nil
}

func (f *formatter) named(name string) (any, error) {
	if d, ok := f.kwargs.(*Dict); ok {
		if v, ok := d.Get(name); ok {
			return v, nil
		}
		return nil, &Exception{Type: "KeyError", Msg: quote(name)}
	}
	return Item(f.kwargs, name)
}

// fieldIndex reads a name that is a number.
func fieldIndex(name string) (int, bool, error) {
	if name == "" || strings.Trim(name, "0123456789") != "" {
		return 0, false, nil
	}
	i, err := strconv.Atoi(name)
	if err != nil {
		return 0, true, valueError("Too many decimal digits in format string")
	}
	return i, true, nil
}

// step goes one attribute or item further.
func step(v any, rest string) (any, string, error) {
	if rest[0] == '.' {
		rest = rest[1:]
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			end = len(rest)
		}
		name := rest[:end]
		if name == "" {
			return nil, "", valueError("Empty attribute in format string")
		}
		attr, ok := Attr(v, name)
		if class, isClass := v.(Class); !ok && isClass {
			return nil, "", Raise("AttributeError", "type object '%s' has no attribute '%s'", class.name, name)
		}
		if !ok {
			return nil, "", Raise("AttributeError", "'%s' object has no attribute '%s'", typePath(v), name)
		}
		return attr, rest[end:], nil
	}
	if rest[0] != '[' {
		return nil, "", valueError("Only '.' or '[' may follow ']' in format field specifier")
	}
	key, after, found := strings.Cut(rest[1:], "]")
	if !found {
		return nil, "", valueError("Missing ']' in format string")
	}
	if key == "" {
		return nil, "", valueError("Empty attribute in format string")
	}
	i, isIndex, err := fieldIndex(key)
	if err != nil {
		return nil, "", err
	}
	var k any = key
	if isIndex {
		k = int64(i)
	}
	item, err := Item(v, k)
	return item, after, err
}
