package config

import (
	"bytes"
	"fmt"
	"os"
	"strings"

	"goplay/internal/value"
	"goplay/internal/xmldoc"
	"goplay/modules"
	"goplay/modules/fsys"
)

type xmlArgs struct {
	Path         string      `arg:"path" alias:"dest,file" type:"path" doc:"The file with the document."`
	XMLString    string      `arg:"xmlstring" doc:"The document itself, in place of a file."`
	XPath        *string     `arg:"xpath" doc:"The nodes that the task is about."`
	Namespaces   *value.Dict `arg:"namespaces" doc:"What prefixes in the expression stand for."`
	State        string      `arg:"state" alias:"ensure" enum:"absent,present" default:"present" doc:"Whether the nodes are to be there."`
	Value        any         `arg:"value" doc:"Text that the nodes, or an attribute of theirs, are to have."`
	Attribute    any         `arg:"attribute" doc:"The attribute that gets the value; one with a namespace has its prefix."`
	AddChildren  []any       `arg:"add_children" doc:"Elements to add to those found: names, or names with a text or with attributes and, under _, children."`
	SetChildren  []any       `arg:"set_children" doc:"Elements that replace all children of those found."`
	Count        bool        `arg:"count" default:"false" doc:"Only count the nodes."`
	PrintMatch   bool        `arg:"print_match" default:"false" doc:"Only show where the nodes are."`
	PrettyPrint  bool        `arg:"pretty_print" default:"false" doc:"Indent the document that is written."`
	Content      string      `arg:"content" enum:"attribute,text" doc:"Only return the attributes or the text of the nodes."`
	InputType    string      `arg:"input_type" enum:"xml,yaml" default:"yaml" doc:"How children are written."`
	Backup       bool        `arg:"backup" default:"false" doc:"Keep a copy of the file as it was."`
	StripCData   bool        `arg:"strip_cdata_tags" default:"false" doc:"Write CDATA sections as plain text."`
	InsertBefore bool        `arg:"insertbefore" default:"false" doc:"Put children before the first node found, beside it."`
	InsertAfter  bool        `arg:"insertafter" default:"false" doc:"Put children after the last node found, beside it."`
}

type xmlActions struct {
	XPath      *string     `json:"xpath"`
	Namespaces *value.Dict `json:"namespaces"`
	State      string      `json:"state"`
}

