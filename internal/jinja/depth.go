package jinja

import (
	"goplay/internal/value"
)

// maxNesting is how deep lists and dicts may nest in what is printed; Python's
// repr fails at about the same depth.
const maxNesting = 900

// deep reports whether a value nests deeper than limit. What contains itself
// counts up to there: its repr stops there too.
func deep(v any, limit int) bool {
	return shallowDeeper(v, min(limit, 16)) && height(v, map[any]int{}, limit) > limit
}

func inside(v any) []any {
	switch v := v.(type) {
	case *value.List:
		return v.Items
	case value.Tuple:
		return v
	case *value.Dict:
		return v.Values()
	}
	return nil
}

// shallowDeeper looks whether it is worth measuring: most values are flat.
func shallowDeeper(v any, limit int) bool {
	if limit == 0 {
		return true
	}
	switch v.(type) {
	case *value.List, value.Tuple, *value.Dict:
		for _, item := range inside(v) {
			if shallowDeeper(item, limit-1) {
				return true
			}
		}
	}
	return false
}

// height is how deep a value nests, measured no further than needed to know
// that it is beyond limit. known holds the heights of what was seen.
func height(v any, known map[any]int, limit int) int {
	switch v.(type) {
	case *value.List, *value.Dict:
		if h, ok := known[v]; ok {
			return h
		}
		known[v] = 0
	case value.Tuple:
	default:
		return 0
	}
	most := 0
	for _, item := range inside(v) {
		if limit <= 0 {
			break
		}
		most = max(most, height(item, known, limit-1))
	}
	if _, ok := v.(value.Tuple); !ok {
		known[v] = most + 1
	}
	return most + 1
}
