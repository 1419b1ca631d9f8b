package value

import (
	"math/big"
	"strings"
)

// isInt reports whether a value is an int, as True and False are.
func isInt(v any) bool {
	switch v.(type) {
	case int64, bool, *big.Int:
		return true
	}
	return false
}

func isSequence(v any) bool {
	switch v.(type) {
	case string, *List, Tuple, Bytes, Markup:
		return true
	default:
		return false
	}
}

// repeat is a sequence times a count.
func repeat(seq, count any, limit int) (any, error) {
	n, err := repeatCount(count)
	if err != nil {
		return nil, err
	}
	switch s := seq.(type) {
	case string:
		out, err := repeatText(s, n, limit)
		return out, err
	case Markup:
		out, err := repeatText(string(s), n, limit)
		return Markup(out), err
	case Bytes:
		out, err := repeatText(string(s), n, limit)
		return Bytes(out), err
	case *List:
		items, err := repeatItems(s.Items, n, limit)
		return &List{Items: items}, err
	default:
		items, err := repeatItems(seq.(Tuple), n, limit)
		return Tuple(items), err
	}
}

// repeatMarkupError is why Markup cannot be repeated: by a float, or by what is
// no number. It leaves the multiplication to the other operand, and where that
// is a sequence itself, Markup is the wrong count.
func repeatMarkupError(m Markup, count any) error {
	if err := undefinedOperand(count); err != nil {
		return err
	}
	if _, safe := count.(Markup); !safe && isSequence(count) {
		return typeError("can't multiply sequence by non-int of type '%s'", typePath(m))
	}
	return unsupported("*", m, count)
}

func repeatCount(count any) (int64, error) {
	switch n := unbool(count).(type) {
	case int64:
		return max(n, 0), nil
	case *big.Int:
		return 0, Raise("OverflowError", "cannot fit 'int' into an index-sized integer")
	}
	if err := undefinedOperand(count); err != nil {
		return 0, err
	}
	return 0, typeError("can't multiply sequence by non-int of type '%s'", typePath(count))
}

func repeatText(s string, n int64, limit int) (string, error) {
	if err := grow(n, int64(len(s)), limit); err != nil {
		return "", err
	}
	if s == "" {
		return "", nil
	}
	return strings.Repeat(s, int(n)), nil
}

func repeatItems(items []any, n int64, limit int) ([]any, error) {
	if err := grow(n, int64(len(items)), min(limit, MaxItems)); err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return []any{}, nil
	}
	out := make([]any, 0, int(n)*len(items))
	for range n {
		out = append(out, items...)
	}
	return out, nil
}
