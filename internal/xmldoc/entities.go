package xmldoc

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

var predefined = map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`, "apos": "'"}

// replacement is what a reference stands for; an entity's text is markup still.
func (p *parser) replacement(name string) (text string, isText bool, err error) {
	if digits, ok := strings.CutPrefix(name, "#"); ok {
		text, err := character(digits)
		return text, true, err
	}
	if text, ok := predefined[name]; ok {
		return text, true, nil
	}
	if nameLength(name) != len(name) || name == "" {
		return "", false, errors.New("xmlParseEntityRef: no name")
	}
	text, ok := p.entities[name]
	if !ok {
		return "", false, fmt.Errorf("Entity '%s' not defined", name)
	}
	if *p.budget += len(text) + 1; p.nested > 20 || *p.budget > maxExpansion {
		return "", false, errors.New("Detected an entity reference loop")
	}
	return text, false, nil
}

func character(digits string) (string, error) {
	base := 10
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	n, err := strconv.ParseInt(digits, base, 32)
	if err != nil {
		return "", errors.New("xmlParseCharRef: invalid decimal value")
	}
	if !isChar(rune(n)) || !utf8.ValidRune(rune(n)) {
		return "", fmt.Errorf("xmlParseCharRef: invalid xmlChar value %d", n)
	}
	return string(rune(n)), nil
}

// reference reads a reference in content. The text of an entity is read in its
// place.
func (p *parser) reference() error {
	p.pos++
	name, _, ok := strings.Cut(p.rest(), ";")
	if !ok || strings.ContainsAny(name, "<& \n") {
		if nameLength(p.rest()) == 0 {
			return errors.New("xmlParseEntityRef: no name")
		}
		return errors.New("EntityRef: expecting ';'")
	}
	p.pos += len(name) + 1
	text, isText, err := p.replacement(name)
	if err != nil {
		return err
	}
	if isText {
		p.addText(text)
		return nil
	}
	inner := *p
	inner.text, inner.pos, inner.nested = text, 0, p.nested+1
	if err := inner.content(); err != nil {
		return err
	}
	if inner.rest() != "" || inner.node != p.node {
		return fmt.Errorf("the entity '%s' is not balanced", name)
	}
	return nil
}

// doctype reads the document type, which is kept as it is but for its layout.
func (p *parser) doctype() error {
	p.accept("<!DOCTYPE")
	p.space()
	n := nameLength(p.rest())
	d := &Node{Type: Doctype, Local: p.rest()[:n]}
	p.pos += n
	d.Text = "<!DOCTYPE " + d.Local
	p.space()
	for _, keyword := range []string{"PUBLIC", "SYSTEM"} {
		if p.accept(keyword) {
			d.Text += " " + keyword
		}
	}
	for p.space(); strings.HasPrefix(p.rest(), `"`) || strings.HasPrefix(p.rest(), "'"); p.space() {
		text, err := p.quoted()
		if err != nil {
			return err
		}
		quote := `"`
		if strings.Contains(text, `"`) {
			quote = "'"
		}
		d.Text += " " + quote + text + quote
	}
	if p.accept("[") {
		subset, err := p.subset()
		if err != nil {
			return err
		}
		d.Text += subset
	}
	p.space()
	if !p.accept(">") {
		return errors.New("DOCTYPE improperly terminated")
	}
	d.Text += ">"
	p.add(d)
	return nil
}

// subset reads the declarations of a document type, a line each.
func (p *parser) subset() (string, error) {
	var lines []string
	for {
		p.space()
		from := p.pos
		switch {
		case p.accept("]"):
			if len(lines) == 0 {
				return "", nil
			}
			return " [\n" + strings.Join(lines, "\n") + "\n]", nil
		case p.accept("<!--"):
			p.until("-->")
		case p.accept("<?"):
			p.until("?>")
		case p.accept("<!"):
			line, err := p.markupDeclaration(from)
			if err != nil {
				return "", err
			}
			lines = append(lines, line)
			continue
		case p.accept("%"):
			p.until(";")
		}
		if p.pos == from {
			return "", errors.New("internal error: xmlParseInternalSubset: error detected in Markup declaration")
		}
		lines = append(lines, p.text[from:p.pos])
	}
}

// markupDeclaration reads a declaration, which is kept as it is but for the
// quotes of an entity.
func (p *parser) markupDeclaration(from int) (string, error) {
	var words []string
	for {
		p.space()
		rest := p.rest()
		switch {
		case rest == "":
			return "", errors.New("the document type is not finished")
		case p.accept(">"):
			if p.entity(words) && !strings.Contains(words[2][1:], `"`) {
				return "<!ENTITY " + words[1] + " " + words[2] + `">`, nil
			}
			return p.text[from:p.pos], nil
		case rest[0] == '"' || rest[0] == '\'':
			text, err := p.quoted()
			if err != nil {
				return "", err
			}
			words = append(words, `"`+text)
		default:
			n := max(1, strings.IndexAny(rest, blanks+`>"'`))
			words = append(words, rest[:n])
			p.pos += n
		}
	}
}

// entity keeps the text of an entity of the document itself. The first
// declaration counts; one that is elsewhere is never read.
func (p *parser) entity(words []string) bool {
	if len(words) != 3 || words[0] != "ENTITY" || !strings.HasPrefix(words[2], `"`) {
		return false
	}
	if _, taken := p.entities[words[1]]; taken {
		return true
	}
	text := words[2][1:]
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(text, "&#")
		b.WriteString(before)
		if !ok {
			break
		}
		digits, rest, _ := strings.Cut(after, ";")
		if c, err := character(digits); err == nil {
			b.WriteString(c)
		}
		text = rest
	}
	p.entities[words[1]] = b.String()
	return true
}

// decode makes a document's bytes text, by its byte order mark or by the
// encoding that it declares, with line ends as XML has them.
func decode(data []byte) (string, error) {
	text := string(data)
	switch {
	case strings.HasPrefix(text, "\xff\xfe"):
		text = fromUTF16(data[2:], binary.LittleEndian)
	case strings.HasPrefix(text, "\xfe\xff"):
		text = fromUTF16(data[2:], binary.BigEndian)
	default:
		text = strings.TrimPrefix(text, "\ufeff")
		name := declaredEncoding(text)
		switch strings.ToLower(name) {
		case "", "utf-8", "utf8", "us-ascii", "ascii":
		case "iso-8859-1", "latin1", "latin-1":
			runes := make([]rune, 0, len(text))
			for _, b := range []byte(text) {
				runes = append(runes, rune(b))
			}
			text = string(runes)
		default:
			return "", fmt.Errorf("Unsupported encoding %s, line 1, column %d", name, strings.Index(text, "?>")+1)
		}
	}
	if at := strings.IndexRune(text, utf8.RuneError); at >= 0 && !utf8.ValidString(text) {
		line, column := place(text, at)
		return "", fmt.Errorf("Input is not proper UTF-8, indicate encoding !, line %d, column %d", line, column)
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), nil
}

func fromUTF16(data []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return string(utf16.Decode(units))
}

func declaredEncoding(text string) string {
	head, _, ok := strings.Cut(text, "?>")
	if !ok || !strings.HasPrefix(head, "<?xml") {
		return ""
	}
	_, rest, ok := strings.Cut(head, "encoding")
	rest = strings.TrimLeft(strings.TrimLeft(rest, blanks), "=")
	rest = strings.TrimLeft(rest, blanks)
	if !ok || rest == "" {
		return ""
	}
	name, _, _ := strings.Cut(rest[1:], rest[:1])
	return name
}
