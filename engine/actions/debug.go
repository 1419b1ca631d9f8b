package actions

import (
	"context"
	"errors"
	"strings"

	"goplay/engine"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/tree"
	"goplay/internal/value"
	"goplay/modules"
)

type debugArgs struct {
	Msg       any    `arg:"msg" default:"Hello world!" doc:"What to print. Text, or any data."`
	Var       string `arg:"var" doc:"An expression whose value is printed; not together with msg."`
	Verbosity int    `arg:"verbosity" default:"0" doc:"Print only from this many -v on."`
}

func init() {
	modules.Describe[debugArgs, struct{}](modules.Spec{
		Name: "ansible.builtin.debug", Summary: "Print a message or the value of an expression",
		Exclusive: [][]string{{"msg", "var"}},
		Example:   "- name: Who is up\n  ansible.builtin.debug:\n    msg: \"{{ inventory_hostname }} is up\"\n",
	})
	register("ansible.builtin.debug", debug)
}

func debug(ctx context.Context, s *engine.Step) (modules.Result, error) {
	if err := s.Reject("msg", "var", "verbosity"); err != nil {
		return failed(err)
	}
	if s.Arg("msg") != nil && s.Arg("var") != nil {
		return failure("'msg' and 'var' are incompatible options")
	}
	threshold, err := modules.ToInt(orZero(s.Arg("verbosity")))
	if err != nil {
		return failure("verbosity: %w", err)
	}
	if int(threshold) > s.Verbosity() {
		r := result("skipped_reason", "Verbosity threshold not met.")
		r.Skipped = true
		return r, nil
	}
	s.ShowAlways()
	if s.Arg("var") != nil {
		return debugVar(ctx, s)
	}
	msg, given := s.Args.Get("msg")
	if !given {
		msg = "Hello world!"
	}
	return result("msg", msg), nil
}

func orZero(v any) any {
	if v == nil {
		return int64(0)
	}
	return v
}

// orUndefined is a list or a dict given as var: what holds no template stands
// for no variable.
func orUndefined(written *tree.Node, v any) any {
	if written == nil || value.Equal(written.Data(), v) {
		return "VARIABLE IS NOT DEFINED!"
	}
	return v
}

// debugVar prints an expression. One that was itself a template has been
// evaluated already, and what came out is data: it is not evaluated again.
func debugVar(ctx context.Context, s *engine.Step) (modules.Result, error) {
	written := s.Written("var")
	v := s.Arg("var")
	switch v.(type) {
	case *value.List, *value.Dict:
		if written == nil || written.Kind != tree.Text {
			return result("<class '"+value.TypeName(v)+"'>", orUndefined(written, v)), nil
		}
	}
	if written == nil || written.Kind == tree.Text && !strings.Contains(written.Text, "{{") {
		text := value.Str(v)
		got, err := s.Template().EvalText(ctx, "{{"+text+"}}", s.Pos(), s.Scope)
		if template.IsUndefined(err) {
			said := err.Error()
			var fault *source.Error
			if errors.As(err, &fault) {
				said = fault.Msg
			}
			got, err = "VARIABLE IS NOT DEFINED!", nil
			if s.Verbosity() > 0 {
				got = "VARIABLE IS NOT DEFINED!: " + said
			}
		}
		if err != nil {
			return modules.Result{}, &engine.Raised{Err: err}
		}
		return result(text, got), nil
	}
	return result(strings.TrimSpace(strings.Trim(strings.TrimSpace(written.String()), "{}")), v), nil
}
