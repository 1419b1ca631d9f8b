package actions

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

// specFaults says what is wrong with values, in Ansible's order: what is missing,
// types, choices, options of options, and last of all what no option has.
// class names the class of a value.
func specFaults(spec, values *value.Dict, class func(any) string) []string {
	f := &specCheck{class: class}
	f.dicts(spec, values)
	f.options(spec, values, "")
	if len(f.unknown) > 0 {
		sort.Strings(f.unknown)
		f.say("%s. Supported parameters include: %s.", strings.Join(f.unknown, ", "), strings.Join(f.supported, ", "))
	}
	return f.faults
}

type specCheck struct {
	class     func(any) string
	faults    []string
	unknown   []string // of all levels
	supported []string // by the level that was the last to have one
}

func (f *specCheck) say(format string, args ...any) {
	f.faults = append(f.faults, fmt.Sprintf(format, args...))
}

// given is an option that has a value.
type given struct {
	name   string
	option *value.Dict
	v      any
}

// dicts says, before anything else, what stands for a dict with options of its own and is none.
func (f *specCheck) dicts(spec, values *value.Dict) {
	for _, g := range givens(spec, values) {
		if _, has := suboptions(g.option); !has {
			continue
		}
		items := []any{g.v}
		if list, ok := g.v.(*value.List); ok {
			items = list.Items
		}
		for _, item := range items {
			switch item.(type) {
			case *value.Dict:
				continue
			case string:
				if _, err := modules.Convert("dict", item); err != nil {
					f.say("%s", err)
					return
				}
			default:
				f.say("Value '%s' in the sub parameter field '%s' must by a list, not '%s'", value.Str(item), g.name, value.TypeName(item))
				return
			}
		}
	}
}

// options looks at the values of a level; in names the options they are part of, outermost first.
func (f *specCheck) options(spec, values *value.Dict, in string) {
	f.names(spec, values, in)
	all := givens(spec, values)
	for i := range all {
		f.convert(&all[i], in)
	}
	for _, g := range all {
		f.choices(g, in)
	}
	for _, g := range all {
		f.nested(g, in)
	}
}

// names says which options are missing, and remembers those that there are none of.
func (f *specCheck) names(spec, values *value.Dict, in string) {
	var unknown, missing []string
	known := map[string]bool{}
	for k, o := range spec.All() {
		option, _ := o.(*value.Dict)
		name := value.Str(k)
		known[name] = true
		for _, alias := range aliases(option) {
			known[alias] = true
		}
		if _, ok := valueOf(name, option, values); !ok && truthy(option, "required") {
			missing = append(missing, name)
		}
	}
	for k := range values.All() {
		if name := value.Str(k); !known[name] {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		f.unknown, f.supported = append(f.unknown, prefixed(in, unknown)...), keys(spec)
	}
	if len(missing) > 0 {
		sort.Strings(missing)
		f.say("missing required arguments: %s%s", strings.Join(missing, ", "), within(in))
	}
}

// reason is why a value cannot be converted, with its class as it is named here.
func (f *specCheck) reason(err error, v any) string {
	return strings.ReplaceAll(err.Error(), "<class '"+value.TypeName(v)+"'>", "<class '"+f.class(v)+"'>")
}

// convert brings a value to its option's type, and what is in a list to that of its elements.
func (f *specCheck) convert(g *given, in string) {
	where := ""
	if in != "" {
		where = " found in '" + in + "'."
	}
	kind := g.option.GetString("type")
	if kind == "" {
		kind = "str"
	}
	got, err := modules.Convert(kind, g.v)
	if err != nil {
		f.say("argument '%s' is of type <class '%s'>%s and we were unable to convert to %s: %s", g.name, f.class(g.v), where, kind, f.reason(err, g.v))
		return
	}
	g.v = got
	elements := g.option.GetString("elements")
	list, ok := got.(*value.List)
	if !ok || elements == "" {
		return
	}
	kept := value.NewList()
	for _, item := range list.Items {
		got, err := modules.Convert(elements, item)
		if err != nil {
			f.say("Elements value for option '%s' is of type <class '%s'>%s and we were unable to convert to %s: %s", g.name, f.class(item), where, elements, f.reason(err, item))
			continue
		}
		kept.Append(got)
	}
	g.v = kept
}

func (f *specCheck) choices(g given, in string) {
	choices, _ := g.option.Get("choices")
	items, err := value.Items(choices)
	if choices == nil || err != nil {
		return
	}
	words := make([]string, len(items))
	for i, c := range items {
		words[i] = value.Str(c)
	}
	all := strings.Join(words, ", ")
	list, ok := g.v.(*value.List)
	if !ok {
		if !member(items, g.v) {
			f.say("value of %s must be one of: %s, got: %s%s", g.name, all, value.Str(g.v), within(in))
		}
		return
	}
	var strangers []string
	for _, v := range list.Items {
		if !member(items, v) {
			strangers = append(strangers, value.Str(v))
		}
	}
	if len(strangers) > 0 {
		f.say("value of %s must be one or more of: %s. Got no match for: %s%s", g.name, all, strings.Join(strangers, ", "), within(in))
	}
}

func member(items []any, v any) bool {
	return slices.ContainsFunc(items, func(item any) bool { return value.Equal(item, v) })
}

// nested looks into a dict with options of its own, or a list of such.
func (f *specCheck) nested(g given, in string) {
	options, ok := suboptions(g.option)
	kind := g.option.GetString("type")
	if !ok || kind != "dict" && (kind != "list" || g.option.GetString("elements") != "dict") {
		return
	}
	path := g.name
	if in != "" {
		path = in + " -> " + g.name
	}
	items := []any{g.v}
	if list, ok := g.v.(*value.List); ok {
		items = list.Items
	}
	for _, item := range items {
		d, ok := item.(*value.Dict)
		if !ok {
			f.say("value of '%s' must be of type dict or list of dicts", g.name)
			continue
		}
		f.options(options, d, path)
	}
}

// givens are the options of a spec that have a value, in its order.
func givens(spec, values *value.Dict) []given {
	var out []given
	for k, o := range spec.All() {
		option, ok := o.(*value.Dict)
		if !ok {
			continue
		}
		if v, ok := valueOf(value.Str(k), option, values); ok && v != nil {
			out = append(out, given{value.Str(k), option, v})
		}
	}
	return out
}

// valueOf is an option's value, under its name or one of its aliases.
func valueOf(name string, option, values *value.Dict) (any, bool) {
	for _, n := range append([]string{name}, aliases(option)...) {
		if v, ok := values.Get(n); ok {
			return v, true
		}
	}
	return nil, false
}

func aliases(option *value.Dict) []string {
	if option == nil {
		return nil
	}
	names, _ := option.Get("aliases")
	return stringList(names)
}

func suboptions(option *value.Dict) (*value.Dict, bool) {
	sub, _ := option.Get("options")
	options, ok := sub.(*value.Dict)
	return options, ok
}

func truthy(d *value.Dict, key string) bool {
	if d == nil {
		return false
	}
	v, _ := d.Get(key)
	return value.Truth(v)
}

func within(in string) string {
	if in == "" {
		return ""
	}
	return " found in " + in
}

// prefixed are names with the options that they are part of.
func prefixed(in string, names []string) []string {
	if in == "" {
		return names
	}
	for i, n := range names {
		names[i] = strings.ReplaceAll(in, " -> ", ".") + "." + n
	}
	return names
}

func keys(d *value.Dict) []string {
	var out []string
	for k := range d.All() {
		out = append(out, value.Str(k))
	}
	sort.Strings(out)
	return out
}
