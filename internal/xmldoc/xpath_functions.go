package xmldoc

import (
	"errors"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// call calls a function of XPath's library.
type call struct {
	function string
	args     []expression
}

// function takes between min and max arguments; without any it may take the
// context's node in place of one.
type function struct {
	min, max int
	self     bool
	do       func(c *context, args []any) (any, error)
}

func (f call) eval(c *context) (any, error) {
	known, ok := functions[f.function]
	switch {
	case !ok:
		return nil, errors.New("Unregistered function")
	case len(f.args) < known.min || len(f.args) > known.max:
		return nil, errors.New("Invalid number of arguments")
	}
	var args []any
	for _, arg := range f.args {
		v, err := arg.eval(c)
		if err != nil {
			return nil, err
		}
		args = append(args, v)
	}
	if len(args) == 0 && known.self {
		args = []any{Nodes{c.node}}
	}
	return known.do(c, args)
}

var functions = map[string]function{
	"last":     {0, 0, false, func(c *context, _ []any) (any, error) { return float64(c.size), nil }},
	"position": {0, 0, false, func(c *context, _ []any) (any, error) { return float64(c.position), nil }},
	"true":     {0, 0, false, func(*context, []any) (any, error) { return true, nil }},
	"false":    {0, 0, false, func(*context, []any) (any, error) { return false, nil }},
	"not":      {1, 1, false, func(_ *context, args []any) (any, error) { return !toBool(args[0]), nil }},
	"boolean":  {1, 1, false, func(_ *context, args []any) (any, error) { return toBool(args[0]), nil }},
	"lang":     {1, 1, false, func(c *context, args []any) (any, error) { return c.node.speaks(toString(args[0])), nil }},

	"count": {1, 1, false, ofNodes(func(nodes Nodes) any { return float64(len(nodes)) })},
	"sum": {1, 1, false, ofNodes(func(nodes Nodes) any {
		sum := 0.0
		for _, n := range nodes {
			sum += toNumber(n.Value())
		}
		return sum
	})},
	"local-name":    {0, 1, true, ofNodes(func(nodes Nodes) any { return first(nodes, func(n *Node) string { return n.Local }) })},
	"name":          {0, 1, true, ofNodes(func(nodes Nodes) any { return first(nodes, (*Node).Name) })},
	"namespace-uri": {0, 1, true, ofNodes(func(nodes Nodes) any { return first(nodes, func(n *Node) string { return n.Space }) })},
	"id": {1, 1, false, func(c *context, args []any) (any, error) {
		ids := strings.Fields(toString(args[0]))
		return slices.DeleteFunc(descendants(nil, c.node.top()), func(n *Node) bool {
			id, ok := n.Attr("{" + xmlSpace + "}id")
			return !ok || !slices.Contains(ids, id)
		}), nil
	}},

	"string":           {0, 1, true, ofText(func(t []string) any { return t[0] })},
	"concat":           {2, math.MaxInt, false, ofText(func(t []string) any { return strings.Join(t, "") })},
	"starts-with":      {2, 2, false, ofText(func(t []string) any { return strings.HasPrefix(t[0], t[1]) })},
	"contains":         {2, 2, false, ofText(func(t []string) any { return strings.Contains(t[0], t[1]) })},
	"substring-before": {2, 2, false, ofText(func(t []string) any { return substringBefore(t[0], t[1]) })},
	"substring-after":  {2, 2, false, ofText(func(t []string) any { _, after, _ := strings.Cut(t[0], t[1]); return after })},
	"substring":        {2, 3, false, substring},
	"string-length":    {0, 1, true, ofText(func(t []string) any { return float64(utf8.RuneCountInString(t[0])) })},
	"normalize-space":  {0, 1, true, ofText(func(t []string) any { return strings.Join(strings.Fields(t[0]), " ") })},
	"translate":        {3, 3, false, ofText(func(t []string) any { return translate(t[0], []rune(t[1]), []rune(t[2])) })},

	"number":  {0, 1, true, func(_ *context, args []any) (any, error) { return toNumber(args[0]), nil }},
	"floor":   {1, 1, false, func(_ *context, args []any) (any, error) { return math.Floor(toNumber(args[0])), nil }},
	"ceiling": {1, 1, false, func(_ *context, args []any) (any, error) { return math.Ceil(toNumber(args[0])), nil }},
	"round":   {1, 1, false, func(_ *context, args []any) (any, error) { return round(toNumber(args[0])), nil }},
}

func ofNodes(do func(Nodes) any) func(*context, []any) (any, error) {
	return func(_ *context, args []any) (any, error) {
		nodes, ok := args[0].(Nodes)
		if !ok {
			return nil, errType
		}
		return do(nodes), nil
	}
}

func ofText(do func([]string) any) func(*context, []any) (any, error) {
	return func(_ *context, args []any) (any, error) {
		var texts []string
		for _, v := range args {
			texts = append(texts, toString(v))
		}
		return do(texts), nil
	}
}

func first(nodes Nodes, of func(*Node) string) string {
	if len(nodes) == 0 {
		return ""
	}
	return of(nodes[0])
}

// speaks reports whether xml:lang of a node is a language or a kind of it.
func (n *Node) speaks(language string) bool {
	for ; n != nil; n = n.Parent {
		if have, ok := n.Attr("{" + xmlSpace + "}lang"); ok {
			have, language = strings.ToLower(have), strings.ToLower(language)
			return have == language || strings.HasPrefix(have, language+"-")
		}
	}
	return false
}

func substringBefore(text, mark string) string {
	before, _, ok := strings.Cut(text, mark)
	if !ok {
		return ""
	}
	return before
}

// substring counts characters from 1, and rounds where it begins and how far
// it goes.
func substring(_ *context, args []any) (any, error) {
	from, to := round(toNumber(args[1])), math.Inf(1)
	if len(args) == 3 {
		to = from + round(toNumber(args[2]))
	}
	var b strings.Builder
	at := 0.0
	for _, r := range toString(args[0]) {
		if at++; at >= from && at < to {
			b.WriteRune(r)
		}
	}
	return b.String(), nil
}

func translate(text string, from, to []rune) string {
	return strings.Map(func(r rune) rune {
		switch i := slices.Index(from, r); {
		case i < 0:
			return r
		case i < len(to):
			return to[i]
		}
		return -1
	}, text)
}

func round(f float64) float64 { return math.Floor(f + 0.5) }
