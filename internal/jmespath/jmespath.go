// Package jmespath answers JMESPath queries about values, keeping the order of
// dicts and the size of ints, which libraries for Go's maps lose. Expressions
// are parsed by go-jmespath.
package jmespath

import (
	"maps"
	"slices"
	"strings"

	"github.com/jmespath-community/go-jmespath/pkg/parsing"

	"goplay/internal/value"
)

// What an expression may be made of: the parser takes longer and longer over
// brackets within brackets, and far more than anybody writes.
const (
	maxLength   = 1 << 20
	maxBrackets = 2000
)

// Search gives what an expression finds in a value; nil when it finds nothing.
// It fails with a JMESPathError on an expression that is none, and on
// functions that are called wrongly.
func Search(expression string, v any) (any, error) {
	if len(expression) > maxLength || strings.Count(expression, "[")+strings.Count(expression, "{")+strings.Count(expression, "(") > maxBrackets {
		return nil, value.Raise("JMESPathError", "Invalid jmespath expression: it is too long")
	}
	ast, err := parsing.NewParser().Parse(quoteLiterals(expression))
	if err != nil {
		return nil, value.Raise("JMESPathError", "Invalid jmespath expression: %v", err)
	}
	return (&search{root: v}).eval(ast, v)
}

// search is one run of an expression.
type search struct{ root any }

// reference is &expression, as sort_by and others take it.
type reference struct {
	search *search
	node   parsing.ASTNode
}

func (r reference) eval(v any) (any, error) { return r.search.eval(r.node, v) }

func (s *search) eval(n parsing.ASTNode, v any) (any, error) {
	switch n.NodeType {
	case parsing.ASTIdentity, parsing.ASTCurrentNode, parsing.ASTEmpty:
		return v, nil
	case parsing.ASTRootNode:
		return s.root, nil
	case parsing.ASTField:
		return field(v, n.Value.(string))
	case parsing.ASTLiteral:
		return literal(n.Value), nil
	case parsing.ASTIndex:
		return index(v, n.Value.(int)), nil
	case parsing.ASTSlice:
		return slice(v, n.Value)
	case parsing.ASTSubexpression, parsing.ASTIndexExpression, parsing.ASTPipe:
		left, err := s.eval(n.Children[0], v)
		if err != nil || left == nil && n.NodeType != parsing.ASTPipe {
			return nil, err
		}
		return s.eval(n.Children[1], left)
	case parsing.ASTProjection, parsing.ASTValueProjection, parsing.ASTFilterProjection:
		return s.project(n, v)
	case parsing.ASTFlatten:
		return s.flatten(n, v)
	case parsing.ASTMultiSelectList, parsing.ASTMultiSelectHash:
		return s.choose(n, v)
	case parsing.ASTKeyValPair:
		return s.eval(n.Children[0], v)
	case parsing.ASTOrExpression, parsing.ASTAndExpression:
		left, err := s.eval(n.Children[0], v)
		if err != nil || truth(left) == (n.NodeType == parsing.ASTOrExpression) {
			return left, err
		}
		return s.eval(n.Children[1], v)
	case parsing.ASTNotExpression:
		inner, err := s.eval(n.Children[0], v)
		return !truth(inner), err
	case parsing.ASTComparator:
		return s.compare(n, v)
	case parsing.ASTExpRef:
		return reference{s, n.Children[0]}, nil
	case parsing.ASTFunctionExpression:
		return s.call(n, v)
	default:
		return nil, value.Raise("JMESPathError", "Invalid jmespath expression: it uses what JMESPath has not (%s)", n.NodeType)
	}
}

func field(v any, name string) (any, error) {
	switch v := v.(type) {
	case value.Mapping:
		item, _, err := v.Get(name)
		if err != nil {
			return nil, nil
		}
		return item, nil
	case *value.Dict:
		item, _ := v.Get(name)
		return item, nil
	case *value.Undefined:
		return nil, v.Err()
	default:
		return nil, nil
	}
}

// literal makes a value of what the parser read as JSON.
func literal(v any) any {
	switch v := v.(type) {
	case float64:
		if v == float64(int64(v)) {
			return int64(v)
		}
		return v
	case []any:
		l := value.NewList()
		for _, item := range v {
			l.Append(literal(item))
		}
		return l
	case map[string]any:
		d := value.NewDict()
		for _, k := range slices.Sorted(maps.Keys(v)) {
			d.Set(k, literal(v[k]))
		}
		return d
	default:
		return value.Of(v)
	}
}

