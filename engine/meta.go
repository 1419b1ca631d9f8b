package engine

import (
	"context"
	"maps"
	"slices"
	"strings"

	"goplay/engine/playbook"
	"goplay/engine/remote"
	"goplay/internal/source"
	"goplay/internal/value"
)

// metaAction is one word that meta: takes.
type metaAction struct {
	do func(*walk, context.Context, *playbook.Task, []*Host) error
	// each tells that hosts take turns; else the first speaks for all.
	each bool
	// unconditional ones run whatever when: says.
	unconditional bool
	done          string // what -vv says of it; %s is the host
	not           string // what -vv says where its condition does not hold
}

// metaActions are what meta: takes, by its word.
var metaActions map[string]metaAction

func init() {
	nothing := func(*walk, context.Context, *playbook.Task, []*Host) error { return nil }
	metaActions = map[string]metaAction{
		"flush_handlers":    {(*walk).metaFlush, true, false, "triggered running handlers for %s", "not running handlers for %s"},
		"noop":              {nothing, true, true, "noop", ""},
		"clear_facts":       {(*walk).metaClearFacts, false, false, "facts cleared", "not clearing facts and fact cache for %s"},
		"clear_host_errors": {(*walk).metaClearErrors, false, false, "cleared host errors", "not clearing host error state for %s"},
		"end_play":          {(*walk).metaEndPlay, false, false, "ending play", "continuing play"},
		"end_batch":         {(*walk).metaEndBatch, false, false, "ending batch", "continuing current batch"},
		"end_host":          {(*walk).metaEndHost, true, false, "ending play for %s", "continuing execution for %s"},
		"end_role":          {(*walk).metaEndRole, true, false, "ending role for %s", "continuing role execution for %s"},
		"refresh_inventory": {(*walk).metaRefresh, false, true, "inventory successfully refreshed", ""},
		"reset_connection":  {(*walk).metaReset, true, true, "reset connection", ""},
	}
}

// MetaActions lists what meta: takes.
func MetaActions() []string {
	return slices.Sorted(maps.Keys(metaActions))
}

const roleComplete = "role_complete"

func isRoleMarker(t *playbook.Task) bool { return t.FreeForm.String() == roleComplete }

// meta carries a meta task out. Hosts that take turns are announced one by
// one, yet what they ask for is done for all of them at once.
func (w *walk) meta(ctx context.Context, t *playbook.Task, hosts []*Host) error {
	if isRoleMarker(t) {
		return w.metaRoleComplete(t, hosts)
	}
	word := strings.TrimSpace(t.FreeForm.String())
	act, ok := metaActions[word]
	switch {
	case !ok:
		return source.Errorf(t.Pos, "invalid meta action requested: %s", word).WithHint("known are %s", strings.Join(MetaActions(), ", "))
	case w.handlers && word == "flush_handlers":
		return source.Errorf(t.Pos, "flush_handlers cannot be used as a handler")
	case act.unconditional && len(t.When) > 0:
		w.warn(word + " task does not support when conditional")
	}
	speakers := hosts
	if !act.each {
		speakers = hosts[:1]
	}
	var on []*Host
	for _, h := range speakers {
		w.report(TaskStarted{Task: t, Name: UnderRole(t, Title(t)), Handler: w.handlers}) // as written
		wanted := true
		if !act.unconditional {
			var err error
			if wanted, _, err = w.holds(ctx, t.When, w.scope(h, t)); err != nil {
				return err
			}
		}
		w.announceMeta(t, word, act, h, wanted)
		if wanted {
			on = append(on, h)
		}
	}
	if len(on) == 0 {
		return nil
	}
	if !act.each {
		on = hosts
	}
	return act.do(w, ctx, t, on)
}

// announceMeta says what a meta task does for a host.
func (w *walk) announceMeta(t *playbook.Task, word string, act metaAction, h *Host, wanted bool) {
	if wanted {
		w.report(Verbose{Level: 2, Text: "META: " + ofHost(act.done, h)})
		return
	}
	reason := word + " conditional evaluated to False, " + ofHost(act.not, h)
	w.report(Verbose{Level: 2, Text: "META: " + reason})
	msg := word
	if word == "end_host" {
		msg = "end_host conditional evaluated to false, continuing execution for " + h.Name
	}
	w.report(HostDone{Outcome{Host: h.Name, Task: t, Status: Skipped,
		Result: value.DictOf("msg", msg, "skip_reason", reason, "skipped", true)}})
}

func ofHost(format string, h *Host) string { return strings.ReplaceAll(format, "%s", h.Name) }

func (w *walk) metaFlush(ctx context.Context, _ *playbook.Task, hosts []*Host) error {
	return w.flush(ctx, hosts)
}

func (w *walk) metaRoleComplete(t *playbook.Task, hosts []*Host) error {
	for _, h := range hosts {
		h.endRole(t.Role)
	}
	return nil
}

func (w *walk) metaClearFacts(_ context.Context, _ *playbook.Task, hosts []*Host) error {
	for _, h := range hosts {
		w.source.Store.ClearFacts(h.Name)
		w.run.mu.Lock()
		delete(w.run.gathered, h.Name)
		w.run.mu.Unlock()
		if w.opts.Facts != nil {
			if err := w.opts.Facts.Clear(h.Name); err != nil {
				w.warn(err.Error())
			}
		}
	}
	return nil
}

func (w *walk) metaClearErrors(context.Context, *playbook.Task, []*Host) error {
	for _, h := range w.batch {
		h.pardon()
	}
	return nil
}

func (w *walk) metaEndPlay(context.Context, *playbook.Task, []*Host) error {
	for _, h := range w.batch {
		h.set(&h.ended, true)
	}
	w.playRun.over = true
	return nil
}

func (w *walk) metaEndBatch(context.Context, *playbook.Task, []*Host) error {
	for _, h := range w.batch {
		h.set(&h.ended, true)
	}
	return nil
}

func (w *walk) metaEndHost(_ context.Context, _ *playbook.Task, hosts []*Host) error {
	for _, h := range hosts {
		h.set(&h.ended, true)
		h.set(&h.removed, true)
	}
	return nil
}

func (w *walk) metaEndRole(_ context.Context, t *playbook.Task, hosts []*Host) error {
	if t.Role == nil {
		return source.Errorf(t.Pos, "meta: end_role stands outside a role")
	}
	for _, h := range hosts {
		h.mu.Lock()
		h.leftRole = t.Role
		h.mu.Unlock()
	}
	return nil
}

func (w *walk) metaRefresh(context.Context, *playbook.Task, []*Host) error {
	if err := w.refresh(); err != nil {
		return err
	}
	w.opts.Inventory.SetPlaybookDir(w.play.Dir)
	w.forgetJoined()
	return nil
}

func (w *walk) metaReset(ctx context.Context, t *playbook.Task, hosts []*Host) error {
	for _, h := range hosts {
		s := &Step{Task: t, Host: h, Scope: w.scope(h, t), play: w.playRun}
		target, err := w.target(ctx, s)
		if err != nil {
			return err
		}
		if way, _ := remote.Connection(target.Connection); way == "local" {
			w.warn("Reset is not implemented for this connection")
		}
		if err := w.opts.Pool.Reset(target); err != nil {
			w.report(Verbose{Level: 1, Host: h.Name, Text: "reset the connection: " + err.Error()})
		}
	}
	return nil
}
