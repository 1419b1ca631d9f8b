package actions

import (
	"context"

	"goplay/engine"
	"goplay/internal/value"
	"goplay/modules"
)

func init() {
	register("ansible.builtin.gather_facts", gatherFacts)
	register("ansible.builtin.setup", setup)
}

// setup runs the module; facts are too long for the screen.
func setup(ctx context.Context, s *engine.Step) (modules.Result, error) {
	s.ShowNever()
	return through(ctx, s, nil)
}

// gatherFacts is setup, and what facts modules ansible_facts_modules asks for beside it.
func gatherFacts(ctx context.Context, s *engine.Step) (modules.Result, error) {
	s.ShowNever()
	args := map[string]any{}
	for k, v := range s.Args.All() {
		if name := value.Str(k); name != "parallel" {
			args[name] = v
		}
	}
	r, err := s.Run(ctx, modules.Call{Module: "ansible.builtin.setup", Args: args})
	if err != nil || r.Failed {
		return r, err
	}
	for _, name := range factModules(ctx, s) {
		more, err := s.Run(ctx, modules.Call{Module: name, Args: map[string]any{}})
		if err != nil {
			return r, err
		}
		if more.Failed {
			return more, nil
		}
		r.Facts.Update(more.Facts)
	}
	s.Gathered()
	return r, nil
}

// factModules are those asked for beside setup, by their full names.
func factModules(ctx context.Context, s *engine.Step) []string {
	v, ok, err := s.Lookup(ctx, "ansible_facts_modules")
	if err != nil || !ok {
		return nil
	}
	l, ok := v.(*value.List)
	if !ok {
		return nil
	}
	var out []string
	for _, item := range l.Items {
		name, err := s.Options().Resolve(value.Str(item), nil)
		if err == nil && name != "ansible.builtin.setup" && name != "ansible.builtin.gather_facts" {
			out = append(out, name)
		}
	}
	return out
}
