package fsys

import (
	"goplay/modules"
)

// planFlags compares the flags as a set, so that +i on a file that has it is
// no change.
func (a *Attrs) planFlags(p *Plan, path string, st Stat) error {
	if a.Attributes == "" {
		return nil
	}
	op, letters := byte('='), a.Attributes
	if letters[0] == '+' || letters[0] == '-' || letters[0] == '=' {
		op, letters = letters[0], letters[1:]
	}
	asked, err := flagBits(letters)
	if err != nil {
		return modules.Fail("chattr failed").With("path", path).With("details", err.Error())
	}
	if st.Type == 0 {
		return nil
	}
	have, err := readFlags(path)
	if err != nil {
		have = 0
	}
	want := have
	switch op {
	case '+':
		want |= asked
	case '-':
		want &^= asked
	default:
		want = have&^settableFlags | asked
	}
	if want == have {
		return nil
	}
	p.add("attributes", Flags(path), string(op)+letters, func() error {
		if err := writeFlags(path, want); err != nil {
			return modules.Fail("chattr failed").With("path", path).With("details", err.Error())
		}
		return nil
	})
	return nil
}
