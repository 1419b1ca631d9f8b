package engine

import (
	"context"
	"fmt"
	"strings"

	"goplay/engine/playbook"
	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/internal/value"
)

type metaAction func(*walk, context.Context, *playbook.Task, []*Host) error

// metaActions are what meta: takes, by its word.
var metaActions map[string]metaAction

func init() {
	metaActions = map[string]metaAction{
		"flush_handlers":    (*walk).metaFlush,
		"noop":              func(*walk, context.Context, *playbook.Task, []*Host) error { return nil },
		"role_complete":     (*walk).metaRoleComplete,
		"clear_facts":       (*walk).metaClearFacts,
		"clear_host_errors": (*walk).metaClearErrors,
		"end_play":          (*walk).metaEndPlay,
		"end_batch":         (*walk).metaEndBatch,
		"end_host":          (*walk).metaEndHost,
		"end_role":          (*walk).metaEndRole,
		"refresh_inventory": (*walk).metaRefresh,
		"reset_connection":  (*walk).metaReset,
	}
}

// MetaActions lists what meta: takes.
func MetaActions() []string {
	var out []string
	for name := range metaActions {
		if name != "role_complete" {
			out = append(out, name)
		}
	}
	return out
}

func (w *walk) meta(ctx context.Context, t *playbook.Task, hosts []*Host) error {
	word := strings.TrimSpace(t.FreeForm.String())
	act, ok := metaActions[word]
	if !ok {
		return source.Errorf(t.Pos, "invalid meta action requested: %s", word).WithHint("known are %s", strings.Join(MetaActions(), ", "))
	}
	if word == "role_complete" {
		return act(w, ctx, t, hosts)
	}
	on := hosts
	if len(t.When) > 0 {
		on = nil
		for _, h := range hosts {
			ok, _, err := w.holds(ctx, t.When, w.scope(h, t))
			if err != nil {
				o := w.fault(t, h, w.scope(h, t), err)
				w.settleHost(ctx, t, "ansible.builtin.meta", h, o)
				continue
			}
			if ok {
				on = append(on, h)
			} else if w.opts.Verbosity > 0 {
				w.report(Verbose{Level: 2, Text: "META: " + word + " conditional evaluated to False" + continuing(word, h)})
			}
		}
	}
	if len(on) == 0 {
		return nil
	}
	return act(w, ctx, t, on)
}

// continuing says what goes on where a meta task was skipped.
func continuing(word string, h *Host) string {
	switch word {
	case "end_play":
		return ", continuing play"
	case "end_batch":
		return ", continuing current batch"
	case "end_host":
		return ", continuing execution for " + h.Name
	case "end_role":
		return ", continuing role execution for " + h.Name
	}
	return ""
}

func (w *walk) metaFlush(ctx context.Context, _ *playbook.Task, hosts []*Host) error {
	return w.flush(ctx, hosts)
}

// roleKey is the same for uses of a role that count as one: Ansible runs a
// role once for each set of its parameters, conditions and tags.
func roleKey(r *playbook.Role) string {
	var b strings.Builder
	b.WriteString(r.Path)
	for _, n := range []*tree.Node{r.Params, r.Vars} {
		b.WriteByte(0)
		if n != nil {
			b.WriteString(value.Repr(n.Data()))
		}
	}
	for _, c := range r.When {
		b.WriteByte(0)
		b.WriteString(c.Node.String())
	}
	fmt.Fprint(&b, r.Tags, r.From)
	return b.String()
}

func isRoleMarker(t *playbook.Task) bool {
	return t.FreeForm.String() == "role_complete"
}

func (w *walk) metaRoleComplete(_ context.Context, t *playbook.Task, hosts []*Host) error {
	for _, h := range hosts {
		h.mu.Lock()
		h.rolesDone[roleKey(t.Role)] = true
		h.mu.Unlock()
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
		h.set(&h.lost, false)
		h.set(&h.failed, false)
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
	if w.opts.Reload == nil {
		return nil
	}
	inv, err := w.opts.Reload()
	if err != nil {
		return err
	}
	w.run.opts.Inventory = inv
	w.forgetHostVars()
	return nil
}

func (w *walk) metaReset(ctx context.Context, t *playbook.Task, hosts []*Host) error {
	for _, h := range hosts {
		s := &Step{Task: t, Host: h, Scope: w.scope(h, t), play: w.playRun}
		target, err := w.target(ctx, s)
		if err != nil {
			return err
		}
		if err := w.opts.Pool.Reset(target); err != nil {
			w.report(Verbose{Level: 1, Host: h.Name, Text: "reset the connection: " + err.Error()})
		}
	}
	return nil
}
