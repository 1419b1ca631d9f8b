package template

import (
	"context"
	"strings"

	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// Eval evaluates a node the way Ansible does a task's argument: templates in
// text, and within lists and mappings (their keys stay as written). What the
// node holds is never changed; lists and dicts of the result are new unless
// they come from a variable. Errors are *source.Error.
func (e *Engine) Eval(ctx context.Context, n *tree.Node, v Vars) (any, error) {
	if n == nil {
		return nil, nil
	}
	if n.Kind == tree.Scalar {
		return n.Value, nil
	}
	return e.deep(e.enter(ctx, v), n, v, func(n *tree.Node) (any, error) { return n.Reveal() })
}

// Value evaluates a node as a variable that holds it: a vaulted text that cannot
// be opened is an error where it is read.
func (e *Engine) Value(ctx context.Context, n *tree.Node, v Vars) (any, error) {
	return e.node(e.enter(ctx, v), n, v)
}

// deep evaluates a node; vaulted gives the values of its vaulted texts.
func (e *Engine) deep(ctx context.Context, n *tree.Node, v Vars, vaulted func(*tree.Node) (any, error)) (any, error) {
	switch n.Kind {
	case tree.Text:
		if n.Sealed != nil {
			return vaulted(n)
		}
		if n.Opaque || !IsTemplate(n.Text) {
			return e.textOf(n), nil
		}
		return e.text(ctx, n.Text, n.Pos, v)
	case tree.List:
		l := &value.List{Items: make([]any, len(n.Items))}
		for i, item := range n.Items {
			got, err := e.deep(ctx, item, v, vaulted)
			if err != nil {
				return nil, err
			}
			l.Items[i] = got
		}
		return l, nil
	case tree.Map:
		d := value.NewDict()
		for _, p := range n.Pairs {
			got, err := e.deep(ctx, p.Value, v, vaulted)
			if err != nil {
				return nil, err
			}
			d.Set(e.keyOf(p.Key), got)
		}
		return d, nil
	default:
		return n.Value, nil
	}
}

// EvalText evaluates a text that stands at a place of a file, as Eval does.
func (e *Engine) EvalText(ctx context.Context, text string, at source.Pos, v Vars) (any, error) {
	if !IsTemplate(text) {
		return text, nil
	}
	return e.text(e.enter(ctx, v), text, at, v)
}

func (e *Engine) text(ctx context.Context, text string, at source.Pos, v Vars) (any, error) {
	if strings.HasPrefix(text, override) {
		return e.withHeader(ctx, text, at, v)
	}
	c := e.compile(dataMode, text, at)
	if c.err != nil {
		return nil, c.err
	}
	if c.asIs != nil {
		return *c.asIs, nil
	}
	if c.name != "" {
		if val, ok, err := e.lone(ctx, c.name, v); ok {
			return e.settled(val, err, text, at)
		}
	}
	out, err := e.run(ctx, c, v)
	return e.settled(out, err, text, at)
}

// settled is what an argument's template gave, or Ansible's words for its error.
func (e *Engine) settled(out any, err error, text string, at source.Pos) (any, error) {
	if err != nil {
		err = runError(err, doubled(text), at)
		if e.o.IgnoreUndefined && IsUndefined(err) {
			return text, nil
		}
		return nil, err
	}
	return keepNewlines(out, text, "\n"), nil
}

func (e *Engine) run(ctx context.Context, c *compiled, v Vars) (any, error) {
	nodes, err := pieces(ctx, c, &scope{engine: e, ctx: ctx, vars: v, copies: c.mutates})
	if err != nil {
		return nil, err
	}
	nodes = e.classes.Plain(nodes)
	switch {
	case len(nodes) == 1 && e.classes.Stays(nodes[0]):
		return nodes[0], nil // however it looks
	case e.o.Native:
		return joinNative(nodes)
	default:
		return joinData(nodes)
	}
}

// pieces are what a template puts out. Where it changes containers they become
// text when Ansible makes text of them: the first one when there is a second,
// the others at once, so that each shows what there was at its place.
func pieces(ctx context.Context, c *compiled, s *scope) ([]any, error) {
	if !c.mutates {
		return c.tpl.Nodes(ctx, s)
	}
	var nodes []any
	err := c.tpl.Stream(ctx, s, func(v any, _ bool) error {
		nodes = append(nodes, v)
		if len(nodes) > 1 {
			nodes[0], nodes[len(nodes)-1] = value.Str(nodes[0]), value.Str(nodes[len(nodes)-1])
		}
		return nil
	})
	return nodes, err
}

// lone is {{ name }} of a variable that is a number, a bool or None as it was
// written: it keeps its type. A variable that is a template does not.
func (e *Engine) lone(ctx context.Context, name string, v Vars) (any, bool, error) {
	raw, found := v.Lookup(name)
	if !found {
		return nil, false, nil
	}
	switch r := raw.(type) {
	case *tree.Node:
		if r != nil && r.Kind != tree.Scalar {
			return nil, false, nil
		}
		raw = r.Data()
	case Lazy:
		return e.loneLazy(ctx, name, r, v)
	}
	switch value.TypeName(raw) {
	case "NoneType":
		return e.o.Null, true, nil
	case "bool", "int", "float":
		return raw, true, nil
	default:
		return nil, false, nil
	}
}

// loneLazy is {{ name }} of a lazily made variable, which is made once: making
// it to look at its type and again to render it would double at every level.
func (e *Engine) loneLazy(ctx context.Context, name string, raw Lazy, v Vars) (any, bool, error) {
	made, err := e.variable(ctx, name, raw, v)
	if err != nil {
		return nil, true, err
	}
	switch value.TypeName(made) {
	case "NoneType":
		return e.o.Null, true, nil
	case "bool", "int", "float":
		return made, true, nil
	}
	if made, err = finalize(made); err != nil {
		return nil, true, err
	}
	join := joinData
	if e.o.Native {
		join = joinNative
	}
	out, err := join([]any{made})
	return out, true, err
}

// Expression evaluates an expression alone and gives its value as it is: no
// joining, no reading back. What is undefined is an error.
func (e *Engine) Expression(ctx context.Context, text string, at source.Pos, v Vars) (any, error) {
	c := e.compile(exprMode, text, at)
	if c.err != nil {
		return nil, c.err
	}
	ctx = e.enter(ctx, v)
	out, err := c.tpl.Eval(ctx, &scope{engine: e, ctx: ctx, vars: v, copies: c.mutates})
	if err == nil {
		out, err = finalizeNative(out)
	}
	if err != nil {
		return nil, runError(err, text, at)
	}
	return out, nil
}

// Variable evaluates one variable by name; found is false when nothing defines it.
func (e *Engine) Variable(ctx context.Context, name string, v Vars) (val any, found bool, err error) {
	raw, found := v.Lookup(name)
	if !found {
		return nil, false, nil
	}
	val, err = e.variable(e.enter(ctx, v), name, raw, v)
	if u, ok := val.(*value.Undefined); ok && err == nil && u.Kind != value.ClosedText {
		err = runError(u.Err(), "{{ "+name+" }}", source.Pos{})
	}
	return val, true, err
}
