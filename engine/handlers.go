package engine

import (
	"context"
	"fmt"

	"goplay/engine/playbook"
	"goplay/internal/value"
)

// askFor finds the handlers that a notification means: the last one of that
// name, and all that listen to it.
func (w *walk) askFor(ctx context.Context, from *playbook.Task, h *Host, name string) {
	var found []*playbook.Task
	var named *playbook.Task
	for _, t := range w.allHandlers() {
		if w.isNamed(ctx, t, h, name) {
			if named == nil || closer(from, t, named) {
				named = t
			}
		}
		if w.listens(ctx, t, h, name) {
			found = append(found, t)
		}
	}
	if named != nil {
		found = append(found, named)
	}
	if len(found) == 0 {
		text := fmt.Sprintf("The requested handler '%s' was not found in either the main handlers list nor in the listening handlers list", name)
		if w.opts.ErrorOnMissingHandler {
			w.missing(from, h, text)
			return
		}
		w.warn(text)
	}
	for _, t := range found {
		if h.notify(t) {
			w.report(Notified{Host: h.Name, Handler: name})
		}
	}
}

// missing ends the run for a host whose task notifies nobody.
func (w *walk) missing(t *playbook.Task, h *Host, text string) {
	w.halt(faultAt(t, text))
}

// closer prefers a handler of the notifying task's own role, then the one
// that was defined last.
func closer(from, t, than *playbook.Task) bool {
	own := func(h *playbook.Task) bool {
		return from.Role != nil && h.Role != nil && roleKey(h.Role) == roleKey(from.Role)
	}
	if own(than) && !own(t) {
		return false
	}
	return true
}

func (w *walk) isNamed(ctx context.Context, t *playbook.Task, h *Host, name string) bool {
	if t.Name == "" {
		return false
	}
	own := t.Name
	if isTemplate(own) {
		v, err := w.opts.Template.EvalText(ctx, own, t.Pos, w.scope(h, t))
		if err != nil {
			return false
		}
		own = value.Str(v)
	}
	if own == name {
		return true
	}
	return t.Role != nil && (t.Role.Name+" : "+own == name || t.Role.FQCN+" : "+own == name)
}

func (w *walk) listens(ctx context.Context, t *playbook.Task, h *Host, name string) bool {
	for _, n := range t.Listen {
		v, err := w.opts.Template.Eval(ctx, n, w.scope(h, t))
		if err != nil {
			continue
		}
		topics, ok := listItems(v)
		if !ok {
			topics = []any{v}
		}
		for _, topic := range topics {
			if value.Str(topic) == name {
				return true
			}
		}
	}
	return false
}

// allHandlers lists the play's handlers in the order they were defined.
func (p *playRun) allHandlers() []*playbook.Task {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []*playbook.Task
	playbook.Walk(p.handlers, func(n playbook.Node) bool {
		if t, ok := n.(*playbook.Task); ok && !isRoleMarker(t) {
			out = append(out, t)
		}
		return true
	})
	return out
}

func (p *playRun) addHandlers(nodes []playbook.Node) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.handlers = append(append([]playbook.Node(nil), p.handlers...), nodes...)
}

// flush runs the handlers that hosts asked for, in the order they were
// defined. Hosts that failed take part with force_handlers.
func (w *walk) flush(ctx context.Context, hosts []*Host) error {
	force, err := w.flag(ctx, w.play.ForceHandlers, w.scope(w.batch[0], nil), w.opts.ForceHandlers)
	if err != nil {
		return err
	}
	inner := *w
	inner.handlers, inner.rescuable = true, false
	for _, t := range w.allHandlers() {
		if ctx.Err() != nil {
			return nil
		}
		on := filter(hosts, func(h *Host) bool {
			return !h.isLost() && !h.hasEnded() && (force || !h.hasFailed()) && h.takeNotice(t)
		})
		if len(on) == 0 || w.run.stopped() && !force {
			continue
		}
		bad := filter(on, (*Host).hasFailed)
		for _, h := range bad {
			h.set(&h.failed, false)
		}
		err := inner.task(ctx, t, on)
		for _, h := range bad {
			h.set(&h.failed, true)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
