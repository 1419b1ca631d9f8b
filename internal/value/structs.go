package value

import (
	"reflect"
	"strings"
)

// hasJSON reports whether a struct type says by a json tag that it is data.
func hasJSON(t reflect.Type) bool {
	for i := range t.NumField() {
		f := t.Field(i)
		if _, ok := f.Tag.Lookup("json"); ok {
			return true
		}
		if f.Anonymous && f.Type.Kind() == reflect.Struct && hasJSON(f.Type) {
			return true
		}
	}
	return false
}

// ofStruct makes a dict of the fields with a json tag, in their order;
// embedded structs are flattened, omitempty is honoured.
func ofStruct(r reflect.Value) *Dict {
	d := NewDict()
	addStruct(d, r)
	return d
}

func addStruct(d *Dict, r reflect.Value) {
	t := r.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		tag, tagged := f.Tag.Lookup("json")
		if f.Anonymous && !tagged {
			inner := r.Field(i)
			if inner.Kind() == reflect.Pointer {
				if inner.IsNil() {
					continue
				}
				inner = inner.Elem()
			}
			if inner.Kind() == reflect.Struct {
				addStruct(d, inner)
			}
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		if !f.IsExported() || !tagged || name == "-" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		if strings.Contains(options, "omitempty") && isEmpty(r.Field(i)) {
			continue
		}
		d.Set(name, Of(r.Field(i).Interface()))
	}
}

// isEmpty follows encoding/json: a pointer is empty when nil, whatever it
// points to.
func isEmpty(r reflect.Value) bool {
	switch r.Kind() {
	case reflect.Slice, reflect.Map, reflect.String, reflect.Array:
		return r.Len() == 0
	case reflect.Struct:
		return false
	default:
		return r.IsZero()
	}
}
