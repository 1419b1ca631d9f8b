package template

import (
	"strconv"
	"strings"

	"goplay/internal/lazy"
)

var (
	printed    = lazy.Regexp(`(?s)\{\{.*?\}\}`)
	textInside = lazy.Regexp(`(?s)'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*"`)
	charAt     = lazy.Regexp(`^(unexpected char .+ at )(\d+)$`)
)

// doubled is the text of an argument as Jinja2 gets it from Ansible: with two
// backslashes for each one in the strings of a {{ }}. Messages show that text.
func doubled(text string) string {
	if !strings.Contains(text, `\`) || !strings.Contains(text, "{{") {
		return text
	}
	text = strings.TrimSuffix(text, "\n") // the text is lexed for it, which drops the last end of a line
	return printed.ReplaceAllStringFunc(text, func(inner string) string {
		return textInside.ReplaceAllStringFunc(inner, func(s string) string { return strings.ReplaceAll(s, `\`, `\\`) })
	})
}

// movedChar is a message about a character at an offset, with the offset that
// it has in the doubled text.
func movedChar(msg, text string) string {
	found := charAt.FindStringSubmatch(msg)
	if found == nil {
		return msg
	}
	at, err := strconv.Atoi(found[2])
	if err != nil || at > len(text) {
		return msg
	}
	return found[1] + strconv.Itoa(at+addedBefore(text, at))
}

// addedBefore counts the backslashes that are added before an offset.
func addedBefore(text string, at int) (n int) {
	for _, block := range printed.FindAllStringIndex(text, -1) {
		for _, s := range textInside.FindAllStringIndex(text[block[0]:block[1]], -1) {
			start, end := block[0]+s[0], block[0]+s[1]
			if start < at {
				n += strings.Count(text[start:min(end, at)], `\`)
			}
		}
	}
	return n
}
