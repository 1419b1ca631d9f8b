package pyre

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// translator rewrites a pattern from Python's syntax to regexp2's, which is
// that of .NET. All groups become plain ones: .NET numbers named groups last.
type translator struct {
	in     []rune
	at     int
	flags  Flags
	out    strings.Builder
	groups int
	open   []opened
	names  map[string]int

	members     strings.Builder // what the class that is read holds
	complements []string        // and of what it holds all others

	atom   int // where what could be repeated starts in out, -1 for nothing
	repeat repeated
}

// opened is a group that is not closed yet.
type opened struct {
	number int // 0 for one that does not capture
	in     int // where it starts in the pattern
	out    int
}

// repeated tells what stands after the last atom.
type repeated int

const (
	once repeated = iota
	many          // a repetition, which may still be made lazy or possessive
	done
)

func (t *translator) translate() (string, error) {
	t.atom = -1
	for t.at < len(t.in) {
		if err := t.next(); err != nil {
			return "", err
		}
	}
	if n := len(t.open); n > 0 {
		return "", &Error{"missing ), unterminated subpattern", t.open[n-1].in}
	}
	return t.out.String(), nil
}

func (t *translator) next() error {
	start := t.out.Len()
	switch ch := t.in[t.at]; ch {
	case '*', '+', '?':
		return t.repetition(string(ch), 1)
	case '{':
		if text, width := t.braces(); text != "" {
			return t.repetition(text, width)
		}
		t.out.WriteString(`\{`)
		t.at++
	case '(':
		return t.group()
	case ')':
		return t.closeGroup()
	case '|', '^', '$':
		t.copy(1)
		start = -1
	case '\\':
		edge := t.at+1 < len(t.in) && strings.ContainsRune("AZbB", t.in[t.at+1])
		if err := t.escape(); err != nil {
			return err
		}
		if edge {
			start = -1
		}
	case '[':
		if err := t.class(); err != nil {
			return err
		}
	case '#', ' ', '\t', '\n', '\r', '\f', '\v':
		if t.flags&Verbose != 0 {
			t.space()
			return nil
		}
		t.literal(ch)
		t.at++
	default:
		t.copy(1)
	}
	t.atom, t.repeat = start, once
	return nil
}

// space passes over what means nothing in a verbose pattern.
func (t *translator) space() {
	if t.in[t.at] == '#' {
		t.comment()
		return
	}
	t.at++
}

func (t *translator) closeGroup() error {
	n := len(t.open)
	if n == 0 {
		return &Error{"unbalanced parenthesis", t.at}
	}
	t.atom, t.repeat = t.open[n-1].out, once
	t.open = t.open[:n-1]
	t.copy(1)
	return nil
}

// repetition writes one that is width characters long in the pattern. After
// another, ? makes that lazy and + possessive, for which .NET has groups only.
func (t *translator) repetition(text string, width int) error {
	switch {
	case t.atom < 0:
		return &Error{"nothing to repeat", t.at}
	case t.repeat == many && text == "?":
		t.out.WriteByte('?')
		t.repeat = done
	case t.repeat == many && text == "+":
		out := t.out.String()
		t.out.Reset()
		t.out.WriteString(out[:t.atom] + "(?>" + out[t.atom:] + ")")
		t.repeat = done
	case t.repeat != once:
		return &Error{"multiple repeat", t.at}
	default:
		t.out.WriteString(text)
		t.repeat = many
	}
	t.at += width
	return nil
}

func (t *translator) copy(n int) {
	for range n {
		t.out.WriteRune(t.in[t.at])
		t.at++
	}
}

func (t *translator) comment() {
	for t.at < len(t.in) && t.in[t.at] != '\n' {
		t.at++
	}
}

// braces reads a repetition in braces, {,n} with its zero; "" when the braces
// are no repetition and mean themselves.
func (t *translator) braces() (text string, width int) {
	end := t.at + 1
	for end < len(t.in) && (t.in[end] >= '0' && t.in[end] <= '9' || t.in[end] == ',') {
		end++
	}
	body := string(t.in[t.at+1 : end])
	lo, _, comma := strings.Cut(body, ",")
	if end == len(t.in) || t.in[end] != '}' || body == "" || strings.Count(body, ",") > 1 {
		return "", 0
	}
	if comma && lo == "" {
		body = "0" + body
	}
	return "{" + body + "}", end + 1 - t.at
}

// classes of characters as Python has them: \w is letters, numbers and the
// underscore; .NET's would take marks and more punctuation.
var (
	unicodeSets = map[rune]string{'d': `\p{Nd}`, 'w': `\p{L}\p{N}_`, 's': `\s\x1c-\x1f`}
	asciiSets   = map[rune]string{'d': `0-9`, 'w': `a-zA-Z0-9_`, 's': ` \t\n\r\f\v`}
)

