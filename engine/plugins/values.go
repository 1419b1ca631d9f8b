package plugins

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"goplay/internal/value"
)

// tag is the key of a dict that stands for what JSON has no form for.
const tag = "__goplay__"

// deepest is how far values may be nested: one that holds itself has no end.
const deepest = 200

// mark makes a value into one that JSON can hold.
func mark(v any, depth int) (any, error) {
	if depth > deepest {
		return nil, value.Raise("RecursionError", "a value is nested too deep to be given to a plugin")
	}
	switch v := v.(type) {
	case nil, bool, int64, float64, string:
		return v, nil
	case value.Markup:
		return string(v), nil
	case value.Bytes:
		return value.DictOf(tag, "bytes", "text", base64.StdEncoding.EncodeToString([]byte(v))), nil
	case time.Time:
		return value.DictOf(tag, "datetime", "text", strings.Replace(value.Str(v), " ", "T", 1)), nil
	case *value.Undefined:
		return value.DictOf(tag, "undefined", "hint", v.Message()), nil
	case *value.List:
		return marked(v.Items, depth)
	case value.Tuple:
		return tagged("tuple", v, depth)
	case *value.Set:
		items, err := value.Items(v)
		if err != nil {
			return nil, err
		}
		return tagged("set", items, depth)
	case *value.Dict:
		return markDict(v, depth)
	case value.Mapping:
		d, _, err := value.AsDict(v)
		if err != nil {
			return nil, err
		}
		return markDict(d, depth)
	}
	if items, err := value.Items(v); err == nil {
		return marked(items, depth)
	}
	if _, ok := v.(fmt.Stringer); ok && value.TypeName(v) == "int" {
		return v, nil // beyond 64 bits
	}
	return value.Str(v), nil
}

func marked(items []any, depth int) (*value.List, error) {
	out := &value.List{Items: make([]any, len(items))}
	for i, item := range items {
		var err error
		if out.Items[i], err = mark(item, depth+1); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func tagged(kind string, items []any, depth int) (any, error) {
	l, err := marked(items, depth)
	return value.DictOf(tag, kind, "items", l), err
}

func markDict(d *value.Dict, depth int) (any, error) {
	plain := true
	for k := range d.All() {
		s, ok := k.(string)
		plain = plain && ok && s != tag
	}
	out, pairs := value.NewDict(), value.NewList()
	for k, v := range d.All() {
		v, err := mark(v, depth+1)
		if err != nil {
			return nil, err
		}
		if plain {
			out.Set(k, v)
			continue
		}
		if k, err = mark(k, depth+1); err != nil {
			return nil, err
		}
		pairs.Append(value.NewList(k, v))
	}
	if plain {
		return out, nil
	}
	return value.DictOf(tag, "dict", "items", pairs), nil
}

// unmark gives the value that a plugin meant.
func unmark(v any) (any, error) {
	switch v := v.(type) {
	case *value.List:
		items, err := unmarked(v)
		return value.NewList(items...), err
	case *value.Dict:
		kind, special := v.Get(tag)
		if !special {
			out := value.NewDict()
			for k, item := range v.All() {
				item, err := unmark(item)
				if err != nil {
					return nil, err
				}
				out.Set(k, item)
			}
			return out, nil
		}
		return unmarkSpecial(value.Str(kind), v)
	}
	return v, nil
}

func unmarked(v any) ([]any, error) {
	l, ok := v.(*value.List)
	if !ok {
		return nil, fmt.Errorf("a plugin's answer has %s where a list should be", value.TypeName(v))
	}
	out := make([]any, len(l.Items))
	for i, item := range l.Items {
		var err error
		if out[i], err = unmark(item); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func unmarkSpecial(kind string, d *value.Dict) (any, error) {
	switch kind {
	case "undefined":
		return &value.Undefined{Hint: d.GetString("hint")}, nil
	case "bytes":
		data, err := base64.StdEncoding.DecodeString(d.GetString("text"))
		return value.Bytes(data), err
	case "datetime":
		return datetime(d.GetString("text")), nil
	}
	list, _ := d.Get("items")
	items, err := unmarked(list)
	if err != nil {
		return nil, err
	}
	switch kind {
	case "tuple":
		return value.Tuple(items), nil
	case "set":
		return value.NewSet(items...), nil
	}
	out := value.NewDict()
	for _, pair := range items {
		if kv, ok := pair.(*value.List); ok && len(kv.Items) == 2 {
			out.Set(kv.Items[0], kv.Items[1])
		}
	}
	return out, nil
}

// datetime is a time as Python writes it; what is none stays text.
func datetime(text string) any {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	return text
}
