package value

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// JSONOptions are the arguments of Python's json.dumps; the zero value is its
// defaults: one line, ", " and ": " between, everything beyond ASCII escaped.
type JSONOptions struct {
	// Indent is nil for one line, else a number of spaces (int64 or int) or
	// the text to indent with.
	Indent any
	// SortKeys sorts dicts by key, in Python's order.
	SortKeys bool
	// Unicode leaves characters beyond ASCII as they are (ensure_ascii=False).
	Unicode bool
	// Separators stand between items, and between a key and its value; empty
	// ones are Python's default.
	Separators [2]string
	// Default gives a stand-in for a value JSON has no form for; without it
	// that is a TypeError.
	Default func(v any) (any, error)
}

// EncodeJSON writes a value exactly as Python's json.dumps does.
func EncodeJSON(v any, o JSONOptions) (string, error) {
	w := jsonWriter{options: o, item: o.Separators[0], colon: o.Separators[1]}
	switch indent := o.Indent.(type) {
	case int:
		w.setIndent(strings.Repeat(" ", max(indent, 0)))
	case int64:
		if err := grow(indent, 1, MaxSize); err != nil {
			return "", err
		}
		w.setIndent(strings.Repeat(" ", int(max(indent, 0))))
	case bool:
		w.setIndent(strings.Repeat(" ", int(unbool(indent).(int64))))
	case string:
		w.setIndent(indent)
	case nil:
	default:
		if err := wrongIndent(v, indent); err != nil {
			return "", err
		}
	}
	if w.item == "" {
		w.item = ", "
		if w.lines {
			w.item = ","
		}
	}
	if w.colon == "" {
		w.colon = ": "
	}
	if err := w.value(v); err != nil {
		return "", err
	}
	return string(w.b), nil
}

// wrongIndent is what Python says when it multiplies a space by what is no
// number; text has no use for an indent.
func wrongIndent(v, indent any) error {
	switch v.(type) {
	case string, Markup:
		return nil
	}
	switch indent := indent.(type) {
	case *Undefined:
		return indent.Err()
	case *big.Int:
		return &Exception{Type: "OverflowError", Msg: "cannot fit 'int' into an index-sized integer"}
	default:
		return typeError("can't multiply sequence by non-int of type '%s'", TypeName(indent))
	}
}

type jsonWriter struct {
	options     JSONOptions
	item, colon string
	indent      string
	lines       bool
	b           []byte
	open        []any // the containers being written
	depth       int   // of those written with items
}

func (w *jsonWriter) setIndent(s string) { w.indent, w.lines = s, true }

func (w *jsonWriter) value(v any) error {
	switch v := v.(type) {
	case nil:
		w.b = append(w.b, "null"...)
	case bool:
		w.b = strconv.AppendBool(w.b, v)
	case int64:
		w.b = strconv.AppendInt(w.b, v, 10)
	case *big.Int:
		w.b = v.Append(w.b, 10)
	case float64:
		w.b = append(w.b, jsonFloat(v)...)
	case string:
		w.text(v)
	case Markup:
		w.text(string(v))
	case *List:
		return w.nested(v, func() error { return w.list(v.Items) })
	case *Record:
		return w.value(v.Items)
	case Tuple:
		return w.nested(nil, func() error { return w.list(v) })
	case *Dict:
		return w.nested(v, func() error { return w.dict(v) })
	case Mapping:
		d, _, err := AsDict(v)
		if err != nil {
			return err
		}
		return w.nested(d, func() error { return w.dict(d) })
	default:
		return w.other(v)
	}
	return nil
}

func (w *jsonWriter) other(v any) error {
	if w.options.Default == nil {
		return typeError("Object of type %s is not JSON serializable", TypeName(v))
	}
	return w.nested(v, func() error {
		stand, err := w.options.Default(v)
		if err != nil {
			return err
		}
		return w.value(stand)
	})
}

// nested fails when a container is inside itself.
func (w *jsonWriter) nested(v any, write func() error) error {
	if v != nil {
		for _, o := range w.open {
			if sameObject(o, v) {
				return valueError("Circular reference detected")
			}
		}
	}
	if len(w.open) > maxDepth {
		return Raise("RecursionError", "maximum recursion depth exceeded while encoding a JSON object")
	}
	w.open = append(w.open, v)
	err := write()
	w.open = w.open[:len(w.open)-1]
	return err
}

func (w *jsonWriter) newline() {
	if w.lines {
		w.b = append(w.b, '\n')
		for range w.depth {
			w.b = append(w.b, w.indent...)
		}
	}
}

func (w *jsonWriter) list(items []any) error {
	if len(items) == 0 {
		w.b = append(w.b, "[]"...)
		return nil
	}
	w.depth++
	w.b = append(w.b, '[')
	for i, item := range items {
		if i > 0 {
			w.b = append(w.b, w.item...)
		}
		w.newline()
		if err := w.value(item); err != nil {
			return err
		}
	}
	w.depth--
	w.newline()
	w.b = append(w.b, ']')
	return nil
}

func (w *jsonWriter) dict(d *Dict) error {
	if d.Len() == 0 {
		w.b = append(w.b, "{}"...)
		return nil
	}
	w.depth++
	keys := d.Keys()
	if w.options.SortKeys {
		if err := Sort(keys, nil, false); err != nil {
			return err
		}
	}
	w.b = append(w.b, '{')
	for i, k := range keys {
		if i > 0 {
			w.b = append(w.b, w.item...)
		}
		w.newline()
		if err := w.key(k); err != nil {
			return err
		}
		w.b = append(w.b, w.colon...)
		v, _ := d.Get(k)
		if err := w.value(v); err != nil {
			return err
		}
	}
	w.depth--
	w.newline()
	w.b = append(w.b, '}')
	return nil
}

func (w *jsonWriter) key(k any) error {
	switch k := k.(type) {
	case string:
		w.text(k)
	case Markup:
		w.text(string(k))
	case nil, bool, int64, float64, *big.Int:
		w.b = append(w.b, '"')
		if err := w.value(k); err != nil {
			return err
		}
		w.b = append(w.b, '"')
	default:
		return typeError("keys must be str, int, float, bool or None, not %s", TypeName(k))
	}
	return nil
}

func jsonFloat(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	default:
		return floatRepr(f)
	}
}

func (w *jsonWriter) text(s string) {
	w.b = append(w.b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && (c < 0x7f || w.options.Unicode) {
			i++
			continue
		}
		w.b = append(w.b, s[start:i]...)
		n := 1
		if c < utf8.RuneSelf {
			w.escape(rune(c))
		} else {
			var r rune
			r, n = decodeRune(s[i:])
			w.escape(r)
		}
		i += n
		start = i
	}
	w.b = append(append(w.b, s[start:]...), '"')
}

func (w *jsonWriter) escape(r rune) {
	switch r {
	case '"', '\\':
		w.b = append(w.b, '\\', byte(r))
	case '\n':
		w.b = append(w.b, `\n`...)
	case '\r':
		w.b = append(w.b, `\r`...)
	case '\t':
		w.b = append(w.b, `\t`...)
	case '\f':
		w.b = append(w.b, `\f`...)
	case '\b':
		w.b = append(w.b, `\b`...)
	default:
		if r >= 0x10000 {
			r -= 0x10000
			w.unit(0xD800 + r>>10)
			r = 0xDC00 + r&0x3FF
		}
		w.unit(r)
	}
}

func (w *jsonWriter) unit(r rune) {
	w.b = append(w.b, '\\', 'u', hexDigits[r>>12], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
}
