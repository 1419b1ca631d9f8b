package filters

import (
	"fmt"
	"slices"

	"goplay/internal/jinja"
	"goplay/internal/value"
)

var sequenceFilters = table{
	"flatten":      flatten,
	"zip":          zipFilter,
	"zip_longest":  zipLongest,
	"product":      product,
	"combinations": combinations,
	"permutations": permutations,
}

func flatten(c *jinja.Call) (any, error) {
	a, err := bind(c, "mylist levels? skip_nulls?")
	if err != nil {
		return nil, err
	}
	items, err := value.Items(a.get("mylist"))
	if err != nil {
		return nil, err
	}
	levels := int64(-1)
	if given := a.get("levels"); given != nil && slices.ContainsFunc(items, isSequence) {
		n, ok := number(given)
		if !ok {
			return nil, value.Raise("TypeError", "'>=' not supported between instances of '%s' and 'int'", value.TypeName(given))
		}
		levels = int64(max(0, min(n, 1000)))
	}
	out := value.NewList()
	return out, flattenInto(out, items, levels, a.truth("skip_nulls", true), 0)
}

func flattenInto(out *value.List, items []any, levels int64, skipNulls bool, depth int) error {
	for _, item := range items {
		if skipNulls {
			if err := defined(item); err != nil {
				return err
			}
		}
		if skipNulls && (item == nil || item == "None" || item == "null") {
			continue
		}
		if isSequence(item) && levels != 0 && depth < 1000 {
			inner, _ := value.Items(item)
			if err := flattenInto(out, inner, levels-1, skipNulls, depth+1); err != nil {
				return err
			}
			continue
		}
		out.Append(item)
	}
	return nil
}

func columns(terms []any) ([][]any, error) {
	lists := make([][]any, len(terms))
	for i, t := range terms {
		items, err := value.Items(t)
		if err != nil {
			if value.IsException(err, "TypeError") {
				err = value.Raise("TypeError", "'%s' object is not iterable", value.TypeName(t))
			}
			return nil, err
		}
		lists[i] = items
	}
	return lists, nil
}

func zipFilter(c *jinja.Call) (any, error) {
	a, err := bind(c, "*lists **kw")
	if err != nil {
		return nil, err
	}
	for k := range a.kw.All() {
		if k != "strict" {
			return nil, value.Raise("TypeError", "'%s' is an invalid keyword argument for zip()", value.Str(k))
		}
	}
	lists, err := columns(a.rest)
	if err != nil {
		return nil, err
	}
	if strict, _ := a.kw.Get("strict"); value.Truth(strict) {
		if err := sameLength(lists); err != nil {
			return nil, err
		}
	}
	rows := 0
	for i, l := range lists {
		if i == 0 || len(l) < rows {
			rows = len(l)
		}
	}
	out := make([]any, rows)
	for i := range out {
		row := make(value.Tuple, len(lists))
		for j, l := range lists {
			row[j] = l[i]
		}
		out[i] = row
	}
	return value.SliceIterator("zip", out), nil
}

// sameLength fails as a strict zip does.
func sameLength(lists [][]any) error {
	for i, l := range lists {
		how := "longer"
		if len(l) < len(lists[0]) {
			how = "shorter"
		}
		if len(l) == len(lists[0]) {
			continue
		}
		than := "argument 1"
		if i > 1 {
			than = fmt.Sprintf("arguments 1-%d", i)
		}
		return value.Raise("ValueError", "zip() argument %d is %s than %s", i+1, how, than)
	}
	return nil
}

func zipLongest(c *jinja.Call) (any, error) {
	a, err := bindLoose(c, "*lists **kw")
	if err != nil {
		return nil, err
	}
	for k := range a.kw.All() {
		if k != "fillvalue" {
			return nil, value.Raise("TypeError", "zip_longest() got an unexpected keyword argument")
		}
	}
	lists, err := columns(a.rest)
	if err != nil {
		return nil, err
	}
	fill, _ := a.kw.Get("fillvalue")
	rows := 0
	for _, l := range lists {
		rows = max(rows, len(l))
	}
	out := make([]any, rows)
	for i := range out {
		row := make(value.Tuple, len(lists))
		for j, l := range lists {
			if row[j] = fill; i < len(l) {
				row[j] = l[i]
			}
		}
		out[i] = row
	}
	return value.SliceIterator("itertools.zip_longest", out), nil
}

