package python

import (
	"strings"

	"goplay/internal/lazy"
)

// imported is one name that a file of Python imports.
type imported struct {
	module   string // with the dots of a relative import in front
	name     string // of `from module import name`; empty for `import module`
	optional bool   // inside of try, if or a function: the file can do without
}

// imports finds the import statements of a file, without a Python to ask.
func imports(src string) []imported {
	var out []imported
	for _, line := range statements(src) {
		body := strings.TrimLeft(line, " \t")
		optional := len(body) < len(line)
		if m := fromImport.FindStringSubmatch(body); m != nil {
			for _, name := range strings.Split(strings.Trim(m[2], "() "), ",") {
				if name = firstWord(name); name != "" {
					out = append(out, imported{m[1], name, optional})
				}
			}
		} else if rest, ok := strings.CutPrefix(body, "import "); ok {
			for _, name := range strings.Split(rest, ",") {
				out = append(out, imported{module: firstWord(name), optional: optional})
			}
		}
	}
	return out
}

var fromImport = lazy.Regexp(`^from\s+([.\w]+)\s+import\s*(.*)$`)

// firstWord is a name without what `as` makes of it.
func firstWord(s string) string {
	if words := strings.Fields(strings.Trim(s, "() ")); len(words) > 0 {
		return words[0]
	}
	return ""
}

// statements cuts a file into logical lines: without comments and the contents
// of strings, what parentheses and backslashes join in one line.
func statements(src string) []string {
	var out []string
	var line strings.Builder
	depth := 0
	end := func() {
		out = append(out, line.String())
		line.Reset()
	}
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case c == '#':
			for i+1 < len(src) && src[i+1] != '\n' {
				i++
			}
		case c == '"' || c == '\'':
			i = afterString(src, i) - 1
			line.WriteString(`""`)
		case c == '\\' && i+1 < len(src) && src[i+1] == '\n':
			i++
			line.WriteByte(' ')
		case strings.IndexByte("([{", c) >= 0:
			depth++
			line.WriteByte(c)
		case strings.IndexByte(")]}", c) >= 0:
			depth--
			line.WriteByte(c)
		case c == '\n' && depth > 0:
			line.WriteByte(' ')
		case c == '\n':
			end()
		case c == ';' && depth <= 0:
			before := line.String()
			end()
			line.WriteString(before[:len(before)-len(strings.TrimLeft(before, " \t"))])
			for i+1 < len(src) && src[i+1] == ' ' {
				i++
			}
		case c != '\r':
			line.WriteByte(c)
		}
	}
	end()
	return out
}

// afterString is where the string that starts at i ends.
func afterString(src string, i int) int {
	quote := src[i : i+1]
	if strings.HasPrefix(src[i:], strings.Repeat(quote, 3)) {
		quote = strings.Repeat(quote, 3)
	}
	for i += len(quote); i < len(src); i++ {
		switch {
		case src[i] == '\\':
			i++
		case strings.HasPrefix(src[i:], quote):
			return i + len(quote)
		case src[i] == '\n' && len(quote) == 1:
			return i
		}
	}
	return len(src)
}
