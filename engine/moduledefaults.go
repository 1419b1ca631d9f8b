package engine

import (
	"context"
	"slices"
	"strings"

	"goplay/engine/playbook"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// moduleDefaults are the options that module_defaults give a step's module: those
// of its groups, and over them those of its own name. What a task says of a
// name replaces what the play says of it, it isn't added to it.
func (w *walk) moduleDefaults(ctx context.Context, s *Step) (*value.Dict, error) {
	var groups []string
	byGroup := map[string]*tree.Node{}
	var own *tree.Node
	for _, n := range s.Task.ModuleDefaults {
		for _, p := range n.Pairs {
			group, isGroup := strings.CutPrefix(p.Name(), "group/")
			if !isGroup {
				if w.addresses(p.Name(), s.Module) {
					own = p.Value
				}
				continue
			}
			members, err := DefaultsGroup(w.opts.Collections, group)
			if err != nil {
				return nil, err
			}
			if slices.ContainsFunc(members, s.names) {
				if byGroup[group] == nil {
					groups = append(groups, group)
				}
				byGroup[group] = p.Value
			}
		}
	}
	nodes := make([]*tree.Node, 0, len(groups)+1)
	for _, group := range groups {
		nodes = append(nodes, byGroup[group])
	}
	args := value.NewDict()
	for _, n := range append(nodes, own) {
		if n == nil {
			continue
		}
		v, err := w.opts.Template.Eval(ctx, n, s.Scope)
		if err != nil {
			return nil, err
		}
		if d, ok := v.(*value.Dict); ok {
			args.Update(d)
		}
	}
	return args, nil
}

// DefaultsOf are the task's module_defaults for a module that the action runs.
func (s *Step) DefaultsOf(ctx context.Context, module string) (*value.Dict, error) {
	named := *s
	named.Module = module
	return (&walk{playRun: s.play}).moduleDefaults(ctx, &named)
}

// addresses reports whether a key of module_defaults means a module. A name that
// is not full means the one of the project as well as the one of ansible-core
// that it hides; the collections keyword has no say in it.
func (w *walk) addresses(key, module string) bool {
	if full, err := w.fullName(&playbook.Task{Module: key}); err == nil && full == module {
		return true
	}
	short := strings.TrimPrefix(key, legacyPrefix)
	if strings.Count(short, ".") > 1 {
		return false
	}
	full, err := w.opts.Resolve(builtinPrefix+short, nil)
	return err == nil && full == module
}

// names reports whether the step's module is the one of a full name: where it is
// one of the project's own, what the task says leads there.
func (s *Step) names(full string) bool {
	if !strings.HasPrefix(s.Module, ownPrefix) {
		return s.Module == full
	}
	said := []string{s.Task.Module}
	for _, c := range s.Task.Collections {
		said = append(said, c+"."+s.Task.Module)
	}
	for _, name := range said {
		if to, err := s.play.run.opts.Collections.Route(name); err == nil && to == full {
			return true
		}
	}
	return false
}
