package schema

import (
	"strconv"

	"goplay/modules"
)

// moduleSchema is what may stand behind a module's name: its options, the text
// that it takes or its options as k=v, or nothing where nothing is needed.
func moduleSchema(m *modules.Module) object {
	options := optionsOf(m.Schema(), m.AnyOptions)
	options["description"] = m.Summary
	return object{"anyOf": []any{options, object{"type": []any{"string", "null"}}}, "description": m.Summary}
}

// optionsOf is a mapping of options by all their names.
func optionsOf(s *modules.Schema, anyMore bool) object {
	properties := object{}
	for _, o := range s.Options {
		if o.Internal {
			continue
		}
		shape := optionShape(o)
		for _, name := range append([]string{o.Name}, o.Aliases...) {
			properties[name] = shape
		}
	}
	return object{"type": "object", "properties": properties, "additionalProperties": anyMore}
}

func optionShape(o *modules.Option) object {
	shape := object{}
	for k, v := range valueShape(o) {
		shape[k] = v
	}
	shape["description"] = o.Doc
	if o.Default != nil {
		shape["default"] = defaultOf(o)
	}
	return shape
}

// valueShape is what Ansible converts to the option's type: a template has any
// type, and null is as good as nothing.
func valueShape(o *modules.Option) object {
	switch o.Type {
	case "list":
		var items object
		switch {
		case o.Sub != nil:
			items = either(optionsOf(o.Sub, false), ref("template"), object{"type": "null"})
		case len(o.Choices) > 0:
			items = choiceOf(o.Choices)
		default:
			items = kindShape(o.Elements)
		}
		return either(object{"type": "array", "items": items}, object{"type": []any{"string", "number", "boolean", "null"}})
	case "dict":
		if o.Sub != nil {
			return either(optionsOf(o.Sub, false), object{"type": []any{"string", "null"}})
		}
	}
	if len(o.Choices) > 0 {
		return choiceOf(o.Choices)
	}
	return kindShape(o.Type)
}

func either(shapes ...any) object { return object{"anyOf": shapes} }

// choiceOf are choices, which YAML may read as something other than text: yes
// is true, and 4 a number.
func choiceOf(choices []string) object {
	values := []any{nil}
	seen := map[any]bool{}
	add := func(v any) {
		if !seen[v] {
			seen[v] = true
			values = append(values, v)
		}
	}
	for _, c := range choices {
		add(c)
		if n, err := strconv.Atoi(c); err == nil {
			add(n)
		}
		switch c {
		case "yes", "on", "true", "True":
			add(true)
		case "no", "off", "false", "False":
			add(false)
		}
	}
	return either(object{"enum": values}, ref("template"))
}

// kindShape is a type without choices or suboptions.
func kindShape(kind string) object {
	switch kind {
	case "bool":
		return ref("truth")
	case "int":
		return either(object{"type": []any{"integer", "null"}}, object{"type": "string", "pattern": `^\s*[-+]?[0-9]+\s*$`}, ref("template"))
	case "float":
		return either(object{"type": []any{"number", "null"}}, object{"type": "string", "pattern": `^\s*[-+]?[0-9.]+\s*$`}, ref("template"))
	case "dict":
		return object{"type": []any{"object", "string", "null"}}
	case "str", "path", "bytes", "bits", "sid":
		// Ansible writes a list or a mapping as text too; that is seldom meant.
		return object{"type": []any{"string", "number", "boolean", "null"}}
	}
	return object{}
}

// truths are the words that Ansible takes for a bool.
var truths = []any{"y", "yes", "on", "1", "true", "t", "n", "no", "off", "0", "false", "f", "Y", "Yes", "YES", "On", "ON", "True", "TRUE", "T", "N", "No", "NO", "Off", "OFF", "False", "FALSE", "F", 1, 0}

// defaultOf is a default as YAML would have it.
func defaultOf(o *modules.Option) any {
	text := *o.Default
	switch o.Type {
	case "bool":
		if b, err := strconv.ParseBool(text); err == nil {
			return b
		}
	case "int":
		if n, err := strconv.Atoi(text); err == nil {
			return n
		}
	}
	return text
}
