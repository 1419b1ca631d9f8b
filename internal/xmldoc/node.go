// Package xmldoc holds XML documents as trees that can be changed and written
// back, and finds nodes in them by XPath 1.0. It keeps what libxml2 keeps
// (comments, instructions, CDATA sections, prefixes, the document type) and
// writes as it writes. External entities are never read.
package xmldoc

import (
	"slices"
	"strconv"
	"strings"
)

// Type says what a node is.
type Type int

const (
	Document Type = iota
	Element
	Attribute
	Text
	CData
	Comment
	Instruction
	Doctype
)

// Node is a node of a document. Its children and attributes are in the order
// in which they are written.
type Node struct {
	Type     Type
	Prefix   string
	Local    string // of an element or attribute; the target of an instruction
	Space    string // the namespace that Prefix stands for
	Text     string // of what has no children
	Decls    []Decl // namespaces that are declared here
	Attrs    []*Node
	Parent   *Node
	Children []*Node

	parts []string // of a text that is being read

	at   int // its place in the document while an expression is evaluated
	made int // prefixes made for this tree, counted at its top
}

// Decl declares a namespace; the default one has no prefix.
type Decl struct{ Prefix, Space string }

const xmlSpace = "http://www.w3.org/XML/1998/namespace"

// Root is the document's element.
func (n *Node) Root() *Node {
	for _, child := range n.top().Children {
		if child.Type == Element {
			return child
		}
	}
	return nil
}

func (n *Node) top() *Node {
	for n.Parent != nil {
		n = n.Parent
	}
	return n
}

// Name is the name as it is written.
func (n *Node) Name() string { return qualified(n.Prefix, n.Local) }

// Clark is the name with its namespace in braces before it.
func (n *Node) Clark() string {
	if n.Space != "" {
		return "{" + n.Space + "}" + n.Local
	}
	return n.Local
}

func qualified(prefix, local string) string {
	if prefix != "" {
		return prefix + ":" + local
	}
	return local
}

func (n *Node) isText() bool { return n.Type == Text || n.Type == CData }

// Kids are the children that are no text.
func (n *Node) Kids() []*Node {
	var out []*Node
	for _, child := range n.Children {
		if !child.isText() {
			out = append(out, child)
		}
	}
	return out
}

// Lead is the text before the first child that is none; ok is false without any.
func (n *Node) Lead() (text string, ok bool) {
	if n.Type != Element {
		return n.Text, n.Text != ""
	}
	for _, child := range n.Children {
		if !child.isText() {
			break
		}
		text, ok = text+child.Text, true
	}
	return text, ok
}

// SetLead puts a text in place of that before the first child that is none.
func (n *Node) SetLead(text string) {
	if n.Type != Element {
		n.Text = text
		return
	}
	first := 0
	for first < len(n.Children) && n.Children[first].isText() {
		first++
	}
	n.Children = slices.Insert(n.Children[first:], 0, &Node{Type: Text, Text: text, Parent: n})
}

// Remove takes the node out of its tree, with the text that follows it.
func (n *Node) Remove() {
	if n.Parent != nil {
		n.cut()
	}
}

// cut takes the node and the text after it out, and returns both.
func (n *Node) cut() []*Node {
	siblings := n.Parent.Children
	from := slices.Index(siblings, n)
	to := from + 1
	for to < len(siblings) && siblings[to].isText() {
		to++
	}
	taken := slices.Clone(siblings[from:to])
	n.Parent.Children = slices.Delete(siblings, from, to)
	for _, node := range taken {
		node.Parent = nil
	}
	return taken
}

// Append makes a node the last child, from wherever it is; text that follows it
// comes with it.
func (n *Node) Append(child *Node) { n.insert(child, func() int { return len(n.Children) }) }

// InsertBefore puts a node before another child of n.
func (n *Node) InsertBefore(child, next *Node) {
	n.insert(child, func() int { return slices.Index(n.Children, next) })
}

func (n *Node) insert(child *Node, place func() int) {
	moved := []*Node{child}
	if child.Parent != nil {
		moved = child.cut()
	}
	n.Children = slices.Insert(n.Children, place(), moved...)
	for _, node := range moved {
		node.Parent = n
	}
	child.share(map[Decl]Decl{})
}

// share drops declarations of namespaces that the tree around has already, and
// takes over its prefixes for them.
func (n *Node) share(known map[Decl]Decl) {
	var kept []Decl
	for _, d := range n.Decls {
		if prefix, ok := n.Parent.prefixOf(d.Space, false); ok && !(prefix == "" && n.needsPrefix(d)) {
			known[d] = Decl{prefix, d.Space}
		} else {
			kept = append(kept, d)
		}
	}
	n.Decls = kept
	for _, node := range append([]*Node{n}, n.Attrs...) {
		if d, ok := known[Decl{node.Prefix, node.Space}]; ok {
			node.Prefix = d.Prefix
		}
	}
	for _, child := range n.Children {
		if child.Type == Element {
			child.share(known)
		}
	}
}