func index(v any, i int) any {
	l, ok := v.(*value.List)
	if !ok {
		return nil
	}
	if i < 0 {
		i += l.Len()
	}
	if i < 0 || i >= l.Len() {
		return nil
	}
	return l.Items[i]
}

func slice(v any, bounds any) (any, error) {
	parts, ok := bounds.([]*int)
	if _, isList := v.(*value.List); !ok || !isList {
		if _, isText := v.(string); !isText || !ok {
			return nil, nil
		}
	}
	var args [3]any
	for i, p := range parts {
		if p != nil {
			args[i] = int64(*p)
		}
	}
	return value.Subslice(v, args[0], args[1], args[2])
}

// project goes on with each item of a list or each value of a dict, and drops
// where that finds nothing.
func (s *search) project(n parsing.ASTNode, v any) (any, error) {
	left, err := s.eval(n.Children[0], v)
	if err != nil {
		return nil, err
	}
	var items []any
	if n.NodeType == parsing.ASTValueProjection {
		d, ok, err := value.AsDict(left)
		if err != nil || !ok {
			return nil, err
		}
		items = d.Values()
	} else {
		l, ok := left.(*value.List)
		if text, isText := left.(string); isText && n.NodeType == parsing.ASTProjection {
			return s.eval(n.Children[1], text)
		}
		if !ok {
			return nil, nil
		}
		items = l.Items
	}
	out := value.NewList()
	for _, item := range items {
		if n.NodeType == parsing.ASTFilterProjection {
			passes, err := s.eval(n.Children[2], item)
			if err != nil {
				return nil, err
			}
			if !truth(passes) {
				continue
			}
		}
		got, err := s.eval(n.Children[1], item)
		if err != nil {
			return nil, err
		}
		if got != nil {
			out.Append(got)
		}
	}
	return out, nil
}

func (s *search) flatten(n parsing.ASTNode, v any) (any, error) {
	left, err := s.eval(n.Children[0], v)
	if err != nil {
		return nil, err
	}
	l, ok := left.(*value.List)
	if !ok {
		return nil, nil
	}
	out := value.NewList()
	for _, item := range l.Items {
		if inner, ok := item.(*value.List); ok {
			out.Append(inner.Items...)
		} else {
			out.Append(item)
		}
	}
	return out, nil
}

// choose is [a, b] and {x: a, y: b}.
func (s *search) choose(n parsing.ASTNode, v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	list, dict := value.NewList(), value.NewDict()
	for _, child := range n.Children {
		got, err := s.eval(child, v)
		if err != nil {
			return nil, err
		}
		if n.NodeType == parsing.ASTMultiSelectList {
			list.Append(got)
		} else {
			dict.Set(child.Value.(string), got)
		}
	}
	if n.NodeType == parsing.ASTMultiSelectList {
		return list, nil
	}
	return dict, nil
}

var operators = map[parsing.TokType]string{
	parsing.TOKLT: "<", parsing.TOKLTE: "<=", parsing.TOKGT: ">", parsing.TOKGTE: ">=",
}

func (s *search) compare(n parsing.ASTNode, v any) (any, error) {
	left, err := s.eval(n.Children[0], v)
	if err != nil {
		return nil, err
	}
	right, err := s.eval(n.Children[1], v)
	if err != nil {
		return nil, err
	}
	op, _ := n.Value.(parsing.TokType)
	switch op {
	case parsing.TOKEQ:
		return same(left, right), nil
	case parsing.TOKNE:
		return !same(left, right), nil
	}
	if !hasOrder(left) || !hasOrder(right) {
		return nil, nil
	}
	return value.Compare(operators[op], left, right)
}

// hasOrder reports what < may be asked of: numbers, and in Python's jmespath text.
func hasOrder(v any) bool {
	_, isText := v.(string)
	return isText || isNumber(v)
}

// same is == where true is not 1.
func same(a, b any) bool {
	_, aBool := a.(bool)
	_, bBool := b.(bool)
	return aBool == bBool && value.Equal(a, b)
}

func isNumber(v any) bool {
	switch value.TypeName(v) {
	case "int", "float":
		return true
	default:
		return false
	}
}

// truth is JMESPath's: empty things, null and false are not true, numbers are.
func truth(v any) bool {
	if isNumber(v) {
		return true
	}
	if _, ok := v.(reference); ok {
		return true
	}
	return value.Truth(v)
}
