// Package value is the one data model of goplay: Python's values as playbooks
// and templates see them, with Python's str, repr, truth, equality, order,
// hash and error words. It knows nothing of templates, files or hosts.
//
// A value is an `any` that holds one of
//
//	nil       None
//	bool      True, False
//	int64     int; *big.Int beyond 64 bits, and only then
//	float64   float
//	string    str (invalid UTF-8 is kept as it came)
//	Bytes     bytes
//	*List     list (a pointer: two names can share one, as in Python)
//	Tuple     tuple
//	*Dict     dict, in order of insertion
//	*Set      set
//	*Undefined, Markup, time.Time, *Range, Iterator, Callable ...
//
// Of hands in ordinary Go data; every other function expects values.
package value

import (
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"sort"
	"time"
)

// Bytes is Python's bytes.
type Bytes string

// List is Python's list.
type List struct{ Items []any }

// NewList makes a list of values; it keeps the slice it is given.
func NewList(items ...any) *List { return &List{Items: items} }

// Strings makes a list of strings.
func Strings(items []string) *List {
	l := &List{Items: make([]any, len(items))}
	for i, s := range items {
		l.Items[i] = s
	}
	return l
}

// Len is the number of items; a nil list has none.
func (l *List) Len() int {
	if l == nil {
		return 0
	}
	return len(l.Items)
}

// Append adds items in place.
func (l *List) Append(items ...any) { l.Items = append(l.Items, items...) }

// Tuple is Python's tuple.
type Tuple []any

// Of turns ordinary Go data into a value: Go's ints and floats of any size,
// json.Number, byte slices, slices, maps (their keys sorted, since Go's have no
// order), structs with json tags and pointers to all of these. What is a
// value already comes back as it is. It panics on what has no counterpart,
// such as a channel: that is a mistake in the program.
func Of(v any) any {
	switch v := v.(type) {
	case nil, bool, int64, float64, string, Bytes, Tuple, time.Time:
		return v
	case *List:
		if v == nil {
			return nil
		}
		return v
	case *Dict:
		if v == nil {
			return nil
		}
		return v
	case int:
		return int64(v)
	case *big.Int:
		return Int(v)
	case []byte:
		return string(v)
	case []string:
		return Strings(v)
	case []any:
		l := &List{Items: make([]any, len(v))}
		for i, item := range v {
			l.Items[i] = Of(item)
		}
		return l
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		d := NewDict()
		for _, k := range keys {
			d.Set(k, Of(v[k]))
		}
		return d
	case json.Number:
		return number(v)
	}
	return ofReflect(reflect.ValueOf(v), v)
}

// Int brings a big integer into its one form: int64 where it fits.
func Int(n *big.Int) any {
	if n.IsInt64() {
		return n.Int64()
	}
	return n
}

func number(n json.Number) any {
	if i, err := n.Int64(); err == nil {
		return i
	}
	if b, ok := new(big.Int).SetString(string(n), 10); ok {
		return b
	}
	f, _ := n.Float64()
	return f
}

func ofReflect(r reflect.Value, v any) any {
	switch r.Kind() {
	case reflect.Bool:
		return r.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return r.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return Int(new(big.Int).SetUint64(r.Uint()))
	case reflect.Float32, reflect.Float64:
		return r.Float()
	case reflect.String:
		return r.String()
	case reflect.Slice, reflect.Array:
		l := &List{Items: make([]any, r.Len())}
		for i := range l.Items {
			l.Items[i] = Of(r.Index(i).Interface())
		}
		return l
	case reflect.Map:
		keys := r.MapKeys()
		sort.Slice(keys, func(i, j int) bool { return fmt.Sprint(keys[i]) < fmt.Sprint(keys[j]) })
		d := NewDict()
		for _, k := range keys {
			d.Set(Of(k.Interface()), Of(r.MapIndex(k).Interface()))
		}
		return d
	case reflect.Struct:
		return ofStruct(r)
	case reflect.Pointer, reflect.Interface:
		if r.IsNil() {
			return nil
		}
		if r.Elem().Kind() == reflect.Struct && r.Kind() == reflect.Pointer && !hasJSON(r.Elem().Type()) {
			return v
		}
		return Of(r.Elem().Interface())
	default:
		panic(fmt.Sprintf("value: %T has no counterpart", v))
	}
}
