package source

import "strings"

// Near returns the known word that a misspelt one most likely stands for, or
// "" when none is close enough to be worth suggesting.
func Near(word string, known []string) string {
	best, bestDistance, bestStart := "", 1+len(word)/3, 0
	if bestDistance > 4 {
		bestDistance = 4
	}
	lower := strings.ToLower(word)
	for _, k := range known {
		d, start := distance(lower, strings.ToLower(k), bestDistance), sharedStart(lower, strings.ToLower(k))
		if d > bestDistance {
			continue
		}
		if d < bestDistance || best == "" || start > bestStart || start == bestStart && k < best {
			best, bestDistance, bestStart = k, d, start
		}
	}
	return best
}

// sharedStart is how many letters two words begin with alike: people rarely
// mistake the first ones.
func sharedStart(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// distance counts the edits (insert, delete, replace, swap neighbours) from a
// to b; beyond limit it returns limit+1.
func distance(a, b string, limit int) int {
	if diff := len(a) - len(b); diff > limit || -diff > limit {
		return limit + 1
	}
	prev2 := make([]int, len(b)+1)
	prev := make([]int, len(b)+1)
	cur := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
		prev2, prev, cur = prev, cur, prev2
	}
	if prev[len(b)] > limit {
		return limit + 1
	}
	return prev[len(b)]
}
