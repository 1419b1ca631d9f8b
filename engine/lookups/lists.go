package lookups

import (
	"math/rand/v2"

	"goplay/internal/value"
)

// items flattens one level.
func items(c *Call) ([]any, error) { return flattenOnce(c.Terms), nil }

func flattenOnce(terms []any) []any {
	out := []any{}
	for _, term := range terms {
		switch t := term.(type) {
		case *value.List:
			out = append(out, t.Items...)
		case value.Tuple:
			out = append(out, t...)
		default:
			out = append(out, term)
		}
	}
	return out
}

// list gives its terms as they are.
func list(c *Call) ([]any, error) {
	if c.lone {
		return nil, failure("with_list expects a list")
	}
	return c.Terms, nil
}

func indexedItems(c *Call) ([]any, error) {
	if c.lone {
		return nil, failure("with_indexed_items expects a list")
	}
	out := flattenOnce(c.Terms)
	for i, item := range out {
		out[i] = value.Tuple{int64(i), item}
	}
	return out, nil
}

func dict(c *Call) ([]any, error) {
	out := []any{}
	for _, term := range c.Terms {
		terms := []any{term}
		if l, ok := term.(*value.List); ok {
			terms = l.Items
		}
		for _, t := range terms {
			d, ok, err := value.AsDict(t)
			if err != nil {
				return nil, err
			}
			if !ok {
				return nil, failure("with_dict expects a dict")
			}
			for k, v := range d.All() {
				out = append(out, value.DictOf("key", k, "value", v))
			}
		}
	}
	return out, nil
}

// nested combines each item of a list with each of the next.
func nested(c *Call) ([]any, error) {
	if len(c.Terms) == 0 {
		return nil, failure("with_nested requires at least one element in the nested list")
	}
	rows, err := combinations(c.Terms)
	if err != nil {
		return nil, err
	}
	out := make([]any, len(rows))
	for i, row := range rows {
		out[i] = value.NewList(row...)
	}
	return out, nil
}

// maxRows bounds what nested lists can grow to.
const maxRows = 1 << 22

func combinations(terms []any) ([][]any, error) {
	rows := [][]any{{}}
	for _, term := range terms {
		choices, err := listOf(term)
		if err != nil {
			return nil, err
		}
		if len(rows)*len(choices) > maxRows {
			return nil, failure("the lists combine to more than %d items", maxRows)
		}
		next := make([][]any, 0, len(rows)*len(choices))
		for _, row := range rows {
			for _, choice := range choices {
				next = append(next, append(row[:len(row):len(row)], flattenOnce([]any{choice})...))
			}
		}
		rows = next
	}
	return rows, nil
}

func listOf(term any) ([]any, error) {
	switch t := term.(type) {
	case *value.List:
		return t.Items, nil
	case string, value.Markup, int64, bool, float64, nil:
		return []any{term}, nil
	default:
		return value.Items(term)
	}
}

// nestedTuples is community.general's cartesian.
func nestedTuples(c *Call) ([]any, error) {
	if len(c.Terms) == 0 {
		return nil, failure("with_cartesian requires at least one element in each list")
	}
	rows, err := combinations(c.Terms)
	if err != nil {
		return nil, err
	}
	out := make([]any, len(rows))
	for i, row := range rows {
		out[i] = value.NewList(row...)
	}
	return out, nil
}

// together puts the n-th items of all lists together; None where a list is shorter.
func together(c *Call) ([]any, error) {
	if len(c.Terms) == 0 {
		return nil, failure("with_together requires at least one element in each list")
	}
	lists := make([][]any, len(c.Terms))
	longest := 0
	for i, term := range c.Terms {
		l, err := listOf(term)
		if err != nil {
			return nil, err
		}
		lists[i], longest = l, max(longest, len(l))
	}
	out := make([]any, longest)
	for i := range out {
		row := make([]any, len(lists))
		for j, l := range lists {
			if i < len(l) {
				row[j] = l[i]
			}
		}
		out[i] = value.NewList(flattenOnce(row)...)
	}
	return out, nil
}

func randomChoice(c *Call) ([]any, error) {
	if len(c.Terms) == 0 {
		return c.Terms, nil
	}
	return []any{c.Terms[rand.IntN(len(c.Terms))]}, nil
}

// flattened flattens lists however deep; what is no value is dropped.
func flattened(c *Call) ([]any, error) { return flattenAll(c.Terms, 0), nil }

func flattenAll(terms []any, depth int) []any {
	out := []any{}
	for _, term := range terms {
		if term == nil || term == "None" || term == "null" {
			continue
		}
		if l, ok := term.(*value.List); ok && depth < 1000 {
			out = append(out, flattenAll(l.Items, depth+1)...)
			continue
		}
		if t, ok := term.(value.Tuple); ok && depth < 1000 {
			out = append(out, flattenAll(t, depth+1)...)
			continue
		}
		out = append(out, term)
	}
	return out
}
