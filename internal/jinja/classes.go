package jinja

import (
	"runtime"
	"strings"
	"sync"
	"unsafe"
	"weak"

	"goplay/internal/value"
)

// Classes say of which class of strings a text is, where that matters: text
// that a filter gave may be meant to stay text, however it looks. In Python the
// object knows its class. Here a text is known by where it lies in memory, so
// that it keeps its class in lists, variables and macros, and no code that
// works on strings has to know of it; what makes a new text of it loses it. A
// text that nobody has any more is forgotten.
//
// The zero value is ready, and safe for concurrent use.
type Classes struct {
	known sync.Map // from the uintptr of a text's first byte to its *classed
}

// classed is a text with a class. Where its memory was given to another text,
// at is nil.
type classed struct {
	at    weak.Pointer[byte]
	len   int
	class string
	from  string
	stays bool
	lasts bool
}

// leastText is what is taken for a text at least: Go puts shorter ones together,
// and does not tell when one of them goes.
const leastText = 16

// Add gives a text a class: it returns the string that has it. Such a text stays
// text where it is all that a template gives.
func (k *Classes) Add(s, class string) string { return k.add(s, classed{class: class, stays: true}) }

// Mark gives a text a class that only tells where it comes from.
func (k *Classes) Mark(s, class string) string { return k.add(s, classed{class: class}) }

// MarkLasting is Mark of a class that what operators, methods and some filters
// make of the text has too.
func (k *Classes) MarkLasting(s, class string) string {
	return k.add(s, classed{class: class, lasts: true})
}

// AddFrom gives a class to a text that stands for another one. In Python it is an
// object of its own and no str: a template that gives nothing else gives its
// text.
func (k *Classes) AddFrom(s, class, from string) string {
	return k.add(s, classed{class: class, from: from})
}

func (k *Classes) add(s string, c classed) string {
	if s == "" {
		return s
	}
	own := append(make([]byte, 0, max(len(s), leastText)), s...)
	first := &own[0]
	c.at, c.len = weak.Make(first), len(s)
	key, entry := uintptr(unsafe.Pointer(first)), &c
	k.known.Store(key, entry)
	runtime.AddCleanup(first, func(key uintptr) { k.known.CompareAndDelete(key, entry) }, key)
	return unsafe.String(first, len(s))
}

// Of is the class of a value that is a text with one, "" of all others.
func (k *Classes) Of(v any) string { return k.of(v).class }

// From is what the text stands for that AddFrom gave a class, "" of all others.
func (k *Classes) From(v any) string { return k.of(v).from }

// Stays reports whether a value is a text that stays text.
func (k *Classes) Stays(v any) bool { return k.of(v).stays }

// Plain are what a template gives with the text of what stands for another one,
// where it gives nothing else.
func (k *Classes) Plain(nodes []any) []any {
	if len(nodes) == 1 && k.From(nodes[0]) != "" {
		return []any{strings.Clone(nodes[0].(string))}
	}
	return nodes
}

var classless classed

func (k *Classes) of(v any) *classed {
	s, ok := v.(string)
	if !ok || k == nil || s == "" {
		return &classless
	}
	first := unsafe.StringData(s)
	found, ok := k.known.Load(uintptr(unsafe.Pointer(first)))
	if !ok {
		return &classless
	}
	entry := found.(*classed)
	if entry.len != len(s) || entry.at.Value() != first {
		return &classless
	}
	return entry
}

// Classed is a Scope whose texts may have classes.
type Classed interface{ Classes() *Classes }

func classesOf(s Scope) *Classes {
	if c, ok := s.(Classed); ok {
		return c.Classes()
	}
	return nil
}

// Classify gives a text a class, as Classes.Add does, where the call's scope
// has classes.
func (c *Call) Classify(s, class string) string {
	if c.run == nil || c.run.classes == nil {
		return s
	}
	return c.run.classes.Add(s, class)
}

// Class is the class of a value that is a text with one, "" of all others.
func (c *Call) Class(v any) string {
	if c.run == nil {
		return ""
	}
	return c.run.classes.Of(v)
}

// plain is a value that Python makes anew where it is the same text here: what
// an operator, a method of str or most filters give has no class. The texts in
// a list or a tuple, which has to be new, lose theirs too. A class that lasts is
// handed on by what the value was made of.
func (r *run) plain(v any, of ...any) any {
	if r.classes == nil {
		return v
	}
	class := r.lasting(of)
	switch v := v.(type) {
	case string:
		return r.plainText(v, class)
	case *value.List:
		r.plainTexts(v.Items, class)
	case value.Tuple:
		r.plainTexts(v, class)
	}
	return v
}

// lasts reports whether a text's class is one that lasts.
func (r *run) lasts(text string) bool { return r.classes != nil && r.classes.of(text).lasts }

// lasting is the class that the first text with one that lasts has.
func (r *run) lasting(of []any) string {
	for _, v := range of {
		if entry := r.classes.of(v); entry.lasts {
			return entry.class
		}
	}
	return ""
}

func (r *run) plainTexts(items []any, class string) {
	for i, item := range items {
		items[i] = r.plainText(item, class)
	}
}

func (r *run) plainText(v any, class string) any {
	s, ok := v.(string)
	switch {
	case !ok:
		return v
	case class != "":
		return r.classes.MarkLasting(s, class)
	case r.classes.Of(s) != "":
		return strings.Clone(s)
	}
	return v
}

// computed is what an operator gave; what is in its lists stays as it is.
func (r *run) computed(v any, of ...any) any {
	if s, ok := v.(string); ok {
		return r.plain(s, of...)
	}
	return v
}

// handing are the filters that may give a text that they were given, or that
// give texts a class; what all others give is a text of their own.
var handing = map[string]bool{
	"default": true, "d": true, "first": true, "last": true, "random": true, "min": true, "max": true, "attr": true,
	"ternary": true, "mandatory": true, "extract": true, "json_query": true, "truncate": true, "vault": true,
	"expandvars": true, "expanduser": true, "quote": true,
}

// lasting are the filters that give what a method of their text gives.
var lasting = map[string]bool{
	"upper": true, "lower": true, "capitalize": true, "trim": true, "replace": true, "first": true, "last": true, "list": true,
	"random": true, "reverse": true, "center": true, "indent": true, "format": true, "quote": true, "basename": true,
	"dirname": true, "splitext": true, "regex_escape": true,
}

// given is what a filter gave of a value, without a class that it does not hand on.
func (r *run) given(filter string, of, v any) any {
	if r == nil || r.classes == nil {
		return v
	}
	if class := r.env.opts.TextFilters[filter]; class != "" {
		if s, ok := v.(string); ok {
			return r.classes.Add(s, class)
		}
		return v
	}
	name := filter[strings.LastIndexByte(filter, '.')+1:]
	switch {
	case lasting[name] && r.classes.of(of).lasts:
		return r.plain(v, of)
	case handing[name]:
		return v
	case name == "split" || name == "splitext":
		return r.plain(v)
	default:
		return r.computed(v)
	}
}
