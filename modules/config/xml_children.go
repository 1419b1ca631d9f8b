package config

import (
	"strings"

	"goplay/internal/value"
	"goplay/internal/xmldoc"
	"goplay/modules"
)

// elements makes elements of children as they are written in a task.
func (j *xmlJob) elements(children []any, kind string) ([]*xmldoc.Node, error) {
	var out []*xmldoc.Node
	for _, child := range children {
		n, err := j.element(child, kind)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

func (j *xmlJob) element(child any, kind string) (*xmldoc.Node, error) {
	if kind == "xml" {
		doc, err := xmldoc.Parse([]byte(value.Str(child)), xmldoc.Options{NoCData: true})
		if err != nil {
			return nil, modules.Fail("Error while parsing child element: %s", err)
		}
		root := doc.Root()
		root.Remove()
		return root, nil
	}
	if name, ok := child.(string); ok {
		return newElement(name)
	}
	d, ok := child.(*value.Dict)
	if !ok {
		return nil, modules.Fail("Invalid child type: <class '%s'>. Children must be either strings or hashes.", value.TypeName(child))
	}
	if d.Len() != 1 {
		return nil, modules.Fail("Can only create children from hashes with one key")
	}
	key := d.Keys()[0]
	content, _ := d.Get(key)
	n, err := newElement(value.Str(key))
	if err != nil {
		return nil, err
	}
	attrs, ok := content.(*value.Dict)
	if !ok {
		if content != nil {
			n.SetLead(value.Str(content))
		}
		return n, nil
	}
	return n, j.furnish(n, attrs)
}

// furnish gives an element its attributes, and the children that stand under _.
func (j *xmlJob) furnish(n *xmldoc.Node, attrs *value.Dict) error {
	for _, key := range attrs.Keys() {
		v, _ := attrs.Get(key)
		if key != "_" {
			n.SetAttr(value.Str(key), value.Str(v))
			continue
		}
		if v == nil {
			continue
		}
		list, ok := v.(*value.List)
		if !ok {
			return modules.Fail("Invalid children type: <class '%s'>, must be list.", value.TypeName(v))
		}
		items, err := value.Items(list)
		if err != nil {
			return err
		}
		children, err := j.elements(items, "yaml")
		if err != nil {
			return err
		}
		appendAll(n, children)
	}
	return nil
}

func newElement(name string) (*xmldoc.Node, error) {
	local := name[strings.LastIndexByte(name, '}')+1:]
	if !xmldoc.IsName(local) {
		return nil, modules.Fail("Invalid tag name '%s'", local)
	}
	return xmldoc.NewElement(name), nil
}
