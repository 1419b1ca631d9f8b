package agent

import (
	"encoding/binary"
	"errors"
	"math"
	"math/big"

	"goplay/internal/value"
)

var errWire = errors.New("a value arrived damaged")

// decoder reads values in their wire form; it never trusts a length.
type decoder struct {
	rest  []byte
	depth int
}

// decodeValue reads one value that takes the whole of b.
func decodeValue(b []byte) (any, error) {
	d := decoder{rest: b}
	v, err := d.value()
	if err == nil && len(d.rest) != 0 {
		err = errWire
	}
	return v, err
}

func (d *decoder) value() (any, error) {
	if len(d.rest) == 0 {
		return nil, errWire
	}
	tag := d.rest[0]
	d.rest = d.rest[1:]
	switch tag {
	case tagNone:
		return nil, nil
	case tagFalse, tagTrue:
		return tag == tagTrue, nil
	case tagInt:
		n, size := binary.Varint(d.rest)
		if size <= 0 {
			return nil, errWire
		}
		d.rest = d.rest[size:]
		return n, nil
	case tagFloat:
		if len(d.rest) < 8 {
			return nil, errWire
		}
		f := math.Float64frombits(binary.BigEndian.Uint64(d.rest))
		d.rest = d.rest[8:]
		return f, nil
	case tagBig, tagStr, tagBytes, tagMarkup:
		return d.text(tag)
	default:
		return d.container(tag)
	}
}

func (d *decoder) text(tag byte) (any, error) {
	n, err := d.count()
	if err != nil {
		return nil, err
	}
	s := string(d.rest[:n])
	d.rest = d.rest[n:]
	switch tag {
	case tagBytes:
		return value.Bytes(s), nil
	case tagMarkup:
		return value.Markup(s), nil
	case tagBig:
		n, ok := new(big.Int).SetString(s, 10)
		if !ok {
			return nil, errWire
		}
		return value.Int(n), nil
	}
	return s, nil
}

// count reads a length; nothing that follows takes less than a byte, so that
// what does not fit the rest is damaged.
func (d *decoder) count() (int, error) {
	n, size := binary.Uvarint(d.rest)
	if size <= 0 || n > uint64(len(d.rest)-size) {
		return 0, errWire
	}
	d.rest = d.rest[size:]
	return int(n), nil
}

func (d *decoder) container(tag byte) (any, error) {
	if tag > tagSet {
		return nil, errWire
	}
	d.depth++
	defer func() { d.depth-- }()
	if d.depth > maxDepth+1 {
		return nil, errDeep
	}
	n, err := d.count()
	if err != nil {
		return nil, err
	}
	if tag == tagDict {
		return d.dict(n)
	}
	var items []any
	for range n {
		item, err := d.value()
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	switch tag {
	case tagTuple:
		return value.Tuple(items), nil
	case tagSet:
		return value.SetOf(value.NewList(items...))
	}
	return value.NewList(items...), nil
}

func (d *decoder) dict(n int) (*value.Dict, error) {
	out := value.NewDict()
	for range n {
		k, err := d.value()
		if err != nil {
			return nil, err
		}
		if err := value.Hashable(k); err != nil {
			return nil, err
		}
		v, err := d.value()
		if err != nil {
			return nil, err
		}
		out.Set(k, v)
	}
	return out, nil
}