// needsPrefix reports whether an attribute uses a declaration: the default
// namespace is none of attributes.
func (n *Node) needsPrefix(d Decl) bool {
	for _, a := range n.Attrs {
		if a.Prefix == d.Prefix && a.Space == d.Space {
			return true
		}
	}
	return slices.ContainsFunc(n.Children, func(child *Node) bool { return child.needsPrefix(d) })
}

// prefixOf finds the prefix that stands for a namespace at a node.
func (n *Node) prefixOf(space string, attribute bool) (string, bool) {
	hidden := map[string]bool{}
	for ; n != nil; n = n.Parent {
		for _, d := range n.Decls {
			if d.Space == space && !hidden[d.Prefix] && !(attribute && d.Prefix == "") {
				return d.Prefix, true
			}
		}
		for _, d := range n.Decls {
			hidden[d.Prefix] = true
		}
	}
	return "xml", space == xmlSpace
}

// Spaces are the declarations in force at the node that it does not make itself.
func (n *Node) spaces() []Decl {
	var out []Decl
	seen := map[string]bool{}
	for _, d := range n.Decls {
		seen[d.Prefix] = true
	}
	for up := n.Parent; up != nil; up = up.Parent {
		for _, d := range up.Decls {
			if !seen[d.Prefix] {
				out = append(out, d)
			}
			seen[d.Prefix] = true
		}
	}
	return out
}

// NewElement makes an element by its name, which may have its namespace in
// braces before it.
func NewElement(clark string) *Node {
	n := &Node{Type: Element}
	n.Space, n.Local = splitClark(clark)
	if n.Space != "" {
		n.Prefix = n.declare(n.Space)
	}
	return n
}

func splitClark(name string) (space, local string) {
	if strings.HasPrefix(name, "{") {
		if at := strings.LastIndexByte(name, '}'); at > 0 {
			return name[1:at], name[at+1:]
		}
	}
	return "", name
}

// declare declares a namespace under a prefix that is free.
func (n *Node) declare(space string) string {
	top := n.top()
	for {
		prefix := "ns" + strconv.Itoa(top.made)
		top.made++
		if _, taken := n.lookup(prefix); !taken {
			n.Decls = append(n.Decls, Decl{prefix, space})
			return prefix
		}
	}
}

// lookup finds what a prefix stands for at a node.
func (n *Node) lookup(prefix string) (string, bool) {
	if prefix == "xml" {
		return xmlSpace, true
	}
	for ; n != nil; n = n.Parent {
		for _, d := range n.Decls {
			if d.Prefix == prefix {
				return d.Space, true
			}
		}
	}
	return "", false
}

// Attr finds an attribute by its name with its namespace in braces before it.
func (n *Node) Attr(clark string) (string, bool) {
	for _, a := range n.Attrs {
		if a.Clark() == clark {
			return a.Text, true
		}
	}
	return "", false
}

// SetAttr sets an attribute, whose namespace is declared where it is not yet.
func (n *Node) SetAttr(clark, text string) {
	for _, a := range n.Attrs {
		if a.Clark() == clark {
			a.Text = text
			return
		}
	}
	a := &Node{Type: Attribute, Text: text, Parent: n}
	a.Space, a.Local = splitClark(clark)
	if a.Space != "" {
		prefix, ok := n.prefixOf(a.Space, true)
		if !ok {
			prefix = n.declare(a.Space)
		}
		a.Prefix = prefix
	}
	n.Attrs = append(n.Attrs, a)
}

// RemoveAttr takes an attribute out.
func (n *Node) RemoveAttr(attr *Node) {
	n.Attrs = slices.DeleteFunc(n.Attrs, func(a *Node) bool { return a == attr })
}

// IsName reports whether an element or attribute may be called so.
func IsName(local string) bool {
	return local != "" && !strings.Contains(local, ":") && nameLength(local) == len(local)
}

// Path is an expression that finds just this node.
func (n *Node) Path() string {
	if n.Type == Document {
		return "/"
	}
	path := "/" + n.step()
	if n.Parent == nil || n.Parent.Type == Document {
		return path + n.occurrence()
	}
	return n.Parent.Path() + path + n.occurrence()
}

// step names a node as Path does: an element of the default namespace has no
// name in XPath.
func (n *Node) step() string {
	switch n.Type {
	case Element:
		if n.Prefix == "" && n.Space != "" {
			return "*"
		}
		return n.Name()
	case Attribute:
		return "@" + n.Name()
	case Comment:
		return "comment()"
	case Instruction:
		return "processing-instruction('" + n.Local + "')"
	}
	return "text()"
}

// occurrence is the index among siblings of the same step, where there are any.
func (n *Node) occurrence() string {
	if n.Parent == nil || n.Type == Attribute {
		return ""
	}
	count, own := 0, 0
	for _, s := range n.Parent.Children {
		if s.step() == n.step() || n.step() == "*" && s.Type == Element {
			count++
		}
		if s == n {
			own = count
		}
	}
	if count < 2 {
		return ""
	}
	return "[" + strconv.Itoa(own) + "]"
}
