package actions

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"goplay/engine"
	"goplay/internal/value"
	"goplay/modules"
)

type argumentSpecArgs struct {
	Spec     *value.Dict `arg:"argument_spec,required" doc:"Options by name, each with its type, required, choices, default, options ..."`
	Provided *value.Dict `arg:"provided_arguments" doc:"What to check; without it, the variables of those names."`
}

type argumentSpecResult struct {
	Errors any `json:"argument_errors" doc:"What is wrong, a sentence each."`
}

func init() {
	modules.Describe[argumentSpecArgs, argumentSpecResult](modules.Spec{
		Name: "ansible.builtin.validate_argument_spec", Summary: "Check variables against an argument spec", AnyOptions: true,
		Example: "- name: What the role was given is in order\n  ansible.builtin.validate_argument_spec:\n    argument_spec:\n      port: {type: int, required: true}\n",
	})
	register("ansible.builtin.validate_argument_spec", validateArgumentSpec)
}

func validateArgumentSpec(ctx context.Context, s *engine.Step) (modules.Result, error) {
	spec, ok := s.Arg("argument_spec").(*value.Dict)
	if !ok {
		return failure("\"argument_spec\" arg is required in args: %s", value.Repr(s.Args))
	}
	provided, err := providedArguments(ctx, s, spec)
	if err != nil {
		return failed(err)
	}
	about, _ := s.Args.Get("validate_args_context")
	if about == nil {
		about = value.NewDict()
	}
	faults := specFaults(spec, provided, "")
	if len(faults) == 0 {
		r := result("validate_args_context", about)
		r.Msg = "The arg spec validation passed"
		return r, nil
	}
	r := result("argument_errors", value.Strings(faults), "argument_spec_data", spec, "validate_args_context", about)
	r.Failed, r.Msg = true, "Validation of arguments failed:\n"+strings.Join(faults, "\n")
	return r, nil
}

// providedArguments are those given and the variables of the spec's names.
func providedArguments(ctx context.Context, s *engine.Step, spec *value.Dict) (*value.Dict, error) {
	provided := value.NewDict()
	for k := range spec.All() {
		v, ok, err := s.Lookup(ctx, value.Str(k))
		if err != nil {
			return nil, err
		}
		if ok {
			provided.Set(k, v)
		}
	}
	if given, ok := s.Arg("provided_arguments").(*value.Dict); ok {
		provided.Update(given)
	}
	return provided, nil
}

// specFaults says what is wrong with values; in names the options they are part of,
// outermost first.
func specFaults(spec, values *value.Dict, in string) []string {
	where := ""
	if in != "" {
		where = " found in " + in
	}
	var faults, missing, unknown []string
	for k := range values.All() {
		if _, ok := spec.Get(k); !ok {
			unknown = append(unknown, value.Str(k))
		}
	}
	if len(unknown) > 0 && !aliased(spec, unknown) {
		sort.Strings(unknown)
		faults = append(faults, fmt.Sprintf("%s. Supported parameters include: %s.", prefixed(in, unknown), strings.Join(keys(spec), ", ")))
	}
	for k, o := range spec.All() {
		option, ok := o.(*value.Dict)
		if !ok {
			continue
		}
		name := value.Str(k)
		v, given := values.Get(name)
		if !given {
			v, given = byAlias(option, values)
		}
		if !given {
			if truthy(option, "required") {
				missing = append(missing, name)
			}
			continue
		}
		if v == nil {
			continue
		}
		faults = append(faults, optionFaults(name, option, v, in)...)
	}
	if len(missing) > 0 {
		sort.Strings(missing)
		faults = append([]string{"missing required arguments: " + strings.Join(missing, ", ") + where}, faults...)
	}
	return faults
}

func prefixed(in string, names []string) string {
	if in == "" {
		return strings.Join(names, ", ")
	}
	for i, n := range names {
		names[i] = strings.ReplaceAll(in, " -> ", ".") + "." + n
	}
	return strings.Join(names, ", ")
}

func keys(d *value.Dict) []string {
	var out []string
	for k := range d.All() {
		out = append(out, value.Str(k))
	}
	sort.Strings(out)
	return out
}

func truthy(d *value.Dict, key string) bool {
	v, _ := d.Get(key)
	return value.Truth(v)
}

func byAlias(option, values *value.Dict) (any, bool) {
	aliases, _ := option.Get("aliases")
	for _, a := range stringList(aliases) {
		if v, ok := values.Get(a); ok {
			return v, true
		}
	}
	return nil, false
}

func aliased(spec *value.Dict, names []string) bool {
	known := map[string]bool{}
	for _, o := range spec.All() {
		if option, ok := o.(*value.Dict); ok {
			aliases, _ := option.Get("aliases")
			for _, a := range stringList(aliases) {
				known[a] = true
			}
		}
	}
	for _, n := range names {
		if !known[n] {
			return false
		}
	}
	return true
}

func optionFaults(name string, option *value.Dict, v any, in string) []string {
	kind := option.GetString("type")
	if kind == "" {
		kind = "str"
	}
	got, err := modules.Convert(kind, v)
	where := ""
	if in != "" {
		where = " found in '" + in + "'."
	}
	if err != nil {
		return []string{fmt.Sprintf("argument '%s' is of type <class '%s'>%s and we were unable to convert to %s: %s", name, value.TypeName(v), where, kind, err)}
	}
	if fault := choiceFault(name, option, got, in); fault != "" {
		return []string{fault}
	}
	path := name
	if in != "" {
		path = in + " -> " + name
	}
	return nestedFaults(name, path, option, got)
}

func choiceFault(name string, option *value.Dict, v any, in string) string {
	choices, ok := option.Get("choices")
	if !ok || choices == nil {
		return ""
	}
	items, err := value.Items(choices)
	if err != nil {
		return ""
	}
	values := []any{v}
	if l, ok := v.(*value.List); ok {
		values = l.Items
	}
	where := ""
	if in != "" {
		where = " found in " + in
	}
	for _, one := range values {
		if !member(items, one) {
			words := make([]string, len(items))
			for i, c := range items {
				words[i] = value.Str(c)
			}
			return fmt.Sprintf("value of %s must be one of: %s, got: %s%s", name, strings.Join(words, ", "), value.Str(one), where)
		}
	}
	return ""
}

func member(items []any, v any) bool {
	for _, item := range items {
		if value.Equal(item, v) {
			return true
		}
	}
	return false
}

// nestedFaults looks into lists and into options of options.
func nestedFaults(name, path string, option *value.Dict, v any) []string {
	sub, _ := option.Get("options")
	options, hasOptions := sub.(*value.Dict)
	switch v := v.(type) {
	case *value.Dict:
		if hasOptions {
			return specFaults(options, v, path)
		}
	case *value.List:
		elements := option.GetString("elements")
		var faults []string
		for _, item := range v.Items {
			if elements != "" {
				if _, err := modules.Convert(elements, item); err != nil {
					faults = append(faults, fmt.Sprintf("Elements value for option '%s' is of type <class '%s'> and we were unable to convert to %s: %s", name, value.TypeName(item), elements, err))
					continue
				}
			}
			if d, ok := item.(*value.Dict); ok && hasOptions {
				faults = append(faults, specFaults(options, d, path)...)
			}
		}
		return faults
	}
	return nil
}
