package modules

import (
	"fmt"
	"reflect"
	"sort"
	"strings"
)

// Schema is the options of a module, read from the tags of its argument struct:
//
//	arg:"path,required"   name, then flags: required, secret (never shown),
//	                      internal (set by the controller's half, not by users),
//	                      hidden (of the same kind, but Ansible's users may set it)
//	alias:"dest,name"     other names
//	enum:"present,absent" choices
//	default:"present"     written as a user would
//	type:"path"           path, raw, jsonarg, bytes, bits where the Go type does not say it
//	doc:"..."             a sentence for the reference
//
// Go types: string, bool, int, int64, float64, any (raw), []T, *value.Dict
// (dict), structs and slices of structs (suboptions), and pointers to these
// where "not given" has to be told from the zero value. Embedded structs are
// flattened: that is how modules share options.
type Schema struct {
	Module  string
	Options []*Option // in the order of the struct

	spec   Spec
	typ    reflect.Type
	byName map[string]*Option
}

// Option is one option of a module.
type Option struct {
	Name     string   `json:"name"`
	Aliases  []string `json:"aliases,omitempty"`
	Type     string   `json:"type"`               // as Ansible names it: str, bool, int, float, list, dict, path, raw ...
	Elements string   `json:"elements,omitempty"` // of a list
	Required bool     `json:"required,omitempty"`
	Secret   bool     `json:"secret,omitempty"`
	Internal bool     `json:"-"`
	Hidden   bool     `json:"-"`
	Choices  []string `json:"choices,omitempty"`
	Default  *string  `json:"default,omitempty"` // nil when there is none
	Doc      string   `json:"doc"`
	Sub      *Schema  `json:"-"` // suboptions of a dict or of a list of dicts

	index []int
	typ   reflect.Type
	root  string // the module, also of a suboption
}

// Return is one value that a module gives back, read from the tags
// json:"name", doc:"..." and, where the Go type does not say it, type:"..." of
// its result struct.
type Return struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Doc  string `json:"doc"`
}

// Option finds an option by its name or an alias; nil when there is none.
func (s *Schema) Option(name string) *Option { return s.byName[name] }

// Names returns the names that a user may write, with aliases, sorted.
func (s *Schema) Names() []string {
	var names []string
	for name, o := range s.byName {
		if !o.Internal || o.Hidden {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

func schemaOf(spec Spec, t reflect.Type) *Schema {
	s := &Schema{Module: spec.Name, spec: spec, typ: t, byName: map[string]*Option{}}
	if t.Kind() != reflect.Struct {
		panic(fmt.Sprintf("modules: arguments of %s are a %s, not a struct", spec.Name, t))
	}
	s.add(t, nil)
	return s
}

func (s *Schema) add(t reflect.Type, at []int) {
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(append([]int(nil), at...), i)
		if f.Anonymous && f.Tag.Get("arg") == "" {
			s.add(f.Type, index)
			continue
		}
		if tag, ok := f.Tag.Lookup("arg"); ok {
			s.addOption(optionOf(s.Module, f, tag, index))
		}
	}
}

func (s *Schema) addOption(o *Option) {
	s.Options = append(s.Options, o)
	for _, name := range append([]string{o.Name}, o.Aliases...) {
		if s.byName[name] != nil {
			panic(fmt.Sprintf("modules: %s has option %s twice", s.Module, name))
		}
		s.byName[name] = o
	}
}

func optionOf(module string, f reflect.StructField, tag string, index []int) *Option {
	parts := strings.Split(tag, ",")
	o := &Option{Name: parts[0], Doc: f.Tag.Get("doc"), index: index, typ: f.Type, root: root(module)}
	for _, flag := range parts[1:] {
		switch flag {
		case "required":
			o.Required = true
		case "secret":
			o.Secret = true
		case "internal":
			o.Internal = true
		case "hidden":
			o.Internal, o.Hidden = true, true
		default:
			panic(fmt.Sprintf("modules: %s.%s has an unknown flag %q", module, o.Name, flag))
		}
	}
	o.Aliases = list(f.Tag.Get("alias"))
	o.Choices = list(f.Tag.Get("enum"))
	if d, ok := f.Tag.Lookup("default"); ok {
		o.Default = &d
	}
	o.setType(module, f.Tag.Get("type"))
	return o
}

// root is the module's own name of that which a schema of suboptions has.
func root(module string) string {
	parts := strings.SplitN(module, ".", 4)
	return strings.Join(parts[:min(3, len(parts))], ".")
}

func list(tag string) []string {
	if tag == "" {
		return nil
	}
	return strings.Split(tag, ",")
}

// setType names the option's type in Ansible's words; override is the type tag,
// which for a list names its elements.
func (o *Option) setType(module, override string) {
	t := bare(o.typ)
	if t.Kind() == reflect.Slice {
		o.Type, o.Elements = "list", override
		if override == "" {
			o.Elements = typeName(t.Elem())
		}
		if e := bare(t.Elem()); isOptions(e) {
			o.Sub = schemaOf(Spec{Name: module + "." + o.Name}, e)
		}
		return
	}
	o.Type = override
	if override == "" {
		o.Type = typeName(t)
	}
	if isOptions(t) {
		o.Sub = schemaOf(Spec{Name: module + "." + o.Name}, t)
	}
}

func bare(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer && t != dictType {
		return t.Elem()
	}
	return t
}

func isOptions(t reflect.Type) bool { return t.Kind() == reflect.Struct }

func typeName(t reflect.Type) string {
	t = bare(t)
	if t == dictType {
		return "dict"
	}
	switch t.Kind() {
	case reflect.String:
		return "str"
	case reflect.Bool:
		return "bool"
	case reflect.Int, reflect.Int64:
		return "int"
	case reflect.Float64:
		return "float"
	case reflect.Interface:
		return "raw"
	case reflect.Struct:
		return "dict"
	case reflect.Slice:
		return "list"
	default:
		panic(fmt.Sprintf("modules: no option can be of type %s", t))
	}
}

func returnsOf(t reflect.Type) []Return {
	if t.Kind() != reflect.Struct {
		return nil
	}
	var out []Return
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			out = append(out, returnsOf(bare(f.Type))...)
			continue
		}
		if name == "" || name == "-" {
			continue
		}
		kind := f.Tag.Get("type")
		if kind == "" {
			kind = returnType(f.Type)
		}
		out = append(out, Return{Name: name, Type: kind, Doc: f.Tag.Get("doc")})
	}
	return out
}

func returnType(t reflect.Type) string {
	if k := bare(t).Kind(); k == reflect.Map {
		return "dict"
	}
	defer func() { _ = recover() }()
	return typeName(t)
}
