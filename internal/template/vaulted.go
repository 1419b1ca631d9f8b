package template

import (
	"context"

	"goplay/internal/tree"
	"goplay/internal/value"
)

// A variable's vaulted text is opened when it is asked for. Where there is no
// secret for it, it is a value that can be handed about, but not read.

// variableText is the value of a vaulted text that a variable holds.
func (e *Engine) variableText(n *tree.Node) (any, error) { return e.Unseal(n), nil }

// Unseal is the value of a vaulted text; one that cannot be opened is a
// ClosedText.
func (e *Engine) Unseal(n *tree.Node) any {
	plain, err := n.Reveal()
	if err != nil {
		return &value.Undefined{Kind: value.ClosedText, Cause: err, Armour: n.Text}
	}
	return e.classes.AddFrom(plain, vaulted, n.Text)
}

// AsWritten is the value of a node with nothing evaluated, but vaulted texts
// opened.
func (e *Engine) AsWritten(n *tree.Node) any {
	switch {
	case n.Sealed != nil:
		return e.Unseal(n)
	case n.Kind == tree.List:
		l := value.NewList()
		for _, item := range n.Items {
			l.Append(e.AsWritten(item))
		}
		return l
	case n.Kind == tree.Map:
		d := value.NewDict()
		for _, p := range n.Pairs {
			d.Set(p.Key.Data(), e.AsWritten(p.Value))
		}
		return d
	default:
		return n.Data()
	}
}

// Armour is the vaulted form of a value that was read from one, "" of all
// others.
func Armour(ctx context.Context, v any) string {
	if closed, ok := v.(*value.Undefined); ok {
		return closed.Armour
	}
	if e, _, ok := Of(ctx); ok {
		return e.classes.From(v)
	}
	return ""
}
