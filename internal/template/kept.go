package template

import (
	"slices"

	"goplay/internal/jinja"
)

// kept is text that stays text even when it looks like a list: what a filter
// such as to_json gave, on its way through an expression that only chooses.
type kept string

// keepTexts marks the texts that stay text where they are all that an argument
// gives, as in {{ x | to_json if x }} or {% if x %}{{ x | to_json }}{% endif %}.
// What a macro or the body of another statement gives is text anyway.
func (e *Engine) keepTexts(root jinja.Node) {
	if e.givesText(root) {
		return
	}
	jinja.Walk(root, func(n jinja.Node) bool {
		switch n := n.(type) {
		case *jinja.Output:
			n.X = e.choice(n.X)
			return false
		case *jinja.Root, *jinja.If, *jinja.For, *jinja.With, *jinja.Block:
			return true
		default:
			return false
		}
	})
}

// choosers are the filters that give one of their arguments as it is.
var choosers = []string{"ternary", "default", "d"}

func (e *Engine) choice(x jinja.Expr) jinja.Expr {
	switch x := x.(type) {
	case *jinja.Cond:
		x.Then = e.choice(x.Then)
		if x.Else != nil {
			x.Else = e.choice(x.Else)
		}
	case *jinja.Binary:
		if x.Op == "or" || x.Op == "and" {
			x.X, x.Y = e.choice(x.X), e.choice(x.Y)
		}
	case *jinja.Filter:
		if e.texts[x.Name] {
			return jinja.Applied(x, keep)
		}
		if slices.Contains(choosers, x.Name) && x.X != nil {
			x.X = e.choice(x.X)
			for i, arg := range x.Args.Positional {
				x.Args.Positional[i] = e.choice(arg)
			}
		}
	}
	return x
}

// released are the nodes of a template without their marks; alone says that
// the only one was marked.
func released(nodes []any) (alone bool) {
	for i, n := range nodes {
		if text, ok := n.(kept); ok {
			nodes[i], alone = string(text), len(nodes) == 1
		}
	}
	return alone
}

func keep(c *jinja.Call) (any, error) {
	if s, ok := c.Args[0].(string); ok && s != "" {
		return kept(s), nil
	}
	return c.Args[0], nil
}
