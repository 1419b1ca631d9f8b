package modules

import (
	"errors"
	"fmt"
	"reflect"
	"sort"
	"strings"

	"goplay/internal/value"
)

// ArgError is one thing that is wrong with a module's options. Arg is the
// option as the user wrote it, "" when the fault is not at one option; the
// caller knows where that stands.
type ArgError struct {
	Arg  string
	Msg  string
	Hint string

	unknown string // names and what is supported, of a fault of unknown names
	value   string // the type of a value that could not be converted
}

func (e *ArgError) Error() string { return e.Msg }

// ArgErrors are all faults of one set of options.
type ArgErrors []*ArgError

func (e ArgErrors) Error() string {
	msgs := make([]string, len(e))
	for i, one := range e {
		msgs[i] = one.Msg
	}
	return strings.Join(msgs, "; ")
}

func (m *Module) decodeInto(c *Context, args map[string]any, dst any) error {
	d := value.NewDict()
	for _, k := range sortedKeys(args) {
		d.Set(k, args[k])
	}
	c.secrets = m.Schema().secretsIn(d)
	if m.AnyOptions || m.Heedless {
		c.Extra = m.Schema().extra(d)
	}
	if err := m.Schema().decode(d, reflect.ValueOf(dst).Elem()); err != nil {
		return err
	}
	m.Schema().resolvePaths(c, reflect.ValueOf(dst).Elem())
	c.invocation = m.Schema().invocation(reflect.ValueOf(dst).Elem())
	if v, ok := dst.(interface{ Invoked(shown *value.Dict) }); ok {
		v.Invoked(c.invocation)
	}
	if v, ok := dst.(interface{ Validate() error }); ok {
		return v.Validate()
	}
	return nil
}

