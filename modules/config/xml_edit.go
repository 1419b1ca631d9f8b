package config

import (
	"cmp"
	"errors"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/internal/xmldoc"
	"goplay/modules"
)

func (j *xmlJob) printMatch() error {
	nodes, err := j.selected(j.doc.Root(), j.expr)
	if err != nil {
		return err
	}
	paths := value.NewList()
	for _, n := range nodes {
		paths.Append(n.Path())
	}
	text, err := value.EncodeJSON(paths, value.JSONOptions{})
	j.result.Msg = "selector '" + j.expr + "' match: " + text
	j.result.Matches = value.NewList()
	return err
}

func (j *xmlJob) countNodes() error {
	nodes, err := j.selected(j.doc.Root(), "/"+j.expr)
	if err != nil {
		return err
	}
	n := len(nodes)
	j.result.Count = &n
	j.result.Msg = "found " + value.Str(int64(n)) + " nodes"
	return nil
}

// contents returns the texts or the attributes of what is found.
func (j *xmlJob) contents() error {
	if ok, err := j.isNode(j.doc.Root(), j.expr); err != nil || !ok {
		return cmp.Or(err, error(modules.Fail("Xpath %s does not reference a node!", j.expr)))
	}
	nodes, err := j.selected(j.doc.Root(), j.expr)
	if err != nil {
		return err
	}
	j.result.Matches = value.NewList()
	for _, n := range nodes {
		var content any
		if text, ok := n.Lead(); ok {
			content = text
		}
		if j.Content == "attribute" {
			attrs := value.NewDict()
			for _, a := range n.Attrs {
				attrs.Set(a.Clark(), a.Text)
			}
			content = attrs
		}
		j.result.Matches.Append(value.DictOf(n.Clark(), content))
	}
	count := len(nodes)
	j.result.Count, j.result.Msg = &count, value.Str(int64(count))
	return nil
}

func (j *xmlJob) remove() error {
	fail := func(why string) error {
		return modules.Fail("Couldn't delete xpath target: %s (%s)", j.expr, why)
	}
	nodes, err := j.selected(j.doc.Root(), j.expr)
	if err != nil {
		return fail(err.Error())
	}
	root := j.doc.Root()
	for _, n := range nodes {
		left, err := j.selected(root, j.expr)
		switch {
		case err != nil:
			return fail(err.Error())
		case len(left) == 0:
			return fail("Impossible error")
		case n.Type == xmldoc.Attribute:
			n.Parent.RemoveAttr(n)
		case n.Type == xmldoc.Text || n.Type == xmldoc.CData:
			return fail("Argument must be bytes or unicode, got 'NoneType'")
		case n.Parent.Type == xmldoc.Document:
			return fail("'NoneType' object has no attribute 'remove'")
		default:
			n.Remove()
		}
	}
	return nil
}

func (j *xmlJob) setChildren() error {
	nodes, err := j.selected(j.doc.Root(), j.expr)
	if err != nil {
		return err
	}
	children, err := j.elements(j.SetChildren, j.InputType)
	if err != nil {
		return err
	}
	var wanted []string
	for _, child := range children {
		wanted = append(wanted, shown(child))
	}
	for _, n := range nodes {
		if !sameKids(n.Kids(), wanted) {
			for _, kid := range n.Kids() {
				kid.Remove()
			}
			appendAll(n, children)
		}
	}
	return nil
}

// shown is an element with the text that follows it, as lxml writes one.
func shown(n *xmldoc.Node) string {
	text := string(n.Bytes(xmldoc.Style{}))
	if n.Parent == nil {
		return text
	}
	found := false
	for _, s := range n.Parent.Children {
		if found && s.Type != xmldoc.Text && s.Type != xmldoc.CData {
			break
		}
		if found {
			text += s.Text
		}
		found = found || s == n
	}
	return text
}

func sameKids(kids []*xmldoc.Node, wanted []string) bool {
	if len(kids) != len(wanted) {
		return false
	}
	for i, kid := range kids {
		if shown(kid) != wanted[i] {
			return false
		}
	}
	return true
}

// appendAll moves elements: of several parents the last one gets them.
func appendAll(to *xmldoc.Node, children []*xmldoc.Node) {
	for _, child := range children {
		to.Append(child)
	}
}

func (j *xmlJob) addChildren() error {
	if ok, err := j.isNode(j.doc.Root(), j.expr); err != nil || !ok {
		return err
	}
	children, err := j.elements(j.AddChildren, j.InputType)
	if err != nil {
		return err
	}
	nodes, err := j.selected(j.doc.Root(), j.expr)
	if err != nil {
		return err
	}
	if j.InsertBefore || j.InsertAfter {
		return j.insert(nodes, children)
	}
	for _, n := range nodes {
		appendAll(n, children)
	}
	return nil
}

