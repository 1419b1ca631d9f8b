package actions

import (
	"context"

	"goplay/engine"
	"goplay/internal/template"
	"goplay/internal/tree"
	"goplay/internal/value"
	"goplay/modules"
)

type assertArgs struct {
	That       []any `arg:"that,required" doc:"Conditions, written as for when; all of them have to hold."`
	FailMsg    any   `arg:"fail_msg" alias:"msg" doc:"What to say when one does not; text or a list of texts."`
	SuccessMsg any   `arg:"success_msg" doc:"What to say when all hold."`
	Quiet      bool  `arg:"quiet" default:"false" doc:"Say nothing when all hold."`
}

type assertResult struct {
	Assertion   any  `json:"assertion" doc:"The condition that did not hold."`
	EvaluatedTo bool `json:"evaluated_to" doc:"What it came to."`
}

func init() {
	modules.Describe[assertArgs, assertResult](modules.Spec{
		Name: "ansible.builtin.assert", Summary: "Fail unless conditions hold",
		Example: "- name: What has to hold\n  ansible.builtin.assert:\n    that:\n      - ansible_facts.memtotal_mb >= 512\n    fail_msg: too little memory\n",
	})
	register("ansible.builtin.assert", assert)
	register("ansible.builtin.fail", fail)
}

func assert(ctx context.Context, s *engine.Step) (modules.Result, error) {
	if err := s.Reject("that", "fail_msg", "msg", "success_msg", "quiet"); err != nil {
		return failed(err)
	}
	that := s.Written("that")
	if that == nil {
		that = tree.FromValue(s.Pos(), s.Arg("that"))
	}
	if that.IsNull() {
		return failure("conditional required in \"that\" string")
	}
	failMsg, err := message(s, "fail_msg", "Assertion failed")
	if err != nil {
		return modules.Result{}, &engine.Raised{Err: err}
	}
	successMsg, err := message(s, "success_msg", "All assertions passed")
	if err != nil {
		return modules.Result{}, &engine.Raised{Err: err}
	}
	quiet, err := s.Bool("quiet", false)
	if err != nil {
		return failed(err)
	}
	terms, err := conditions(ctx, s, that)
	if err != nil {
		return modules.Result{}, &engine.Raised{Err: err}
	}
	if !quiet {
		s.ShowAlways()
	}
	for _, term := range terms {
		ok, err := s.Template().Condition(ctx, term, s.Scope)
		if err != nil {
			return modules.Result{}, &engine.Raised{Err: err}
		}
		if !ok {
			r := modules.Failed(modules.Fail("%s", value.Str(failMsg)).With("evaluated_to", false).With("assertion", term.Data()))
			r.Data.Set("msg", failMsg)
			return r, nil
		}
	}
	return result("msg", successMsg), nil
}

// conditions lists the terms of that: as written, or those that a template
// for the whole list gives.
func conditions(ctx context.Context, s *engine.Step, that *tree.Node) ([]*tree.Node, error) {
	if that.Kind == tree.List {
		return that.Items, nil
	}
	if that.Kind == tree.Text && template.IsTemplate(that.Text) {
		v, err := s.Eval(ctx, that)
		if err != nil {
			return nil, err
		}
		if l, ok := v.(*value.List); ok {
			terms := make([]*tree.Node, l.Len())
			for i, item := range l.Items {
				terms[i] = tree.FromValue(that.Pos, item)
			}
			return terms, nil
		}
		return []*tree.Node{answer(that, v)}, nil
	}
	return []*tree.Node{that}, nil
}

// answer is a term that a template gave, when it is one already: true, false or a
// number. What is text is a condition still.
func answer(written *tree.Node, v any) *tree.Node {
	if _, text := v.(string); text {
		return written
	}
	return tree.FromValue(written.Pos, v)
}

func message(s *engine.Step, name, def string) (any, error) {
	v := s.Arg(name)
	if name == "fail_msg" {
		if v == nil {
			v = s.Arg("msg")
		}
		name = "fail_msg or msg"
	}
	switch v := v.(type) {
	case nil:
		return def, nil
	case string:
		return v, nil
	case *value.List:
		for _, item := range v.Items {
			if _, ok := item.(string); !ok {
				return nil, modules.Fail("Type of one of the elements in %s list is not string type", name)
			}
		}
		return v, nil
	default:
		return nil, modules.Fail("Incorrect type for %s, expected a string or list and got %s", name, "<class '"+value.TypeName(v)+"'>")
	}
}

type failArgs struct {
	Msg string `arg:"msg" default:"Failed as requested from task" doc:"What to say."`
}

func init() {
	modules.Describe[failArgs, struct{}](modules.Spec{
		Name: "ansible.builtin.fail", Summary: "Fail with a message",
		Example: "- name: There is nothing for this machine\n  ansible.builtin.fail:\n    msg: this release is not for arm64\n  when: ansible_facts.architecture == 'aarch64'\n",
	})
}

func fail(_ context.Context, s *engine.Step) (modules.Result, error) {
	if err := s.Reject("msg"); err != nil {
		return failed(err)
	}
	msg := s.Arg("msg")
	if msg == nil {
		msg = "Failed as requested from task"
	}
	r := modules.Failed(modules.Fail("%s", value.Str(msg)))
	r.Data.Set("msg", msg)
	return r, nil
}
