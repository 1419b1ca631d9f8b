package value

import "reflect"

// Hashable fails with Python's TypeError on what cannot be a dict's key or
// in a set, such as a list or a tuple with a list in it.
func Hashable(v any) error {
	switch v := v.(type) {
	case string, int64, bool, float64, nil:
		return nil
	case *List, *Dict, *Set, Slice:
		return typeError("unhashable type: '%s'", TypeName(v))
	case *View:
		if v.kind != ValuesView {
			return typeError("unhashable type: '%s'", TypeName(v))
		}
	case *Record:
		return Hashable(v.Items)
	case Tuple:
		for _, item := range v {
			if err := Hashable(item); err != nil {
				return err
			}
		}
	case *Undefined:
		if v.Strict() {
			return v.Err()
		}
	default:
		if !reflect.TypeOf(v).Comparable() {
			return typeError("unhashable type: '%s'", TypeName(v))
		}
	}
	return nil
}

// sameObject is == on what Go can compare, and false on the rest.
func sameObject(a, b any) bool {
	if a == nil || b == nil {
		return a == b
	}
	return reflect.TypeOf(a) == reflect.TypeOf(b) && reflect.TypeOf(a).Comparable() && a == b
}
