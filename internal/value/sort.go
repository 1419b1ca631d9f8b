package value

import (
	"slices"
	"strings"
)

// Sort is Python's list.sort, in place and stable: by key(item) where key is
// not nil, descending when reverse. It fails with a TypeError on items that have no
// order, and leaves items in some order then.
func Sort(items []any, key func(any) (any, error), reverse bool) error {
	keys := items
	if key != nil {
		keys = make([]any, len(items))
		for i, item := range items {
			k, err := key(item)
			if err != nil {
				return err
			}
			keys[i] = k
		}
	}
	ranks, err := sortRanks(keys, reverse)
	if err != nil {
		return err
	}
	sorted := make([]any, len(items))
	for i, r := range ranks {
		sorted[i] = items[r]
	}
	copy(items, sorted)
	return nil
}

// sortRanks are the positions of keys in sorted order.
func sortRanks(keys []any, reverse bool) ([]int, error) {
	ranks := make([]int, len(keys))
	for i := range ranks {
		ranks[i] = i
	}
	compare := compareStrings
	if !allStrings(keys) {
		if err := comparable(keys, reverse); err != nil {
			return nil, err
		}
		compare = compareValues
	}
	var failed error
	slices.SortStableFunc(ranks, func(i, j int) int {
		if reverse {
			i, j = j, i
		}
		c, err := compare(keys[i], keys[j])
		if failed == nil {
			failed = err
		}
		return c
	})
	return ranks, failed
}

func allStrings(keys []any) bool {
	for _, k := range keys {
		if _, ok := k.(string); !ok {
			return false
		}
	}
	return true
}

// comparable makes the comparisons that Python makes first: it compares a later
// item to an earlier one, which its error words show.
func comparable(keys []any, reverse bool) error {
	for i := 1; i < len(keys); i++ {
		later, earlier := keys[i], keys[i-1]
		if reverse {
			later, earlier = keys[len(keys)-i-1], keys[len(keys)-i]
		}
		if _, err := Compare("<", later, earlier); err != nil {
			return err
		}
	}
	return nil
}

func compareStrings(a, b any) (int, error) { return strings.Compare(a.(string), b.(string)), nil }

func compareValues(a, b any) (int, error) {
	less, err := Compare("<", a, b)
	if less || err != nil {
		return -1, err
	}
	more, err := Compare("<", b, a)
	return order(false, more), err
}
