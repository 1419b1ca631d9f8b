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
	if reverse {
		// What is equal keeps its order: Python too sorts the items from the last on.
		slices.Reverse(ranks)
		defer slices.Reverse(ranks)
	}
	if allStrings(keys) {
		slices.SortStableFunc(ranks, func(i, j int) int { return strings.Compare(keys[i].(string), keys[j].(string)) })
		return ranks, nil
	}
	return ranks, sortRuns(ranks, func(i, j int) (bool, error) { return Compare("<", keys[i], keys[j]) })
}

func allStrings(keys []any) bool {
	for _, k := range keys {
		if _, ok := k.(string); !ok {
			return false
		}
	}
	return true
}
