package filters

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/value"
)

// option is a parameter of a plugin that checks its arguments as a module does.
type option struct {
	name, kind, elements string
	required, named      bool // named: not by position
	choices              []string
}

// options reads parameters such as "data:raw! target:list/str! ; indent:str{tabs,spaces}";
// what stands after a semicolon is given by its name only.
func options(spec string) []option {
	var out []option
	named := false
	for _, field := range strings.Fields(spec) {
		if field == ";" {
			named = true
			continue
		}
		o := option{named: named}
		field, choices, limited := strings.Cut(strings.TrimSuffix(field, "}"), "{")
		if limited {
			o.choices = strings.Split(choices, ",")
		}
		o.name, field, _ = strings.Cut(field, ":")
		field, o.required = strings.CutSuffix(field, "!")
		o.kind, o.elements, _ = strings.Cut(field, "/")
		out = append(out, o)
	}
	return out
}

// checked gives each parameter its argument, of the type that the plugin's
// documentation names, as the plugins of ansible.utils do: what stands beyond
// the last parameter is not looked at, and all faults come in one error.
func checked(c *jinja.Call, spec string) (*args, error) {
	a, faults, err := check(c, options(spec))
	if err != nil {
		return nil, err
	}
	if len(faults) > 0 {
		return nil, filterError("%s", faultList(faults))
	}
	return a, nil
}

// checkedAs is checked with the words of the plugins that are plain functions.
func checkedAs(c *jinja.Call, kind, spec string) (*args, error) {
	known := options(spec)
	names := make([]string, len(known))
	for i, o := range known {
		names[i] = o.name
	}
	plain := *c
	if kind == "test" {
		plain.Name = "_" + shortName(c.Name)
	}
	if _, err := bind(&plain, strings.Join(names, " ")); err != nil {
		return nil, err
	}
	a, faults, err := check(c, known)
	if err != nil {
		return nil, err
	}
	if len(faults) > 0 {
		return nil, filterError("argspec validation failed for %s %s with errors: %s", shortName(c.Name), kind, faultList(faults))
	}
	return a, nil
}

func faultList(faults []string) string {
	l := value.NewList()
	for _, f := range faults {
		l.Append(f)
	}
	return value.Repr(l)
}

func check(c *jinja.Call, known []option) (*args, []string, error) {
	given := map[string]any{}
	for i, o := range known {
		if i < len(c.Args) && !o.named {
			given[o.name] = c.Args[i]
		}
	}
	for k, v := range c.Kwargs.All() {
		given[value.Str(k)] = v
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if err := copies(given[name], 0); err != nil {
			return nil, nil, err
		}
	}
	a := &args{name: c.Name, vals: map[string]any{}, tick: c.Tick}
	faults := missingOptions(known, given)
	for _, o := range known {
		v, ok := given[o.name]
		delete(given, o.name)
		if !ok {
			continue
		}
		if v == nil {
			a.vals[o.name] = nil
			continue
		}
		var wrong []string
		a.vals[o.name], wrong = o.convert(v)
		faults = append(faults, wrong...)
	}
	for _, o := range known {
		if v := a.vals[o.name]; v != nil && o.choices != nil && !slices.Contains(o.choices, value.Str(v)) {
			faults = append(faults, fmt.Sprintf("value of %s must be one of: %s, got: %s", o.name, strings.Join(o.choices, ", "), value.Str(v)))
		}
	}
	if len(given) > 0 {
		names := make([]string, len(known))
		for i, o := range known {
			names[i] = o.name
		}
		slices.Sort(names)
		faults = append(faults, fmt.Sprintf("%s. Supported parameters include: %s.", strings.Join(slices.Sorted(maps.Keys(given)), ", "), strings.Join(names, ", ")))
	}
	return a, faults, nil
}

