package actions

import (
	"context"
	"strings"

	"goplay/engine"
	"goplay/internal/lazy"
	"goplay/internal/template"
	"goplay/internal/value"
	"goplay/modules"
)

type setFactArgs struct {
	Cacheable bool `arg:"cacheable" default:"false" doc:"Keep the values as facts too, also in the fact cache."`
}

type setStatsArgs struct {
	Data      *value.Dict `arg:"data,required" doc:"Names and values."`
	PerHost   any         `arg:"per_host" type:"bool" default:"false" doc:"Count for this host instead of the whole run."`
	Aggregate any         `arg:"aggregate" type:"bool" default:"true" doc:"Add to a value that is there: numbers summed, lists and texts joined, dicts combined."`
}

func init() {
	modules.Describe[setFactArgs, struct{}](modules.Spec{
		Name: "ansible.builtin.set_fact", Summary: "Give variables of a host their values", AnyOptions: true,
		Example: "- name: The release that is deployed\n  ansible.builtin.set_fact:\n    release: \"{{ lookup('pipe', 'git describe') }}\"\n",
	})
	modules.Describe[setStatsArgs, struct{}](modules.Spec{
		Name: "ansible.builtin.set_stats", Summary: "Keep values for the summary at the end of the run",
		Example: "- name: What was deployed\n  ansible.builtin.set_stats:\n    data:\n      deployed: \"{{ release }}\"\n",
	})
	register("ansible.builtin.set_fact", setFact)
	register("ansible.builtin.set_stats", setStats)
}

var variableName = lazy.Regexp(`^[A-Za-z_][A-Za-z0-9_]*$`)

const badName = "The variable name '%s' is not valid. Variables must start with a letter or underscore character, and contain only letters, numbers and underscores."

func setFact(ctx context.Context, s *engine.Step) (modules.Result, error) {
	facts := value.NewDict()
	for k, v := range s.Args.All() {
		name, err := factName(ctx, s, value.Str(k))
		if err != nil {
			return failed(err)
		}
		if name == "cacheable" {
			continue
		}
		if !variableName.MatchString(name) {
			return failure(badName, name)
		}
		if text, ok := v.(string); ok && !s.Template().Native() {
			v = booleanWord(text)
		}
		facts.Set(name, v)
	}
	if facts.Len() == 0 {
		return failure("No key/value pairs provided, at least one is required for this action to succeed")
	}
	return modules.Result{Data: value.NewDict(), Facts: facts}, nil
}

// factName is the name of a fact; one that stands in the playbook may be a template.
func factName(ctx context.Context, s *engine.Step, name string) (string, error) {
	if !template.IsTemplate(name) || s.Written(name) == nil {
		return name, nil
	}
	v, err := s.Template().EvalText(ctx, name, s.Pos(), s.Scope)
	fact := value.Str(v)
	s.Names(fact, name)
	return fact, err
}

// booleanWord turns the words for true and false into booleans, as set_fact
// always did for its k=v form.
func booleanWord(text string) any {
	switch strings.ToLower(text) {
	case "true", "yes":
		return true
	case "false", "no":
		return false
	}
	return text
}

func setStats(ctx context.Context, s *engine.Step) (modules.Result, error) {
	if err := s.Reject("data", "per_host", "aggregate"); err != nil {
		return failed(err)
	}
	perHost, _ := s.Bool("per_host", false)
	aggregate := true
	if v := s.Arg("aggregate"); v != nil {
		aggregate, _ = modules.ToBool(v)
	}
	data := s.Arg("data")
	if data == nil {
		data = value.NewDict()
	}
	d, ok := data.(*value.Dict)
	if !ok {
		return failure("The 'data' option needs to be a dictionary/hash")
	}
	for k := range d.All() {
		if !variableName.MatchString(value.Str(k)) {
			return failure(badName, value.Str(k))
		}
	}
	s.AddStats(d, perHost, aggregate)
	return result("ansible_stats", value.DictOf("data", d, "per_host", perHost, "aggregate", aggregate)), nil
}
