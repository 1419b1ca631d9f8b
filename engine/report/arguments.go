package report

import (
	"strings"

	"goplay/engine/playbook"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// arguments are those of a task as they are written, for its heading; none
// of one that keeps them to itself. What was vaulted is starred out.
func arguments(t *playbook.Task) string {
	if n := t.NoLog; !n.IsNull() && n.Value != false {
		return ""
	}
	var parts []string
	if t.Args != nil {
		for _, p := range t.Args.Pairs {
			parts = append(parts, p.Name()+"="+value.Str(shown(p.Value)))
		}
	}
	if t.FreeForm != nil {
		parts = append(parts, "_raw_params="+value.Str(shown(t.FreeForm)))
	}
	if len(parts) == 0 {
		return ""
	}
	return " " + Printable(strings.Join(parts, ", "))
}

// shown is a node as a value, without secrets.
func shown(n *tree.Node) any {
	switch {
	case n == nil:
		return nil
	case n.Secret || n.Sealed != nil:
		return "********"
	case n.Kind == tree.List:
		l := value.NewList()
		for _, item := range n.Items {
			l.Append(shown(item))
		}
		return l
	case n.Kind == tree.Map:
		d := value.NewDict()
		for _, p := range n.Pairs {
			d.Set(p.Key.Data(), shown(p.Value))
		}
		return d
	default:
		return n.Data()
	}
}
