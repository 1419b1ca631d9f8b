package main

import (
	"fmt"
	"slices"
	"strings"

	"goplay/modules"
)

// difference is one point in which a module's schema is not what Ansible
// documents: "ansible.builtin.copy.mode", "type" and both sides.
type difference struct {
	Option string
	What   string // missing, more, type, elements, default, choices, aliases, required
	Ours   string
	Theirs string
}

func (d difference) String() string {
	switch d.What {
	case "missing", "more":
		return d.Option + ": " + d.What
	}
	return fmt.Sprintf("%s: %s is %q, Ansible documents %q", d.Option, d.What, d.Ours, d.Theirs)
}

// differences holds a schema against the documented options.
func differences(at string, s *modules.Schema, facts map[string]*Fact) []difference {
	var out []difference
	known := map[*modules.Option]bool{}
	for _, name := range sortedKeys(facts) {
		o := s.Option(name)
		if o == nil || o.Internal {
			out = append(out, difference{Option: at + "." + name, What: "missing"})
			continue
		}
		known[o] = true
		out = append(out, optionDifferences(at+"."+name, name, o, facts[name])...)
	}
	for _, o := range s.Options {
		if !o.Internal && !known[o] {
			out = append(out, difference{Option: at + "." + o.Name, What: "more"})
		}
	}
	return out
}

func optionDifferences(at, name string, o *modules.Option, f *Fact) []difference {
	var out []difference
	add := func(what, ours, theirs string) {
		if ours != theirs {
			out = append(out, difference{at, what, ours, theirs})
		}
	}
	kind := f.Type
	if kind == "" {
		kind = "str"
	}
	add("type", sameKind(o.Type), sameKind(kind))
	if f.Elements != "" && o.Type == "list" {
		add("elements", sameKind(o.Elements), sameKind(f.Elements))
	}
	add("default", ourDefault(o), theirDefault(o, f))
	add("choices", set(o.Choices), set(theirChoices(o, f)))
	add("aliases", set(without(append([]string{o.Name}, o.Aliases...), name)), set(without(f.Aliases, name)))
	add("required", fmt.Sprint(o.Required), fmt.Sprint(f.Required))
	if len(f.Sub) > 0 && o.Sub != nil { // without it any dict is taken
		out = append(out, differences(at, o.Sub, f.Sub)...)
	}
	return out
}

// sameKind gives one name to types that take the same values.
func sameKind(kind string) string {
	switch kind {
	case "string":
		return "str"
	case "boolean":
		return "bool"
	case "integer":
		return "int"
	case "jsonarg":
		return "json"
	}
	return kind
}

// nothing is what a default says that an absent one says too: the zero value.
func nothing(kind, text string) bool {
	switch kind {
	case "bool":
		return text == "false"
	case "list", "dict":
		return text == "" || text == "[]" || text == "{}"
	case "int", "float":
		return text == "0"
	}
	return text == ""
}

func ourDefault(o *modules.Option) string {
	if o.Default == nil {
		return ""
	}
	return defaultText(o, *o.Default)
}

func theirDefault(o *modules.Option, f *Fact) string {
	return defaultText(o, written(f.Default))
}

func defaultText(o *modules.Option, text string) string {
	if o.Type == "bool" {
		text = boolText(text)
	}
	if nothing(o.Type, text) {
		return ""
	}
	return text
}

func boolText(text string) string {
	switch strings.ToLower(text) {
	case "yes", "true", "on", "1":
		return "true"
	case "no", "false", "off", "0":
		return "false"
	}
	return text
}

// theirChoices leaves out what every bool takes.
func theirChoices(o *modules.Option, f *Fact) []string {
	var out []string
	for _, c := range f.Choices {
		text := written(c)
		if _, isBool := c.(bool); isBool && o.Type != "bool" {
			text = map[string]string{"true": "yes", "false": "no"}[text]
		}
		out = append(out, text)
	}
	if o.Type == "bool" {
		return nil
	}
	return out
}

func without(list []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == name })
}

func set(list []string) string {
	list = slices.Clone(list)
	slices.Sort(list)
	return strings.Join(slices.Compact(list), ", ")
}
