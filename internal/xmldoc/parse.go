package xmldoc

import (
	"errors"
	"fmt"
	"strings"
)

// Options are how a document is read.
type Options struct {
	NoBlanks bool // leave out blank text between elements
	NoCData  bool // CDATA sections become text
}

const (
	maxDepth     = 256
	maxExpansion = 1 << 20 // bytes that entities may become
)

// Parse reads a document. An error names the line and column.
func Parse(data []byte, o Options) (*Node, error) {
	text, err := decode(data)
	if err != nil {
		return nil, err
	}
	doc := &Node{Type: Document}
	p := &parser{Options: o, text: text, doc: doc, node: doc, entities: map[string]string{}, budget: new(int)}
	if err := p.document(); err != nil {
		return nil, p.placed(err)
	}
	doc.join()
	return doc, nil
}

type parser struct {
	Options
	text     string
	pos      int
	doc      *Node
	node     *Node // the open one
	depth    int
	nested   int // entities within entities
	entities map[string]string
	budget   *int
}

// placed adds the place to an error.
func (p *parser) placed(err error) error {
	line, column := place(p.text, p.pos)
	return fmt.Errorf("%w, line %d, column %d", err, line, column)
}

func place(text string, pos int) (line, column int) {
	before := text[:min(pos, len(text))]
	return 1 + strings.Count(before, "\n"), len(before) - strings.LastIndexByte(before, '\n')
}

func (p *parser) rest() string { return p.text[p.pos:] }

func (p *parser) accept(prefix string) bool {
	if strings.HasPrefix(p.rest(), prefix) {
		p.pos += len(prefix)
		return true
	}
	return false
}

// until takes all that is before a mark, and the mark.
func (p *parser) until(mark string) (string, bool) {
	taken, _, ok := strings.Cut(p.rest(), mark)
	if ok {
		p.pos += len(taken) + len(mark)
	}
	return taken, ok
}

const blanks = " \t\r\n"

func (p *parser) space() bool {
	from := p.pos
	p.pos = len(p.text) - len(strings.TrimLeft(p.rest(), blanks))
	return p.pos > from
}

func (p *parser) document() error {
	p.declaration()
	if strings.TrimLeft(p.rest(), blanks) == "" {
		return errors.New("Document is empty")
	}
	for {
		p.space()
		root := p.doc.Root() != nil
		switch {
		case p.rest() == "" && root:
			return nil
		case strings.HasPrefix(p.rest(), "<!DOCTYPE") && !root:
			if err := p.doctype(); err != nil {
				return err
			}
		case strings.HasPrefix(p.rest(), "<!--"), strings.HasPrefix(p.rest(), "<?"):
			if err := p.markup(); err != nil {
				return err
			}
		case root:
			return errors.New("Extra content at the end of the document")
		case !strings.HasPrefix(p.rest(), "<"):
			return errors.New("Start tag expected, '<' not found")
		default:
			if err := p.element(); err != nil {
				return err
			}
		}
	}
}

// declaration skips <?xml ...?>: decode has read it.
func (p *parser) declaration() {
	if strings.HasPrefix(p.rest(), "<?xml ") || strings.HasPrefix(p.rest(), "<?xml\t") || strings.HasPrefix(p.rest(), "<?xml\n") {
		p.until("?>")
	}
}

func (p *parser) add(n *Node) {
	n.Parent = p.node
	p.node.Children = append(p.node.Children, n)
}

// markup reads a comment, an instruction or a CDATA section.
func (p *parser) markup() error {
	switch {
	case p.accept("<!--"):
		text, ok := p.until("--")
		if !ok {
			return errors.New("Comment not terminated")
		}
		if !p.accept(">") {
			return errors.New("Double hyphen within comment: <!--" + text)
		}
		p.add(&Node{Type: Comment, Text: text})
	case p.accept("<![CDATA["):
		text, ok := p.until("]]>")
		if !ok {
			return errors.New("CData section not finished")
		}
		p.cdata(text)
	case p.accept("<?"):
		n := nameLength(p.rest())
		target := p.rest()[:n]
		p.pos += n
		if strings.EqualFold(target, "xml") {
			return errors.New("XML declaration allowed only at the start of the document")
		}
		if strings.Contains(target, ":") {
			return fmt.Errorf("colons are forbidden from PI names '%s'", target)
		}
		text, ok := p.until("?>")
		if target == "" || !ok {
			return errors.New("ParsePI: PI never end ...")
		}
		p.add(&Node{Type: Instruction, Local: target, Text: strings.TrimLeft(text, blanks)})
	}
	return nil
}

func (p *parser) cdata(text string) {
	if p.NoCData {
		p.addText(text)
		return
	}
	p.add(&Node{Type: CData, Text: text})
}

func (p *parser) addText(text string) {
	if last := len(p.node.Children) - 1; last >= 0 && p.node.Children[last].Type == Text {
		p.node.Children[last].parts = append(p.node.Children[last].parts, text)
	} else if text != "" {
		p.add(&Node{Type: Text, parts: []string{text}})
	}
}

// join makes one text of what texts were read as.
func (n *Node) join() {
	if n.parts != nil {
		n.Text, n.parts = strings.Join(n.parts, ""), nil
	}
	for _, child := range n.Children {
		child.join()
	}
}

// content reads what is in the open element, up to its end tag or that of an
// entity's text.
func (p *parser) content() error {
	for p.pos < len(p.text) {
		rest := p.rest()
		var err error
		switch {
		case strings.HasPrefix(rest, "</"):
			return nil
		case strings.HasPrefix(rest, "<!--"), strings.HasPrefix(rest, "<![CDATA["), strings.HasPrefix(rest, "<?"):
			err = p.markup()
		case rest[0] == '<':
			err = p.element()
		case rest[0] == '&':
			err = p.reference()
		default:
			err = p.characters()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *parser) characters() error {
	text := p.rest()
	if at := strings.IndexAny(text, "<&"); at >= 0 {
		text = text[:at]
	}
	for i, r := range text {
		if !isChar(r) {
			p.pos += i
			return fmt.Errorf("PCDATA invalid Char value %d", r)
		}
	}
	if at := strings.Index(text, "]]>"); at >= 0 {
		p.pos += at
		return errors.New("Sequence ']]>' not allowed in content")
	}
	p.pos += len(text)
	if !p.NoBlanks || !p.ignorable(text) {
		p.addText(text)
	}
	return nil
}

// ignorable reports whether blank text only lays the document out: there is
// no other text beside it in the element.
func (p *parser) ignorable(text string) bool {
	if strings.Trim(text, blanks) != "" || !strings.HasPrefix(p.rest(), "<") || p.preserving() {
		return false
	}
	kids := p.node.Children
	if len(kids) == 0 {
		return !strings.HasPrefix(p.rest(), "</")
	}
	return kids[0].Type != Text && kids[len(kids)-1].Type != Text
}

func (p *parser) preserving() bool {
	for n := p.node; n != nil; n = n.Parent {
		if v, ok := n.Attr("{" + xmlSpace + "}space"); ok {
			return v == "preserve"
		}
	}
	return false
}

func isChar(r rune) bool {
	return r >= 0x20 && r != 0xfffe && r != 0xffff || r == '\t' || r == '\n' || r == '\r'
}
