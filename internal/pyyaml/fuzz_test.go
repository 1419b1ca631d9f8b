package pyyaml_test

import (
	"strings"
	"testing"

	"goplay/internal/pyyaml"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// FuzzEncode holds that text which is written as YAML reads as the same text,
// in every style and place.
func FuzzEncode(f *testing.F) {
	for _, s := range []string{"", "plain", " lead", "trail ", "a: b", "- x", "#c", "a #b", "yes", "null", "1.5", "0x1f", "1:30", "it's", "\"q\"", "two\nlines\n", "\n\n", "tab\there", "é☃", "\x00\x07", "=", "<<", "2024-01-01", "a\r\nb", "\u0085\u2028", "? x", "[a", "%x", "\ufeff"} {
		f.Add(s, 80)
	}
	f.Fuzz(func(t *testing.T, s string, width int) {
		s = strings.ToValidUTF8(s, "?")
		for _, style := range []string{"", "'", "\""} {
			o := pyyaml.Defaults()
			o.DefaultStyle, o.Width, o.Unicode = style, width, width%2 == 0
			text, err := pyyaml.Encode(value.NewList(s, value.DictOf(s, s)), o)
			if err != nil {
				continue
			}
			docs, _, err := tree.Parse("f", []byte(text), tree.Options{Plain: true})
			if err != nil {
				t.Fatalf("%q is written as %q, which does not read: %v", s, text, err)
			}
			got := docs[0].Data().(*value.List).Items[0]
			if got != s {
				t.Fatalf("%q is written as %q, which reads as %q", s, text, got)
			}
		}
	})
}
