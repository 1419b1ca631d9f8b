package engine

import (
	"context"
	"fmt"

	"goplay/engine/playbook"
	"goplay/internal/source"
	"goplay/internal/value"
)

// notify asks for the handlers that a changed task names.
func (w *walk) notify(ctx context.Context, h *Host, o *outcome) error {
	t := o.step.Task
	scope := w.scope(h, t)
	if o.step.Scope != nil && !o.looped {
		scope = o.step.Scope
	}
	for _, n := range t.Notify {
		v, err := w.opts.Template.Eval(ctx, n, scope)
		if err != nil {
			w.warn(source.Errorf(n.Pos, "notify: %w", err).Error())
			continue
		}
		names, ok := listItems(v)
		if !ok {
			names = []any{v}
		}
		for _, name := range names {
			if err := w.askFor(ctx, t, h, value.Str(name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// askFor puts a host down for the handlers that a notification means: the one
// of that name, and all that listen to it. That there is none is a fault,
// unless the configuration says otherwise.
func (w *walk) askFor(ctx context.Context, from *playbook.Task, h *Host, name string) error {
	handlers := w.allHandlers()
	var found []*playbook.Task
	if named := w.named(ctx, handlers, name); named != nil {
		found = append(found, named)
	}
	for _, t := range handlers {
		if listens(t, name) {
			found = append(found, t)
		}
	}
	if len(found) == 0 {
		text := fmt.Sprintf("The requested handler '%s' was not found in either the main handlers list nor in the listening handlers list", name)
		if w.opts.ErrorOnMissingHandler {
			return source.Errorf(from.Pos, "%s", text)
		}
		w.warn(text)
	}
	for _, t := range found {
		if h.notify(t) {
			w.report(Notified{Host: h.Name, Handler: name})
		}
	}
	return nil
}

// named is the handler of that name: those of the play win over those of its
// roles, later roles over earlier ones, and within either the first of them.
func (w *walk) named(ctx context.Context, handlers []*playbook.Task, name string) *playbook.Task {
	for end := len(handlers); end > 0; {
		start := end - 1
		for start > 0 && handlers[start-1].Role == handlers[start].Role {
			start--
		}
		for _, t := range handlers[start:end] {
			if w.isNamed(ctx, t, name) {
				return t
			}
		}
		end = start
	}
	return nil
}

// isNamed evaluates a handler's name without any host's variables, as Ansible does.
func (w *walk) isNamed(ctx context.Context, t *playbook.Task, name string) bool {
	if t.Name == "" {
		return false
	}
	own := t.Name
	if isTemplate(own) {
		v, err := w.opts.Template.EvalText(ctx, own, t.Pos, w.source.Scope("", w.vars, t, w.playMagic()))
		if err != nil {
			w.warnUnnamed(t, err)
			return false
		}
		own = value.Str(v)
	}
	if own == name {
		return true
	}
	return t.Role != nil && (t.Role.Name+" : "+own == name || t.Role.FQCN+" : "+own == name)
}

// warnUnnamed tells of a handler that nothing can notify.
func (w *walk) warnUnnamed(t *playbook.Task, err error) {
	if len(t.Listen) == 0 {
		w.warn(fmt.Sprintf("Handler '%s' is unusable because it has no listen topics and the name could not be templated"+
			" (host-specific variables are not supported in handler names). The error: %s", t.Name, faultMessage(err)))
	}
}

// warnUntouched tells of templates where none are evaluated.
func (w *walk) warnUntouched(t *playbook.Task) {
	warn := func(name, text string) {
		w.warn(fmt.Sprintf("\"%s\" is not templatable, but we found: %s, it will not be templated and will be used \"as is\".", name, text))
	}
	if isTemplate(t.Register) {
		warn("register", t.Register)
	}
	for _, n := range t.Listen {
		switch {
		case !isTemplate(n.String()):
		case len(t.Listen) > 1:
			all := value.NewList()
			for _, n := range t.Listen {
				all.Append(n.Data())
			}
			warn("listen", value.Repr(all))
			return
		default:
			warn("listen", n.String())
		}
	}
}

// listens compares topics as written: they are no templates.
func listens(t *playbook.Task, name string) bool {
	for _, n := range t.Listen {
		if n.String() == name {
			return true
		}
	}
	return false
}

// flush runs the handlers that hosts asked for, in the order they were
// defined. With force_handlers hosts that failed before take part; one that
// fails in a handler is through in either case.
func (w *walk) flush(ctx context.Context, hosts []*Host) error {
	force, err := w.flag(ctx, "force_handlers", w.play.ForceHandlers, w.scope(w.batch[0], nil), w.opts.ForceHandlers)
	ended := func() bool { return w.run.stopped() && (!force || w.unforced) }
	if err != nil || ended() {
		return err
	}
	bad := filter(hosts, fell)
	if force && len(bad) > 0 && !w.free && truthAsWritten(w.play.AnyErrorsFatal, w.opts.AnyErrorsFatal) {
		w.unforced = true // that they failed was let pass until now
		w.endForAll(hosts)
		return nil
	}
	if force {
		for _, h := range bad {
			h.set(&h.revived, true)
			defer h.set(&h.revived, false)
		}
		defer revive(bad)()
	}
	inner := *w
	inner.handlers = true
	for _, t := range w.allHandlers() {
		on := filter(well(hosts), func(h *Host) bool { return h.takeNotice(t) })
		if len(on) == 0 || ctx.Err() != nil || ended() {
			continue
		}
		if err := inner.task(ctx, t, on); err != nil {
			return err
		}
		for _, h := range filter(on, fell) {
			h.forgetNotices()
		}
	}
	return nil
}
