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
		return el.declaration(name, text)
	}
	for _, a := range el.Attrs {
		if a.Local == name {
			return fmt.Errorf("Attribute %s redefined", name)
		}
	}
	el.Attrs = append(el.Attrs, &Node{Type: Attribute, Local: name, Text: text, Parent: el})
	return nil
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
