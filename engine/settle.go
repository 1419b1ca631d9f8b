package engine

import (
	"context"
	"strings"

	"goplay/engine/playbook"
	"goplay/engine/vars"
	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/internal/value"
	"goplay/modules"
)

// fieldsOf puts a result together as playbooks see it: the module's values,
// changed and msg, and lines beside every text of output.
func (w *walk) fieldsOf(o *outcome) *value.Dict {
	f := value.NewDict()
	if o.lost != "" {
		f.Set("changed", false)
		f.Set("msg", o.lost)
		f.Set("unreachable", true)
		return f
	}
	f.Set("changed", o.Changed)
	for k, v := range o.Data.All() {
		f.Set(k, v)
	}
	if o.Msg != "" {
		f.Set("msg", o.Msg)
	}
	if o.Facts != nil {
		f.Set("ansible_facts", o.Facts)
	}
	for _, name := range []string{"stdout", "stderr"} {
		if text, ok := o.Data.Get(name); ok {
			if _, have := o.Data.Get(name + "_lines"); !have {
				f.Set(name+"_lines", splitLines(value.Str(text)))
			}
		}
	}
	if o.Skipped {
		f.Set("skipped", true)
	}
	if o.Invocation != nil {
		f.Set("invocation", value.DictOf("module_args", o.Invocation))
	}
	if len(o.Diff) > 0 {
		f.Set("diff", diffValue(o.Diff))
	}
	if len(o.Warnings) > 0 {
		f.Set("warnings", value.Strings(o.Warnings))
	}
	return f
}

func diffValue(diffs []modules.Diff) any {
	if len(diffs) == 1 {
		return value.Of(diffs[0])
	}
	l := value.NewList()
	for _, d := range diffs {
		l.Append(value.Of(d))
	}
	return l
}

// splitLines is Python's str.splitlines.
func splitLines(text string) *value.List {
	l := value.NewList()
	for len(text) > 0 {
		i := strings.IndexFunc(text, func(r rune) bool {
			return r == '\n' || r == '\r' || r == '\v' || r == '\f' || r >= 0x1c && r <= 0x1e || r == 0x85 || r == 0x2028 || r == 0x2029
		})
		if i < 0 {
			l.Append(text)
			break
		}
		l.Append(text[:i])
		_, size := firstRune(text[i:])
		if strings.HasPrefix(text[i:], "\r\n") {
			size = 2
		}
		text = text[i+size:]
	}
	return l
}

// settleHost takes a task's end on a host to where it belongs: what is
// registered and notified, the host's fate, the recap and the screen.
func (w *walk) settleHost(ctx context.Context, t *playbook.Task, module string, h *Host, o *outcome) {
	w.keep(t, h, o)
	w.keepFacts(ctx, t, h, o)
	if isInclude[module] && o.status() == OK {
		return
	}
	status := o.status()
	shown := w.show(o)
	w.count(h, o, status)
	w.fate(t, h, o, status)
	w.report(HostDone{shown})
	for _, one := range append([]*outcome{o}, o.items...) {
		w.notices(h, one)
	}
	if (status == Changed || status == OK && anyItemChanged(o)) && len(t.Notify) > 0 {
		w.notify(ctx, t, h, o)
	}
}

func anyItemChanged(o *outcome) bool {
	for _, item := range o.items {
		if item.Changed {
			return true
		}
	}
	return false
}

func (w *walk) notices(h *Host, o *outcome) {
	for _, text := range o.Warnings {
		w.warn(text)
	}
	for _, d := range o.Deprecations {
		w.report(Deprecated{Text: d.Msg, Version: d.Version})
	}
}

// keep registers the result and applies the facts it brings.
func (w *walk) keep(t *playbook.Task, h *Host, o *outcome) {
	if t.Register != "" {
		w.source.Store.Set(h.Name, t.Register, w.registered(o))
	}
}

// registered is the result as a variable has it.
func (w *walk) registered(o *outcome) *value.Dict {
	f := o.fields
	if f == nil {
		f = value.NewDict()
	}
	f = f.Copy()
	if !o.looped {
		f.Delete("invocation")
	}
	if _, ok := f.Get("changed"); !ok {
		f.Set("changed", o.Changed)
	}
	if o.Failed || !o.looped {
		f.Set("failed", o.Failed)
	}
	if o.lost != "" {
		f.Delete("failed")
		f.Set("unreachable", true)
	}
	return f
}

func (w *walk) keepFacts(ctx context.Context, t *playbook.Task, h *Host, o *outcome) {
	all := o.items
	if !o.looped {
		all = []*outcome{o}
	}
	for _, one := range all {
		if one.Facts.Len() == 0 {
			continue
		}
		for _, name := range w.factHosts(ctx, t, h, one) {
			w.keepFactsOf(name, one)
		}
	}
}

// factHosts are the hosts that facts belong to: everybody in the batch for
// run_once, the delegate with delegate_facts.
func (w *walk) factHosts(ctx context.Context, t *playbook.Task, h *Host, o *outcome) []string {
	scope := w.scope(h, t)
	if on, _ := w.flag(ctx, t.DelegateFacts, scope, false); on && o.delegate != "" {
		return []string{o.delegate}
	}
	if once, _ := w.flag(ctx, t.RunOnce, scope, false); once {
		return names(filter(w.batch, func(h *Host) bool { return !h.isLost() }))
	}
	return []string{h.Name}
}

