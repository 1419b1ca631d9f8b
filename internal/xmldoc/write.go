package xmldoc

import (
	"fmt"
	"strings"
)

// Style is how a document is written.
type Style struct {
	Declaration bool // begin with the XML declaration
	Pretty      bool // indent where there is no text
	ASCII       bool // write other characters as references
}

type writer struct {
	strings.Builder
	Style
}

// Bytes writes a document, or an element with all that it needs.
func (n *Node) Bytes(s Style) []byte {
	w := &writer{Style: s}
	if s.Declaration {
		w.WriteString("<?xml version='1.0' encoding='UTF-8'?>\n")
	}
	if n.Type != Document {
		w.element(n, 0, s.Pretty, n.spaces())
	} else {
		w.document(n)
	}
	if s.Pretty {
		w.WriteByte('\n')
	}
	if s.ASCII {
		return ascii(w.String())
	}
	return []byte(w.String())
}

func ascii(text string) []byte {
	var out []byte
	for _, r := range text {
		if r < 0x80 {
			out = append(out, byte(r))
		} else {
			out = fmt.Appendf(out, "&#%d;", r)
		}
	}
	return out
}

func (w *writer) document(doc *Node) {
	root := doc.Root()
	after := false
	for _, child := range doc.Children {
		switch {
		case child.Type == Doctype && (root == nil || child.Local != root.Name()):
			continue // it is of another document
		case after && w.Pretty:
			w.WriteByte('\n')
		}
		w.node(child, 0, w.Pretty)
		after = after || child == root
		if !after && w.Pretty && child.Type != Doctype {
			w.WriteByte('\n')
		}
	}
}

func (w *writer) node(n *Node, depth int, pretty bool) {
	switch n.Type {
	case Element:
		w.element(n, depth, pretty, nil)
	case Text:
		w.WriteString(inText.Replace(n.Text))
	case CData:
		w.WriteString("<![CDATA[" + n.Text + "]]>")
	case Comment:
		w.WriteString("<!--" + n.Text + "-->")
	case Instruction:
		w.WriteString("<?" + n.Local)
		if n.Text != "" {
			w.WriteString(" " + n.Text)
		}
		w.WriteString("?>")
	case Doctype:
		w.WriteString(n.Text + "\n")
	}
}

// element writes an element with declarations that come from around it.
func (w *writer) element(n *Node, depth int, pretty bool, around []Decl) {
	if n.Type != Element {
		w.node(n, depth, pretty)
		return
	}
	name := n.Name()
	w.WriteString("<" + name)
	for _, d := range append(around, n.Decls...) {
		w.attribute(strings.TrimSuffix(qualified("xmlns", d.Prefix), ":"), d.Space)
	}
	for _, a := range n.Attrs {
		w.attribute(a.Name(), a.Text)
	}
	if len(n.Children) == 0 {
		w.WriteString("/>")
		return
	}
	w.WriteByte('>')
	for _, child := range n.Children {
		pretty = pretty && !child.isText()
	}
	for _, child := range n.Children {
		if pretty {
			w.line(depth + 1)
		}
		w.node(child, depth+1, pretty)
	}
	if pretty {
		w.line(depth)
	}
	w.WriteString("</" + name + ">")
}

func (w *writer) line(depth int) { w.WriteString("\n" + strings.Repeat("  ", depth)) }

var (
	inAttribute = strings.NewReplacer("<", "&lt;", ">", "&gt;", "&", "&amp;", `"`, "&quot;", "\n", "&#10;", "\t", "&#9;", "\r", "&#13;")
	inText      = strings.NewReplacer("<", "&lt;", ">", "&gt;", "&", "&amp;", "\r", "&#13;")
)

func (w *writer) attribute(name, text string) {
	w.WriteString(" " + name + `="` + inAttribute.Replace(text) + `"`)
}
