package value

import (
	"iter"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Dict is Python's dict: ordered by insertion, keyed by Python's equality
// (1, 1.0 and True are one key). The zero value is empty and ready to use.
type Dict struct {
	entries []entry
	index   map[any]int // hash key -> position in entries
	deleted int
}

type entry struct {
	key, val any
	gone     bool
}

// NewDict makes an empty dict.
func NewDict() *Dict { return &Dict{} }

// DictOf makes a dict of alternating keys and values.
func DictOf(pairs ...any) *Dict {
	d := NewDict()
	for i := 0; i+1 < len(pairs); i += 2 {
		d.Set(pairs[i], pairs[i+1])
	}
	return d
}

// Len is the number of keys; a nil dict has none.
func (d *Dict) Len() int {
	if d == nil {
		return 0
	}
	return len(d.entries) - d.deleted
}

// Get returns the value of a key.
func (d *Dict) Get(key any) (any, bool) {
	if d == nil || d.index == nil {
		return nil, false
	}
	i, ok := d.index[hashKey(key)]
	if !ok {
		return nil, false
	}
	return d.entries[i].val, true
}

// Set gives a key its value; a key that is there keeps its place. The key has
// to be hashable (see Hashable).
func (d *Dict) Set(key, val any) {
	if d.index == nil {
		d.index = make(map[any]int)
	}
	h := hashKey(key)
	if i, ok := d.index[h]; ok {
		d.entries[i].val = val
		return
	}
	d.index[h] = len(d.entries)
	d.entries = append(d.entries, entry{key: key, val: val})
}

// Delete removes a key and reports whether it was there.
func (d *Dict) Delete(key any) bool {
	if d == nil || d.index == nil {
		return false
	}
	h := hashKey(key)
	i, ok := d.index[h]
	if !ok {
		return false
	}
	delete(d.index, h)
	d.entries[i] = entry{gone: true}
	d.deleted++
	if d.deleted > 16 && d.deleted > len(d.entries)/2 {
		d.compact()
	}
	return true
}

func (d *Dict) compact() {
	kept := d.entries[:0]
	for _, e := range d.entries {
		if !e.gone {
			d.index[hashKey(e.key)] = len(kept)
			kept = append(kept, e)
		}
	}
	clear(d.entries[len(kept):])
	d.entries, d.deleted = kept, 0
}

// All goes through keys and values in order. The dict may be changed
// meanwhile; keys added then may or may not be seen.
func (d *Dict) All() iter.Seq2[any, any] {
	return func(yield func(k, v any) bool) {
		if d == nil {
			return
		}
		for i := 0; i < len(d.entries); i++ {
			if e := d.entries[i]; !e.gone && !yield(e.key, e.val) {
				return
			}
		}
	}
}

// Keys returns the keys in order.
func (d *Dict) Keys() []any {
	keys := make([]any, 0, d.Len())
	for k := range d.All() {
		keys = append(keys, k)
	}
	return keys
}

// Values returns the values in order.
func (d *Dict) Values() []any {
	vals := make([]any, 0, d.Len())
	for _, v := range d.All() {
		vals = append(vals, v)
	}
	return vals
}

// Copy makes a shallow copy.
func (d *Dict) Copy() *Dict {
	c := NewDict()
	for k, v := range d.All() {
		c.Set(k, v)
	}
	return c
}

// Update sets all of other's keys, in their order.
func (d *Dict) Update(other *Dict) {
	for k, v := range other.All() {
		d.Set(k, v)
	}
}

// GetString returns the value of a key when it is a string, and "" otherwise.
func (d *Dict) GetString(key string) string {
	v, _ := d.Get(key)
	s, _ := v.(string)
	return s
}

// last is the entry that was put in last.
func (d *Dict) last() (k, v any, ok bool) {
	for i := len(d.entries) - 1; i >= 0; i-- {
		if e := d.entries[i]; !e.gone {
			return e.key, e.val, true
		}
	}
	return nil, nil, false
}

type tupleKey string
type bytesKey string
type bigKey string

// hashKey maps keys that are equal in Python to one Go key.
func hashKey(key any) any {
	switch k := key.(type) {
	case bool:
		if k {
			return int64(1)
		}
		return int64(0)
	case float64:
		if k == math.Trunc(k) && math.Abs(k) < 1<<63 {
			return int64(k)
		}
		return k
	case *big.Int:
		return bigKey(k.String())
	case Bytes:
		return bytesKey(k)
	case Markup:
		return string(k)
	case Tuple:
		var b strings.Builder
		for _, item := range k {
			part := keyText(hashKey(item))
			b.WriteString(strconv.Itoa(len(part)))
			b.WriteByte(':')
			b.WriteString(part)
		}
		return tupleKey(b.String())
	default:
		return key
	}
}

func keyText(h any) string {
	switch h := h.(type) {
	case nil:
		return "n"
	case int64:
		return "i" + strconv.FormatInt(h, 10)
	case float64:
		return "f" + strconv.FormatFloat(h, 'g', -1, 64)
	case string:
		return "s" + h
	case bigKey:
		return "i" + string(h)
	case bytesKey:
		return "b" + string(h)
	case tupleKey:
		return "t" + string(h)
	default:
		return "?"
	}
}

// Markup is a string that Jinja2's escape filters marked as safe; it behaves
// as a string everywhere else.
type Markup string
