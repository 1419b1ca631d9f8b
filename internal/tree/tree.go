// Package tree holds YAML as it was written: every scalar, list and mapping
// with its place, scalars resolved by YAML 1.1 as PyYAML resolves them, and
// text that may be a template told apart from text that never is. It
// evaluates nothing.
package tree

import (
	"goplay/internal/source"
	"goplay/internal/value"
)

// Kind says what a Node is.
type Kind uint8

// The kinds of nodes.
const (
	Scalar Kind = iota // Value holds None, a bool, a number, bytes or a date
	Text               // Text holds a string
	List               // Items
	Map                // Pairs, in order
)

// Node is one value of a file. Nodes are immutable once loaded.
type Node struct {
	Pos    source.Pos // of the content's first character
	Kind   Kind
	Value  any
	Text   string
	Block  bool // Text stood in a block scalar: its lines are lines of the file
	Opaque bool // Text is data, never a template: !unsafe, !vault
	Secret bool // Text was vaulted: it is struck out of all that is shown
	Bare   bool // Text is of no YAML: of an INI inventory, of JSON, of the command line
	Items  []*Node
	Pairs  []Pair

	// Sealed decrypts the text of a !vault value, once, when it is first
	// asked for; nil for all others. Text then holds the encrypted form.
	Sealed func() (string, error)

	src   *text
	style style
}

// Reveal is the text of a node, decrypted if it was a !vault value; the error
// is a fault at the node's place.
func (n *Node) Reveal() (string, error) {
	if n.Sealed != nil {
		return n.Sealed()
	}
	return n.Text, nil
}

// Pair is one key of a mapping with its value.
type Pair struct{ Key, Value *Node }

// Name is the key as text.
func (p Pair) Name() string { return p.Key.String() }

// Get returns the value of a key of a mapping; nil when it is not there or n
// is no mapping.
func (n *Node) Get(key string) *Node {
	if n == nil || n.Kind != Map {
		return nil
	}
	for i := len(n.Pairs) - 1; i >= 0; i-- {
		if n.Pairs[i].Key.String() == key {
			return n.Pairs[i].Value
		}
	}
	return nil
}

// IsNull reports whether the node is absent or YAML's null.
func (n *Node) IsNull() bool { return n == nil || n.Kind == Scalar && n.Value == nil }

// String is the text of a scalar, as Python's str gives it for numbers and booleans.
func (n *Node) String() string {
	switch {
	case n == nil:
		return ""
	case n.Kind == Text:
		return n.Text
	default:
		return value.Str(n.Data())
	}
}

// Data is the node as a value with nothing evaluated: text stays as written.
// Lists and dicts are fresh at every call.
func (n *Node) Data() any {
	if n == nil {
		return nil
	}
	switch n.Kind {
	case Text:
		return n.Text
	case List:
		l := value.NewList()
		for _, item := range n.Items {
			l.Append(item.Data())
		}
		return l
	case Map:
		d := value.NewDict()
		for _, p := range n.Pairs {
			d.Set(p.Key.Data(), p.Value.Data())
		}
		return d
	default:
		return n.Value
	}
}

// TextNode makes a node of text that stands at pos, but was not read as YAML.
func TextNode(pos source.Pos, text string) *Node {
	return &Node{Pos: pos, Kind: Text, Text: text, Bare: true}
}

// AsBare is the node with all of its texts Bare.
func (n *Node) AsBare() *Node {
	c := *n
	c.Bare = c.Kind == Text
	c.Items, c.Pairs = nil, nil
	for _, item := range n.Items {
		c.Items = append(c.Items, item.AsBare())
	}
	for _, p := range n.Pairs {
		c.Pairs = append(c.Pairs, Pair{p.Key.AsBare(), p.Value.AsBare()})
	}
	return &c
}

// FromValue makes nodes of data, none of which is ever evaluated.
func FromValue(pos source.Pos, v any) *Node {
	switch v := v.(type) {
	case string:
		return &Node{Pos: pos, Kind: Text, Text: v, Opaque: true}
	case *value.List:
		n := &Node{Pos: pos, Kind: List}
		for _, item := range v.Items {
			n.Items = append(n.Items, FromValue(pos, item))
		}
		return n
	case *value.Dict:
		n := &Node{Pos: pos, Kind: Map}
		for k, item := range v.All() {
			n.Pairs = append(n.Pairs, Pair{FromValue(pos, k), FromValue(pos, item)})
		}
		return n
	default:
		return &Node{Pos: pos, Kind: Scalar, Value: v}
	}
}
