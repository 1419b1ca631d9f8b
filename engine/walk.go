package engine

import (
	"context"

	"goplay/engine/playbook"
	"goplay/internal/source"
)

// walk takes hosts through nodes. Its fields tell where in the tree it is.
type walk struct {
	*playRun
	rescuable bool // a failure here is taken over by a rescue section above
	handlers  bool // it is handlers that run
}

// nodes takes hosts through a list; those that come out well are returned.
func (w *walk) nodes(ctx context.Context, nodes []playbook.Node, hosts []*Host) ([]*Host, error) {
	for _, n := range nodes {
		hosts = well(hosts)
		if len(hosts) == 0 || ctx.Err() != nil || w.run.stopped() {
			break
		}
		var err error
		switch n := n.(type) {
		case *playbook.Task:
			err = w.task(ctx, n, hosts)
		case *playbook.Block:
			err = w.block(ctx, n, hosts)
		}
		if err != nil {
			return nil, err
		}
	}
	return well(hosts), nil
}

// block runs tasks, then rescue on the hosts that failed in them, then always
// on everybody who can be reached.
func (w *walk) block(ctx context.Context, b *playbook.Block, hosts []*Host) error {
	inner := *w
	inner.rescuable = w.rescuable || len(b.Rescue) > 0
	if _, err := inner.nodes(ctx, b.Tasks, hosts); err != nil {
		return err
	}
	if bad := filter(hosts, fell); len(b.Rescue) > 0 && len(bad) > 0 && !w.run.stopped() {
		for _, h := range bad {
			h.set(&h.failed, false)
		}
		if _, err := w.nodes(ctx, b.Rescue, bad); err != nil {
			return err
		}
	}
	if len(b.Always) == 0 {
		return nil
	}
	return w.always(ctx, b.Always, hosts)
}

func fell(h *Host) bool { return h.hasFailed() && !h.isLost() && !h.hasEnded() }

func (w *walk) always(ctx context.Context, nodes []playbook.Node, hosts []*Host) error {
	bad := filter(hosts, fell)
	for _, h := range bad {
		h.set(&h.failed, false)
	}
	_, err := w.nodes(ctx, nodes, hosts)
	for _, h := range bad {
		h.set(&h.failed, true)
	}
	return err
}

func (r *run) stopped() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stop
}

// strategy takes the batch through the play's sections: linear with all hosts
// in step, free with each host on its own.
func (p *playRun) strategy(ctx context.Context, w *walk, sections [][]playbook.Node) error {
	name, err := p.text(ctx, p.play.Strategy, p.scope(p.batch[0], nil))
	if err != nil {
		return err
	}
	if name == "" {
		name = p.opts.Strategy
	}
	switch shortName(name) {
	case "", "linear", "debug":
		return p.throughSections(ctx, w, sections, p.batch)
	case "free", "host_pinned":
		return p.apart(ctx, p.batch, func(ctx context.Context, h *Host) error {
			alone := *w
			return p.throughSections(ctx, &alone, sections, []*Host{h})
		})
	default:
		return source.Errorf(p.play.Strategy.Pos, "unknown strategy %q", name).WithHint("known are linear, free, host_pinned and debug")
	}
}

func (p *playRun) throughSections(ctx context.Context, w *walk, sections [][]playbook.Node, hosts []*Host) error {
	for _, nodes := range sections {
		if _, err := w.nodes(ctx, nodes, hosts); err != nil {
			return err
		}
		if err := w.flush(ctx, hosts); err != nil {
			return err
		}
	}
	return nil
}
