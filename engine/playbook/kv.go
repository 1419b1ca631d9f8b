package playbook

import (
	"strconv"
	"strings"
)

// splitArgs cuts a line of k=v arguments at spaces outside of quotes and of
// Jinja's braces. Further white space stays at the end of the piece before it,
// so that joining the pieces again gives the line. ok is false when a quote or
// a brace is not closed.
func splitArgs(text string) (pieces []string, ok bool) {
	s := splitter{}
	lines := strings.Split(strings.TrimLeft(text, " \t\n"), "\n")
	for i, line := range lines {
		continued := s.line(line)
		if i < len(lines)-1 && !continued {
			s.extend("\n")
		}
	}
	return s.pieces, !s.inside()
}

// splitter is where splitArgs is in its text.
type splitter struct {
	pieces []string
	quote  byte
	depth  [3]int // of {{ }}, {% %} and {# #}
}

func (s *splitter) inside() bool { return s.quote != 0 || s.depth != [3]int{} }

func (s *splitter) extend(text string) {
	if n := len(s.pieces); n > 0 {
		s.pieces[n-1] += text
	}
}

// line takes one line and reports whether a backslash in it joins the next one to it.
func (s *splitter) line(line string) (continued bool) {
	words := strings.Split(line, " ")
	for i, word := range words {
		space := " "
		if i == 0 {
			space = ""
		}
		switch {
		case s.inside():
			s.extend(space + word)
		case word == "\\":
			continued = true
		case word == "":
			s.extend(space)
		default:
			s.pieces = append(s.pieces, word)
		}
		s.follow(word)
	}
	return continued
}

// follow notes which quotes and braces are open after a word.
func (s *splitter) follow(word string) {
	for i := range len(word) {
		c := word[i]
		if c != '\'' && c != '"' || i > 0 && word[i-1] == '\\' {
			continue
		}
		switch s.quote {
		case c:
			s.quote = 0
		case 0:
			s.quote = c
		}
	}
	for i, mark := range [...][2]string{{"{{", "}}"}, {"{%", "%}"}, {"{#", "#}"}} {
		s.depth[i] = max(0, s.depth[i]+strings.Count(word, mark[0])-strings.Count(word, mark[1]))
	}
}

func joinArgs(pieces []string) string {
	var b strings.Builder
	for i, piece := range pieces {
		if i > 0 && !strings.HasSuffix(pieces[i-1], "\n") {
			b.WriteByte(' ')
		}
		b.WriteString(piece)
	}
	return b.String()
}

// pair is one k=v argument.
type pair struct{ key, val string }

// rawKeys are the options that may be written on the line of a free-form command.
var rawKeys = map[string]bool{
	"creates": true, "removes": true, "chdir": true, "executable": true, "warn": true,
	"stdin": true, "stdin_add_newline": true, "strip_empty_ends": true,
}

// parseKV reads a line of arguments: pairs, and the rest as it was written.
// For a free-form module only its own options count as pairs.
func parseKV(text string, freeForm bool) (pairs []pair, raw string, ok bool) {
	pieces, ok := splitArgs(text)
	if !ok {
		return nil, "", false
	}
	var rest []string
	for _, piece := range pieces {
		one := unescape(piece)
		at := equals(one)
		switch {
		case at < 0:
			rest = append(rest, strings.ReplaceAll(piece, "\\=", "="))
		case at == 0, freeForm && !rawKeys[one[:at]]:
			rest = append(rest, piece)
		default:
			pairs = append(pairs, pair{strings.TrimSpace(one[:at]), unquote(strings.TrimSpace(one[at+1:]))})
		}
	}
	return pairs, joinArgs(rest), true
}

// equals finds the first = without a backslash before it; -1 without one.
func equals(s string) int {
	for from := 0; ; {
		i := strings.IndexByte(s[from:], '=')
		if i < 0 {
			return -1
		}
		if i += from; i == 0 || s[i-1] != '\\' {
			return i
		}
		from = i + 1
	}
}

// unescape turns the escapes of a k=v line into what they stand for.
func unescape(s string) string {
	if !strings.Contains(s, "\\") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] == '\\' && i+1 < len(s) {
			if r, rest, ok := escapeAt(s[i:]); ok {
				b.WriteString(r)
				i = len(s) - len(rest)
				continue
			}
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

func escapeAt(s string) (text, rest string, ok bool) {
	if strings.IndexByte("abfnrtv\\'\"xuU", s[1]) < 0 {
		return "", "", false
	}
	switch s[1] {
	case '\'', '"':
		return s[1:2], s[2:], true
	}
	r, _, rest, err := strconv.UnquoteChar(s, 0)
	if err != nil {
		return "", "", false
	}
	return string(r), rest, true
}

// unquote takes off one pair of quotes around all of s.
func unquote(s string) string {
	if len(s) > 1 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] && s[len(s)-2] != '\\' {
		return s[1 : len(s)-1]
	}
	return s
}