// insert puts elements before the first or after the last of nodes.
func (j *xmlJob) insert(nodes xmldoc.Nodes, children []*xmldoc.Node) error {
	target := nodes[0]
	if j.InsertAfter {
		target = nodes[len(nodes)-1]
	}
	parent := nodes[0].Parent
	if target.Parent.Type == xmldoc.Document {
		return errors.New("the document has one root: nothing can be beside it")
	}
	place := 0
	for i, kid := range target.Parent.Kids() {
		if kid == target {
			place = i
		}
	}
	if j.InsertAfter {
		place++
	}
	for i, child := range children {
		if kids := parent.Kids(); place+i < len(kids) {
			parent.InsertBefore(child, kids[place+i])
		} else {
			parent.Append(child)
		}
	}
	return nil
}

func (j *xmlJob) setValue() error {
	root := j.doc.Root()
	var failure *modules.Failure
	if err := j.ensure(root, j.expr); errors.As(err, &failure) {
		return failure
	} else if err != nil {
		missing := ""
		if len(root.Decls) > 0 && !strings.Contains(j.expr, ":") {
			missing = "XML document has namespace(s) defined, but no namespace prefix(es) used in xpath!\n"
		}
		return modules.Fail("%sXpath %s causes a failure: %s\n  -- tree is %s", missing, j.expr, err, j.tree())
	}
	if ok, err := j.isNode(root, j.expr); err != nil || !ok {
		return cmp.Or(err, error(modules.Fail("Xpath %s does not reference a node! tree is %s", j.expr, j.tree())))
	}
	nodes, err := j.selected(root, j.expr)
	if err != nil {
		return err
	}
	text := value.Str(j.Value)
	for _, n := range nodes {
		if !value.Truth(j.Attribute) {
			if have, _ := n.Lead(); have != text {
				n.SetLead(text)
			}
			continue
		}
		name, err := j.clark(value.Str(j.Attribute))
		if err != nil {
			return err
		}
		n.SetAttr(name, text)
	}
	return nil
}

// ensure makes what an expression looks for, if it finds nothing.
func (j *xmlJob) ensure(at *xmldoc.Node, expr string) error {
	if ok, err := j.isNode(at, expr); err != nil || ok {
		return err
	}
	return j.make(at, expr)
}

const (
	xmlName   = `[a-zA-Z-][a-zA-Z0-9_\-\.]*`
	xmlNSName = xmlName + "|" + xmlName + ":" + xmlName
	xmlText   = `'.*'|".*"`
)

// spawning are the expressions whose end can be made, from the plainest on: an
// element, one with a text, an attribute, one with a value, an element with
// conditions, and a text.
var spawning = []*lazy.Pattern{
	lazy.Regexp("^(.*)/(" + xmlNSName + ")$"),
	lazy.Regexp("^(.*)/(" + xmlNSName + `)/text\(\)=(` + xmlText + ")$"),
	lazy.Regexp("^(.*)/(@(?:" + xmlNSName + "))$"),
	lazy.Regexp("^(.*)/(@(?:" + xmlNSName + "))=(" + xmlText + ")$"),
	lazy.Regexp("^(.*)/(" + xmlNSName + `)\[(.*)\]$`),
	lazy.Regexp(`^(.*)/text\(\)=(` + xmlText + ")$"),
}

// make makes what an expression looks for: first what its end stands in.
func (j *xmlJob) make(at *xmldoc.Node, expr string) error {
	text := strings.TrimSpace(expr)
	for kind, pattern := range spawning {
		m := pattern.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		if m[1] == expr {
			break
		}
		if err := j.ensure(at, m[1]); err != nil {
			return err
		}
		if ok, err := j.isNode(at, m[1]); err != nil || !ok {
			return err
		}
		nodes, err := j.selected(at, m[1])
		if err != nil {
			return err
		}
		return j.spawn(kind, nodes, m[2:])
	}
	return modules.Fail("Can't process Xpath %s in order to spawn nodes! tree is %s", expr, j.tree())
}

func (j *xmlJob) spawn(kind int, nodes xmldoc.Nodes, parts []string) error {
	switch kind {
	case 2, 3:
		return j.spawnAttribute(nodes, parts)
	case 5:
		for _, n := range nodes {
			n.SetLead(parts[0][1 : len(parts[0])-1])
		}
		return nil
	}
	name, err := j.clark(parts[0])
	if err != nil {
		return err
	}
	child, err := newElement(name)
	if err != nil {
		return err
	}
	if kind == 1 && len(parts[1]) > 2 {
		child.SetLead(parts[1][1 : len(parts[1])-1])
	}
	for _, n := range nodes {
		n.Append(child)
		if kind != 4 {
			continue
		}
		for _, condition := range strings.Split(parts[1], " and ") {
			if err := j.make(child, "./"+strings.TrimSpace(condition)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (j *xmlJob) spawnAttribute(nodes xmldoc.Nodes, parts []string) error {
	name, err := j.clark(parts[0][1:])
	if err != nil {
		return err
	}
	text := ""
	if len(parts) > 1 {
		text = parts[1][1 : len(parts[1])-1]
	}
	for _, n := range nodes {
		n.SetAttr(name, text)
	}
	return nil
}
