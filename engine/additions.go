package engine

import (
	"context"
	"slices"

	"goplay/engine/playbook"
	"goplay/internal/tree"
	"goplay/internal/value"
	"goplay/inventory"
)

// addition is what add_host or group_by does to an inventory.
type addition func(*inventory.Inventory) (changed bool, err error)

// changesInventory are the actions whose effect is on the inventory. As in
// Ansible it comes when the task has ended on a host, with all of its items,
// and not at all where that failed: until then nothing has changed.
var changesInventory = map[string]bool{"ansible.builtin.add_host": true, "ansible.builtin.group_by": true}

// AddHost adds a host to the inventory once the step has succeeded, and gives its
// name without the port.
func (s *Step) AddHost(name string, groups []string, vars *value.Dict) string {
	host, port := inventory.SplitPort(name)
	if port > 0 && !hasKey(vars, "ansible_ssh_port") && !hasKey(vars, "ansible_port") {
		vars.Set("ansible_ssh_port", int64(port))
	}
	s.addition = func(inv *inventory.Inventory) (bool, error) {
		return inv.AddHost(host, groups, tree.FromValue(s.Task.Pos, vars))
	}
	s.joins = host
	return host
}

func hasKey(d *value.Dict, key string) bool {
	_, ok := d.Get(key)
	return ok
}

// GroupBy puts the step's host into a group below others once the step has succeeded.
func (s *Step) GroupBy(group string, parents []string) {
	s.addition = func(inv *inventory.Inventory) (bool, error) {
		if inv.Host(s.Host.Name) == nil {
			return false, nil
		}
		return inv.GroupBy(s.Host.Name, group, parents)
	}
}

// enlarge makes the additions of a task that has succeeded on a host. Its
// conditions are asked again then, but a failure that only shows now is told and
// no more. It reports whether handlers are asked for: Ansible does that before it
// knows whether an item has changed the inventory, so that those before the last
// one count, and what changed_when says.
func (w *walk) enlarge(ctx context.Context, t *playbook.Task, o *outcome) (notifies bool, err error) {
	if s := o.status(); s != OK && s != Changed {
		return false, nil
	}
	items := o.items
	if !o.looped {
		items = []*outcome{o}
	}
	changed := anyChanged(items)
	for _, item := range items {
		if item.Skipped {
			continue
		}
		notifies = notifies || changed
		if err := w.enlargeBy(ctx, item); err != nil {
			return false, err
		}
		changed = changed || item.Changed
		if o.looped {
			if failed, _ := item.fields.Get("failed"); failed == true {
				o.fields.Set("failed", true)
			}
			w.report(w.itemDone(item))
		}
	}
	if changed {
		o.Changed = true
		o.fields.Set("changed", true)
	}
	return notifies, nil
}

func anyChanged(items []*outcome) bool {
	return slices.ContainsFunc(items, func(o *outcome) bool { return o.Changed })
}

func (w *walk) enlargeBy(ctx context.Context, o *outcome) error {
	s := o.step
	if s.addition == nil { // the action asked for none
		return nil
	}
	changed, err := w.run.add(s.addition)
	if err != nil {
		return err
	}
	if changed && s.joins != "" {
		w.join(s.joins)
	}
	o.Changed = changed
	o.fields.Set("changed", changed)
	scope := w.withResult(s, o)
	if s.Task.ChangedWhen != nil {
		if o.Changed, err = w.allHold(ctx, s.Task.ChangedWhen, scope); err != nil {
			return err
		}
		o.fields.Set("changed", o.Changed)
	}
	if s.Task.FailedWhen != nil {
		failed, err := w.allHold(ctx, s.Task.FailedWhen, scope)
		if err != nil {
			return err
		}
		o.fields.Set("failed_when_result", failed)
		o.fields.Set("failed", failed)
	}
	return nil
}