type xmlResult struct {
	Actions    *xmlActions `json:"actions,omitempty" type:"dict" doc:"The expression, the namespaces and the state that were asked for."`
	Count      *int        `json:"count,omitempty" doc:"How many nodes were found."`
	Matches    *value.List `json:"matches,omitempty" type:"list" doc:"The nodes that were found."`
	Msg        string      `json:"msg,omitempty" doc:"What was found."`
	XMLString  *string     `json:"xmlstring,omitempty" doc:"The document, where xmlstring was given."`
	BackupFile string      `json:"backup_file,omitempty" doc:"The copy that was kept of the file."`
	Changed    bool        `json:"changed" doc:"Whether the document is another than it was, but for its layout."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.xml",
		Summary: "Keep nodes in an XML document, or look them up",
		Exclusive: [][]string{{"add_children", "content", "count", "print_match", "set_children", "value"},
			{"path", "xmlstring"}, {"insertbefore", "insertafter"}},
		OneOf: [][]string{{"path", "xmlstring"}},
		RequiredIf: []modules.RequiredIf{{Option: "count", Is: true, Needs: []string{"xpath"}}, {Option: "print_match", Is: true, Needs: []string{"xpath"}},
			{Option: "insertbefore", Is: true, Needs: []string{"xpath"}}, {Option: "insertafter", Is: true, Needs: []string{"xpath"}}},
		RequiredBy: map[string][]string{"add_children": {"xpath"}, "attribute": {"value"}, "content": {"xpath"}, "set_children": {"xpath"}, "value": {"xpath"}},
		Notes:      []string{"No library of the target is needed: the document is read and written as libxml2 does.", "External entities are not read."},
		Differs:    []string{"Numbers and booleans are written as text, where Ansible's module breaks.", "msg is a text where Ansible's is a number."},
		Example: `- name: The port of the connector
  community.general.xml:
    path: /etc/tomcat9/server.xml
    xpath: /Server/Service/Connector[@protocol='HTTP/1.1']
    attribute: port
    value: "8081"
`,
	}, xmlModule)
}

// xmlJob is a task on a document.
type xmlJob struct {
	xmlArgs
	expr   string
	spaces map[string]string
	doc    *xmldoc.Node
	old    *xmldoc.Node // the document as it was read
	source []byte
	result xmlResult
}

func xmlModule(c *modules.Context, a xmlArgs) (xmlResult, error) {
	j := &xmlJob{xmlArgs: a, spaces: map[string]string{}}
	if err := j.open(); err != nil {
		return j.result, err
	}
	if a.XPath == nil && a.State == "present" {
		return j.result, j.makePretty(c)
	}
	j.result.Actions = &xmlActions{a.XPath, a.Namespaces, a.State}
	if a.Namespaces == nil {
		j.result.Actions.Namespaces = value.NewDict()
	}
	if err := j.do(); err != nil {
		return xmlResult{}, err
	}
	return j.result, j.finish(c)
}

func (j *xmlJob) open() error {
	name := "xml_string"
	j.source = []byte(j.XMLString)
	if j.XMLString == "" {
		name = j.Path
		data, err := os.ReadFile(j.Path)
		if err != nil || j.Path == "" {
			return modules.Fail("The target XML source '%s' does not exist.", j.Path)
		}
		j.source = data
	}
	if j.Namespaces != nil {
		for _, k := range j.Namespaces.Keys() {
			v, _ := j.Namespaces.Get(k)
			j.spaces[value.Str(k)] = value.Str(v)
		}
	}
	if j.XPath != nil {
		j.expr = *j.XPath
		if _, err := xmldoc.CompileXPath(j.expr); err != nil {
			return modules.Fail("Syntax error in xpath expression: %s (%s)", j.expr, err)
		}
	}
	options := xmldoc.Options{NoBlanks: j.PrettyPrint, NoCData: j.StripCData}
	var err error
	if j.doc, err = xmldoc.Parse(j.source, options); err != nil {
		return modules.Fail("Error while parsing document: %s (%s)", name, err)
	}
	j.old, err = xmldoc.Parse(j.source, options)
	return err
}

// do does what the options ask for, in the order in which they count.
func (j *xmlJob) do() error {
	switch {
	case j.PrintMatch:
		return j.printMatch()
	case j.Count:
		return j.countNodes()
	case j.Content != "":
		return j.contents()
	case j.State == "absent":
		return j.remove()
	case j.SetChildren != nil:
		return j.setChildren()
	case len(j.AddChildren) > 0:
		return j.addChildren()
	case j.Value != nil:
		return j.setValue()
	}
	return j.ensure(j.doc.Root(), j.expr)
}

// canonical is a document without what only lays it out.
func canonical(doc *xmldoc.Node) ([]byte, error) {
	again, err := xmldoc.Parse(doc.Bytes(xmldoc.Style{}), xmldoc.Options{NoBlanks: true, NoCData: true})
	if err != nil {
		return nil, err
	}
	return again.Root().Bytes(xmldoc.Style{}), nil
}

func (j *xmlJob) style() xmldoc.Style {
	return xmldoc.Style{Declaration: true, Pretty: j.PrettyPrint}
}

// finish writes the document if something in it has changed.
func (j *xmlJob) finish(c *modules.Context) error {
	before, err := canonical(j.old)
	if err != nil {
		return err
	}
	after, err := canonical(j.doc)
	if err != nil {
		return err
	}
	if j.XMLString != "" {
		text := string(j.doc.Bytes(j.style()))
		j.result.XMLString = &text
	}
	if bytes.Equal(before, after) {
		return nil
	}
	shown := xmldoc.Style{Declaration: true, Pretty: true}
	return j.write(c, modules.Diff{Before: string(j.old.Bytes(shown)), After: string(j.doc.Bytes(shown))})
}

// makePretty only lays the document out anew.
func (j *xmlJob) makePretty(c *modules.Context) error {
	if !j.PrettyPrint {
		return modules.Fail("Don't know what to do")
	}
	text := string(j.doc.Bytes(j.style()))
	if j.XMLString != "" {
		j.result.XMLString = &text
	}
	if j.XMLString == "" && text == string(j.source) {
		return nil
	}
	return j.write(c, modules.Diff{})
}

func (j *xmlJob) write(c *modules.Context, diff modules.Diff) error {
	j.result.Changed = true
	if j.XMLString != "" {
		return c.Change(diff, func() error { return nil })
	}
	done, err := fsys.Update{Path: fsys.Resolve(j.Path), Data: j.doc.Bytes(j.style()), Backup: j.Backup, Diff: diff}.Apply(c)
	j.result.BackupFile = done.Backup
	return err
}

// tree is the document as messages show it: as Python shows bytes.
func (j *xmlJob) tree() string {
	return value.Repr(value.Bytes(j.doc.Bytes(xmldoc.Style{Pretty: true, ASCII: true})))
}

func (j *xmlJob) evaluate(at *xmldoc.Node, expr string) (any, error) {
	x, err := xmldoc.CompileXPath(expr)
	if err != nil {
		return nil, err
	}
	return x.Evaluate(at, j.spaces)
}

func (j *xmlJob) selected(at *xmldoc.Node, expr string) (xmldoc.Nodes, error) {
	x, err := xmldoc.CompileXPath(expr)
	if err != nil {
		return nil, err
	}
	return x.Select(at, j.spaces)
}

// isNode reports whether what an expression finds first is an element, a
// comment or an instruction.
func (j *xmlJob) isNode(at *xmldoc.Node, expr string) (bool, error) {
	v, err := j.evaluate(at, expr)
	nodes, ok := v.(xmldoc.Nodes)
	if err != nil || !ok || len(nodes) == 0 {
		return false, err
	}
	switch nodes[0].Type {
	case xmldoc.Element, xmldoc.Comment, xmldoc.Instruction:
		return true, nil
	}
	return false, nil
}

// clark puts a namespace in place of a name's prefix.
func (j *xmlJob) clark(name string) (string, error) {
	prefix, local, ok := strings.Cut(name, ":")
	if !ok {
		return name, nil
	}
	space, ok := j.spaces[prefix]
	if !ok {
		return "", fmt.Errorf("'%s'", prefix)
	}
	return "{" + space + "}" + local, nil
}
