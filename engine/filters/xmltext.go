package filters

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/value"
)

var xmlFilters = table{
	"from_xml": fromXML,
	"to_xml":   toXML,
}

// fromXML gives JSON, as the filter does: attributes have an @ before their
// name, text beside other things is #text, what comes more than once is a list.
func fromXML(c *jinja.Call) (any, error) {
	a, err := checked(c, "data:str! engine:str")
	if err != nil {
		return nil, err
	}
	if err := onlyXMLToDict(c, a); err != nil {
		return nil, err
	}
	d, err := readXML(value.Str(a.get("data")))
	if err != nil {
		return nil, xmlError(c, "Input Xml is not valid")
	}
	return value.EncodeJSON(d, value.JSONOptions{})
}

func onlyXMLToDict(c *jinja.Call, a *args) error {
	if engine := a.text("engine", "xmltodict"); engine != "xmltodict" {
		return xmlError(c, "engine: "+engine+" is not supported ")
	}
	return nil
}

func xmlError(c *jinja.Call, msg string) error {
	return filterError("Error when using plugin '%s': %s", shortName(c.Name), msg)
}

// element is an XML element that is being read.
type element struct {
	name string
	in   *value.Dict // attributes and elements
	text strings.Builder
}

func readXML(text string) (*value.Dict, error) {
	decoder := xml.NewDecoder(strings.NewReader(text))
	unfinished := []*element{{in: value.NewDict()}}
	for {
		token, err := decoder.RawToken()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		top := unfinished[len(unfinished)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if len(unfinished) == 1 && top.in.Len() > 0 || len(unfinished) > maxNesting {
				return nil, errors.New("junk after document element")
			}
			e := &element{name: xmlName(t.Name), in: value.NewDict()}
			for _, attr := range t.Attr {
				e.in.Set("@"+xmlName(attr.Name), attr.Value)
			}
			unfinished = append(unfinished, e)
		case xml.EndElement:
			if len(unfinished) == 1 || xmlName(t.Name) != top.name {
				return nil, errors.New("mismatched tag")
			}
			unfinished = unfinished[:len(unfinished)-1]
			addElement(unfinished[len(unfinished)-1].in, top.name, top.data())
		case xml.CharData:
			top.text.Write(t)
		}
	}
	if len(unfinished) > 1 || unfinished[0].in.Len() == 0 || strings.TrimSpace(unfinished[0].text.String()) != "" {
		return nil, errors.New("no element found")
	}
	return unfinished[0].in, nil
}

func xmlName(n xml.Name) string {
	if n.Space != "" {
		return n.Space + ":" + n.Local
	}
	return n.Local
}

// data is nothing, a text, or a dict.
func (e *element) data() any {
	text := strings.TrimSpace(e.text.String())
	switch {
	case e.in.Len() == 0 && text == "":
		return nil
	case e.in.Len() == 0:
		return text
	case text != "":
		addElement(e.in, "#text", text)
	}
	return e.in
}

func addElement(d *value.Dict, name string, v any) {
	before, found := d.Get(name)
	l, isList := before.(*value.List)
	switch {
	case isList:
		l.Append(v)
	case found:
		d.Set(name, value.NewList(before, v))
	default:
		d.Set(name, v)
	}
}

// toXML writes a dict in which there is one element.
func toXML(c *jinja.Call) (any, error) {
	a, err := checked(c, "data:dict! engine:str indent:str{tabs,spaces} indent_width:int full_document:bool")
	if err != nil {
		return nil, err
	}
	if err := onlyXMLToDict(c, a); err != nil {
		return nil, err
	}
	v := a.get("data")
	width, err := a.integer("indent_width", 4)
	if err != nil {
		return nil, err
	}
	w := &xmlWriter{indent: "\t"}
	if a.text("indent", "tabs") == "spaces" {
		w.indent = strings.Repeat(" ", int(min(max(width, 0), 100)))
	}
	full := a.truth("full_document", true)
	if full {
		w.out.WriteString("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n")
	}
	d, ok := v.(*value.Dict)
	if !ok || full && d.Len() != 1 {
		return nil, xmlError(c, "Input json is not valid")
	}
	for k, item := range d.All() {
		if l, isList := item.(*value.List); isList && full && l.Len() > 1 {
			return nil, xmlError(c, "Input json is not valid")
		}
		if err := w.elements(value.Str(k), item, 0); err != nil {
			return nil, err
		}
	}
	return w.out.String(), nil
}

type xmlWriter struct {
	out    strings.Builder
	indent string
}

// elements writes one element, or one for each item of a list.
func (w *xmlWriter) elements(name string, v any, depth int) error {
	l, ok := v.(*value.List)
	if !ok {
		return w.element(name, v, depth)
	}
	for _, item := range l.Items {
		if err := w.element(name, item, depth); err != nil {
			return err
		}
	}
	return nil
}

func (w *xmlWriter) element(name string, v any, depth int) error {
	if depth > maxNesting {
		return value.Raise("RecursionError", "maximum recursion depth exceeded")
	}
	d, _ := v.(*value.Dict)
	switch b := v.(type) {
	case nil, *value.Dict:
	case bool:
		d = value.DictOf("#text", strings.ToLower(value.Str(b)))
	default:
		d = value.DictOf("#text", value.Str(v))
	}
	if d == nil {
		d = value.NewDict()
	}
	text, children := "", value.NewDict()
	w.pad(depth)
	w.out.WriteString("<" + name)
	for k, item := range d.All() {
		switch key := value.Str(k); {
		case key == "#text":
			text = value.Str(item)
		case strings.HasPrefix(key, "@"):
			w.out.WriteString(" " + key[1:] + "=" + quoteAttribute(item))
		default:
			children.Set(key, item)
		}
	}
	w.out.WriteByte('>')
	if children.Len() > 0 {
		w.out.WriteByte('\n')
	}
	for k, item := range children.All() {
		if err := w.elements(value.Str(k), item, depth+1); err != nil {
			return err
		}
	}
	w.out.WriteString(xmlText.Replace(text))
	if children.Len() > 0 {
		w.pad(depth)
	}
	w.out.WriteString("</" + name + ">")
	if depth > 0 {
		w.out.WriteByte('\n')
	}
	return nil
}

func (w *xmlWriter) pad(depth int) {
	for range depth {
		w.out.WriteString(w.indent)
	}
}

var (
	xmlText      = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	xmlAttribute = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\n", "&#10;", "\r", "&#13;", "\t", "&#9;")
)

func quoteAttribute(v any) string {
	text := ""
	if v != nil {
		text = xmlAttribute.Replace(value.Str(v))
	}
	switch {
	case !strings.Contains(text, `"`):
		return `"` + text + `"`
	case !strings.Contains(text, "'"):
		return "'" + text + "'"
	default:
		return `"` + strings.ReplaceAll(text, `"`, "&quot;") + `"`
	}
}
