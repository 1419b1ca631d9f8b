package value

import (
	"math/big"
	"strings"
)

// Slice is Python's slice object; nil bounds are omitted ones.
type Slice struct{ Lo, Hi, Step any }

// Len is Python's len(v).
func Len(v any) (int, error) {
	switch v := v.(type) {
	case string:
		return runeLen(v), nil
	case Markup:
		return runeLen(string(v)), nil
	case Bytes:
		return len(v), nil
	case Tuple:
		return len(v), nil
	case Sized:
		return v.Len(), nil
	case *Undefined:
		if v.Strict() {
			return 0, v.Err()
		}
		return 0, nil
	default:
		return 0, typeError("object of type '%s' has no len()", typePath(v))
	}
}

// Contains is Python's `item in container`.
func Contains(container, item any) (bool, error) {
	switch c := container.(type) {
	case string:
		return containsText(c, item)
	case Markup:
		return containsText(string(c), item)
	case *Dict:
		if err := Hashable(item); err != nil {
			return false, err
		}
		_, ok := c.Get(item)
		return ok, nil
	case *Set:
		if _, ok := item.(*Set); ok {
			return false, nil
		}
		if err := Hashable(item); err != nil {
			return false, err
		}
		return c.Has(item), nil
	case *View:
		return c.contains(item)
	case Bytes:
		return containsByte(c, item)
	case *Range:
		switch n := unbool(item).(type) {
		case int64:
			_, found := c.index(n)
			return found, nil
		case float64:
			if whole := int64(n); float64(whole) == n {
				_, found := c.index(whole)
				return found, nil
			}
			return false, nil
		case string, *List, *Dict, nil:
			return false, nil
		}
	case Mapping:
		return mappingHas(c, item)
	case Container:
		return c.Contains(item)
	}
	seq, err := Iterate(container)
	if err != nil {
		if IsException(err, "TypeError") {
			err = typeError("argument of type '%s' is not iterable", typePath(container))
		}
		return false, err
	}
	for v, err := range seq {
		if err != nil {
			return false, err
		}
		if same, err := Compare("==", v, item); same || err != nil {
			return same, err
		}
	}
	return false, nil
}

func containsText(s string, item any) (bool, error) {
	sub, ok := asString(item)
	if !ok {
		return false, typeError("'in <string>' requires string as left operand, not %s", typePath(item))
	}
	return strings.Contains(s, sub), nil
}

func containsByte(b Bytes, item any) (bool, error) {
	switch item := unbool(item).(type) {
	case Bytes:
		return strings.Contains(string(b), string(item)), nil
	case int64:
		if item < 0 || item > 255 {
			return false, valueError("byte must be in range(0, 256)")
		}
		return strings.IndexByte(string(b), byte(item)) >= 0, nil
	case *big.Int:
		return false, valueError("byte must be in range(0, 256)")
	default:
		return false, typeError("a bytes-like object is required, not '%s'", typePath(item))
	}
}

// Item is Python's obj[key]; key may be a Slice. It fails with a KeyError, whose
// message is the key's repr, an IndexError or a TypeError.
func Item(obj, key any) (any, error) {
	if s, ok := key.(Slice); ok {
		return Subslice(obj, s.Lo, s.Hi, s.Step)
	}
	switch o := obj.(type) {
	case *Dict:
		if v, ok := o.Get(key); ok {
			return v, nil
		}
		if err := Hashable(key); err != nil {
			return nil, err
		}
		return nil, &Exception{Type: "KeyError", Msg: Repr(key)}
	case *List:
		i, err := position(key, o.Len(), "list")
		if err != nil {
			return nil, err
		}
		return o.Items[i], nil
	case Tuple:
		i, err := position(key, len(o), "tuple")
		if err != nil {
			return nil, err
		}
		return o[i], nil
	case string:
		return charAt(o, key)
	case Markup:
		c, err := charAt(string(o), key)
		if err != nil {
			return nil, err
		}
		return Markup(c), nil
	case Bytes:
		i, err := position(key, len(o), "byte")
		if err != nil {
			return nil, err
		}
		return int64(o[i]), nil
	case *Range:
		i, err := position(key, o.Len(), "range")
		if err != nil {
			return nil, err
		}
		return o.At(i), nil
	case *Undefined:
		if o.Chains() {
			return o, nil
		}
		return nil, o.Err()
	case Mapping:
		return mappingItem(o, key)
	case Indexed:
		return o.Item(key)
	default:
		return nil, typeError("'%s' object is not subscriptable", typePath(obj))
	}
}

// position is the index that a key means in a sequence of n items.
func position(key any, n int, kind string) (int, error) {
	i, ok := unbool(key).(int64)
	if !ok {
		if _, big := key.(*big.Int); big {
			if kind == "range" {
				return 0, Raise("IndexError", "range object index out of range")
			}
			return 0, Raise("IndexError", "cannot fit 'int' into an index-sized integer")
		}
		if kind == "string" {
			return 0, typeError("string indices must be integers, not '%s'", typePath(key))
		}
		return 0, typeError("%s indices must be integers or slices, not %s", kind, typePath(key))
	}
	if i < 0 {
		i += int64(n)
	}
	if i < 0 || i >= int64(n) {
		switch kind {
		case "byte":
			kind = ""
		case "range":
			kind = "range object "
		default:
			kind += " "
		}
		return 0, Raise("IndexError", "%sindex out of range", kind)
	}
	return int(i), nil
}

func charAt(s string, key any) (string, error) {
	if n, ok := key.(int64); ok && n >= 0 {
		at := offset(s, int(min(n, int64(len(s)))))
		if at < len(s) {
			_, size := decodeRune(s[at:])
			return s[at : at+size], nil
		}
	}
	i, err := position(key, runeLen(s), "string")
	if err != nil {
		return "", err
	}
	at := offset(s, i)
	_, size := decodeRune(s[at:])
	return s[at : at+size], nil
}

// SetItem is Python's obj[key] = v on lists and dicts.
func SetItem(obj, key, v any) error {
	switch o := obj.(type) {
	case *Dict:
		if err := Hashable(key); err != nil {
			return err
		}
		o.Set(key, v)
		return nil
	case *List:
		i, err := position(key, o.Len(), "list")
		if IsException(err, "IndexError") {
			return Raise("IndexError", "list assignment index out of range")
		}
		if err != nil {
			return err
		}
		o.Items[i] = v
		return nil
	default:
		return typeError("'%s' object does not support item assignment", typePath(obj))
	}
}
