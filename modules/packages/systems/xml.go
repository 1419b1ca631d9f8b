package systems

import (
	"errors"
	"html"
	"strings"
)

// element is a piece of what zypper --xmlout prints.
type element struct {
	name   string
	attr   map[string]string
	text   string // of the element itself
	parent *element
}

// parseXML lists a document's elements in their order. It knows what zypper
// writes: elements, attributes in quotes, text, comments and a prolog.
func parseXML(doc string) ([]*element, error) {
	var all []*element
	var at *element
	for doc != "" {
		open := strings.IndexByte(doc, '<')
		if open < 0 {
			open = len(doc)
		}
		if at != nil {
			at.text += html.UnescapeString(doc[:open])
		} else if strings.TrimSpace(doc[:open]) != "" {
			return nil, errors.New("text outside of the document")
		}
		if doc = doc[open:]; doc == "" {
			break
		}
		tag, rest, ok := cutTag(doc)
		if !ok {
			return nil, errors.New("a tag has no end")
		}
		doc = rest
		switch {
		case tag[0] == '?' || tag[0] == '!':
		case tag[0] == '/':
			if at == nil || at.name != strings.TrimSpace(tag[1:]) {
				return nil, errors.New("mismatched tag")
			}
			at = at.parent
		default:
			e := &element{parent: at}
			e.read(strings.TrimSuffix(tag, "/"))
			all = append(all, e)
			if !strings.HasSuffix(tag, "/") {
				at = e
			}
		}
	}
	switch {
	case at != nil:
		return nil, errors.New("no closing tag of " + at.name)
	case len(all) == 0:
		return nil, errors.New("no element found")
	}
	return all, nil
}

// cutTag takes a tag off the front, without its brackets.
func cutTag(doc string) (tag, rest string, ok bool) {
	if strings.HasPrefix(doc, "<!--") {
		_, rest, ok = strings.Cut(doc, "-->")
		return "!", rest, ok
	}
	var quote byte
	for i := 1; i < len(doc); i++ {
		switch c := doc[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return doc[1:i], doc[i+1:], i > 1
		}
	}
	return "", "", false
}

// read takes the name and the attributes from a tag.
func (e *element) read(tag string) {
	end := strings.IndexAny(tag, " \t\n")
	if end < 0 {
		end = len(tag)
	}
	e.name, e.attr = tag[:end], map[string]string{}
	for tag = tag[end:]; ; {
		name, rest, ok := strings.Cut(tag, "=")
		if rest = strings.TrimLeft(rest, " \t\n"); !ok || rest == "" {
			return
		}
		value, after, ok := strings.Cut(rest[1:], rest[:1])
		if !ok {
			return
		}
		e.attr[strings.TrimSpace(name)] = html.UnescapeString(value)
		tag = after
	}
}

// named are the elements of a name.
func named(all []*element, name string) []*element {
	var list []*element
	for _, e := range all {
		if e.name == name {
			list = append(list, e)
		}
	}
	return list
}
