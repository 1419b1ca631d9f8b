package source

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestColumns(t *testing.T) {
	for _, text := range []string{"", "abc", "äöü☃x", strings.Repeat("aä☃𝄞\n", 700), strings.Repeat("x", 2000) + "é"} {
		c := NewColumns(text)
		for at := 0; at <= len(text); at++ {
			if at < len(text) && !utf8.RuneStart(text[at]) {
				continue
			}
			n := utf8.RuneCountInString(text[:at])
			if got := c.Before(at); got != n {
				t.Fatalf("%.20q: %d characters before %d, not %d", text, got, at, n)
			}
			if got := c.Offset(n); got != at {
				t.Fatalf("%.20q: character %d begins at %d, not %d", text, n, got, at)
			}
		}
	}
}
