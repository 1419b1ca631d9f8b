package value

import "slices"

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

// sortRanks are the positions of keys in sorted order. Python compares a later
// item to an earlier one, which its error words show.
func sortRanks(keys []any, reverse bool) ([]int, error) {
	ranks := make([]int, len(keys))
	for i := range ranks {
		ranks[i] = i
	}
	for i := 1; i < len(keys); i++ {
		later, earlier := keys[i], keys[i-1]
		if reverse {
			later, earlier = earlier, later
		}
		if _, err := Compare("<", later, earlier); err != nil {
			return nil, err
		}
	}
	var failed error
	slices.SortStableFunc(ranks, func(i, j int) int {
		a, b := keys[i], keys[j]
		if reverse {
			a, b = b, a
		}
		less, err := Compare("<", a, b)
		if less {
			return -1
		}
		more, err2 := Compare("<", b, a)
		if failed == nil && err != nil {
			failed = err
		}
		if failed == nil && err2 != nil {
			failed = err2
		}
		return order(false, more)
	})
	return ranks, failed
}
