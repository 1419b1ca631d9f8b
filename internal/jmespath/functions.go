package jmespath

import (
	"math"
	"strings"

	"github.com/jmespath-community/go-jmespath/pkg/parsing"

	"goplay/internal/value"
)

// function is a function of JMESPath.
type function struct {
	params   []string // the types of its arguments, with | between; "" takes all
	variadic bool     // the last one may be repeated
	run      func(args []any) (any, error)
}

var functions map[string]function

func init() {
	functions = map[string]function{
		"abs":         {params: []string{"number"}, run: func(a []any) (any, error) { return absolute(a[0]) }},
		"avg":         {params: []string{"array"}, run: average},
		"ceil":        {params: []string{"number"}, run: func(a []any) (any, error) { return rounded(a[0], math.Ceil), nil }},
		"contains":    {params: []string{"array|string", ""}, run: contains},
		"ends_with":   {params: []string{"string", "string"}, run: func(a []any) (any, error) { return strings.HasSuffix(a[0].(string), a[1].(string)), nil }},
		"floor":       {params: []string{"number"}, run: func(a []any) (any, error) { return rounded(a[0], math.Floor), nil }},
		"join":        {params: []string{"string", "array"}, run: join},
		"keys":        {params: []string{"object"}, run: func(a []any) (any, error) { return value.NewList(a[0].(*value.Dict).Keys()...), nil }},
		"length":      {params: []string{"string|array|object"}, run: length},
		"map":         {params: []string{"expref", "array"}, run: mapped},
		"max":         {params: []string{"array"}, run: func(a []any) (any, error) { return extreme(a[0], ">") }},
		"max_by":      {params: []string{"array", "expref"}, run: func(a []any) (any, error) { return extremeBy(a, ">") }},
		"merge":       {params: []string{"object"}, variadic: true, run: merge},
		"min":         {params: []string{"array"}, run: func(a []any) (any, error) { return extreme(a[0], "<") }},
		"min_by":      {params: []string{"array", "expref"}, run: func(a []any) (any, error) { return extremeBy(a, "<") }},
		"not_null":    {params: []string{""}, variadic: true, run: notNull},
		"reverse":     {params: []string{"string|array"}, run: func(a []any) (any, error) { return value.Subslice(a[0], nil, nil, int64(-1)) }},
		"sort":        {params: []string{"array"}, run: sorted},
		"sort_by":     {params: []string{"array", "expref"}, run: sortedBy},
		"starts_with": {params: []string{"string", "string"}, run: func(a []any) (any, error) { return strings.HasPrefix(a[0].(string), a[1].(string)), nil }},
		"sum":         {params: []string{"array"}, run: sum},
		"to_array":    {params: []string{""}, run: toArray},
		"to_number":   {params: []string{""}, run: toNumber},
		"to_string":   {params: []string{""}, run: toText},
		"type":        {params: []string{""}, run: func(a []any) (any, error) { return typeOf(a[0]), nil }},
		"values":      {params: []string{"object"}, run: func(a []any) (any, error) { return value.NewList(a[0].(*value.Dict).Values()...), nil }},
	}
}

func (s *search) call(n parsing.ASTNode, v any) (any, error) {
	name := n.Value.(string)
	f, ok := functions[name]
	if !ok {
		return nil, value.Raise("JMESPathError", "Unknown function: %s()", name)
	}
	if len(n.Children) < len(f.params) || len(n.Children) > len(f.params) && !f.variadic {
		return nil, value.Raise("JMESPathError", "Expected %d arguments for function %s(), received %d", len(f.params), name, len(n.Children))
	}
	args := make([]any, len(n.Children))
	for i, child := range n.Children {
		arg, err := s.eval(child, v)
		if err != nil {
			return nil, err
		}
		want := f.params[min(i, len(f.params)-1)]
		if kind := typeOf(arg); want != "" && !strings.Contains("|"+want+"|", "|"+kind+"|") {
			return nil, value.Raise("JMESPathError", "In function %s(), invalid type for value: %s, expected one of: ['%s'], received: \"%s\"",
				name, value.Str(arg), strings.ReplaceAll(want, "|", "', '"), kind)
		}
		args[i] = arg
	}
	return f.run(args)
}

func typeOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string, value.Markup:
		return "string"
	case *value.List:
		return "array"
	case *value.Dict:
		return "object"
	case reference:
		return "expref"
	default:
		if isNumber(v) {
			return "number"
		}
		return value.TypeName(v)
	}
}

func absolute(v any) (any, error) {
	if negative, err := value.Compare("<", v, int64(0)); err != nil || !negative {
		return v, err
	}
	return value.Neg(v)
}

func rounded(v any, how func(float64) float64) any {
	if f, ok := v.(float64); ok {
		return int64(how(f))
	}
	return v
}

func sum(a []any) (any, error) {
	var total any = int64(0)
	for _, item := range a[0].(*value.List).Items {
		var err error
		if total, err = value.Add(total, item); err != nil {
			return nil, err
		}
	}
	return total, nil
}

func average(a []any) (any, error) {
	l := a[0].(*value.List)
	if l.Len() == 0 {
		return nil, nil
	}
	total, err := sum(a)
	if err != nil {
		return nil, err
	}
	return value.TrueDiv(total, int64(l.Len()))
}

func contains(a []any) (any, error) {
	if text, ok := a[0].(string); ok {
		part, isText := a[1].(string)
		return isText && strings.Contains(text, part), nil
	}
	for _, item := range a[0].(*value.List).Items {
		if same(item, a[1]) {
			return true, nil
		}
	}
	return false, nil
}

func join(a []any) (any, error) {
	l := a[1].(*value.List)
	parts := make([]string, l.Len())
	for i, item := range l.Items {
		text, ok := item.(string)
		if !ok {
			return nil, value.Raise("JMESPathError", "In function join(), invalid type for value: %s, expected one of: ['array-string'], received: \"%s\"", value.Str(l), typeOf(item))
		}
		parts[i] = text
	}
	return strings.Join(parts, a[0].(string)), nil
}

func length(a []any) (any, error) {
	n, err := value.Len(a[0])
	return int64(n), err
}

func mapped(a []any) (any, error) {
	out := value.NewList()
	for _, item := range a[1].(*value.List).Items {
		got, err := a[0].(reference).eval(item)
		if err != nil {
			return nil, err
		}
		out.Append(got)
	}
	return out, nil
}

func merge(a []any) (any, error) {
	out := value.NewDict()
	for _, d := range a {
		out.Update(d.(*value.Dict))
	}
	return out, nil
}

func notNull(a []any) (any, error) {
	for _, v := range a {
		if v != nil {
			return v, nil
		}
	}
	return nil, nil
}

func sorted(a []any) (any, error) {
	items := append([]any{}, a[0].(*value.List).Items...)
	err := value.Sort(items, nil, false)
	return value.NewList(items...), err
}

func sortedBy(a []any) (any, error) {
	items := append([]any{}, a[0].(*value.List).Items...)
	err := value.Sort(items, a[1].(reference).eval, false)
	return value.NewList(items...), err
}

func extreme(list any, op string) (any, error) {
	return extremeOf(list, func(v any) (any, error) { return v, nil }, op)
}

func extremeBy(a []any, op string) (any, error) {
	return extremeOf(a[0], a[1].(reference).eval, op)
}

func extremeOf(list any, key func(any) (any, error), op string) (any, error) {
	var best, bestKey any
	for i, item := range list.(*value.List).Items {
		k, err := key(item)
		if err != nil {
			return nil, err
		}
		better := i == 0
		if !better {
			if better, err = value.Compare(op, k, bestKey); err != nil {
				return nil, err
			}
		}
		if better {
			best, bestKey = item, k
		}
	}
	return best, nil
}

func toArray(a []any) (any, error) {
	if _, ok := a[0].(*value.List); ok {
		return a[0], nil
	}
	return value.NewList(a[0]), nil
}

func toNumber(a []any) (any, error) {
	if isNumber(a[0]) {
		return a[0], nil
	}
	text, ok := a[0].(string)
	if !ok {
		return nil, nil
	}
	v, err := value.ParseLiteral(strings.TrimSpace(text))
	if err != nil || !isNumber(v) {
		return nil, nil
	}
	return v, nil
}

func toText(a []any) (any, error) {
	if text, ok := a[0].(string); ok {
		return text, nil
	}
	return value.EncodeJSON(a[0], value.JSONOptions{Separators: [2]string{",", ":"}})
}
