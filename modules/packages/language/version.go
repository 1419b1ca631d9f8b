package language

import (
	"strconv"

	"goplay/internal/lazy"
)

var number = lazy.Regexp(`\d+`)

// numbers are the numbers of a version, in their order.
func numbers(text string) []int {
	var list []int
	for _, digits := range number.FindAllString(text, -1) {
		n, err := strconv.Atoi(digits)
		if err != nil {
			return list
		}
		list = append(list, n)
	}
	return list
}
