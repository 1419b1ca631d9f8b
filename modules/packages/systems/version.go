package systems

import (
	"slices"
	"strconv"

	"goplay/internal/lazy"
)

var digitsOf = lazy.Regexp(`\d+`)

// before compares versions by their numbers.
func before(a, b string) bool { return slices.Compare(numbers(a), numbers(b)) < 0 }

func numbers(version string) []int {
	var list []int
	for _, text := range digitsOf.FindAllString(version, -1) {
		n, err := strconv.Atoi(text)
		if err != nil {
			return list
		}
		list = append(list, n)
	}
	return list
}
