package engine

import (
	"slices"

	"goplay/internal/value"
	"goplay/modules"
)

// late are actions that say nothing of changes themselves: what comes of that
// stands at the end of their results.
var late = map[string]bool{
	"ansible.builtin.debug": true, "ansible.builtin.set_fact": true, "ansible.builtin.include_vars": true,
	"ansible.builtin.ping": true, "ansible.builtin.fail": true, "ansible.builtin.slurp": true, "ansible.builtin.getent": true,
	"ansible.builtin.wait_for": true, "ansible.builtin.package_facts": true, "ansible.builtin.service_facts": true,
	"ansible.builtin.setup": true,
}

// telling are modules that say of changes also where they fail.
var telling = map[string]bool{
	"ansible.builtin.command": true, "ansible.builtin.shell": true, "ansible.builtin.script": true, "ansible.builtin.raw": true,
	"ansible.builtin.uri": true,
}

// first are fields that stand in front in some results, by the field that tells
// such a result.
var first = []struct{ told, field string }{
	{"skip_reason", "skipped"}, {"evaluated_to", "failed"},
}

// inOrder gives the fields of a result the order that they have in Ansible's:
// a result that becomes text shows it.
func inOrder(f *value.Dict, s *Step) *value.Dict {
	module := s.Module
	var head, tail []string
	for _, one := range first {
		if hasKey(f, one.told) {
			head = append(head, one.field)
		}
	}
	if module == "ansible.builtin.fail" {
		head = append(head, "failed")
	}
	if hasKey(f, "skip_reason") {
		head = append([]string{"changed"}, head...)
	} else {
		failed := failedFirst(f)
		switch {
		case !failed, telling[module]:
			head = append(head, leading(s, f)...)
		case copies[module]:
			head, tail = append(head, "diff"), append(tail, "checksum")
		case hasKey(f, "stdout"): // a program of the module's
			head = append(head, "cmd", "rc", "stdout", "stderr")
		}
		if !failed {
			tail = append(tail, "failed")
		}
		tail = append(tail, "attempts")
		if late[module] || failed && !telling[module] || hasKey(f, "evaluated_to") {
			tail = append(tail, "changed")
		}
		tail = append(tail, "failed_when_result", "changed_when_result")
	}
	return moved(f, head, tail)
}

// moved is a dict with some of its keys at its ends.
func moved(f *value.Dict, head, tail []string) *value.Dict {
	out := value.NewDict()
	put := func(names []string) {
		for _, name := range names {
			if v, ok := f.Get(name); ok && !hasKey(out, name) {
				out.Set(name, v)
			}
		}
	}
	put(head)
	for k, v := range f.All() {
		if !contains(tail, value.Str(k)) && !hasKey(out, value.Str(k)) {
			out.Set(k, v)
		}
	}
	put(tail)
	return out
}

// failedFirst reports whether a module failed: it says so before it says why.
func failedFirst(f *value.Dict) bool {
	keys := f.Keys()
	i := slices.Index(keys, any("failed"))
	return i >= 0 && i+1 < len(keys) && keys[i+1] == any("msg")
}

// invocation is what a module was run with: first what the task gives, then what is
// the default, and last what is not set.
func (o *outcome) invocation() *value.Dict {
	if o.step == nil || o.step.Args == nil {
		return o.Invocation
	}
	given, set, unset := value.NewDict(), value.NewDict(), value.NewDict()
	m, known := modules.Lookup(o.step.Module)
	for _, name := range o.step.options() {
		if known && name == m.FreeForm && hasKey(o.Invocation, "_raw_params") {
			name = "_raw_params"
		}
		if v, ok := o.Invocation.Get(name); ok {
			given.Set(name, v)
		}
	}
	for k, v := range o.Invocation.All() {
		switch {
		case hasKey(given, value.Str(k)):
		case v == nil:
			unset.Set(k, v)
		default:
			set.Set(k, v)
		}
	}
	given.Update(set)
	given.Update(unset)
	return given
}
