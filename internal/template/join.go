package template

import (
	"math"
	"math/big"
	"strings"

	"goplay/internal/value"
)

// finalize prepares the value of a {{ }} for being joined: nothing for None,
// lists for what is gone through once, and an error for what is undefined,
// however deep.
func finalize(v any) (any, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case *big.Int:
		return v, value.Printable(v)
	}
	return finalizeNative(v)
}

func finalizeNative(v any) (any, error) {
	switch v := v.(type) {
	case nil, string, int64, bool, float64:
		return v, nil
	case *value.Range, *value.View, *value.Iterator:
		items, err := value.Items(v)
		if err != nil {
			return nil, err
		}
		return finalizeNative(value.NewList(items...))
	case value.Bytes:
		return string(v), nil
	case value.Mapping:
		d, _, err := value.AsDict(v)
		if err != nil {
			return nil, err
		}
		return v, definedWithin(d, 0)
	}
	return v, definedWithin(v, 0)
}

const maxNesting = 200

// definedWithin fails on undefined values in v.
func definedWithin(v any, depth int) error {
	if depth > maxNesting {
		return nil
	}
	switch v := v.(type) {
	case *value.Undefined:
		if v.Strict() {
			return v.Err()
		}
	case *value.List:
		return allDefined(v.Items, depth)
	case value.Tuple:
		return allDefined(v, depth)
	case *value.Dict:
		for _, item := range v.All() {
			if err := definedWithin(item, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

func allDefined(items []any, depth int) error {
	for _, item := range items {
		if err := definedWithin(item, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func joinText(nodes []any) string {
	if len(nodes) == 1 {
		return value.Str(nodes[0])
	}
	var b strings.Builder
	for _, n := range nodes {
		b.WriteString(value.Str(n))
	}
	return b.String()
}

// joinData joins as ansible-core 2.14 does for arguments: to text, which is
// read back when it looks like a list, a dict or a bool.
func joinData(nodes []any) (any, error) {
	if len(nodes) == 1 {
		switch v := nodes[0].(type) {
		case *value.List, *value.Dict, bool:
			if same, ok := readBack(v, 0); ok {
				return same, nil
			}
		}
	}
	return readData(joinText(nodes))
}

// readBack is what a value becomes when its repr is read again: a copy in
// which nothing is shared. It reports false when the text has to decide.
func readBack(v any, depth int) (any, bool) {
	if depth > maxNesting {
		return nil, false
	}
	switch v := v.(type) {
	case nil, bool, int64, string, *big.Int, value.Bytes:
		return v, true
	case float64:
		return v, !math.IsInf(v, 0) && !math.IsNaN(v)
	case *value.List:
		items, ok := readBackAll(v.Items, depth)
		return &value.List{Items: items}, ok
	case value.Tuple:
		items, ok := readBackAll(v, depth)
		return value.Tuple(items), ok
	case *value.Dict:
		out := value.NewDict()
		for k, item := range v.All() {
			key, ok := readBack(k, depth+1)
			if !ok {
				return nil, false
			}
			val, ok := readBack(item, depth+1)
			if !ok {
				return nil, false
			}
			out.Set(key, val)
		}
		return out, true
	default:
		return nil, false
	}
}

func readBackAll(items []any, depth int) ([]any, bool) {
	out := make([]any, len(items))
	for i, item := range items {
		var ok bool
		if out[i], ok = readBack(item, depth+1); !ok {
			return nil, false
		}
	}
	return out, true
}

// readData makes data of text that looks like a list, a dict or a bool, as it is
// done without native types. It fails on what is Python and yet cannot be, such
// as a list within a set.
func readData(text string) (any, error) {
	switch {
	case text == "True":
		return true, nil
	case text == "False":
		return false, nil
	case text == "" || text[0] != '[' && text[0] != '{':
		return text, nil
	}
	v, err := value.ParseLiteral(text)
	if python, changed := fromJSONNames(text); err != nil && changed {
		v, err = value.ParseLiteral(python)
	}
	switch {
	case err == nil:
		return v, nil
	case value.IsException(err, "TypeError"):
		return nil, err
	default:
		return text, nil
	}
}

var jsonNames = map[string]string{"true": "True", "false": "False", "null": "None"}

// fromJSONNames writes JSON's true, false and null as Python's, outside of strings.
func fromJSONNames(text string) (string, bool) {
	var b strings.Builder
	changed := false
	for i := 0; i < len(text); {
		c := text[i]
		end := i + 1
		switch {
		case c == '"' || c == '\'':
			end = stringEnd(text, i)
			b.WriteString(text[i:end])
		case isWord(c):
			for end < len(text) && isWord(text[end]) {
				end++
			}
			word := text[i:end]
			if python, ok := jsonNames[word]; ok {
				word, changed = python, true
			}
			b.WriteString(word)
		default:
			b.WriteByte(c)
		}
		i = end
	}
	return b.String(), changed
}

func stringEnd(text string, start int) int {
	for i := start + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case text[start]:
			return i + 1
		}
	}
	return len(text)
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}

// joinNative joins as jinja2_native does: one value stays what it is, text is
// read as a Python literal.
func joinNative(nodes []any) (any, error) {
	switch len(nodes) {
	case 0:
		return nil, nil
	case 1:
		switch nodes[0].(type) {
		case string, value.Markup:
		default:
			return nodes[0], nil
		}
	}
	text := joinText(nodes)
	if text == "" || text[0] == ' ' || text[0] == '\t' {
		return text, nil
	}
	v, err := value.ParseLiteral(text)
	switch {
	case value.IsException(err, "TypeError"):
		return nil, err
	case err != nil:
		return text, nil
	}
	if s, ok := v.(string); ok {
		quote := text[:1]
		return quote + s + quote, nil
	}
	return v, nil
}

// keepNewlines gives text as many newlines at its end as its source has;
// Jinja2 drops one.
func keepNewlines(v any, src, newline string) any {
	text, ok := v.(string)
	if !ok {
		return v
	}
	if missing := endNewlines(src) - endNewlines(text); missing > 0 {
		return text + strings.Repeat(newline, missing)
	}
	return text
}

func endNewlines(s string) int { return len(s) - len(strings.TrimRight(s, "\n")) }

// ReadBack makes data of a text as the engine does of what an argument's
// template gives: a list, a dict or a bool where it looks like one.
func (e *Engine) ReadBack(text string) any {
	if !e.o.Native {
		return ReadBack(text)
	}
	if v, err := joinNative([]any{text}); err == nil {
		return v
	}
	return text
}

// ReadBack is Engine.ReadBack without native types.
func ReadBack(text string) any {
	if v, err := readData(text); err == nil {
		return v
	}
	return text
}
