package value

import (
	"iter"
	"maps"
	"slices"
)

// Dict is Python's dict: ordered by insertion, keyed by Python's equality
// (1, 1.0 and True are one key). The zero value is empty and ready to use. It
// is not safe for use by several goroutines while one changes it.
type Dict struct {
	entries []entry
	texts   map[string]int // str keys -> position in entries; nil while there are few
	others  map[any]int    // other keys, by hashKey
	deleted int
}

type entry struct {
	key, val any
	gone     bool
}

// few is the number of entries up to which looking through them all is faster
// than a map.
const few = 8

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
	if i := d.find(key); i >= 0 {
		return d.entries[i].val, true
	}
	return nil, false
}

// GetText is Get of a str key.
func (d *Dict) GetText(key string) (any, bool) {
	if i := d.findText(key); i >= 0 {
		return d.entries[i].val, true
	}
	return nil, false
}

// find is the position of a key, or -1.
func (d *Dict) find(key any) int {
	if d == nil {
		return -1
	}
	switch k := key.(type) {
	case string:
		return d.findText(k)
	case Markup:
		return d.findText(string(k))
	}
	if d.others == nil || Hashable(key) != nil {
		return -1
	}
	if i, ok := d.others[hashKey(key)]; ok {
		return i
	}
	return -1
}

func (d *Dict) findText(key string) int {
	if d == nil {
		return -1
	}
	if d.texts != nil {
		if i, ok := d.texts[key]; ok {
			return i
		}
		return -1
	}
	for i := range d.entries {
		e := &d.entries[i]
		if k, ok := asString(e.key); ok && k == key && !e.gone {
			return i
		}
	}
	return -1
}

// Set gives a key its value; a key that is there keeps its place. The key has
// to be hashable (see Hashable).
func (d *Dict) Set(key, val any) {
	if i := d.find(key); i >= 0 {
		d.entries[i].val = val
		return
	}
	d.entries = append(d.entries, entry{key: key, val: val})
	d.enter(len(d.entries) - 1)
}

// enter makes the entry at a position findable.
func (d *Dict) enter(i int) {
	key := d.entries[i].key
	text, ok := asString(key)
	switch {
	case !ok:
		if d.others == nil {
			d.others = map[any]int{}
		}
		d.others[hashKey(key)] = i
	case d.texts != nil:
		d.texts[text] = i
	case len(d.entries) > few:
		d.texts = make(map[string]int, 2*len(d.entries))
		for j, e := range d.entries {
			if text, ok := asString(e.key); ok && !e.gone {
				d.texts[text] = j
			}
		}
	}
}

// Delete removes a key and reports whether it was there.
func (d *Dict) Delete(key any) bool {
	i := d.find(key)
	if i < 0 {
		return false
	}
	if text, ok := asString(key); !ok {
		delete(d.others, hashKey(key))
	} else if d.texts != nil {
		delete(d.texts, text)
	}
	d.entries[i] = entry{gone: true}
	d.deleted++
	if d.deleted > 2*few && d.deleted > len(d.entries)/2 {
		d.compact()
	}
	return true
}

func (d *Dict) compact() {
	kept := make([]entry, 0, d.Len())
	for _, e := range d.entries {
		if !e.gone {
			kept = append(kept, e)
		}
	}
	*d = Dict{entries: kept}
	for i := range kept {
		d.enter(i)
	}
}

// All goes through keys and values in order. The dict may be changed
// meanwhile; keys added then are not seen.
func (d *Dict) All() iter.Seq2[any, any] {
	return func(yield func(k, v any) bool) {
		if d == nil {
			return
		}
		entries := d.entries
		for i := range entries {
			if e := &entries[i]; !e.gone && !yield(e.key, e.val) {
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
	if d == nil {
		return c
	}
	c.entries = slices.Clone(d.entries)
	c.texts, c.others, c.deleted = maps.Clone(d.texts), maps.Clone(d.others), d.deleted
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
	v, _ := d.GetText(key)
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
