package value

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Str is Python's str(v). A strict undefined value, which str() fails on,
// gives its repr; check IsUndefined first where that matters.
func Str(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case Markup:
		return string(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case time.Time:
		return isoformat(v, " ")
	case Date:
		return v.isoformat()
	case Clock:
		return v.isoformat()
	case Timedelta:
		return v.str()
	case Zone:
		return v.str()
	case *Undefined:
		if !v.Strict() {
			return ""
		}
	case Object:
		if s, ok := v.(Stringer); ok {
			return s.String()
		}
	}
	return Repr(v)
}

// Repr is Python's repr(v). Sets print in order of insertion; structures that
// contain themselves print as [...] and {...} where they do.
func Repr(v any) string {
	switch v := v.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case string:
		return quote(v)
	}
	var w reprWriter
	w.value(v)
	return string(w.b)
}

// reprWriter holds the text and the containers that are being written.
type reprWriter struct {
	b    []byte
	open []any
}

// value writes nothing more once the text is beyond MaxSize: a list that is in
// itself many times over would fill the memory, and whoever takes the text
// refuses one of that size.
func (w *reprWriter) value(v any) {
	if len(w.b) > MaxSize {
		return
	}
	switch v := v.(type) {
	case nil:
		w.b = append(w.b, "None"...)
	case bool:
		w.b = append(w.b, boolName(v)...)
	case int64:
		w.b = strconv.AppendInt(w.b, v, 10)
	case *big.Int:
		w.b = v.Append(w.b, 10)
	case float64:
		w.b = append(w.b, floatRepr(v)...)
	case string:
		w.b = appendQuoted(w.b, v)
	case *List:
		w.nested(v, "[...]", func() { w.items("[", v.Items, "]") })
	case *Dict:
		w.nested(v, "{...}", func() { w.dict(v) })
	case Tuple:
		w.tuple(v)
	case *Set:
		w.nested(v, "set(...)", func() { w.set(v) })
	case *View:
		w.nested(v.dict, "...", func() { w.items(v.kind.typeName()+"([", v.Items(), "])") })
	case Slice:
		w.items("slice(", []any{v.Lo, v.Hi, v.Step}, ")")
	case *Undefined:
		w.undefined(v)
	case Enclosing:
		before, inner, after := v.Enclosed()
		w.b = append(w.b, before...)
		w.value(inner)
		w.b = append(w.b, after...)
	case Mapping:
		w.nested(v, "{...}", func() { w.value(mappingDict(v)) })
	default:
		w.b = append(w.b, otherRepr(v)...)
	}
}

// deepest is how many containers are written inside each other; templates
// that print something deeper fail anyway.
const deepest = 10000

func (w *reprWriter) nested(v any, again string, write func()) {
	if len(w.open) > deepest {
		w.b = append(w.b, again...)
		return
	}
	for _, o := range w.open {
		if o == v {
			w.b = append(w.b, again...)
			return
		}
	}
	w.open = append(w.open, v)
	write()
	w.open = w.open[:len(w.open)-1]
}

func (w *reprWriter) items(start string, items []any, end string) {
	w.b = append(w.b, start...)
	for i, item := range items {
		if i > 0 {
			w.b = append(w.b, ", "...)
		}
		w.value(item)
	}
	w.b = append(w.b, end...)
}

func (w *reprWriter) tuple(t Tuple) {
	if len(t) == 1 {
		w.items("(", t, ",)")
		return
	}
	w.items("(", t, ")")
}

func (w *reprWriter) dict(d *Dict) {
	w.b = append(w.b, '{')
	first := true
	for k, v := range d.All() {
		if !first {
			w.b = append(w.b, ", "...)
		}
		first = false
		w.value(k)
		w.b = append(w.b, ": "...)
		w.value(v)
	}
	w.b = append(w.b, '}')
}

