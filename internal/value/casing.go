//go:build !slim

package value

import (
	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

// upperOf, titleOf and foldOf are the character in another case, which may be
// several, as Unicode has it for no language in particular.
func upperOf(r rune) string { return cases.Upper(language.Und).String(string(r)) }

func titleOf(r rune) string { return cases.Title(language.Und, cases.NoLower).String(string(r)) }

func foldOf(r rune) string { return cases.Fold().String(string(r)) }
