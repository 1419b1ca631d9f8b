package template

import (
	"context"

	"goplay/internal/jinja"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// A value does not tell what it was written as: a text that was marked as
// unsafe is text. What asks for that, as type_debug does, looks at the
// expression that gave the value instead.

// written is the node that an expression of names and constant keys leads to. It
// is nil for what was made by a template or came from a host.
func written(vars Vars, x jinja.Expr, depth int) *tree.Node {
	if depth > maxDepth {
		return nil
	}
	var n *tree.Node
	switch x := x.(type) {
	case *jinja.Name:
		raw, _ := vars.Lookup(x.Name)
		n, _ = raw.(*tree.Node)
	case *jinja.Getattr:
		n = within(written(vars, x.X, depth+1), x.Attr)
	case *jinja.Getitem:
		if c, ok := x.Index.(*jinja.Const); ok {
			n = within(written(vars, x.X, depth+1), c.Value)
		}
	}
	if n == nil || n.Kind != tree.Text || n.Opaque {
		return n
	}
	if name := loneName(n.Text); name != "" {
		if n = written(vars, &jinja.Name{Name: name}, depth+1); n != nil && n.Sealed != nil {
			return nil // a template opens it
		}
	}
	return n
}

// within is an item of a list or a mapping as written.
func within(n *tree.Node, key any) *tree.Node {
	switch {
	case n == nil:
	case n.Kind == tree.Map:
		return n.Get(value.Str(key))
	case n.Kind == tree.List:
		if i, ok := key.(int64); ok && i >= 0 && i < int64(len(n.Items)) {
			return n.Items[i]
		}
	}
	return nil
}

// TextClass is the class of the text that an expression gave, as Ansible's
// type_debug names it: text of a file has another than that of a lookup or a filter.
func TextClass(ctx context.Context, x jinja.Expr, text string) string {
	e, vars, ok := Of(ctx)
	if !ok || vars == nil {
		return "str"
	}
	if class := e.classes.Of(text); class != "" {
		return class
	}
	return e.textClass(vars, x, 0)
}

func (e *Engine) textClass(vars Vars, x jinja.Expr, depth int) string {
	switch x := x.(type) {
	case *jinja.CallExpr:
		if name, ok := x.X.(*jinja.Name); !ok || name.Name != "lookup" {
			return "str"
		}
		return "AnsibleUnsafeText"
	}
	switch n := written(vars, x, 0); {
	case n == nil || n.Kind != tree.Text || depth > maxDepth:
		return "str"
	case n.Sealed != nil:
		return vaulted
	case n.Opaque:
		return "AnsibleUnsafeText"
	case !IsTemplate(n.Text):
		return "AnsibleUnicode"
	default:
		inner := e.loneExpr(n)
		if inner == nil {
			return "str"
		}
		return e.textClass(vars, inner, depth+1)
	}
}

// loneExpr is the expression of a text that is one {{ }}; nil for all others.
func (e *Engine) loneExpr(n *tree.Node) jinja.Expr {
	c := e.compile(dataMode, n.Text, n.Pos)
	if c.err != nil {
		return nil
	}
	root, ok := c.tpl.AST().(*jinja.Root)
	if !ok || len(root.Body) != 1 {
		return nil
	}
	out, ok := root.Body[0].(*jinja.Output)
	if !ok {
		return nil
	}
	return out.X
}
