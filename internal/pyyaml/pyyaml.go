// Package pyyaml writes values as YAML exactly as PyYAML does with libyaml:
// the same quoting, folding, indentation, key order and anchors. It reads
// nothing; internal/tree does.
package pyyaml

import (
	"goplay/internal/value"
)

// Options are the arguments of Python's yaml.dump. Use Defaults for what
// yaml.dump itself does.
type Options struct {
	Indent        int       // of nested lists and mappings; outside 2..9 it is 2
	Width         int       // where lines are folded; below zero never
	SortKeys      bool      // mappings by key
	Flow          FlowStyle // which collections are written in braces and brackets
	Unicode       bool      // characters beyond ASCII as they are
	ExplicitStart bool      // --- before the document
	ExplicitEnd   bool      // ... after it
	DefaultStyle  string    // how all scalars are written: ' " | > or "" to choose
	Literal       bool      // text of several lines as a literal block, as Ansible's screen shows it
	LineBreak     string    // "" is \n
	Directives    []string  // lines before the document, such as %YAML 1.1
	Canonical     bool      // every tag, every text in quotes, every item on a line of its own

	// Armour gives the vaulted form in which a value is written, "" for most; nil
	// where there are none.
	Armour func(v any) string `json:"-"`
}

// FlowStyle says which collections are written in braces and brackets.
type FlowStyle int

// FlowNever is default_flow_style=False, FlowLeaves None: only collections
// without collections in them, FlowAlways True.
const (
	FlowNever FlowStyle = iota
	FlowLeaves
	FlowAlways
)

// Defaults are yaml.dump's.
func Defaults() Options { return Options{Indent: 2, Width: 80, SortKeys: true} }

// Encode writes a value as one document. It fails with Python's words on what
// YAML's safe types have no form for.
func Encode(v any, o Options) (string, error) {
	r := representer{options: o, done: map[any]*node{}}
	root, err := r.node(v)
	if err != nil {
		return "", err
	}
	nameAnchors(root)
	e := newEmitter(o)
	e.document(root)
	return string(e.out), nil
}

// kind of a node.
type kind uint8

const (
	scalar kind = iota
	sequence
	mapping
)

// node is a value on its way to YAML.
type node struct {
	kind   kind
	tag    string // written out when not empty
	known  string // the tag that goes without saying, but for the canonical form
	text   string
	style  byte    // ' " | > or 0 to choose
	plain  bool    // the text means the same without quotes
	typed  bool    // it is no text, so that quoting it has to be marked
	items  []*node // of a mapping: keys and values in turn
	flow   bool
	seen   bool
	anchor string
	shown  bool
}

// nameAnchors names what is used more than once, in the order of second use.
func nameAnchors(root *node) {
	count := 0
	var visit func(n *node)
	visit = func(n *node) {
		if n.kind == scalar {
			return
		}
		if n.seen {
			if n.anchor == "" {
				count++
				n.anchor = anchorName(count)
			}
			return
		}
		n.seen = true
		for _, item := range n.items {
			visit(item)
		}
	}
	visit(root)
}

func anchorName(n int) string {
	digits := value.Str(int64(n))
	for len(digits) < 3 {
		digits = "0" + digits
	}
	return "id" + digits
}
