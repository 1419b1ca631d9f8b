package filters

import (
	"errors"
	"fmt"
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/pyyaml"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/tree"
	"goplay/internal/value"
)

var yamlFilters = table{
	"to_yaml":       toYAML,
	"to_nice_yaml":  toNiceYAML,
	"from_yaml":     fromYAML,
	"from_yaml_all": fromYAMLAll,
}

func toYAML(c *jinja.Call) (any, error) {
	o := pyyaml.Defaults()
	o.Unicode, o.Flow = true, pyyaml.FlowLeaves
	a, err := bindLoose(c, "a *ignored **kw")
	if err != nil {
		return nil, err
	}
	return encodeYAML(c, a, o)
}

func toNiceYAML(c *jinja.Call) (any, error) {
	o := pyyaml.Defaults()
	o.Unicode = true
	a, err := bindLoose(c, "a indent? *ignored **kw")
	if err != nil {
		return nil, err
	}
	if _, twice := a.kw.Get("default_flow_style"); twice {
		return nil, yamlError(a.name, value.Raise("TypeError", "yaml.dump() got multiple values for keyword argument 'default_flow_style'"))
	}
	unset := int64(4)
	if a.has("indent") {
		unset = 2
	}
	indent, err := a.integer("indent", unset)
	if err != nil {
		return nil, err
	}
	o.Indent = int(indent)
	return encodeYAML(c, a, o)
}

func flowStyle(v any) pyyaml.FlowStyle {
	switch {
	case v == nil:
		return pyyaml.FlowLeaves
	case value.Truth(v):
		return pyyaml.FlowAlways
	default:
		return pyyaml.FlowNever
	}
}

// encodeYAML takes the arguments that go to Python's yaml.dump.
func encodeYAML(c *jinja.Call, a *args, o pyyaml.Options) (any, error) {
	for k, v := range a.kw.All() {
		n, _ := v.(int64)
		switch name := value.Str(k); name {
		case "indent":
			o.Indent = int(n)
		case "width":
			o.Width = int(n)
			if f, ok := v.(float64); ok {
				o.Width = int(min(f, 1<<30))
			}
		case "sort_keys":
			o.SortKeys = value.Truth(v)
		case "default_flow_style":
			o.Flow = flowStyle(v)
		case "default_style":
			switch style := textOrEmpty(v); style {
			case "'", `"`, "|", ">":
				o.DefaultStyle = style
			}
		case "allow_unicode":
			return nil, yamlError(a.name, value.Raise("TypeError", "yaml.dump() got multiple values for keyword argument 'allow_unicode'"))
		case "explicit_start":
			o.ExplicitStart = value.Truth(v)
		case "explicit_end":
			o.ExplicitEnd = value.Truth(v)
		case "line_break":
			switch b := textOrEmpty(v); b {
			case "\r", "\n", "\r\n":
				o.LineBreak = b
			}
		case "version", "tags":
			lines, err := yamlDirectives(name, v)
			if err != nil {
				return nil, yamlError(a.name, err)
			}
			o.Directives = append(o.Directives, lines...)
		case "canonical":
			o.Canonical = value.Truth(v)
		case "encoding":
		default:
			return nil, yamlError(a.name, value.Raise("TypeError", "dump_all() got an unexpected keyword argument '%s'", name))
		}
	}
	o.Armour = func(v any) string { return template.Armour(c.Context, v) }
	out, err := pyyaml.Encode(a.get("a"), o)
	if err != nil {
		return nil, yamlError(a.name, err)
	}
	return out, nil
}

// yamlDirectives are the lines of version= and tags=.
func yamlDirectives(name string, v any) ([]string, error) {
	if !value.Truth(v) {
		return nil, nil
	}
	if name == "version" {
		numbers, err := value.Items(v)
		if err != nil {
			return nil, err
		}
		if len(numbers) != 2 || !value.Equal(numbers[0], int64(1)) {
			return nil, value.Raise("EmitterError", "unsupported YAML version: %s", value.Str(v))
		}
		return []string{"%YAML 1." + value.Str(numbers[1])}, nil
	}
	handles, ok := v.(*value.Dict)
	if !ok {
		return nil, value.Raise("TypeError", "'%s' object is not a mapping of tag handles", value.TypeName(v))
	}
	keys := handles.Keys()
	if err := value.Sort(keys, nil, false); err != nil {
		return nil, err
	}
	var lines []string
	for _, k := range keys {
		prefix, _ := handles.Get(k)
		lines = append(lines, "%TAG "+value.Str(k)+" "+strings.Replace(value.Str(prefix), "!", "%21", 1))
	}
	return lines, nil
}

func yamlError(name string, err error) error {
	msg := err.Error()
	return filterError("%s - %s. %s", name, msg, msg)
}

// fromYAML reads one document; what is no text stays what it is.
func fromYAML(c *jinja.Call) (any, error) {
	a, err := bindLoose(c, "data") // what is no text is given back, undefined or not
	if err != nil {
		return nil, err
	}
	text, ok := isText(a.get("data"))
	if !ok {
		return a.get("data"), nil
	}
	docs, err := readYAML(text)
	if err != nil || len(docs) == 0 {
		return nil, err
	}
	if len(docs) > 1 {
		return nil, secondDocument(text)
	}
	return docs[0], nil
}

// secondDocument is the error of a text that goes on after its document, in
// PyYAML's words: it says where both begin.
func secondDocument(text string) error {
	nodes, _, err := tree.Parse("<unicode string>", []byte(text), tree.Options{Plain: true})
	if err != nil {
		return err
	}
	second := nodes[1].Pos.Line
	for lines := strings.Split(text, "\n"); second > 1 && !strings.HasPrefix(lines[second-1], "---"); {
		second--
	}
	const mark = "\n  in \"<unicode string>\", line %d, column %d"
	return value.Raise("yaml.composer.ComposerError", "expected a single document in the stream"+mark+"\nbut found another document"+mark,
		nodes[0].Pos.Line, nodes[0].Pos.Col, second, 1)
}

func fromYAMLAll(c *jinja.Call) (any, error) {
	a, err := bindLoose(c, "data")
	if err != nil {
		return nil, err
	}
	text, ok := isText(a.get("data"))
	if !ok {
		return a.get("data"), nil
	}
	docs, err := readYAML(text)
	if err != nil {
		return nil, err
	}
	return value.SliceIterator("generator", docs), nil
}

func readYAML(text string) ([]any, error) {
	nodes, _, err := tree.Parse("<unicode string>", []byte(text), tree.Options{Plain: true})
	if err != nil {
		msg := err.Error()
		var placed *source.Error
		if errors.As(err, &placed) {
			msg = fmt.Sprintf("%s\n  in \"<unicode string>\", line %d, column %d", placed.Msg, placed.Line, placed.Col)
		}
		return nil, value.Raise("yaml.error.YAMLError", "%s", msg)
	}
	docs := make([]any, len(nodes))
	for i, n := range nodes {
		docs[i] = n.Data()
	}
	return docs, nil
}
