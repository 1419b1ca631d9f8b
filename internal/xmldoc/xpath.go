package xmldoc

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
)

// XPath is a compiled XPath expression.
type XPath struct{ root expression }

// Nodes is a set of nodes, in the order of the document.
type Nodes []*Node

// Evaluate evaluates an expression at a node. spaces says what prefixes stand
// for. The value is Nodes without the document itself, a float64, a string or a bool.
func (x *XPath) Evaluate(at *Node, spaces map[string]string) (any, error) {
	n := 0
	at.top().number(&n)
	v, err := x.root.eval(&context{node: at, position: 1, size: 1, spaces: spaces})
	if nodes, ok := v.(Nodes); ok {
		v = slices.DeleteFunc(slices.Clone(nodes), func(n *Node) bool { return n.Type == Document })
	}
	return v, err
}

// Select is Evaluate for an expression that finds nodes; any other value is an
// error.
func (x *XPath) Select(at *Node, spaces map[string]string) (Nodes, error) {
	v, err := x.Evaluate(at, spaces)
	if err != nil {
		return nil, err
	}
	nodes, ok := v.(Nodes)
	if !ok {
		return nil, errors.New("the expression does not select nodes")
	}
	return nodes, nil
}

// number gives nodes their places in the document.
func (n *Node) number(at *int) {
	n.at = *at
	*at++
	for _, a := range n.Attrs {
		a.number(at)
	}
	for _, child := range n.Children {
		child.number(at)
	}
}

type context struct {
	node           *Node
	position, size int
	spaces         map[string]string
}

type expression interface {
	eval(*context) (any, error)
}

// inOrder sorts nodes as they are in the document, each once.
func inOrder(nodes Nodes) Nodes {
	slices.SortFunc(nodes, func(a, b *Node) int { return cmp.Compare(a.at, b.at) })
	return slices.Compact(nodes)
}

// Value is a node's text: that of all text in it.
func (n *Node) Value() string {
	if n.Type != Element && n.Type != Document {
		return n.Text
	}
	var b strings.Builder
	for _, child := range n.Children {
		if child.isText() || child.Type == Element {
			b.WriteString(child.Value())
		}
	}
	return b.String()
}

func toString(v any) string {
	switch v := v.(type) {
	case Nodes:
		if len(v) == 0 {
			return ""
		}
		return v[0].Value()
	case float64:
		switch {
		case math.IsInf(v, 1):
			return "Infinity"
		case math.IsInf(v, -1):
			return "-Infinity"
		case v == 0:
			return "0"
		}
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return v.(string)
}

func toNumber(v any) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case bool:
		if v {
			return 1
		}
		return 0
	}
	text := strings.Trim(toString(v), blanks)
	if strings.Trim(text, "0123456789.-") != "" {
		return math.NaN()
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return math.NaN()
	}
	return f
}

func toBool(v any) bool {
	switch v := v.(type) {
	case Nodes:
		return len(v) > 0
	case float64:
		return v != 0 && !math.IsNaN(v)
	case bool:
		return v
	}
	return v.(string) != ""
}

// compareValues compares as XPath does: a set of nodes compares as any of them.
func compareValues(op string, a, b any) bool {
	if nodes, ok := a.(Nodes); ok {
		if flag, ok := b.(bool); ok {
			return compareAtoms(op, len(nodes) > 0, flag)
		}
		return slices.ContainsFunc(nodes, func(n *Node) bool { return compareValues(op, n.Value(), b) })
	}
	if nodes, ok := b.(Nodes); ok {
		if flag, ok := a.(bool); ok {
			return compareAtoms(op, flag, len(nodes) > 0)
		}
		return slices.ContainsFunc(nodes, func(n *Node) bool { return compareAtoms(op, a, n.Value()) })
	}
	return compareAtoms(op, a, b)
}

func compareAtoms(op string, a, b any) bool {
	switch op {
	case "=":
		return equalAtoms(a, b)
	case "!=":
		return !equalAtoms(a, b)
	}
	x, y := toNumber(a), toNumber(b)
	switch op {
	case "<":
		return x < y
	case "<=":
		return x <= y
	case ">":
		return x > y
	}
	return x >= y
}

func equalAtoms(a, b any) bool {
	_, boolA := a.(bool)
	_, boolB := b.(bool)
	if boolA || boolB {
		return toBool(a) == toBool(b)
	}
	_, numberA := a.(float64)
	_, numberB := b.(float64)
	if numberA || numberB {
		return toNumber(a) == toNumber(b)
	}
	return a == b
}
