package pyre

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// group reads an opening parenthesis with what follows it.
func (t *translator) group() error {
	start := t.at
	if !t.ahead("(?") {
		t.capture(start)
		t.copy(1)
		return nil
	}
	for _, plain := range []string{"(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>"} {
		if t.ahead(plain) {
			t.enter(0, start)
			t.copy(len(plain))
			return nil
		}
	}
	switch {
	case t.ahead("(?#"):
		return t.skipComment()
	case t.ahead("(?P<"):
		return t.namedGroup()
	case t.ahead("(?P="):
		return t.namedReference()
	case t.ahead("(?("):
		return t.conditional()
	case start+2 >= len(t.in):
		return &Error{"unexpected end of pattern", start + 2}
	}
	return t.inlineFlags()
}

func (t *translator) ahead(s string) bool {
	r := []rune(s)
	return t.at+len(r) <= len(t.in) && string(t.in[t.at:t.at+len(r)]) == s
}

func (t *translator) capture(start int) {
	t.groups++
	t.enter(t.groups, start)
}

func (t *translator) enter(number, start int) {
	t.open = append(t.open, opened{number, start, t.out.Len()})
	t.atom = -1
}

func (t *translator) skipComment() error {
	start := t.at
	for t.at < len(t.in) && t.in[t.at] != ')' {
		t.at++
	}
	if t.at == len(t.in) {
		return &Error{"missing ), unterminated comment", start}
	}
	t.at++
	return nil
}

// until reads a name up to a closing character and passes it.
func (t *translator) until(closing rune) (string, error) {
	start := t.at
	for t.at < len(t.in) && t.in[t.at] != closing {
		t.at++
	}
	if t.at == len(t.in) {
		return "", &Error{"missing " + string(closing) + ", unterminated name", start}
	}
	name := string(t.in[start:t.at])
	t.at++
	if name == "" {
		return "", &Error{"missing group name", start}
	}
	return name, nil
}

func (t *translator) namedGroup() error {
	start := t.at
	t.at += len("(?P<")
	pos := t.at
	name, err := t.until('>')
	if err != nil {
		return err
	}
	if !identifier(name) {
		return &Error{"bad character in group name '" + name + "'", pos}
	}
	if old, taken := t.names[name]; taken {
		return &Error{fmt.Sprintf("redefinition of group name '%s' as group %d; was group %d", name, t.groups+1, old), pos}
	}
	t.capture(start)
	t.names[name] = t.groups
	t.out.WriteByte('(')
	return nil
}

func identifier(name string) bool {
	for i, r := range name {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return name != ""
}

func (t *translator) namedReference() error {
	t.at += len("(?P=")
	pos := t.at
	name, err := t.until(')')
	if err != nil {
		return err
	}
	n, ok := t.names[name]
	if !ok {
		return &Error{"unknown group name '" + name + "'", pos}
	}
	t.atom, t.repeat = t.out.Len(), once
	return t.reference(n, pos)
}

// conditional is (?(1)yes|no), by number or name.
func (t *translator) conditional() error {
	start := t.at
	t.at += len("(?(")
	pos := t.at
	name, err := t.until(')')
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(name)
	if err != nil {
		var ok bool
		if n, ok = t.names[name]; !ok {
			return &Error{"unknown group name '" + name + "'", pos}
		}
	}
	if n > t.groups {
		return &Error{fmt.Sprintf("invalid group reference %d", n), pos}
	}
	t.enter(0, start)
	fmt.Fprintf(&t.out, "(?(%d)", n)
	return nil
}

// inlineFlags is (?im) at the start, or (?i-s:...) for a part. Flags that .NET
// does not have are taken for the whole pattern and left out.
func (t *translator) inlineFlags() error {
	start := t.at
	t.at += len("(?")
	var letters strings.Builder
	off := false
	for ; t.at < len(t.in); t.at++ {
		ch := t.in[t.at]
		switch ch {
		case 'i', 'm', 's', 'x':
			letters.WriteRune(ch)
			t.remember(ch, off)
		case 'a', 'L':
			t.flags |= ASCII
		case 'u':
		case '-':
			off = true
			letters.WriteRune(ch)
		case ':', ')':
			return t.closeFlags(ch, letters.String(), start)
		default:
			return &Error{"unknown extension ?" + string(ch), start + 1}
		}
	}
	return &Error{"missing -, : or )", t.at}
}

// remember follows the verbose flag: it changes how the rest is read here too.
func (t *translator) remember(ch rune, off bool) {
	if ch == 'x' && !off {
		t.flags |= Verbose
	}
}

func (t *translator) closeFlags(ch rune, letters string, start int) error {
	t.at++
	if ch == ':' {
		t.enter(0, start)
		t.out.WriteString("(?" + letters + ":")
		return nil
	}
	if start != 0 {
		return &Error{"global flags not at the start of the expression", start}
	}
	for _, l := range letters {
		t.flags |= map[rune]Flags{'i': IgnoreCase, 'm': Multiline, 's': DotAll, 'x': Verbose}[l]
	}
	return nil
}
