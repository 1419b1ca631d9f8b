package jmespath

import (
	"encoding/json"
	"strings"
)

// quoteLiterals gives each literal quotes that is not JSON: between backquotes
// Python's jmespath takes bare text too.
func quoteLiterals(expression string) string {
	if !strings.Contains(expression, "`") {
		return expression
	}
	var b strings.Builder
	open := "" // quotes that nothing closes any more
	for rest := expression; rest != ""; {
		quote := rest[0]
		end := 0
		if strings.IndexByte("`'\"", quote) >= 0 && strings.IndexByte(open, quote) < 0 {
			if end = closing(rest); end == 0 {
				open += rest[:1]
			}
		}
		if end == 0 {
			b.WriteByte(quote)
			rest = rest[1:]
			continue
		}
		token := rest[:end]
		if quote == '`' {
			token = quoted(token)
		}
		b.WriteString(token)
		rest = rest[end:]
	}
	return b.String()
}

// closing is where what starts with a quote ends, or 0 when it does not.
func closing(text string) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case text[0]:
			return i + 1
		}
	}
	return 0
}

// quoted is a literal as it is when it holds JSON, or as text.
func quoted(token string) string {
	inner := token[1 : len(token)-1]
	if json.Valid([]byte(strings.ReplaceAll(inner, "\\`", "`"))) {
		return token
	}
	text := `"` + strings.TrimLeft(inner, " \t\n\r\f\v") + `"`
	if !json.Valid([]byte(strings.ReplaceAll(text, "\\`", "`"))) {
		return token
	}
	return "`" + text + "`"
}
