package docker

import (
	"errors"
	"strings"
)

// words splits a text as a POSIX shell splits a command line, without
// expanding anything.
func words(text string) ([]string, error) {
	var out []string
	var word strings.Builder
	started, quote := false, byte(0)
	for i := 0; i < len(text); i++ {
		ch := text[i]
		switch {
		case quote == '\'':
			if ch == '\'' {
				quote = 0
			} else {
				word.WriteByte(ch)
			}
		case ch == '\\' && (quote == 0 || i+1 < len(text) && strings.IndexByte(`"\`, text[i+1]) >= 0):
			if i++; i == len(text) {
				return nil, errors.New("No escaped character")
			}
			word.WriteByte(text[i])
			started = true
		case quote == '"':
			if ch == '"' {
				quote = 0
			} else {
				word.WriteByte(ch)
			}
		case ch == '\'' || ch == '"':
			quote, started = ch, true
		case strings.IndexByte(" \t\r\n", ch) >= 0:
			if started {
				out = append(out, word.String())
				word.Reset()
				started = false
			}
		default:
			word.WriteByte(ch)
			started = true
		}
	}
	if quote != 0 {
		return nil, errors.New("No closing quotation")
	}
	if started {
		out = append(out, word.String())
	}
	return out, nil
}