func (w *walk) keepFactsOf(host string, o *outcome) {
	module := ""
	if o.step != nil {
		module = o.step.Module
	}
	switch module {
	case "ansible.builtin.include_vars":
		w.source.Store.Include(host, vars.OfDict(o.Facts), false)
		return
	case "ansible.builtin.set_fact":
		for k, v := range o.Facts.All() {
			w.source.Store.Set(host, value.Str(k), v)
		}
		if cacheable, _ := o.step.Bool("cacheable", false); !cacheable {
			return
		}
	}
	w.source.Store.AddFacts(host, o.Facts)
	if w.opts.Facts != nil {
		if err := w.opts.Facts.Save(host, w.source.Store.Facts(host)); err != nil {
			w.warn("keep the facts of " + host + ": " + err.Error())
		}
	}
}

// IncludeVars adds variables as written, templates and all, at the level of
// include_vars: for the step's host, or for the whole batch under run_once.
func (s *Step) IncludeVars(n *tree.Node, merge bool) {
	hosts := []string{s.Host.Name}
	if once, err := s.play.flag(context.Background(), s.Task.RunOnce, s.Scope, false); err == nil && once {
		hosts = names(s.play.batch)
	}
	for _, h := range hosts {
		s.play.source.Store.Include(h, vars.OfNode(n), merge)
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
			switch {
			case o.forgiven:
				c.Skipped++
				c.Unreachable++
			default:
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
			case w.rescuable:
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
		if w.rescuable {
			w.source.Store.Set(h.Name, "ansible_failed_task", w.describe(t))
			w.source.Store.Set(h.Name, "ansible_failed_result", w.registered(o))
		}
	}
}

// describe is a task as ansible_failed_task has it.
func (w *walk) describe(t *playbook.Task) *value.Dict {
	d := value.NewDict()
	d.Set("name", t.Name)
	d.Set("action", t.Module)
	if t.Args != nil {
		d.Set("args", t.Args.Data())
	} else {
		d.Set("args", value.NewDict())
	}
	d.Set("register", orNil(t.Register))
	d.Set("tags", value.Strings(t.Tags))
	when := value.NewList()
	for _, c := range t.When {
		when.Append(c.Node.Data())
	}
	d.Set("when", when)
	return d
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// show is an outcome with everything struck out that must not be seen.
func (w *walk) show(o *outcome) Outcome {
	out := Outcome{Status: o.status(), Ignored: o.ignored, Label: o.label, Looped: o.looped,
		Result: o.fields, Diff: o.Diff, Delegate: o.delegate, Address: o.address}
	if out.Status == Unreachable {
		out.Ignored = o.forgiven
	}
	if o.step != nil {
		out.Host, out.Task = o.step.Host.Name, o.step.Task
		out.Always, out.Never = verbosityOf(o.step, o)
	}
	out.Rescued = w.rescuable
	if out.Result == nil {
		out.Result = w.fieldsOf(o)
	}
	if o.noLog || o.looped && anyHidden(o.items) {
		return w.censored(out, o)
	}
	out.Result = w.strike(out.Result)
	return out
}

func anyHidden(items []*outcome) bool {
	for _, item := range items {
		if item.noLog {
			return true
		}
	}
	return false
}

const censorNotice = "the output has been hidden due to the fact that 'no_log: true' was specified for this result"

func (w *walk) censored(out Outcome, o *outcome) Outcome {
	d := value.DictOf("censored", censorNotice)
	for _, name := range []string{"attempts", "changed", "retries"} {
		if v, ok := out.Result.Get(name); ok {
			d.Set(name, v)
		}
	}
	if out.Status == Unreachable {
		d.Set("unreachable", true)
	}
	out.Result, out.Diff = d, nil
	out.Label = nil
	if o.label != nil {
		out.Label = "(censored due to no_log)"
	}
	return out
}

// strike covers secrets that came from vaulted values.
func (w *walk) strike(d *value.Dict) *value.Dict {
	secrets := w.opts.Loader.Secrets()
	if len(secrets) == 0 {
		return d
	}
	return strikeIn(d, strings.NewReplacer(secrets...)).(*value.Dict)
}

func strikeIn(v any, covers *strings.Replacer) any {
	switch v := v.(type) {
	case string:
		return covers.Replace(v)
	case *value.Dict:
		out := value.NewDict()
		for k, item := range v.All() {
			out.Set(k, strikeIn(item, covers))
		}
		return out
	case *value.List:
		out := value.NewList()
		for _, item := range v.Items {
			out.Append(strikeIn(item, covers))
		}
		return out
	default:
		return v
	}
}

// notify asks for the handlers that a changed task names.
func (w *walk) notify(ctx context.Context, t *playbook.Task, h *Host, o *outcome) {
	scope := w.scope(h, t)
	if o.step != nil && o.step.Scope != nil && !o.looped {
		scope = o.step.Scope
	}
	for _, n := range t.Notify {
		v, err := w.opts.Template.Eval(ctx, n, scope)
		if err != nil {
			w.warn(source.Errorf(n.Pos, "notify: %w", err).Error())
			continue
		}
		names := []any{v}
		if l, ok := v.(*value.List); ok {
			names = l.Items
		}
		for _, name := range names {
			w.askFor(ctx, t, h, value.Str(name))
		}
	}
}