// maxRows and maxCells bound what the combining filters put out.
const (
	maxRows  = 1 << 20
	maxCells = 1 << 22
)

// mayHave is how many rows of a width there may be.
func mayHave(width int) int { return min(maxRows, maxCells/max(1, width)) }

func tooMany() error {
	return value.Raise("MemoryError", "result of so many rows is too large")
}

func product(c *jinja.Call) (any, error) {
	a, err := bind(c, "*lists **kw")
	if err != nil {
		return nil, err
	}
	lists, err := columns(a.rest)
	if err != nil {
		return nil, err
	}
	repeat := 1
	if v, ok := a.kw.Get("repeat"); ok {
		n, isInt := v.(int64)
		if !isInt || n < 0 {
			return nil, value.Raise("ValueError", "repeat argument cannot be negative")
		}
		repeat = int(min(n, 64))
	}
	var all [][]any
	for range repeat {
		all = append(all, lists...)
	}
	rows := []value.Tuple{{}}
	for _, l := range all {
		if len(rows)*len(l) > mayHave(len(all)) {
			return nil, tooMany()
		}
		next := make([]value.Tuple, 0, len(rows)*len(l))
		for _, row := range rows {
			for _, v := range l {
				next = append(next, append(row[:len(row):len(row)], v))
			}
		}
		rows = next
	}
	return rowIterator("itertools.product", rows), nil
}

func rowIterator(kind string, rows []value.Tuple) *value.Iterator {
	items := make([]any, len(rows))
	for i, row := range rows {
		items[i] = row
	}
	return value.SliceIterator(kind, items)
}

func combinations(c *jinja.Call) (any, error) {
	a, err := bind(c, "iterable r?")
	if err != nil {
		return nil, err
	}
	if !a.has("r") {
		return nil, value.Raise("TypeError", "combinations() missing required argument 'r' (pos 2)")
	}
	if a.get("r") == nil {
		return nil, value.Raise("TypeError", "'NoneType' object cannot be interpreted as an integer")
	}
	if _, err := a.integer("r", 0); err != nil {
		return nil, err
	}
	pool, n, err := choice(a)
	if err != nil {
		return nil, err
	}
	var rows []value.Tuple
	var pick func(start int, row value.Tuple) bool
	pick = func(start int, row value.Tuple) bool {
		if len(row) == n {
			rows = append(rows, append(value.Tuple{}, row...))
			return len(rows) <= mayHave(n)
		}
		for i := start; i < len(pool); i++ {
			if !pick(i+1, append(row, pool[i])) {
				return false
			}
		}
		return true
	}
	if n <= len(pool) && !pick(0, value.Tuple{}) {
		return nil, tooMany()
	}
	return rowIterator("itertools.combinations", rows), nil
}

func permutations(c *jinja.Call) (any, error) {
	a, err := bind(c, "iterable r?")
	if err != nil {
		return nil, err
	}
	if _, err := a.integer("r", 0); err != nil {
		return nil, value.Raise("TypeError", "Expected int as r")
	}
	pool, n, err := choice(a)
	if err != nil {
		return nil, err
	}
	var rows []value.Tuple
	used := make([]bool, len(pool))
	var pick func(row value.Tuple) bool
	pick = func(row value.Tuple) bool {
		if len(row) == n {
			rows = append(rows, append(value.Tuple{}, row...))
			return len(rows) <= mayHave(n)
		}
		for i, v := range pool {
			if used[i] {
				continue
			}
			used[i] = true
			ok := pick(append(row, v))
			used[i] = false
			if !ok {
				return false
			}
		}
		return true
	}
	if n <= len(pool) && !pick(value.Tuple{}) {
		return nil, tooMany()
	}
	return rowIterator("itertools.permutations", rows), nil
}

func choice(a *args) (pool []any, n int, err error) {
	if pool, err = value.Items(a.get("iterable")); err != nil {
		return nil, 0, err
	}
	r, err := a.integer("r", int64(len(pool)))
	if err != nil {
		return nil, 0, err
	}
	if r < 0 {
		return nil, 0, value.Raise("ValueError", "r must be non-negative")
	}
	return pool, int(min(r, int64(len(pool))+1)), nil
}
