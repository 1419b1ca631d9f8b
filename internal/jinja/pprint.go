package jinja

import (
	"strings"
	"unicode/utf8"

	"goplay/internal/lazy"
	"goplay/internal/value"
)

const (
	prettyWidth = 80
	prettyDepth = 200 // how deep what is printed may nest
)

// printer writes values as Python's pprint does.
type printer struct{ strings.Builder }

func pretty(v any) (string, error) {
	if deep(v, prettyDepth) {
		return "", value.Raise("RecursionError", "maximum recursion depth exceeded")
	}
	var p printer
	p.format(v, 0, 0, 0)
	return p.String(), nil
}

func width(s string) int { return utf8.RuneCountInString(s) }

// sortedPairs gives a dict's keys and values by key; keys without an order stay
// as they are.
func sortedPairs(d *value.Dict) []any {
	pairs := make([]any, 0, d.Len())
	for k, v := range d.All() {
		pairs = append(pairs, value.Tuple{k, v})
	}
	kept := append([]any(nil), pairs...)
	if value.Sort(pairs, func(p any) (any, error) { return p.(value.Tuple)[0], nil }, false) != nil {
		return kept
	}
	return pairs
}

// oneLine is repr with sorted dicts.
func oneLine(v any) string {
	switch v := v.(type) {
	case *value.Dict:
		parts := make([]string, 0, v.Len())
		for _, p := range sortedPairs(v) {
			parts = append(parts, oneLine(p.(value.Tuple)[0])+": "+oneLine(p.(value.Tuple)[1]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case *value.List:
		return "[" + joined(v.Items) + "]"
	case value.Tuple:
		if len(v) == 1 {
			return "(" + oneLine(v[0]) + ",)"
		}
		return "(" + joined(v) + ")"
	}
	return value.Repr(v)
}

func joined(items []any) string {
	parts := make([]string, len(items))
	for i, item := range items {
		parts[i] = oneLine(item)
	}
	return strings.Join(parts, ", ")
}

func (p *printer) format(v any, indent, allowance, level int) {
	rep := oneLine(v)
	if width(rep) <= prettyWidth-indent-allowance {
		p.WriteString(rep)
		return
	}
	switch v := v.(type) {
	case *value.Dict:
		p.dict(v, indent+1, allowance+1, level+1)
	case *value.List:
		p.WriteByte('[')
		p.items(v.Items, indent+1, allowance+1, level+1)
		p.WriteByte(']')
	case value.Tuple:
		end := ")"
		if len(v) == 1 {
			end = ",)"
		}
		p.WriteByte('(')
		p.items(v, indent+1, allowance+len(end), level+1)
		p.WriteString(end)
	case string:
		p.text(v, indent, allowance, level+1)
	default:
		p.WriteString(rep)
	}
}

func (p *printer) newline(indent int) {
	p.WriteByte('\n')
	p.WriteString(strings.Repeat(" ", indent))
}

func (p *printer) dict(d *value.Dict, indent, allowance, level int) {
	p.WriteByte('{')
	pairs := sortedPairs(d)
	for i, pair := range pairs {
		if i > 0 {
			p.WriteByte(',')
			p.newline(indent)
		}
		room := 1
		if i == len(pairs)-1 {
			room = allowance
		}
		key := oneLine(pair.(value.Tuple)[0])
		p.WriteString(key + ": ")
		p.format(pair.(value.Tuple)[1], indent+width(key)+2, room, level)
	}
	p.WriteByte('}')
}

func (p *printer) items(items []any, indent, allowance, level int) {
	for i, item := range items {
		if i > 0 {
			p.WriteByte(',')
			p.newline(indent)
		}
		room := 1
		if i == len(items)-1 {
			room = allowance
		}
		p.format(item, indent, room, level)
	}
}

var wordAndSpace = lazy.Regexp(`[^\s\v]*[\s\v]*`)

// text writes a long string as several, one below the other.
func (p *printer) text(s string, indent, allowance, level int) {
	if level == 1 {
		indent++
		allowance++
	}
	lines := value.SplitLines(s, true)
	var chunks []string
	for i, line := range lines {
		room := prettyWidth - indent
		last := i == len(lines)-1
		if last {
			room -= allowance
		}
		if rep := value.Repr(line); width(rep) <= room {
			chunks = append(chunks, rep)
			continue
		}
		chunks = append(chunks, broken(line, prettyWidth-indent, allowance, last)...)
	}
	if len(chunks) == 1 {
		p.WriteString(value.Repr(lines[len(lines)-1]))
		return
	}
	if level == 1 {
		p.WriteByte('(')
	}
	for i, chunk := range chunks {
		if i > 0 {
			p.newline(indent)
		}
		p.WriteString(chunk)
	}
	if level == 1 {
		p.WriteByte(')')
	}
}

// broken cuts a line between words to fit into a width.
func broken(line string, room, allowance int, last bool) []string {
	var chunks []string
	words := wordAndSpace.FindAllString(line, -1)
	if n := len(words); n > 0 && words[n-1] == "" {
		words = words[:n-1]
	}
	current := ""
	for j, word := range words {
		if last && j == len(words)-1 {
			room -= allowance
		}
		if width(value.Repr(current+word)) <= room {
			current += word
			continue
		}
		if current != "" {
			chunks = append(chunks, value.Repr(current))
		}
		current = word
	}
	if current != "" {
		chunks = append(chunks, value.Repr(current))
	}
	return chunks
}
