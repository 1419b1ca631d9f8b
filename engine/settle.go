package engine

import (
	"context"

	"goplay/engine/playbook"
)

// settleHost takes a task's end on a host to where it belongs: what is
// registered and notified, the host's fate, the recap and the screen. The
// error is for a notification that nobody answers.
func (w *walk) settleHost(ctx context.Context, t *playbook.Task, module string, h *Host, o *outcome) error {
	notifies := false
	if changesInventory[module] {
		var err error
		if notifies, err = w.enlarge(ctx, t, o); err != nil {
			return err
		}
	}
	w.keepFacts(ctx, t, h, o)
	w.keep(t, h, o) // what is registered wins over a fact of that name
	w.endDiscovery(h)
	if s := o.status(); t.Role != nil && s != Skipped && s != Unreachable {
		h.ranIn(t.Role)
	}
	if isInclude[module] && o.status() == OK {
		return nil
	}
	status := o.status()
	if !changesInventory[module] {
		notifies = status == Changed || status == OK && anyChanged(o.items)
	}
	if notifies {
		if err := w.notify(ctx, h, o); err != nil {
			return err
		}
	}
	shown := w.show(o)
	w.count(h, o, status)
	w.fate(t, h, o, status)
	w.report(HostDone{shown})
	return nil
}

// keep registers the result.
func (w *walk) keep(t *playbook.Task, h *Host, o *outcome) {
	if t.Register != "" {
		w.source.Store.Set(h.Name, t.Register, w.opts.Template.Untrusted(w.registered(o)))
	}
}

func (w *walk) count(h *Host, o *outcome, status Status) {
	w.tally.add(h.Name, func(c *Counts) {
		switch status {
		case OK, Changed:
			c.OK++
			if status == Changed {
				c.Changed++
			}
		case Skipped:
			c.Skipped++
		case Unreachable:
			if o.forgiven {
				c.OK++
				c.Ignored++
			} else {
				c.Unreachable++
			}
		case Failed:
			switch {
			case o.ignored:
				c.OK++
				c.Ignored++
				if o.Changed {
					c.Changed++
				}
			case w.failing == intoRescue:
				c.Rescued++
			default:
				c.Failed++
			}
		}
	})
}

// fate decides whether the host goes on.
func (w *walk) fate(t *playbook.Task, h *Host, o *outcome, status Status) {
	switch {
	case status == Unreachable && !o.forgiven:
		h.set(&h.lost, true)
	case status == Failed && !o.ignored:
		h.set(&h.failed, true)
		if w.failing == intoRescue {
			w.source.Store.Set(h.Name, "ansible_failed_task", w.describe(t, o))
			w.source.Store.Set(h.Name, "ansible_failed_result", w.opts.Template.Untrusted(w.registered(o)))
		}
	}
}
