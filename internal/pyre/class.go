package pyre

import (
	"fmt"
	"unicode"
)

// class reads [...]; what .NET would take for a class subtraction is escaped.
func (t *translator) class() error {
	start := t.at
	t.copy(1)
	if t.at < len(t.in) && t.in[t.at] == '^' {
		t.copy(1)
	}
	for first := true; ; first = false {
		if t.at >= len(t.in) {
			return &Error{"unterminated character set", start}
		}
		if t.in[t.at] == ']' && !first {
			t.copy(1)
			return nil
		}
		if err := t.classItem(); err != nil {
			return err
		}
	}
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
			t.out.WriteString(set)
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
	t.out.WriteByte('-')
	t.classRune(hi)
	return nil
}

// classAtom reads one character, or a class that is returned as its members.
func (t *translator) classAtom() (r rune, set string, err error) {
	if t.in[t.at] != '\\' {
		r = t.in[t.at]
		t.at++
		return r, "", nil
	}
	if t.at+1 < len(t.in) {
		ch := t.in[t.at+1]
		sets, nots := t.sets()
		for _, m := range []map[rune]string{sets, nots} {
			if m[ch] != "" {
				t.at += 2
				return 0, m[ch], nil
			}
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
		fmt.Fprintf(&t.out, `\x%02x`, r)
		return
	}
	t.out.WriteRune(r)
}
