package pyre

import (
	"strconv"
	"strings"
)

// piece of a replacement template: literal text, or a group.
type piece struct {
	text  string
	group int // -1 for text
}

type template []piece

func (t template) expand(m *Match) string {
	var b strings.Builder
	for _, p := range t {
		if p.group < 0 {
			b.WriteString(p.text)
			continue
		}
		text, _ := m.Group(p.group)
		b.WriteString(text)
	}
	return b.String()
}

// Sub replaces the matches in s by a template and says how many they were; a
// count of 0 means all. \1, \g<1> and \g<name> are groups.
func (r *Regexp) Sub(replacement, s string, count int) (string, int, error) {
	t, err := r.parseTemplate(replacement)
	if err != nil {
		return "", 0, err
	}
	out, n := r.SubFunc(s, count, t.expand)
	return out, n, nil
}

// SubFunc replaces the matches in s by what replace makes of them.
func (r *Regexp) SubFunc(s string, count int, replace func(*Match) string) (string, int) {
	if count == 0 {
		count = -1
	}
	matches := r.FindAll(s, count)
	if len(matches) == 0 {
		return s, 0
	}
	text := matches[0].text
	parts := make([]string, 0, 2*len(matches)+1) // joined once, when their length is known
	at, long := 0, 0
	for _, m := range matches {
		between, piece := encode(text[at:m.Start()], r.flags), replace(m)
		if long += len(between) + len(piece); long > maxText+len(s) {
			panic(&LongError{r.Pattern})
		}
		parts = append(parts, between, piece)
		at = m.End()
	}
	return strings.Join(append(parts, encode(text[at:], r.flags)), ""), len(matches)
}

var controls = map[byte]string{'a': "\a", 'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t", 'v': "\v"}

func (r *Regexp) parseTemplate(s string) (template, error) {
	p := templateParser{re: r, in: s}
	for p.at < len(s) {
		if s[p.at] != '\\' {
			p.literal(s[p.at : p.at+1])
			p.at++
			continue
		}
		if err := p.escape(); err != nil {
			return nil, err
		}
	}
	p.flush()
	return p.out, nil
}

type templateParser struct {
	re   *Regexp
	in   string
	at   int
	text strings.Builder
	out  template
}

func (p *templateParser) literal(s string) { p.text.WriteString(s) }

func (p *templateParser) flush() {
	if p.text.Len() > 0 {
		p.out = append(p.out, piece{p.text.String(), -1})
		p.text.Reset()
	}
}

func (p *templateParser) group(n, pos int) error {
	if n > p.re.groups {
		return &Error{"invalid group reference " + strconv.Itoa(n), pos}
	}
	p.flush()
	p.out = append(p.out, piece{group: n})
	return nil
}

func (p *templateParser) escape() error {
	start := p.at
	if start+1 >= len(p.in) {
		return &Error{"bad escape (end of pattern)", start}
	}
	ch := p.in[start+1]
	p.at += 2
	switch {
	case ch == 'g':
		return p.named()
	case ch >= '0' && ch <= '9':
		return p.number(start)
	case controls[ch] != "":
		p.literal(controls[ch])
	case ch == '\\':
		p.literal(`\`)
	case ch >= 'a' && ch <= 'z' || ch >= 'A' && ch <= 'Z':
		return &Error{`bad escape \` + string(ch), start}
	default:
		p.literal(p.in[start : start+2])
	}
	return nil
}

// number reads \1, \12, or an octal escape: a leading zero or three octal digits.
func (p *templateParser) number(start int) error {
	digits := p.in[start+1:]
	octals := 0
	for octals < len(digits) && octals < 3 && digits[octals] >= '0' && digits[octals] <= '7' {
		octals++
	}
	if digits[0] == '0' || octals == 3 {
		n, _ := strconv.ParseUint(digits[:octals], 8, 32)
		if n > 0o377 {
			return &Error{"octal escape value \\" + digits[:octals] + " outside of range 0-0o377", start}
		}
		p.at = start + 1 + octals
		p.literal(encode([]rune{rune(n)}, p.re.flags))
		return nil
	}
	end := 1
	if len(digits) > 1 && digits[1] >= '0' && digits[1] <= '9' {
		end = 2
	}
	n, _ := strconv.Atoi(digits[:end])
	p.at = start + 1 + end
	return p.group(n, start+1)
}

func (p *templateParser) named() error {
	if p.at >= len(p.in) || p.in[p.at] != '<' {
		return &Error{"missing <", p.at}
	}
	name, _, ok := strings.Cut(p.in[p.at+1:], ">")
	if !ok && name == "" {
		return &Error{"missing group name", p.at + 1}
	}
	if !ok {
		return &Error{"missing >, unterminated name", p.at + 1}
	}
	pos := p.at + 1
	p.at = pos + len(name) + 1
	if name == "" {
		return &Error{"missing group name", pos}
	}
	if n, err := strconv.Atoi(name); err == nil && n >= 0 {
		return p.group(n, pos)
	}
	n, ok := p.re.names[name]
	if !ok {
		if !identifier(name) {
			return &Error{"bad character in group name '" + name + "'", pos}
		}
		return &UnknownGroup{Name: name}
	}
	return p.group(n, pos)
}

// UnknownGroup is a template that names a group the pattern does not have,
// Python's IndexError.
type UnknownGroup struct{ Name string }

func (e *UnknownGroup) Error() string { return "unknown group name '" + e.Name + "'" }
