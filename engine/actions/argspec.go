package actions

import (
	"context"
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
	for _, name := range []string{"argument_spec", "provided_arguments"} {
		v, there := s.Args.Get(name)
		if _, dict := v.(*value.Dict); dict || !there {
			continue
		}
		class, err := classOf(ctx, s, name, v)
		if err != nil {
			return failed(err)
		}
		return failure("Incorrect type for %s, expected dict and got <class '%s'>", name, class)
	}
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
	faults := specFaults(spec, provided, value.TypeName)
	if len(faults) > 0 { // they name classes of texts
		if provided, err = traced(ctx, s, spec); err != nil {
			return failed(err)
		}
		faults = specFaults(spec, provided, s.Template().ClassPath)
	}
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

// traced are the arguments with their texts marked by where they come from.
func traced(ctx context.Context, s *engine.Step, spec *value.Dict) (*value.Dict, error) {
	s.Template().Trace()
	provided, err := providedArguments(ctx, s, spec)
	if given := s.Written("provided_arguments"); err == nil && !given.IsNull() {
		again, err := s.Eval(ctx, given)
		if err != nil {
			return nil, err
		}
		if d, ok := again.(*value.Dict); ok {
			provided.Update(d)
		}
	}
	return provided, err
}

// classOf is the class of an option's value, which for a text depends on where
// that comes from.
func classOf(ctx context.Context, s *engine.Step, name string, v any) (string, error) {
	s.Template().Trace()
	if written := s.Written(name); !written.IsNull() {
		again, err := s.Eval(ctx, written)
		if err != nil {
			return "", err
		}
		v = again
	}
	return s.Template().ClassPath(v), nil
}