func (t *translator) sets() map[rune]string {
	if t.flags&(ASCII|Bytes) != 0 {
		return asciiSets
	}
	return unicodeSets
}

func (t *translator) escape() error {
	start := t.at
	if start+1 >= len(t.in) {
		return &Error{"bad escape (end of pattern)", start}
	}
	ch := t.in[start+1]
	sets := t.sets()
	t.at += 2
	switch {
	case ch == 'A':
		t.out.WriteString(`\A`)
	case ch == 'Z':
		t.out.WriteString(`\z`)
	case ch == 'b' || ch == 'B':
		t.boundary(ch)
	case sets[ch] != "":
		t.out.WriteString("[" + sets[ch] + "]")
	case sets[unicode.ToLower(ch)] != "":
		t.out.WriteString("[^" + sets[unicode.ToLower(ch)] + "]")
	case ch >= '1' && ch <= '9':
		return t.backReference(start)
	default:
		t.at = start
		r, err := t.escapedRune()
		if err != nil {
			return err
		}
		t.literal(r)
	}
	return nil
}

func (t *translator) boundary(ch rune) {
	sets := t.sets()
	w := "[" + sets['w'] + "]"
	edge := "(?:(?<=" + w + ")(?!" + w + ")|(?<!" + w + ")(?=" + w + "))"
	if ch == 'B' {
		edge = "(?!" + edge + ")"
	}
	t.out.WriteString(edge)
}

// backReference reads \1 to \99; three octal digits are a character.
func (t *translator) backReference(start int) error {
	end := start + 1
	for end < len(t.in) && end < start+4 && t.in[end] >= '0' && t.in[end] <= '7' {
		end++
	}
	if end == start+4 {
		n, _ := strconv.ParseInt(string(t.in[start+1:end]), 8, 32)
		if n > 0o377 {
			return &Error{"octal escape value \\" + string(t.in[start+1:end]) + " outside of range 0-0o377", start}
		}
		t.at = end
		t.literal(rune(n))
		return nil
	}
	end = start + 2
	if end < len(t.in) && t.in[end] >= '0' && t.in[end] <= '9' {
		end++
	}
	n, _ := strconv.Atoi(string(t.in[start+1 : end]))
	t.at = end
	return t.reference(n, start+1)
}

func (t *translator) reference(n, pos int) error {
	if n > t.groups {
		return &Error{fmt.Sprintf("invalid group reference %d", n), pos}
	}
	for _, open := range t.open {
		if open.number == n {
			return &Error{"cannot refer to an open group", pos}
		}
	}
	fmt.Fprintf(&t.out, `(?:\%d)`, n)
	return nil
}

// literal writes a character that means itself.
func (t *translator) literal(r rune) {
	if r < 0x80 && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
		fmt.Fprintf(&t.out, `\x%02x`, r)
		return
	}
	t.out.WriteRune(r)
}

var controlRunes = map[rune]rune{'a': 7, 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v'}

// escapedRune reads an escape that stands for one character.
func (t *translator) escapedRune() (rune, error) {
	start := t.at
	if start+1 >= len(t.in) {
		return 0, &Error{"bad escape (end of pattern)", start}
	}
	ch := t.in[start+1]
	t.at += 2
	if r, ok := controlRunes[ch]; ok {
		return r, nil
	}
	switch {
	case ch == 'x':
		return t.hex(start, 2)
	case ch == 'u' && t.flags&Bytes == 0:
		return t.hex(start, 4)
	case ch == 'U' && t.flags&Bytes == 0:
		return t.hex(start, 8)
	case ch >= '0' && ch <= '7':
		end := start + 1
		for end < len(t.in) && end < start+4 && t.in[end] >= '0' && t.in[end] <= '7' {
			end++
		}
		n, _ := strconv.ParseInt(string(t.in[start+1:end]), 8, 32)
		if n > 0o377 {
			return 0, &Error{"octal escape value \\" + string(t.in[start+1:end]) + " outside of range 0-0o377", start}
		}
		t.at = end
		return rune(n), nil
	case ch < 0x80 && unicode.IsLetter(ch), ch == '8', ch == '9':
		return 0, &Error{`bad escape \` + string(ch), start}
	}
	return ch, nil
}

func (t *translator) hex(start, digits int) (rune, error) {
	end := t.at
	for end < len(t.in) && end-t.at < digits && unicode.Is(unicode.ASCII_Hex_Digit, t.in[end]) {
		end++
	}
	n, err := strconv.ParseUint(string(t.in[t.at:end]), 16, 32)
	if err != nil || end-t.at < digits {
		return 0, &Error{"incomplete escape " + string(t.in[start:end]), start}
	}
	if n > unicode.MaxRune {
		return 0, &Error{"bad escape " + string(t.in[start:end]), start}
	}
	t.at = end
	return rune(n), nil
}