func sortedKeys(args map[string]any) []string {
	keys := make([]string, 0, len(args))
	for k := range args {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// extra takes what is not an option out of args.
func (s *Schema) extra(args *value.Dict) *value.Dict {
	extra := value.NewDict()
	for _, k := range args.Keys() {
		if name, ok := k.(string); ok && s.byName[name] == nil {
			v, _ := args.Get(k)
			extra.Set(name, v)
			args.Delete(k)
		}
	}
	return extra
}

// decode fills a struct from options. Messages are those that users know from
// Ansible. It stops at the first kind of fault as Ansible does: exclusive
// options, missing ones, types, choices, conditional ones, unknown names.
func (s *Schema) decode(args *value.Dict, dst reflect.Value) error {
	given, unknown := s.given(args)
	if errs := s.relations(given); len(errs) > 0 {
		return errs
	}
	var errs ArgErrors
	for _, o := range s.Options {
		if err := s.decodeOption(o, given, dst.FieldByIndex(o.index)); err != nil {
			errs = append(errs, err)
		}
	}
	if len(errs) > 0 {
		return errs
	}
	if errs := s.conditions(given, dst); len(errs) > 0 {
		return errs
	}
	if len(unknown) > 0 {
		return s.unknown(unknown)
	}
	return nil
}

// supplied is one option that the user wrote, under the name that was used.
type supplied struct {
	as string
	v  any
}

// given sorts out which options are supplied, and names that are none.
func (s *Schema) given(args *value.Dict) (given map[string]supplied, unknown []string) {
	given = map[string]supplied{}
	for k, v := range args.All() {
		name := value.Str(k)
		o := s.byName[name]
		if o == nil {
			unknown = append(unknown, name)
			continue
		}
		if have, twice := given[o.Name]; !twice || have.as != o.Name {
			given[o.Name] = supplied{name, v}
		}
	}
	return given, unknown
}

func (s *Schema) unknown(names []string) ArgErrors {
	sort.Strings(names)
	var listed, aliases []string
	for _, o := range s.Options {
		if !o.Internal {
			listed = append(listed, o.Name)
			aliases = append(aliases, o.Aliases...)
		}
	}
	sort.Strings(listed)
	sort.Strings(aliases)
	supported := strings.Join(listed, ", ")
	if len(aliases) > 0 {
		supported += " (" + strings.Join(aliases, ", ") + ")"
	}
	what := fmt.Sprintf("%s. Supported parameters include: %s.", strings.Join(names, ", "), supported)
	return ArgErrors{{Arg: names[0], Msg: "Unsupported parameters for (" + short(s.Module) + ") module: " + what, unknown: what}}
}

func (s *Schema) decodeOption(o *Option, given map[string]supplied, dst reflect.Value) *ArgError {
	got, ok := given[o.Name]
	if !ok || got.v == nil {
		if o.Default == nil {
			return nil
		}
		got = supplied{o.Name, *o.Default}
		if bare(o.typ).Kind() == reflect.Slice && *o.Default == "" {
			got.v = value.NewList()
		}
	}
	if err := o.convert(got.v, dst); err != nil {
		return o.conversionError(got, err)
	}
	return o.checkChoices(got.as, dst)
}

func (o *Option) conversionError(got supplied, err error) *ArgError {
	var nested ArgErrors
	var element *elementError
	switch {
	case errors.As(err, &nested):
		return &ArgError{Arg: got.as, Msg: nested[0].within(o)}
	case errors.As(err, &element):
		return &ArgError{Arg: got.as, Msg: err.Error()}
	}
	return &ArgError{Arg: got.as, value: pyType(got.v), Msg: fmt.Sprintf("argument '%s' is of type %s and we were unable to convert to %s: %s", got.as, pyType(got.v), o.Type, err)}
}

// within is the message of a fault in suboptions, which names where they stand.
func (e *ArgError) within(o *Option) string {
	switch {
	case e.unknown != "":
		return "Unsupported parameters for (" + short(o.root) + ") module: " + o.Name + "." + e.unknown
	case e.value != "":
		return strings.Replace(e.Msg, e.value+" and we", e.value+" found in '"+o.Name+"'. and we", 1)
	case strings.HasPrefix(e.Msg, "Value '"):
		return e.Msg
	}
	return e.Msg + " found in " + o.Name
}

func (o *Option) checkChoices(as string, dst reflect.Value) *ArgError {
	if len(o.Choices) == 0 {
		return nil
	}
	o.wordOf(dst)
	var bad []string
	for _, text := range texts(dst) {
		if !contains(o.Choices, text) {
			bad = append(bad, text)
		}
	}
	if len(bad) == 0 {
		return nil
	}
	words := "value of %s must be one of: %s, got: %s"
	if bare(o.typ).Kind() == reflect.Slice {
		words = "value of %s must be one or more of: %s. Got no match for: %s"
	}
	return &ArgError{Arg: as, Msg: fmt.Sprintf(words, o.Name, strings.Join(o.Choices, ", "), strings.Join(bad, ", "))}
}

// wordOf gives a choice back that YAML took for a boolean: restart_policy: no.
func (o *Option) wordOf(dst reflect.Value) {
	v := reflect.Indirect(dst)
	if v.Kind() != reflect.String || contains(o.Choices, v.String()) || v.String() != "True" && v.String() != "False" {
		return
	}
	var meant []string
	for _, choice := range o.Choices {
		if b, ok := truths[choice]; ok && b == (v.String() == "True") {
			meant = append(meant, choice)
		}
	}
	if len(meant) == 1 {
		v.SetString(meant[0])
	}
}

func texts(v reflect.Value) []string {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return texts(v.Elem())
	case reflect.Slice:
		var out []string
		for i := range v.Len() {
			out = append(out, texts(v.Index(i))...)
		}
		return out
	case reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return []string{value.Str(v.Interface())}
	default:
		return []string{fmt.Sprint(v.Interface())}
	}
}

func contains(list []string, s string) bool {
	for _, one := range list {
		if one == s {
			return true
		}
	}
	return false
}

// resolvePaths expands ~ and variables in options of type path.
func (s *Schema) resolvePaths(c *Context, v reflect.Value) {
	for _, o := range s.Options {
		f := v.FieldByIndex(o.index)
		if o.Type == "path" || o.Elements == "path" {
			expandPaths(c, f)
		}
		if o.Sub == nil {
			continue
		}
		if f = reflect.Indirect(f); f.Kind() == reflect.Struct {
			o.Sub.resolvePaths(c, f)
		} else if f.Kind() == reflect.Slice {
			for i := range f.Len() {
				o.Sub.resolvePaths(c, reflect.Indirect(f.Index(i)))
			}
		}
	}
}

func expandPaths(c *Context, f reflect.Value) {
	switch f.Kind() {
	case reflect.String:
		f.SetString(c.beside(c.Path(f.String())))
	case reflect.Pointer:
		if !f.IsNil() {
			expandPaths(c, f.Elem())
		}
	case reflect.Slice:
		for i := range f.Len() {
			expandPaths(c, f.Index(i))
		}
	}
}
