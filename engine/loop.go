package engine

import (
	"context"
	"maps"
	"slices"

	"goplay/engine/playbook"
	"goplay/engine/vars"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// loopItems evaluates what a task loops over.
func (w *walk) loopItems(ctx context.Context, t *playbook.Task, scope *vars.Scope) ([]any, error) {
	if t.LoopLookup == "" {
		v, err := w.opts.Template.Eval(ctx, t.Loop, scope)
		if err != nil {
			return nil, err
		}
		items, ok := listItems(v)
		if !ok {
			fault := source.Errorf(t.Loop.Pos, "Invalid data passed to 'loop', it requires a list, got this instead: %s. Hint: If you passed a list/dict of just one element, try adding wantlist=True to your lookup invocation or use q/query instead of lookup.", value.Str(v))
			fault.Err = &notItems{v}
			return nil, fault
		}
		return items, nil
	}
	items, err := w.opts.Lookups.Loop(ctx, t.LoopLookup, t.Loop, folders[shortName(t.Module)], w.opts.Template, scope)
	for i, item := range items {
		items[i] = w.opts.Template.Untrusted(item)
	}
	return items, err
}

// folders is where the files of some modules are looked for.
var folders = map[string]string{"copy": "files", "template": "templates", "include_vars": "vars", "script": "files", "unarchive": "files"}

func listItems(v any) ([]any, bool) {
	switch v := v.(type) {
	case *value.List:
		return v.Items, true
	case value.Tuple:
		return v, true
	case *value.Set:
		items, err := value.Items(v)
		return items, err == nil
	}
	return nil, false
}

// loop runs a task for each item and merges what comes of it.
func (w *walk) loop(ctx context.Context, t *playbook.Task, module string, h *Host, scope *vars.Scope, items []any) *outcome {
	all := &outcome{looped: true, delegate: writtenDelegate(t), step: &Step{Task: t, Host: h, Module: module, Scope: scope, play: w.playRun}}
	if len(items) == 0 {
		all.Skipped = true
		all.fields = value.DictOf("changed", false, "skipped", true, "skipped_reason", "No items in the list", "results", value.NewList())
		return all
	}
	items = slices.Clone(items)
	for i, item := range items {
		items[i] = vars.Lists(item)
	}
	lc, err := w.loopControl(ctx, t.LoopControl, scope)
	if err != nil {
		return w.endedLoop(ctx, w.badLoopControl(t, h, scope, err))
	}
	name := lc.loopVar
	w.warnShadowed(t, scope, name)
	so, left := scope, vars.Layer{} // what earlier items set is seen by later ones
	for i, item := range items {
		if ctx.Err() != nil {
			break
		}
		own := lc.vars(items, i)
		if written := writtenItem(t, len(items), i); written != nil {
			own[name] = written
		}
		o := w.onItem(ctx, t, module, h, so, own)
		if o.faulty {
			return o // a fault ends the task, not the item
		}
		if err := w.finishItem(ctx, t, lc, o, module, item, i); err != nil {
			return w.endedLoop(ctx, w.badLoop(t, h, scope, err))
		}
		if s := o.status(); s != OK && s != Changed || !changesInventory[module] && !isInclude[module] {
			w.report(w.itemDone(o))
		}
		all.items = append(all.items, o)
		if w.leaveBehind(left, t, o); len(left) > 0 {
			so = scope.With(left)
		}
		if lc.pause > 0 && i < len(items)-1 {
			sleep(ctx, lc.pause)
		}
		if o.step.ended() {
			break
		}
	}
	w.mergeItems(all)
	return all
}

// leaveBehind adds to what items of a loop leave to the next: facts and the
// registered result.
func (w *walk) leaveBehind(left vars.Layer, t *playbook.Task, o *outcome) {
	if t.Register != "" {
		left[t.Register] = w.registered(o)
	}
	if o.Facts.Len() == 0 {
		return
	}
	if o.step.Module == "ansible.builtin.set_fact" || o.step.Module == "ansible.builtin.include_vars" {
		for k, v := range o.Facts.All() {
			left[value.Str(k)] = v
		}
		return
	}
	all := w.source.Store.Facts(o.step.Host.Name).Copy()
	all.Update(o.Facts)
	maps.Copy(left, vars.FactsLayer(all, w.opts.InjectFacts))
}

// writtenItem is an item as its file has it, where that is plain text: it may
// become part of a fact that spells out a template.
func writtenItem(t *playbook.Task, items, i int) *tree.Node {
	list := t.Loop.Items
	plain := t.LoopLookup == "" || t.LoopLookup == "items"
	if !plain || t.Loop.Kind != tree.List || len(list) != items || list[i].Kind != tree.Text || list[i].Sealed != nil || isTemplate(list[i].Text) {
		return nil
	}
	return list[i]
}

func (w *walk) warnShadowed(t *playbook.Task, scope *vars.Scope, name string) {
	if _, taken := scope.Lookup(name); taken {
		w.warn("TASK: " + UnderRole(t, Title(t)) + ": The loop variable '" + name + "' is already in use. You should set the `loop_var` value in the `loop_control` option for the task to something else to avoid variable collisions and unexpected behavior.")
	}
}

// finishItem puts the loop's own fields into an item's result, and finds what
// the item is called. A name with something undefined in it fails the item;
// one that cannot be evaluated at all, the task.
func (w *walk) finishItem(ctx context.Context, t *playbook.Task, lc *loopControl, o *outcome, module string, item any, i int) error {
	if o.fields == nil || o.fields.Len() == 0 {
		o.fields = w.fieldsOf(o)
	}
	switch {
	case o.unanswered(): // nothing is said of changes then
		o.fields.Delete("changed")
	case !o.Skipped || o.Failed:
		o.fields.Set("failed", o.Failed)
	}
	o.fields = inOrder(o.fields, o.step)
	o.fields.Set(lc.loopVar, item)
	o.fields.Set("ansible_loop_var", lc.loopVar)
	if lc.indexVar != "" {
		o.fields.Set(lc.indexVar, int64(i))
		o.fields.Set("ansible_index_var", lc.indexVar)
	}
	if loop, ok := o.step.Scope.Lookup("ansible_loop"); ok && lc.extended {
		o.fields.Set("ansible_loop", loop)
	}
	o.label = item
	if t.LoopControl == nil || t.LoopControl.Label.IsNull() {
		return nil
	}
	label, err := w.opts.Template.Eval(ctx, t.LoopControl.Label, o.step.Scope)
	switch {
	case err == nil:
		o.label, o.labelled = label, true
		return nil
	case !template.IsUndefined(err):
		return err
	}
	o.Failed = true
	o.fields.Set("failed", true)
	o.fields.Set("msg", "Failed to template loop_control.label: "+faultMessage(err))
	if isInclude[module] { // it says nothing of changes, well or not
		o.fields.Delete("changed")
	}
	if lc.loopVar != "item" || module == "ansible.builtin.debug" { // without a label an item is shown by that field, which debug drops beside a message
		o.label = nil
	}
	return nil
}

// itemDone is what is to be reported of an item.
func (w *walk) itemDone(o *outcome) ItemDone {
	if o.labelled {
		o.fields.Set("_ansible_item_label", o.label)
		defer o.fields.Delete("_ansible_item_label")
	}
	shown := w.show(o)
	shown.Item = true
	if changesInventory[o.step.Module] && shown.Delegate != "" { // told late, when only what is written is at hand
		shown.Delegate = writtenDelegate(o.step.Task)
	}
	return ItemDone{shown}
}

// mergeItems makes the result of a loop of those of its items.
func (w *walk) mergeItems(all *outcome) {
	results := value.NewList()
	all.Skipped = !slices.ContainsFunc(all.items, func(o *outcome) bool { return !o.Skipped })
	f := value.DictOf("results", results, "skipped", all.Skipped)
	all.noLog = hiddenAsWhole(all.items)
	for _, o := range all.items {
		if o.lost != "" {
			all.lost, all.forgiven = o.lost, o.forgiven
		}
		if o.Changed {
			all.Changed = true
			f.Set("changed", true)
		}
		if o.Failed && o.lost == "" {
			all.Failed = true
			f.Set("failed", true)
			f.Set("msg", "One or more items failed")
		}
		all.ignored = o.ignored
		all.Diff = append(all.Diff, o.Diff...)
		if isInclude[o.step.Module] && o.status() == OK {
			o.fields.Delete("changed") // what it brings in may change something
			o.fields.Delete("failed")
		}
		for _, name := range []string{"warnings", "deprecations"} {
			moveItems(f, o.fields, name)
		}
		results.Append(o.fields)
	}
	switch {
	case all.Skipped: // one that failed only by its name is skipped too
		f.Set("msg", "All items skipped")
	case !all.Failed:
		f.Set("msg", "All items completed")
	}
	f.Set("changed", all.Changed)
	all.fields = f
}

// moveItems puts what a list of one dict has at the end of that of another.
func moveItems(to, from *value.Dict, name string) {
	v, _ := from.Get(name)
	l, ok := v.(*value.List)
	if !ok {
		return
	}
	from.Delete(name)
	if have, ok := to.Get(name); ok {
		have.(*value.List).Append(l.Items...)
		return
	}
	to.Set(name, value.NewList(l.Items...))
}
