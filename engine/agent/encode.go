package agent

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"

	"goplay/internal/value"
)

// The tag of a value on the wire. Values travel in a form of their own and not
// as JSON, because JSON knows neither bytes nor tuples, sets, keys that are no
// text, or text that is not UTF-8.
const (
	tagNone byte = iota
	tagFalse
	tagTrue
	tagInt
	tagBig
	tagFloat
	tagStr
	tagBytes
	tagMarkup
	tagList
	tagTuple
	tagDict
	tagSet
)

// maxDepth is how deep values may be nested; what is deeper contains itself.
const maxDepth = 1000

var errDeep = errors.New("a value is nested too deeply to be sent")

// appendValue adds v in its wire form. What has no form of its own (a date, a
// range) goes as what it is in JSON, as Ansible sends it.
func appendValue(b []byte, v any, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, errDeep
	}
	switch v := v.(type) {
	case nil:
		return append(b, tagNone), nil
	case bool:
		if v {
			return append(b, tagTrue), nil
		}
		return append(b, tagFalse), nil
	case int64:
		return binary.AppendVarint(append(b, tagInt), v), nil
	case *big.Int:
		return appendText(b, tagBig, v.String()), nil
	case float64:
		return binary.BigEndian.AppendUint64(append(b, tagFloat), math.Float64bits(v)), nil
	case string:
		return appendText(b, tagStr, v), nil
	case value.Bytes:
		return appendText(b, tagBytes, string(v)), nil
	case value.Markup:
		return appendText(b, tagMarkup, string(v)), nil
	case *value.List:
		if v == nil {
			return append(b, tagNone), nil
		}
		return appendItems(b, tagList, v.Items, depth)
	case value.Tuple:
		return appendItems(b, tagTuple, v, depth)
	case *value.Set:
		return appendItems(b, tagSet, v.Items(), depth)
	case *value.Dict:
		if v == nil {
			return append(b, tagNone), nil
		}
		return appendDict(b, v, depth)
	}
	return appendOther(b, v, depth)
}

func appendOther(b []byte, v any, depth int) ([]byte, error) {
	switch v.(type) {
	case int, []byte, []string, []any, map[string]any:
		return appendValue(b, value.Of(v), depth)
	}
	text, err := value.EncodeJSON(v, value.JSONOptions{})
	if err != nil {
		return nil, fmt.Errorf("a %s cannot be sent: %w", value.TypeName(v), err)
	}
	plain, err := value.DecodeJSON([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("a %s cannot be sent: %w", value.TypeName(v), err)
	}
	return appendValue(b, plain, depth+1)
}

func appendText(b []byte, tag byte, s string) []byte {
	b = binary.AppendUvarint(append(b, tag), uint64(len(s)))
	return append(b, s...)
}

func appendItems(b []byte, tag byte, items []any, depth int) ([]byte, error) {
	b = binary.AppendUvarint(append(b, tag), uint64(len(items)))
	var err error
	for _, item := range items {
		if b, err = appendValue(b, item, depth+1); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func appendDict(b []byte, d *value.Dict, depth int) ([]byte, error) {
	b = binary.AppendUvarint(append(b, tagDict), uint64(d.Len()))
	var err error
	for k, v := range d.All() {
		if b, err = appendValue(b, k, depth+1); err != nil {
			return nil, err
		}
		if b, err = appendValue(b, v, depth+1); err != nil {
			return nil, err
		}
	}
	return b, nil
}
