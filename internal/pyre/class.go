package pyre

import (
	"fmt"
	"strings"
	"unicode"
)

// class reads [...]; what .NET would take for a class subtraction is escaped.
func (t *translator) class() error {
	start := t.at
	t.at++
	negated := t.at < len(t.in) && t.in[t.at] == '^'
	if negated {
		t.at++
	}
	t.members.Reset()
	t.complements = nil
	for first := true; ; first = false {
		if t.at >= len(t.in) {
			return &Error{"unterminated character set", start}
		}
		if t.in[t.at] == ']' && !first {
			t.at++
			t.writeClass(negated)
			return nil
		}
		if err := t.classItem(); err != nil {
			return err
		}
	}
}

// writeClass writes the class that was read. Of several complements, such as
// those in [^\W\d], the engine makes a mess, so they become alternatives.
func (t *translator) writeClass(negated bool) {
	members := t.members.String()
	if len(t.complements) == 0 {
		t.out.WriteString(opening(negated) + members + "]")
		return
	}
	var parts []string
	for _, c := range t.complements {
		parts = append(parts, opening(true)+c+"]")
	}
	if members != "" {
		parts = append(parts, opening(false)+members+"]")
	}
	switch either := strings.Join(parts, "|"); {
	case len(parts) == 1 && negated:
		t.out.WriteString(opening(false) + t.complements[0] + "]")
	case len(parts) == 1:
		t.out.WriteString(either)
	case negated:
		t.out.WriteString(`(?:(?!` + either + `)[\s\S])`)
	default:
		t.out.WriteString("(?:" + either + ")")
	}
}

func opening(negated bool) string {
	if negated {
		return "[^"
	}
	return "["
}

// classItem reads a character, a range or a class such as \d.
func (t *translator) classItem() error {
	start := t.at
	lo, set, err := t.classAtom()
	if err != nil {
		return err
	}
	ranged := t.at+1 < len(t.in) && t.in[t.at] == '-' && t.in[t.at+1] != ']'
	if !ranged {
		if set != "" {
			t.addSet(set)
		} else {
			t.classRune(lo)
		}
		return nil
	}
	t.at++
	hi, hiSet, err := t.classAtom()
	if err != nil {
		return err
	}
	if set != "" || hiSet != "" || hi < lo {
		return &Error{"bad character range " + string(t.in[start:t.at]), start}
	}
	t.classRune(lo)
	t.members.WriteByte('-')
	t.classRune(hi)
	return nil
}

// classAtom reads one character, or a class, whose letter is returned.
func (t *translator) classAtom() (r rune, set string, err error) {
	if t.in[t.at] != '\\' {
		r = t.in[t.at]
		t.at++
		return r, "", nil
	}
	if t.at+1 < len(t.in) {
		ch := t.in[t.at+1]
		if strings.ContainsRune("dDwWsS", ch) {
			t.at += 2
			return 0, string(ch), nil
		}
		if ch == 'b' {
			t.at += 2
			return '\b', "", nil
		}
	}
	r, err = t.escapedRune()
	return r, "", err
}

func (t *translator) classRune(r rune) {
	if r < 0x80 && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
		fmt.Fprintf(&t.members, `\x%02x`, r)
		return
	}
	t.members.WriteRune(r)
}

// addSet adds a class such as \d to the one that is read.
func (t *translator) addSet(letter string) {
	sets := t.sets()
	if members := sets[rune(letter[0])]; members != "" {
		t.members.WriteString(members)
		return
	}
	t.complements = append(t.complements, sets[unicode.ToLower(rune(letter[0]))])
}
