package template

import (
	"strings"
	"unicode"
)

// mutators are the methods that change a container in place; loaders are the
// statements that may bring in a template which calls one.
var (
	mutators = words("append extend insert remove pop popitem clear update setdefault sort reverse add discard __setitem__ __delitem__")
	loaders  = words("include import from extends")
)

func words(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

// mayMutate reports whether a text has what looks like a mutator or a loader.
// It is asked of every text, so it goes through it once, byte by byte.
func mayMutate(text string) bool {
	for {
		i := strings.IndexAny(text, ".[{")
		if i < 0 {
			return false
		}
		c := text[i]
		text = text[i+1:]
		rest := text
		switch {
		case c == '[':
			rest = trimBlank(rest)
			if rest == "" || rest[0] != '\'' && rest[0] != '"' {
				continue
			}
			rest = rest[1:]
		case c == '{':
			if rest == "" || rest[0] != '%' {
				continue
			}
			rest = rest[1:]
			if rest != "" && (rest[0] == '-' || rest[0] == '+') {
				rest = rest[1:]
			}
			if loaders[firstWord(rest)] {
				return true
			}
			continue
		}
		if mutators[firstWord(rest)] {
			return true
		}
	}
}

// loneName is the name in a text that is {{ name }} and nothing else, or empty.
func loneName(text string) string {
	inner, ok := strings.CutPrefix(text, "{{")
	if !ok {
		return ""
	}
	name := firstWord(inner)
	rest := trimBlank(trimBlank(inner)[len(name):])
	if rest != "}}" && rest != "}}\n" {
		return ""
	}
	return name
}

// firstWord is the word that a text starts with, after blanks; it may be empty.
func firstWord(text string) string {
	text = trimBlank(text)
	end := 0
	for end < len(text) && text[end] < 0x80 && isWord(text[end]) {
		end++
	}
	return text[:end]
}

func trimBlank(text string) string { return strings.TrimLeftFunc(text, isBlank) }

// isBlank is what \s stands for in Python.
func isBlank(r rune) bool { return unicode.IsSpace(r) || 0x1c <= r && r <= 0x1f }
