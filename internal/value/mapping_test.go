package value

import (
	"errors"
	"testing"
)

// hosts is a Mapping whose value for "bad" cannot be made.
type hosts struct{ names []any }

func (h hosts) Get(key any) (any, bool, error) {
	if key == "bad" {
		return nil, false, errors.New("no value")
	}
	for _, n := range h.names {
		if n == key {
			return DictOf("name", n), true, nil
		}
	}
	return nil, false, nil
}
func (h hosts) Keys() []any { return h.names }
func (h hosts) Len() int    { return len(h.names) }

// TestMappingActsAsDict: a Mapping gives what the same dict gives.
func TestMappingActsAsDict(t *testing.T) {
	m := hosts{[]any{"a", "b"}}
	d, ok, err := AsDict(m)
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	call := func(v any, name string, args ...any) string {
		f, ok := Attr(v, name)
		if !ok {
			return "no attribute"
		}
		out, err := f.(Callable).Call(args, nil)
		if err != nil {
			return err.Error()
		}
		return Repr(out)
	}
	for name, show := range map[string]func(v any) string{
		"type":     TypeName,
		"repr":     Repr,
		"str":      Str,
		"truth":    func(v any) string { return Repr(Truth(v)) },
		"len":      func(v any) string { n, err := Len(v); return Repr(Tuple{int64(n), err != nil}) },
		"item":     func(v any) string { x, err := Item(v, "a"); return Repr(Tuple{x, err != nil}) },
		"no item":  func(v any) string { _, err := Item(v, "zz"); return err.Error() },
		"in":       func(v any) string { x, err := Contains(v, "b"); return Repr(Tuple{x, err != nil}) },
		"not in":   func(v any) string { x, err := Contains(v, "zz"); return Repr(Tuple{x, err != nil}) },
		"list":     func(v any) string { x, err := Items(v); return Repr(Tuple{NewList(x...), err != nil}) },
		"equal":    func(v any) string { return Repr(Equal(v, d)) },
		"json":     func(v any) string { s, _ := EncodeJSON(v, JSONOptions{}); return s },
		"keys":     func(v any) string { return call(v, "keys") },
		"values":   func(v any) string { return call(v, "values") },
		"items":    func(v any) string { return call(v, "items") },
		"get":      func(v any) string { return call(v, "get", "a") },
		"get else": func(v any) string { return call(v, "get", "zz", int64(1)) },
		"unhashed": func(v any) string { _, err := Item(v, NewList()); return err.Error() },
	} {
		if got, want := show(m), show(d); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	if _, err := Item(hosts{[]any{"bad"}}, "bad"); err == nil || err.Error() != "no value" {
		t.Errorf("a value that cannot be made: %v", err)
	}
}
