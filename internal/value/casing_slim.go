//go:build slim

package value

import "unicode"

// An agent runs no template: what becomes several characters in another case,
// which is for Python's methods, is not worth the tables there.
func upperOf(r rune) string { return string(unicode.ToUpper(r)) }

func titleOf(r rune) string { return string(unicode.ToTitle(r)) }

func foldOf(r rune) string { return string(unicode.ToLower(r)) }
