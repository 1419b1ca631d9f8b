package engine

import (
	"context"

	"goplay/engine/playbook"
	"goplay/engine/vars"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/tree"
	"goplay/internal/value"
)

var gathersFacts = map[string]bool{"setup": true, "ansible.builtin.setup": true, "gather_facts": true, "ansible.builtin.gather_facts": true}

// environment combines the environment keywords of everything above a task.
// Where facts are gathered, what needs them is left out: ansible_env is only
// known afterwards.
func (w *walk) environment(ctx context.Context, t *playbook.Task, scope *vars.Scope) (map[string]string, error) {
	env := map[string]string{}
	set := func(name string, v any) {
		if v != w.omit {
			env[name] = value.Str(v)
		}
	}
	for _, n := range t.Environment {
		var err error
		if n.Kind == tree.Map {
			err = w.environmentPairs(ctx, n, scope, gathersFacts[t.Module], set)
		} else {
			err = w.environmentValue(ctx, n, scope, set)
		}
		if err != nil && !(gathersFacts[t.Module] && template.IsUndefined(err)) {
			return nil, err
		}
	}
	return env, nil
}

func (w *walk) environmentPairs(ctx context.Context, n *tree.Node, scope *vars.Scope, lenient bool, set func(string, any)) error {
	for _, p := range n.Pairs {
		name, err := w.opts.Template.Eval(ctx, p.Key, scope)
		if err != nil {
			return err
		}
		v, err := w.opts.Template.Eval(ctx, p.Value, scope)
		if lenient && template.IsUndefined(err) {
			continue
		}
		if err != nil {
			return err
		}
		set(value.Str(name), v)
	}
	return nil
}

// environmentValue takes a template that gives a dict, or a list of them.
func (w *walk) environmentValue(ctx context.Context, n *tree.Node, scope *vars.Scope, set func(string, any)) error {
	v, err := w.opts.Template.Eval(ctx, n, scope)
	if err != nil {
		return err
	}
	dicts, ok := listItems(v)
	if !ok {
		dicts = []any{v}
	}
	for _, one := range dicts {
		d, ok, err := value.AsDict(one)
		switch {
		case err != nil:
			return err
		case ok:
			for k, v := range d.All() {
				set(value.Str(k), v)
			}
		case one != nil && one != "" && one != w.omit:
			return source.Errorf(n.Pos, "environment must be a dictionary, received %s (%s)", value.Str(one), value.TypeName(one))
		}
	}
	return nil
}
