package actions

import "goplay/internal/value"

// mergeFacts adds the facts of one module to those of the modules before it:
// dicts become one, of lists what is in both stands where the later has it, and
// of all else the later wins.
func mergeFacts(have, more *value.Dict) *value.Dict {
	out := have.Copy()
	for name, later := range more.All() {
		earlier, _ := out.Get(name)
		switch later := later.(type) {
		case *value.Dict:
			if d, ok := earlier.(*value.Dict); ok {
				out.Set(name, mergeFacts(d, later))
				continue
			}
		case *value.List:
			if l, ok := earlier.(*value.List); ok {
				out.Set(name, withoutDoubles(l, later))
				continue
			}
		}
		out.Set(name, later)
	}
	return out
}

func withoutDoubles(earlier, later *value.List) *value.List {
	out := value.NewList()
	for _, item := range earlier.Items {
		if !contains(later, item) {
			out.Append(item)
		}
	}
	out.Append(later.Items...)
	return out
}

func contains(l *value.List, v any) bool {
	for _, item := range l.Items {
		if value.Equal(item, v) {
			return true
		}
	}
	return false
}