// copies reports what keeps a value from being copied: something undefined in
// it, or a view of a dict.
func copies(v any, depth int) error {
	if depth > maxNesting {
		return value.Raise("RecursionError", "maximum recursion depth exceeded")
	}
	var items []any
	switch v := v.(type) {
	case *value.Undefined:
		return v.Err()
	case *value.View, *value.Iterator:
		return value.Raise("TypeError", "cannot pickle '%s' object", value.TypeName(v))
	case *value.List:
		items = v.Items
	case value.Tuple:
		items = v
	case *value.Dict:
		for _, item := range v.All() {
			items = append(items, item)
		}
	}
	for _, item := range items {
		if err := copies(item, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func missingOptions(known []option, given map[string]any) []string {
	var missing []string
	for _, o := range known {
		if _, ok := given[o.name]; o.required && !ok {
			missing = append(missing, o.name)
		}
	}
	if missing == nil {
		return nil
	}
	slices.Sort(missing)
	return []string{"missing required arguments: " + strings.Join(missing, ", ")}
}

// convert is a value as the option's type, or what is wrong with it.
func (o option) convert(v any) (any, []string) {
	out, wrong := as(o.kind, v)
	if wrong != "" {
		faults := []string{fmt.Sprintf("argument '%s' is of type %s and we were unable to convert to %s: %s", o.name, class(v), o.kind, wrong)}
		if o.elements == "dict" {
			faults = slices.Insert(faults, 0, subOptionFaults(o.name, v)...)
		}
		return v, faults
	}
	if o.elements == "" {
		return out, nil
	}
	l, faults := value.NewList(), []string(nil)
	for _, item := range out.(*value.List).Items {
		converted, wrong := as(o.elements, item)
		if wrong != "" {
			if o.elements == "dict" {
				faults = append(faults, wrong)
			}
			return v, append(faults, fmt.Sprintf("Elements value for option '%s' is of type %s and we were unable to convert to %s: %s", o.name, class(item), o.elements, wrong))
		}
		l.Append(converted)
	}
	return l, nil
}

// subOptionFaults is what Ansible says besides when a list of dicts is something else.
func subOptionFaults(name string, v any) []string {
	switch v.(type) {
	case *value.Dict:
		return nil
	default:
		return []string{fmt.Sprintf("Value '%s' in the sub parameter field '%s' must by a list, not '%s'", value.Str(v), name, value.TypeName(v))}
	}
}

// as is a value as one of the types of options, or why it cannot be.
func as(kind string, v any) (any, string) {
	refused := fmt.Sprintf("%s cannot be converted to %s %s", class(v), article(kind), kind)
	text, isStr := isText(v)
	switch kind {
	case "str":
		if b, ok := v.(value.Bytes); ok {
			return string(b), ""
		}
		return value.Str(v), ""
	case "int":
		switch v.(type) {
		case int64, *big.Int, bool:
			return v, ""
		}
		if n, ok := new(big.Int).SetString(strings.TrimSpace(text), 10); ok && isStr {
			return value.Int(n), ""
		}
		return v, refused
	case "bool":
		return optionBool(v, refused)
	case "list":
		switch v := v.(type) {
		case *value.List:
			return v, ""
		case bool, int64, *big.Int, float64:
			return value.NewList(value.Str(v)), ""
		}
		if !isStr {
			return v, refused
		}
		l := value.NewList()
		for _, item := range strings.Split(text, ",") {
			l.Append(item)
		}
		return l, ""
	case "dict":
		if _, ok := v.(*value.Dict); ok {
			return v, ""
		}
		if !isStr {
			return v, refused
		}
		return optionDict(text)
	default:
		return v, ""
	}
}

func article(kind string) string {
	if kind == "int" {
		return "an"
	}
	return "a"
}

func optionBool(v any, refused string) (any, string) {
	const valid = "The value '%s' is not a valid boolean.  Valid booleans include: "
	switch v.(type) {
	case bool:
		return v, ""
	case string, value.Markup, int64, float64, *big.Int:
	default:
		return v, refused
	}
	switch strings.ToLower(strings.TrimSpace(value.Str(v))) {
	case "y", "yes", "on", "1", "true", "t", "1.0":
		return true, ""
	case "n", "no", "off", "0", "false", "f", "0.0":
		return false, ""
	}
	return v, fmt.Sprintf(valid, value.Str(v)) + "'y', 'yes', 'on', '1', 'true', 't', 1, 'n', 'no', 'off', '0', 'false', 'f', 0"
}

// optionDict reads JSON, or words such as a=b.
func optionDict(text string) (any, string) {
	if strings.HasPrefix(text, "{") {
		if v, err := value.DecodeJSON([]byte(text)); err == nil {
			return v, ""
		}
		if v, err := value.ParseLiteral(text); err == nil {
			return v, ""
		}
		return nil, "unable to evaluate string as dictionary"
	}
	if !strings.Contains(text, "=") {
		return nil, "dictionary requested, could not parse JSON or key=value"
	}
	d := value.NewDict()
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		k, v, _ := strings.Cut(word, "=")
		d.Set(k, v)
	}
	return d, ""
}
