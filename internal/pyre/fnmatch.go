package pyre

import "strings"

// Fnmatch is a shell pattern as a regular expression, by Python's rules.
func Fnmatch(pattern string) string {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch ch := pattern[i]; ch {
		case '*':
			b.WriteString(".*")
		case '?':
			b.WriteByte('.')
		case '[':
			end := strings.IndexByte(pattern[min(len(pattern), i+2):], ']')
			if end < 0 {
				b.WriteString(`\[`)
				continue
			}
			set := strings.ReplaceAll(pattern[i+1:i+2+end], `\`, `\\`)
			if set[0] == '!' {
				set = "^" + set[1:]
			}
			b.WriteString("[" + set + "]")
			i += end + 2
		default:
			b.WriteString(Escape(string(ch)))
		}
	}
	return "(?s:" + b.String() + `)\Z`
}
