package engine

import (
	"context"
	"time"

	"goplay/engine/playbook"
	"goplay/internal/template"
	"goplay/internal/tree"
)

// holds evaluates conditions that all have to hold; the one that did not is
// returned.
func (r *run) holds(ctx context.Context, conditions []playbook.Condition, v template.Vars) (bool, *tree.Node, error) {
	for _, c := range conditions {
		ok, err := r.opts.Template.Condition(ctx, c.Node, v)
		if err != nil || !ok {
			return false, c.Node, err
		}
	}
	return true, nil, nil
}

func (r *run) allHold(ctx context.Context, conditions []playbook.Condition, v template.Vars) (bool, error) {
	ok, _, err := r.holds(ctx, conditions, v)
	return ok, err
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
