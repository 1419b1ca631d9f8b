package engine

import (
	"context"

	"goplay/engine/playbook"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/value"
)

// walk takes hosts through nodes. Its fields tell where in the tree it is.
type walk struct {
	*playRun
	failing  fork // where a failure here leads
	handlers bool // it is handlers that run
	// args are the options of a task that the debugger runs again; nil
	// evaluates those that are written.
	args *value.Dict
}

// fork is where a host goes that fails: nowhere, or on to a section of the
// nearest block that has one for it.
type fork uint8

const (
	outOfPlay fork = iota
	intoRescue
	intoAlways
)

// forkOf is where a host goes that fails in the tasks of a block, or in its
// rescue section.
func (w *walk) forkOf(b *playbook.Block, rescue bool) fork {
	switch {
	case rescue && len(b.Rescue) > 0, w.failing == intoRescue:
		return intoRescue
	case len(b.Always) > 0:
		return intoAlways
	}
	return w.failing
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
	inner.failing = w.forkOf(b, true)
	if _, err := inner.nodes(ctx, b.Tasks, hosts); err != nil {
		return err
	}
	if bad := filter(hosts, fell); len(b.Rescue) > 0 && len(bad) > 0 && !w.run.stopped() {
		revive(bad)
		inner.failing = w.forkOf(b, false)
		if _, err := inner.nodes(ctx, b.Rescue, bad); err != nil {
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
	defer revive(bad)()
	_, err := w.nodes(ctx, nodes, hosts)
	return err
}

func (r *run) stopped() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stop
}

// isFree evaluates the play's strategy.
func (p *playRun) isFree(ctx context.Context, v template.Vars) (bool, error) {
	name, err := p.text(ctx, p.play.Strategy, v)
	if err != nil {
		return false, err
	}
	for _, def := range []string{p.opts.Strategy, "linear"} {
		if name == "" {
			name = def
		}
	}
	free, ok := playbook.Strategy(name)
	if !ok {
		fault := source.Errorf(p.play.Pos, "Invalid play strategy specified: %s", name)
		if p.play.Strategy != nil {
			fault.Pos = p.play.Strategy.Pos
		}
		return false, fault.WithHint("known are linear, free, host_pinned and debug")
	}
	p.debugging = p.opensDebugger(name)
	return free, nil
}

// strategy takes the batch through the play's sections.
func (p *playRun) strategy(ctx context.Context, w *walk, sections [][]playbook.Node) error {
	if !p.free {
		return p.throughSections(ctx, w, sections, p.batch)
	}
	if !p.play.MaxFailPercent.IsNull() {
		p.warn("Using max_fail_percentage" + apartNote)
	}
	return p.apart(ctx, p.batch, func(ctx context.Context, h *Host) error {
		alone := *w
		return p.throughSections(ctx, &alone, sections, []*Host{h})
	})
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
