package value

import "slices"

// lessFunc compares two positions.
type lessFunc func(i, j int) (bool, error)

// longestRun is how many positions are sorted by insertion before runs are merged.
const longestRun = 64

// sortRuns sorts as Python does, comparing what Python compares first: it finds
// runs that are in order, makes the short ones longer by binary insertion and
// merges them. Which two items have no order shows in the error of those that
// have none.
func sortRuns(ranks []int, less lessFunc) error {
	shortest := shortestRun(len(ranks))
	var ends []int
	for at := 0; at < len(ranks); {
		rest := ranks[at:]
		n, err := countRun(rest, less)
		if err != nil {
			return err
		}
		if least := min(shortest, len(rest)); n < least {
			if err := insertSorted(rest[:least], n, less); err != nil {
				return err
			}
			n = least
		}
		at += n
		ends = append(ends, at)
	}
	return mergeRuns(ranks, ends, less)
}

func shortestRun(n int) int {
	odd := 0
	for n >= longestRun {
		odd |= n & 1
		n >>= 1
	}
	return n + odd
}

// countRun is the length of the run that ranks begin with; one that goes down is turned around.
func countRun(ranks []int, less lessFunc) (int, error) {
	if len(ranks) < 2 {
		return len(ranks), nil
	}
	down, err := less(ranks[1], ranks[0])
	n := 2
	for ; err == nil && n < len(ranks); n++ {
		var further bool
		if further, err = less(ranks[n], ranks[n-1]); further != down {
			break
		}
	}
	if down {
		slices.Reverse(ranks[:n])
	}
	return n, err
}

// insertSorted puts the positions from start on where they belong among those before.
func insertSorted(ranks []int, start int, less lessFunc) error {
	for ; start < len(ranks); start++ {
		pivot, low, high := ranks[start], 0, start
		for low < high {
			middle := low + (high-low)/2
			before, err := less(pivot, ranks[middle])
			if err != nil {
				return err
			}
			if before {
				high = middle
			} else {
				low = middle + 1
			}
		}
		copy(ranks[low+1:start+1], ranks[low:start])
		ranks[low] = pivot
	}
	return nil
}

// mergeRuns merges neighbouring runs, which end at ends, until one is left.
func mergeRuns(ranks, ends []int, less lessFunc) error {
	for len(ends) > 1 {
		var merged []int
		start := 0
		for i := 0; i < len(ends); i += 2 {
			end := ends[i]
			if i+1 < len(ends) {
				end = ends[i+1]
				if err := mergeTwo(ranks[start:end], ends[i]-start, less); err != nil {
					return err
				}
			}
			merged = append(merged, end)
			start = end
		}
		ends = merged
	}
	return nil
}

// mergeTwo merges the runs before and after middle.
func mergeTwo(ranks []int, middle int, less lessFunc) error {
	left, right := slices.Clone(ranks[:middle]), ranks[middle:]
	for out := 0; len(left) > 0 && len(right) > 0; out++ {
		first, err := less(right[0], left[0])
		if err != nil {
			return err
		}
		if first {
			ranks[out], right = right[0], right[1:]
		} else {
			ranks[out], left = left[0], left[1:]
		}
	}
	// What is left of the right run is in its place already.
	copy(ranks[len(ranks)-len(right)-len(left):], left)
	return nil
}
