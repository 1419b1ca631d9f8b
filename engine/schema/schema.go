// Package schema writes what playbooks are made of as JSON Schema (draft 7),
// which editors complete and check YAML with: the keywords of plays, blocks
// and tasks, and the options of every module from the module's own schema.
package schema

import (
	"sort"
	"strings"

	"goplay/engine/playbook"
	"goplay/modules"
)

type object = map[string]any

// Playbook is the schema of a playbook; named are the modules by all the names
// that a task may call them.
func Playbook(named map[string]*modules.Module) map[string]any {
	out := document("A playbook", named)
	out["type"] = []any{"array", "null"}
	out["items"] = object{
		"if":   object{"anyOf": []any{object{"required": []any{"import_playbook"}}, object{"required": []any{"ansible.builtin.import_playbook"}}}},
		"then": ref("import"),
		"else": ref("play"),
	}
	return out
}

// Tasks is the schema of a file of tasks or handlers, as roles have it.
func Tasks(named map[string]*modules.Module) map[string]any {
	out := document("Tasks", named)
	out["allOf"] = []any{ref("handlers")}
	return out
}

func document(title string, named map[string]*modules.Module) object {
	defs := object{
		"tasks": listOf("task"), "handlers": listOf("handler"),
		"play": play(), "block": block("tasks"), "handler block": block("handlers"), "import": imported(),
		"task": taskOf("task", named), "handler": taskOf("handler", named),
		"keyword":  keyword(),
		"truth":    either(object{"type": []any{"boolean", "null"}}, object{"enum": truths}, ref("template")),
		"template": object{"type": "string", "pattern": `\{\{|\{%`},
	}
	for _, m := range named {
		if defs[m.Name] == nil {
			defs[m.Name] = moduleSchema(m)
		}
	}
	return object{"$schema": "http://json-schema.org/draft-07/schema#", "title": title, "definitions": defs}
}

func ref(name string) object {
	return object{"$ref": "#/definitions/" + strings.ReplaceAll(name, " ", "%20")}
}

// listOf is a list of tasks, some of which are blocks.
func listOf(kind string) object {
	body := "block"
	if kind == "handler" {
		body = "handler block"
	}
	return object{"type": []any{"array", "null"}, "items": object{
		"if": object{"required": []any{"block"}}, "then": ref(body), "else": ref(kind),
	}}
}

func play() object {
	p := keywords("play")
	p["required"] = []any{"hosts"}
	return p
}

func block(tasks string) object {
	b := keywords("block")
	for _, part := range []string{"block", "rescue", "always"} {
		b["properties"].(object)[part] = ref(tasks)
	}
	return b
}

func imported() object {
	i := keywords("import")
	i["properties"].(object)["ansible.builtin.import_playbook"] = object{"type": "string"}
	return i
}

// keywords is an object that has the keywords of a kind and no other property.
func keywords(kind string) object {
	properties := object{}
	for _, word := range playbook.Words(kind) {
		properties[word] = shapeOf(word)
	}
	return object{"type": "object", "properties": properties, "additionalProperties": false}
}

// taskOf is a task: keywords, one of the modules that are known, or one of a
// collection that is not.
func taskOf(kind string, named map[string]*modules.Module) object {
	t := keywords(kind)
	properties := t["properties"].(object)
	names := make([]string, 0, len(named))
	for name, m := range named {
		names = append(names, name)
		properties[name] = object{"description": m.Summary, "allOf": []any{ref(m.Name)}}
	}
	sort.Strings(names)
	for _, name := range []string{"meta", "ansible.builtin.meta"} {
		properties[name] = object{"type": "string", "description": "Something that the run itself does", "enum": metaActions}
	}
	oneModule(t, append(names, "meta", "ansible.builtin.meta", "action", "local_action"))
	t["patternProperties"] = object{`^with_[a-z_]+$`: object{}, `^[a-z0-9_]+\.[a-z0-9_]+\.[a-z0-9_.]+$`: object{}}
	// A task may give what a module needs under args.
	t["if"] = object{"not": object{"required": []any{"args"}}}
	rules := object{}
	for _, name := range names {
		if needs := needs(named[name]); len(needs) > 0 {
			rules[name] = object{"if": object{"type": "object"}, "then": object{"allOf": needs}}
		}
	}
	t["then"] = object{"properties": rules}
	return t
}

var metaActions = []any{"clear_facts", "clear_host_errors", "end_batch", "end_host", "end_play", "flush_handlers", "noop", "refresh_inventory", "reset_connection"}

// needs are a module's rules over several options: what is required, what goes
// with what, what excludes what.
func needs(m *modules.Module) []any {
	var out []any
	for _, o := range m.Schema().Options {
		if o.Required && !o.Internal {
			out = append(out, given(m.Schema(), o.Name))
		}
	}
	for _, group := range m.OneOf {
		out = append(out, object{"anyOf": eachGiven(m.Schema(), group)})
	}
	for _, group := range m.Exclusive {
		for i, a := range group {
			for _, b := range group[i+1:] {
				out = append(out, object{"not": object{"allOf": eachGiven(m.Schema(), []string{a, b})}})
			}
		}
	}
	for _, group := range m.Together {
		out = append(out, object{"anyOf": []any{
			object{"allOf": eachGiven(m.Schema(), group)}, object{"not": object{"anyOf": eachGiven(m.Schema(), group)}},
		}})
	}
	return out
}

// given says that an option is there, by one of its names.
func given(s *modules.Schema, name string) object {
	o := s.Option(name)
	if o == nil || len(o.Aliases) == 0 {
		return object{"required": []any{name}}
	}
	var names []any
	for _, n := range append([]string{o.Name}, o.Aliases...) {
		names = append(names, object{"required": []any{n}})
	}
	return object{"anyOf": names}
}

func eachGiven(s *modules.Schema, names []string) []any {
	var out []any
	for _, name := range names {
		if o := s.Option(name); o != nil && o.Internal {
			continue
		}
		out = append(out, given(s, name))
	}
	return out
}