func (w *reprWriter) set(s *Set) {
	if s.Len() == 0 {
		w.b = append(w.b, "set()"...)
		return
	}
	w.items("{", s.Items(), "}")
}

func otherRepr(v any) string {
	switch v := v.(type) {
	case Bytes:
		return quoteBytes(string(v))
	case Markup:
		return "Markup(" + quote(string(v)) + ")"
	case *Range:
		return v.repr()
	case time.Time:
		return datetimeRepr(v)
	case Date:
		return fmt.Sprintf("datetime.date(%d, %d, %d)", v.Year, v.Month, v.Day)
	case Clock:
		return v.repr()
	case Timedelta:
		return v.repr()
	case Zone:
		return v.repr()
	case Class:
		return "<class '" + v.path + "'>"
	case *Iterator:
		if v.Type == "" {
			return fmt.Sprintf("<generator object %s at %p>", v.Name, v)
		}
		return fmt.Sprintf("<%s object at %p>", v.Type, v)
	case *method:
		return fmt.Sprintf("<built-in method %s of %s object at %p>", v.name, TypeName(v.self), v)
	case *Func:
		return fmt.Sprintf("<function %s at %p>", v.Name, v)
	case Represented:
		return v.Repr()
	case Stringer:
		return v.String()
	default:
		return fmt.Sprintf("<%s object at %p>", TypePath(v), v)
	}
}

func boolName(b bool) string {
	if b {
		return "True"
	}
	return "False"
}

// floatRepr is the shortest text that reads back as f, in Python's form.
func floatRepr(f float64) string {
	switch abs := math.Abs(f); {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 0):
		if f < 0 {
			return "-inf"
		}
		return "inf"
	case abs != 0 && (abs < 1e-4 || abs >= 1e16):
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

func quote(s string) string { return string(appendQuoted(make([]byte, 0, len(s)+2), s)) }

// quoteChar is the quote Python picks: ' unless only it is in the text.
func quoteChar(s string) byte {
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		return '"'
	}
	return '\''
}

const hexDigits = "0123456789abcdef"

func appendQuoted(b []byte, s string) []byte {
	q := quoteChar(s)
	b = append(b, q)
	for s != "" {
		r, n := decodeRune(s)
		switch {
		case r == rune(q) || r == '\\':
			b = append(b, '\\', byte(r))
		case r < 0x7f:
			b = appendASCII(b, byte(r))
		case isPrintable(r):
			b = append(b, s[:n]...)
		default:
			b = appendEscape(b, r)
		}
		s = s[n:]
	}
	return append(b, q)
}

func appendASCII(b []byte, c byte) []byte {
	switch {
	case c == '\n':
		return append(b, `\n`...)
	case c == '\r':
		return append(b, `\r`...)
	case c == '\t':
		return append(b, `\t`...)
	case c < ' ' || c >= 0x7f:
		return append(b, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
	default:
		return append(b, c)
	}
}

// appendEscape writes \xhh, \uhhhh or \Uhhhhhhhh.
func appendEscape(b []byte, r rune) []byte {
	letter, shift := byte('U'), 28
	switch {
	case r < 0x100:
		letter, shift = 'x', 4
	case r < 0x10000:
		letter, shift = 'u', 12
	}
	b = append(b, '\\', letter)
	for ; shift >= 0; shift -= 4 {
		b = append(b, hexDigits[r>>shift&15])
	}
	return b
}

func quoteBytes(s string) string {
	q := quoteChar(s)
	b := append(make([]byte, 0, len(s)+3), 'b', q)
	for i := range len(s) {
		if s[i] == q || s[i] == '\\' {
			b = append(b, '\\')
			b = append(b, s[i])
			continue
		}
		b = appendASCII(b, s[i])
	}
	return string(append(b, q))
}

func isPrintable(r rune) bool {
	if r >= 0xD800 && r <= 0xDFFF {
		return false
	}
	return unicode.IsPrint(r)
}
