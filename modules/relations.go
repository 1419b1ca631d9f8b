package modules

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"goplay/internal/value"
)

// relations checks what can be said from the names that were given alone.
func (s *Schema) relations(given map[string]supplied) ArgErrors {
	var errs ArgErrors
	for _, group := range s.spec.Exclusive {
		if have := certain(present(group, given), given); len(have) > 1 {
			errs = append(errs, &ArgError{Arg: given[have[1]].as,
				Msg: "parameters are mutually exclusive: " + strings.Join(group, "|")})
		}
	}
	if len(errs) > 0 {
		return errs
	}
	var missing []string
	for _, o := range s.Options {
		if _, ok := given[o.Name]; o.Required && !ok {
			missing = append(missing, o.Name)
		}
	}
	if len(missing) > 0 {
		errs = append(errs, &ArgError{Msg: "missing required arguments: " + strings.Join(missing, ", ")})
	}
	return errs
}

// conditions checks what depends on other options, after conversion.
func (s *Schema) conditions(given map[string]supplied, dst reflect.Value) ArgErrors {
	var errs ArgErrors
	for _, group := range s.spec.Together {
		if n := len(present(group, given)); n > 0 && n < len(group) {
			errs = append(errs, &ArgError{Arg: given[present(group, given)[0]].as,
				Msg: "parameters are required together: " + strings.Join(group, ", ")})
		}
	}
	for _, group := range s.spec.OneOf {
		if len(present(group, given)) == 0 {
			errs = append(errs, &ArgError{Msg: "one of the following is required: " + strings.Join(group, ", ")})
		}
	}
	for _, rule := range s.spec.RequiredIf {
		if err := s.requiredIf(rule, given, dst); err != nil {
			errs = append(errs, err)
		}
	}
	for name, needs := range s.spec.RequiredBy {
		if have, ok := given[name]; ok && have.v != nil {
			if missing := unset(needs, given); len(missing) > 0 {
				errs = append(errs, &ArgError{Arg: have.as, Msg: fmt.Sprintf("missing parameter(s) required by '%s': %s", name, strings.Join(missing, ", "))})
			}
		}
	}
	return errs
}

func (s *Schema) requiredIf(rule RequiredIf, given map[string]supplied, dst reflect.Value) *ArgError {
	o := s.byName[rule.Option]
	v := dst.FieldByIndex(o.index)
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	if !value.Equal(value.Of(v.Interface()), value.Of(rule.Is)) {
		return nil
	}
	missing := absent(rule.Needs, given)
	if len(missing) == 0 || rule.AnyOf && len(missing) < len(rule.Needs) {
		return nil
	}
	which := "all"
	if rule.AnyOf {
		which = "any"
	}
	return &ArgError{Msg: fmt.Sprintf("%s is %s but %s of the following are missing: %s",
		rule.Option, value.Str(value.Of(rule.Is)), which, strings.Join(missing, ", "))}
}

// unset are the names without a value.
func unset(names []string, given map[string]supplied) []string {
	var out []string
	for _, name := range names {
		if given[name].v == nil {
			out = append(out, name)
		}
	}
	return out
}

// present and absent go by the names that were written, as Ansible does: an
// option that is null is there.
func present(names []string, given map[string]supplied) []string {
	var out []string
	for _, name := range names {
		if _, ok := given[name]; ok {
			out = append(out, name)
		}
	}
	return out
}

// certain are those of the names that are no Unsure ones.
func certain(names []string, given map[string]supplied) []string {
	return slices.DeleteFunc(names, func(name string) bool { return given[name].v == Unsure })
}

func absent(names []string, given map[string]supplied) []string {
	var out []string
	for _, name := range names {
		if _, ok := given[name]; !ok {
			out = append(out, name)
		}
	}
	return out
}

// Hidden stands in results for an option that is not to be shown.
const Hidden = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"

// invocation lists all options with the values in effect, secrets covered.
func (s *Schema) invocation(v reflect.Value) *value.Dict {
	d := value.NewDict()
	for _, o := range s.Options {
		if o.Internal {
			continue
		}
		f := v.FieldByIndex(o.index)
		switch {
		case f.Kind() == reflect.Pointer && f.IsNil(), f.Kind() == reflect.Slice && f.IsNil(), f.Kind() == reflect.Interface && f.IsNil():
			d.Set(o.Name, nil)
		case o.Default == nil && f.Kind() == reflect.String && f.Len() == 0:
			d.Set(o.Name, nil)
		case o.Secret:
			d.Set(o.Name, Hidden)
		case o.Sub != nil && bare(o.typ).Kind() == reflect.Struct:
			d.Set(o.Name, o.Sub.invocation(reflect.Indirect(f)))
		case o.Sub != nil:
			l := value.NewList()
			for i := range f.Len() {
				l.Append(o.Sub.invocation(reflect.Indirect(f.Index(i))))
			}
			d.Set(o.Name, l)
		default:
			d.Set(o.Name, value.Of(f.Interface()))
		}
	}
	return d
}
