package engine

import (
	"context"
	"sort"

	"goplay/engine/vars"
	"goplay/internal/template"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// withAll adds the variable vars to a scope: all its variables as they were
// written, without those that loops add later.
func withAll(s *vars.Scope) *vars.Scope {
	return s.Under(vars.Layer{"vars": template.Lazy(func(ctx context.Context) (any, error) {
		names := s.Names()
		sort.Strings(names)
		all := value.NewDict()
		for _, name := range names {
			raw, _ := s.Lookup(name)
			v, err := unevaluated(ctx, raw)
			if err != nil {
				return nil, err
			}
			all.Set(name, v)
		}
		return all, nil
	})})
}

func unevaluated(ctx context.Context, raw any) (any, error) {
	switch raw := raw.(type) {
	case template.Lazy:
		v, err := raw(ctx)
		if err != nil {
			return nil, err
		}
		return unevaluated(ctx, v)
	case *tree.Node:
		if raw == nil {
			return nil, nil
		}
		if e, _, ok := template.Of(ctx); ok {
			return e.AsWritten(raw), nil
		}
		return raw.Data(), nil
	}
	return raw, nil
}
