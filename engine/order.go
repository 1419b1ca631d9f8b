package engine

import (
	"goplay/internal/value"
)

// late are actions that say nothing of changes themselves: what comes of that
// stands at the end of their results.
var late = map[string]bool{
	"ansible.builtin.debug": true, "ansible.builtin.set_fact": true, "ansible.builtin.include_vars": true,
	"ansible.builtin.ping": true, "ansible.builtin.fail": true,
}

// first are fields that stand in front in some results, by the field that tells
// such a result.
var first = []struct{ told, field string }{
	{"skip_reason", "skipped"}, {"evaluated_to", "failed"}, {"ansible_included_var_files", "ansible_included_var_files"},
}

// inOrder gives the fields of a result the order that they have in Ansible's:
// a result that becomes text shows it.
func inOrder(f *value.Dict, module string) *value.Dict {
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
		tail = append(tail, "failed", "attempts")
		if late[module] || hasKey(f, "evaluated_to") {
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
