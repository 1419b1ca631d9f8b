package xmldoc

import (
	"errors"
	"math"
	"slices"
)

type constant struct{ v any }

func (c constant) eval(*context) (any, error) { return c.v, nil }

// broken is an expression that can be read, but not evaluated.
type broken struct{ err error }

func (b broken) eval(*context) (any, error) { return nil, b.err }

type operation struct {
	op          string
	left, right expression
}

func (o operation) eval(c *context) (any, error) {
	left, err := o.left.eval(c)
	if err != nil {
		return nil, err
	}
	switch {
	case o.op == "neg":
		return -toNumber(left), nil
	case o.op == "or" && toBool(left), o.op == "and" && !toBool(left):
		return o.op == "or", nil
	}
	right, err := o.right.eval(c)
	if err != nil {
		return nil, err
	}
	switch o.op {
	case "or", "and":
		return toBool(right), nil
	case "|":
		a, okA := left.(Nodes)
		b, okB := right.(Nodes)
		if !okA || !okB {
			return nil, errType
		}
		return inOrder(slices.Concat(a, b)), nil
	case "+", "-", "*", "div", "mod":
		return arithmetic(o.op, toNumber(left), toNumber(right)), nil
	}
	return compareValues(o.op, left, right), nil
}

var errType = errors.New("Invalid type")

func arithmetic(op string, a, b float64) float64 {
	switch op {
	case "+":
		return a + b
	case "-":
		return a - b
	case "*":
		return a * b
	case "div":
		return a / b
	}
	return math.Mod(a, b)
}

// filter is an expression with predicates.
type filter struct {
	from       expression
	predicates []expression
}

func (f filter) eval(c *context) (any, error) {
	v, err := f.from.eval(c)
	if err != nil {
		return nil, err
	}
	nodes, ok := v.(Nodes)
	if !ok {
		return nil, errType
	}
	return c.filtered(nodes, f.predicates)
}

// filtered are the nodes that all predicates hold for; a number is a position.
func (c *context) filtered(nodes Nodes, predicates []expression) (Nodes, error) {
	for _, predicate := range predicates {
		var kept Nodes
		for i, n := range nodes {
			v, err := predicate.eval(&context{n, i + 1, len(nodes), c.spaces})
			if err != nil {
				return nil, err
			}
			if at, ok := v.(float64); ok && at == float64(i+1) || !ok && toBool(v) {
				kept = append(kept, n)
			}
		}
		nodes = kept
	}
	return nodes, nil
}

// path walks from the context's node, the document or another expression.
type path struct {
	absolute bool
	from     expression
	steps    []step
}

type step struct {
	axis       string
	test       test
	predicates []expression
}

// test is what a node has to be: of a kind, or called so.
type test struct{ kind, prefix, local string }

func (p path) eval(c *context) (any, error) {
	nodes := Nodes{c.node}
	switch {
	case p.absolute:
		nodes = Nodes{c.node.top()}
	case p.from != nil:
		v, err := p.from.eval(c)
		if err != nil {
			return nil, err
		}
		var ok bool
		if nodes, ok = v.(Nodes); !ok {
			return nil, errType
		}
	}
	for _, s := range p.steps {
		var found Nodes
		for _, n := range nodes {
			more, err := s.from(c, n)
			if err != nil {
				return nil, err
			}
			found = append(found, more...)
		}
		nodes = inOrder(found)
	}
	return nodes, nil
}

func (s step) from(c *context, n *Node) (Nodes, error) {
	space, ok := c.spaces[s.test.prefix]
	if s.test.prefix == "" {
		space = ""
	} else if s.test.prefix == "xml" {
		space = xmlSpace
	} else if !ok {
		return nil, errors.New("Undefined namespace prefix")
	}
	var found Nodes
	for _, candidate := range axes[s.axis](n) {
		if s.test.holds(candidate, s.axis, space) {
			found = append(found, candidate)
		}
	}
	return c.filtered(found, s.predicates)
}

func (t test) holds(n *Node, axis, space string) bool {
	switch t.kind {
	case "node":
		return n.Type != Doctype
	case "text":
		return n.isText()
	case "comment":
		return n.Type == Comment
	case "processing-instruction":
		return n.Type == Instruction && (t.local == "" || t.local == n.Local)
	}
	principal := Element
	if axis == "attribute" {
		principal = Attribute
	}
	return n.Type == principal && (t.local == "*" || t.local == n.Local) && (n.Space == space || t.prefix == "" && t.local == "*")
}

// axes list nodes from a node on, those that are next to it first.
var axes = map[string]func(*Node) Nodes{
	"self":               func(n *Node) Nodes { return Nodes{n} },
	"child":              func(n *Node) Nodes { return n.Children },
	"attribute":          func(n *Node) Nodes { return n.Attrs },
	"parent":             parent,
	"ancestor":           ancestors,
	"ancestor-or-self":   func(n *Node) Nodes { return append(Nodes{n}, ancestors(n)...) },
	"descendant":         func(n *Node) Nodes { return descendants(nil, n) },
	"descendant-or-self": func(n *Node) Nodes { return descendants(Nodes{n}, n) },
	"following-sibling":  func(n *Node) Nodes { _, after := siblings(n); return after },
	"preceding-sibling":  func(n *Node) Nodes { before, _ := siblings(n); return before },
	"following":          following,
	"preceding":          preceding,
}

func parent(n *Node) Nodes {
	if n.Parent == nil {
		return nil
	}
	return Nodes{n.Parent}
}

func ancestors(n *Node) Nodes {
	var out Nodes
	for n = n.Parent; n != nil; n = n.Parent {
		out = append(out, n)
	}
	return out
}

func descendants(out Nodes, n *Node) Nodes {
	for _, child := range n.Children {
		out = descendants(append(out, child), child)
	}
	return out
}

// siblings are those before a node, the nearest first, and those after it.
func siblings(n *Node) (before, after Nodes) {
	if n.Parent == nil || n.Type == Attribute {
		return nil, nil
	}
	all := n.Parent.Children
	i := slices.Index(all, n)
	before = slices.Clone(all[:i])
	slices.Reverse(before)
	return before, slices.Clone(all[i+1:])
}

func following(n *Node) Nodes {
	var out Nodes
	if n.Type == Attribute {
		out, n = descendants(nil, n.Parent), n.Parent
	}
	for ; n != nil; n = n.Parent {
		_, after := siblings(n)
		for _, s := range after {
			out = descendants(append(out, s), s)
		}
	}
	return out
}

func preceding(n *Node) Nodes {
	var out Nodes
	for ; n != nil; n = n.Parent {
		before, _ := siblings(n)
		for _, s := range before {
			below := descendants(Nodes{s}, s)
			slices.Reverse(below)
			out = append(out, below...)
		}
	}
	return out
}
