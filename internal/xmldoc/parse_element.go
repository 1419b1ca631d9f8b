package xmldoc

import (
	"errors"
	"fmt"
	"strings"
)

// element reads an element with all that is in it.
func (p *parser) element() error {
	start := p.pos
	p.pos++
	n := nameLength(p.rest())
	if n == 0 {
		return errors.New("StartTag: invalid element name")
	}
	el := &Node{Type: Element}
	name := p.rest()[:n]
	p.pos += n
	if p.depth++; p.depth > maxDepth {
		return fmt.Errorf("Excessive depth in document: %d", maxDepth)
	}
	defer func() { p.depth-- }()
	p.add(el)
	empty, err := p.attributes(el, name)
	if err != nil {
		return err
	}
	if err := el.resolve(name); err != nil {
		return err
	}
	if empty {
		return nil
	}
	p.node = el
	if err := p.content(); err != nil {
		return err
	}
	p.node = el.Parent
	return p.endTag(name, start)
}

func (p *parser) endTag(name string, start int) error {
	if !p.accept("</") {
		line, _ := place(p.text, start)
		return fmt.Errorf("Premature end of data in tag %s line %d", name, line)
	}
	n := nameLength(p.rest())
	other := p.rest()[:n]
	p.pos += n
	p.space()
	closed := p.accept(">")
	switch {
	case other != name:
		line, _ := place(p.text, start)
		return fmt.Errorf("Opening and ending tag mismatch: %s line %d and %s", name, line, other)
	case !closed:
		return errors.New("expected '>'")
	}
	return nil
}

// attributes reads up to the end of a start tag.
func (p *parser) attributes(el *Node, name string) (empty bool, err error) {
	for {
		spaced := p.space()
		switch {
		case p.accept(">"):
			return false, nil
		case p.accept("/>"):
			return true, nil
		case p.rest() == "":
			return false, fmt.Errorf("Couldn't find end of Start Tag %s", name)
		case !spaced:
			return false, errors.New("attributes construct error")
		}
		if err := p.attribute(el); err != nil {
			return false, err
		}
	}
}

func (p *parser) attribute(el *Node) error {
	n := nameLength(p.rest())
	if n == 0 {
		return errors.New("error parsing attribute name")
	}
	name := p.rest()[:n]
	p.pos += n
	p.space()
	if !p.accept("=") {
		return fmt.Errorf("Specification mandates value for attribute %s", name)
	}
	p.space()
	text, err := p.quoted()
	if err != nil {
		return err
	}
	if text, err = p.attributeText(text); err != nil {
		return err
	}
	if name == "xmlns" || strings.HasPrefix(name, "xmlns:") {
		el.Decls = append(el.Decls, Decl{strings.TrimPrefix(name[5:], ":"), text})
		return nil
	}
	for _, a := range el.Attrs {
		if a.Local == name {
			return fmt.Errorf("Attribute %s redefined", name)
		}
	}
	el.Attrs = append(el.Attrs, &Node{Type: Attribute, Local: name, Text: text, Parent: el})
	return nil
}

// resolve splits the names of an element and its attributes, and finds their
// namespaces.
func (n *Node) resolve(name string) error {
	n.split(name)
	space, ok := n.lookup(n.Prefix)
	if !ok && n.Prefix != "" {
		return fmt.Errorf("Namespace prefix %s on %s is not defined", n.Prefix, n.Local)
	}
	n.Space = space
	seen := map[string]bool{}
	for _, a := range n.Attrs {
		if a.split(a.Local); a.Prefix == "" {
			continue
		}
		if a.Space, ok = n.lookup(a.Prefix); !ok {
			return fmt.Errorf("Namespace prefix %s for %s on %s is not defined", a.Prefix, a.Local, n.Local)
		}
		if seen[a.Clark()] {
			return fmt.Errorf("Namespaced Attribute %s in '%s' redefined", a.Local, a.Space)
		}
		seen[a.Clark()] = true
	}
	return nil
}

func (n *Node) split(name string) {
	n.Local = name
	if prefix, local, ok := strings.Cut(name, ":"); ok && prefix != "" && local != "" {
		n.Prefix, n.Local = prefix, local
	}
}

func (p *parser) quoted() (string, error) {
	for _, quote := range []string{`"`, "'"} {
		if p.accept(quote) {
			text, ok := p.until(quote)
			if !ok {
				return "", fmt.Errorf("AttValue: %s expected", quote)
			}
			return text, nil
		}
	}
	return "", errors.New(`AttValue: " or ' expected`)
}

// attributeText is an attribute's value: references are replaced, and what
// lays it out is blank.
func (p *parser) attributeText(text string) (string, error) {
	if strings.Contains(text, "<") {
		return "", errors.New("Unescaped '<' not allowed in attributes values")
	}
	text = strings.Map(func(r rune) rune {
		if strings.ContainsRune(blanks, r) {
			return ' '
		}
		return r
	}, text)
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(text, "&")
		b.WriteString(before)
		if !ok {
			return b.String(), nil
		}
		name, rest, ok := strings.Cut(after, ";")
		if !ok {
			return "", errors.New("EntityRef: expecting ';'")
		}
		piece, isText, err := p.replacement(name)
		if err == nil && !isText {
			p.nested++
			piece, err = p.attributeText(piece)
			p.nested--
		}
		if err != nil {
			return "", err
		}
		b.WriteString(piece)
		text = rest
	}
}
