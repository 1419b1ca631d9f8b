package engine

import (
	"context"

	"goplay/engine/playbook"
	"goplay/internal/source"
	"goplay/internal/value"
	"goplay/modules"
)

// arguments evaluates the module's options: module_defaults below, the task's
// own above, omitted ones gone.
func (w *walk) arguments(ctx context.Context, s *Step) error {
	if w.args != nil {
		s.takeArguments(w.args)
		s.set = true
		return nil
	}
	args, err := w.moduleDefaults(ctx, s)
	if err != nil {
		return err
	}
	own, err := w.ownArguments(ctx, s)
	if err != nil {
		return err
	}
	args.Update(own)
	s.Args = w.withoutOmitted(args).(*value.Dict)
	return nil
}

// takeArguments gives a step options that are evaluated already.
func (s *Step) takeArguments(args *value.Dict) {
	s.Args = args.Copy()
	raw, ok := s.Args.Get("_raw_params")
	if !ok {
		return
	}
	s.Args.Delete("_raw_params")
	s.FreeForm = value.Str(raw)
	if m, ok := modules.Lookup(s.Module); ok && m.FreeForm != "" {
		s.Args.Set(m.FreeForm, s.FreeForm)
	}
}

func (w *walk) ownArguments(ctx context.Context, s *Step) (*value.Dict, error) {
	t := s.Task
	own := value.NewDict()
	if t.WholeArgs != nil {
		v, err := w.opts.Template.Eval(ctx, t.WholeArgs, s.Scope)
		if err != nil {
			return nil, err
		}
		d, ok, err := value.AsDict(v)
		if err != nil {
			return nil, err
		}
		if !ok {
			if d, err = pairsOf(t.WholeArgs.Pos, v); err != nil {
				return nil, err
			}
		}
		own.Update(d)
	}
	if t.Args != nil {
		v, err := w.opts.Template.Eval(ctx, t.Args, s.Scope)
		if err != nil {
			return nil, err
		}
		if d, ok := v.(*value.Dict); ok {
			own.Update(d)
		}
	}
	if t.FreeForm == nil {
		return own, nil
	}
	v, err := w.opts.Template.Eval(ctx, t.FreeForm, s.Scope)
	if err != nil {
		return nil, err
	}
	if d, ok := v.(*value.Dict); ok && !takesText(s.Module) {
		d = d.Copy()
		d.Update(own)
		return d, nil
	}
	s.FreeForm = value.Str(v)
	if m, ok := modules.Lookup(s.Module); ok && m.FreeForm != "" {
		own.Set(m.FreeForm, s.FreeForm)
		return own, nil
	} else if !ok {
		return own, nil
	}
	d, err := pairsOf(t.FreeForm.Pos, v)
	if err != nil {
		return nil, err
	}
	d.Update(own)
	return d, nil
}

// withoutOmitted drops what was given as omit, at every depth.
func (w *walk) withoutOmitted(v any) any {
	switch v := v.(type) {
	case *value.Dict:
		out := value.NewDict()
		for k, item := range v.All() {
			if item != w.omit {
				out.Set(k, w.withoutOmitted(item))
			}
		}
		return out
	case *value.List:
		out := value.NewList()
		for _, item := range v.Items {
			if item != w.omit {
				out.Append(w.withoutOmitted(item))
			}
		}
		return out
	default:
		return v
	}
}

// takesText reports whether a module has a free form of its own: others take
// a template there that gives all of their options.
func takesText(module string) bool {
	m, ok := modules.Lookup(module)
	return ok && m.FreeForm != ""
}

// pairsOf reads a module's arguments from text that a template gave.
func pairsOf(at source.Pos, v any) (*value.Dict, error) {
	args, rest, err := playbook.ParseArguments(value.Str(v), at, false)
	if err != nil {
		return nil, err
	}
	if rest != "" {
		return nil, source.Errorf(at, "invalid or malformed argument: '%s'", rest)
	}
	d, _ := args.Data().(*value.Dict)
	return d, nil
}
