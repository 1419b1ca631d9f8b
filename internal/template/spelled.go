package template

import (
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/tree"
)

// Ansible evaluates a fact anew wherever it is used, unless something unsafe
// was looked at when it was set. Here a value is never a template. But a
// template that only spells out text, as '{{ "{{ name }}" }}' does, is another
// way to write a node: nothing in it can have come from a host.

// Spelled is the node that n is another way to write: all of its templates only
// spell out text, themselves or through variables that do, and at least one of
// those texts is a template. It is nil for all other nodes.
func (e *Engine) Spelled(n *tree.Node, vars Vars) *tree.Node {
	s := speller{engine: e, vars: vars}
	if out, ok := s.node(n, 0); ok && s.templates {
		return out
	}
	return nil
}

type speller struct {
	engine    *Engine
	vars      Vars
	templates bool
}

func (s *speller) node(n *tree.Node, depth int) (*tree.Node, bool) {
	if n == nil || depth > maxDepth {
		return nil, false
	}
	switch n.Kind {
	case tree.Text:
		if n.Opaque {
			return nil, false
		}
		if !IsTemplate(n.Text) {
			return n, true
		}
		return s.text(n, depth)
	case tree.List:
		out := &tree.Node{Pos: n.Pos, Kind: tree.List}
		for _, item := range n.Items {
			one, ok := s.node(item, depth+1)
			if !ok {
				return nil, false
			}
			out.Items = append(out.Items, one)
		}
		return out, true
	case tree.Map:
		out := &tree.Node{Pos: n.Pos, Kind: tree.Map}
		for _, p := range n.Pairs {
			one, ok := s.node(p.Value, depth+1)
			if !ok {
				return nil, false
			}
			out.Pairs = append(out.Pairs, tree.Pair{Key: p.Key, Value: one})
		}
		return out, true
	}
	return n, true
}

func (s *speller) text(n *tree.Node, depth int) (*tree.Node, bool) {
	c := s.engine.compile(dataMode, n.Text, n.Pos)
	if c.err != nil || c.asIs != nil || strings.HasPrefix(n.Text, override) {
		return nil, false
	}
	if c.name != "" {
		raw, _ := s.vars.Lookup(c.name)
		named, _ := raw.(*tree.Node)
		return s.node(named, depth+1)
	}
	root, ok := c.tpl.AST().(*jinja.Root)
	if !ok {
		return nil, false
	}
	var b strings.Builder
	for _, stmt := range root.Body {
		switch stmt := stmt.(type) {
		case *jinja.Data:
			b.WriteString(stmt.Text)
		case *jinja.Output:
			text, ok := s.word(stmt.X, depth)
			if !ok {
				return nil, false
			}
			b.WriteString(text)
		default:
			return nil, false
		}
	}
	text, _ := keepNewlines(b.String(), n.Text, "\n").(string)
	if !IsTemplate(text) {
		return nil, false // what looks like a list becomes one
	}
	s.templates = true
	return tree.TextNode(n.Pos, text), true
}

// word is the text that an expression stands for: its own, or that of a variable
// that is written in a file.
func (s *speller) word(x jinja.Expr, depth int) (string, bool) {
	switch x := x.(type) {
	case *jinja.Const:
		text, ok := x.Value.(string)
		return text, ok
	case *jinja.Name:
		raw, _ := s.vars.Lookup(x.Name)
		written, _ := raw.(*tree.Node)
		if n, ok := s.node(written, depth+1); ok && n.Kind == tree.Text {
			return n.Text, true
		}
	}
	return "", false
}
