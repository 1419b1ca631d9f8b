//go:build !slim

package value

import "golang.org/x/text/unicode/runenames"

// runeNamed finds the character of a Unicode name, in upper case.
func runeNamed(name string) (rune, bool) {
	for c := rune(0); c <= 0x10FFFF; c++ {
		if runenames.Name(c) == name {
			return c, true
		}
	}
	return 0, false
}
