package engine

import (
	"context"

	"goplay/engine/playbook"
	"goplay/engine/vars"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// keepFacts keeps what a task found out. As in Ansible, a task that failed, also
// where errors are ignored, or was skipped leaves nothing.
func (w *walk) keepFacts(ctx context.Context, t *playbook.Task, h *Host, o *outcome) {
	if s := o.status(); s != OK && s != Changed {
		return
	}
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
	if on, _ := w.flag(ctx, "delegate_facts", t.DelegateFacts, scope, false); on && o.delegate != "" {
		return []string{o.delegate}
	}
	if once, _ := w.flag(ctx, "run_once", t.RunOnce, scope, false); once {
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
		w.source.Store.Include(host, vars.OfDict(o.Facts))
		return
	case "ansible.builtin.set_fact":
		for k, v := range o.Facts.All() {
			w.source.Store.Set(host, value.Str(k), w.asWritten(o.step, value.Str(k), v))
		}
		if cacheable, _ := o.step.Bool("cacheable", false); !cacheable {
			return
		}
	}
	facts := o.Facts
	if module == "ansible.builtin.gather_facts" {
		facts = facts.Copy() // what tells that they were gathered is no part of the result
		facts.Set("_ansible_facts_gathered", true)
	}
	if module != "ansible.builtin.set_fact" {
		for _, name := range vars.RestrictedFacts(facts) {
			w.warn("Removed restricted key from module data: " + name)
		}
	}
	facts, _ = w.opts.Template.Untrusted(facts).(*value.Dict)
	w.source.Store.AddFacts(host, facts)
	if w.opts.Facts != nil {
		if err := w.opts.Facts.Save(host, w.source.Store.Facts(host)); err != nil {
			w.warn("keep the facts of " + host + ": " + err.Error())
		}
	}
}

// asWritten is the value of a fact, and a node where that is vaulted, which is
// opened where it is used, or where it spells out a template.
func (w *walk) asWritten(s *Step, name string, v any) any {
	if option, ok := s.computed[name]; ok {
		name = option
	}
	n := s.Written(name)
	switch {
	case n == nil:
		return v
	case n.Sealed != nil:
		return n
	}
	if spelled := w.opts.Template.Spelled(n, s.Scope); spelled != nil {
		return spelled
	}
	return v
}

// Names tells that a fact's name is computed, and by which option.
func (s *Step) Names(fact, option string) {
	if s.computed == nil {
		s.computed = map[string]string{}
	}
	s.computed[fact] = option
}

// IncludeVars adds variables as written, templates and all, at the level of
// include_vars: for the step's host, for the delegate with delegate_facts, or for
// the whole batch under run_once.
func (s *Step) IncludeVars(n *tree.Node) {
	hosts := []string{s.Host.Name}
	if on, err := s.play.flag(context.Background(), "delegate_facts", s.Task.DelegateFacts, s.Scope, false); err == nil && on && s.Delegate != "" {
		hosts = []string{s.Delegate}
	} else if once, err := s.play.flag(context.Background(), "run_once", s.Task.RunOnce, s.Scope, false); err == nil && once {
		hosts = names(s.play.batch)
	}
	for _, h := range hosts {
		s.play.source.Store.Include(h, vars.OfNode(n))
	}
}
