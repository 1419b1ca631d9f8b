// Package source says where something was written and reports what is wrong
// there the way a compiler does: file:line:col, the line itself, a caret and a
// hint. It knows nothing of playbooks, templates or hosts.
package source

import (
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/go-multierror"
)

// Pos is a place in a file. Line and Col count from 1, Col in runes; zero
// means unknown.
type Pos struct {
	File string
	Line int
	Col  int
}

// IsZero reports whether nothing is known about the place.
func (p Pos) IsZero() bool { return p == Pos{} }

// String gives file:line:col, leaving out what is not known.
func (p Pos) String() string {
	var parts []string
	if p.File != "" {
		parts = append(parts, p.File)
	}
	if p.Line > 0 {
		parts = append(parts, fmt.Sprint(p.Line))
		if p.Col > 0 {
			parts = append(parts, fmt.Sprint(p.Col))
		}
	}
	return strings.Join(parts, ":")
}

// Before orders places by file, line and column.
func (p Pos) Before(q Pos) bool {
	if p.File != q.File {
		return p.File < q.File
	}
	if p.Line != q.Line {
		return p.Line < q.Line
	}
	return p.Col < q.Col
}

// Error is a fault in something a user wrote.
type Error struct {
	Pos
	Msg  string // what is wrong, lower case, without a position
	Hint string // what to do next; may be empty
	Err  error  // the cause, if there is one beyond Msg
	// Plain tells a fault that Ansible does not count as one of reading a file.
	Plain bool
}

// Errorf makes a fault at p. %w is honoured as in fmt.Errorf.
func Errorf(p Pos, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Pos: p, Msg: err.Error(), Err: errors.Unwrap(err)}
}

// Plain reports whether no fault of an error is one of reading a file.
func Plain(err error) bool {
	for _, one := range List(err) {
		var fault *Error
		if !errors.As(one, &fault) || !fault.Plain {
			return false
		}
	}
	return err != nil
}

// Plainly returns e as a fault that is none of reading a file.
func (e *Error) Plainly() *Error {
	e.Plain = true
	return e
}

// WithHint returns e with a hint.
func (e *Error) WithHint(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}

func (e *Error) Error() string {
	if e.Pos.IsZero() {
		return e.Msg
	}
	return e.Pos.String() + ": " + e.Msg
}

func (e *Error) Unwrap() error { return e.Err }

// Excerpt is the line an error stands on with a caret below its column, each
// line ended by a newline; empty when the file cannot be read again.
func (e *Error) Excerpt() string {
	if e.File == "" || e.Line <= 0 {
		return ""
	}
	data, err := os.ReadFile(e.File)
	if err != nil {
		return ""
	}
	return excerpt(string(data), e.Line, e.Col)
}

func excerpt(text string, line, col int) string {
	lines := strings.Split(text, "\n")
	if line > len(lines) {
		return ""
	}
	shown := strings.TrimRight(lines[line-1], "\r")
	var b strings.Builder
	fmt.Fprintf(&b, "%5d | %s\n", line, shown)
	if col > 0 && col <= utf8.RuneCountInString(shown)+1 {
		var pad strings.Builder
		for i, r := range []rune(shown) {
			if i >= col-1 {
				break
			}
			if r == '\t' {
				pad.WriteRune('\t')
			} else {
				pad.WriteRune(' ')
			}
		}
		fmt.Fprintf(&b, "      | %s^\n", pad.String())
	}
	return b.String()
}

// Render shows err as a user reads it: every fault in the order of the files,
// what is wrong first, then where, with its excerpt and hint.
func Render(err error) string {
	var b strings.Builder
	for i, one := range List(err) {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(render(one))
	}
	return b.String()
}

func render(err error) string {
	text := err.Error()
	if fault, ok := err.(*Error); ok {
		text = fault.Msg
	}
	return text + "\n" + Place(err)
}

// Place shows where a fault is and what to do about it, without what it is:
// the place, the excerpt and the hint, each on lines of their own.
func Place(err error) string {
	var fault *Error
	if !errors.As(err, &fault) {
		return ""
	}
	text := ""
	if !fault.Pos.IsZero() {
		text += "  --> " + fault.Pos.String() + "\n" + fault.Excerpt()
	}
	if fault.Hint != "" {
		text += "      = hint: " + fault.Hint + "\n"
	}
	return text
}

// List takes a joined error apart and orders what has a place by that place.
func List(err error) []error {
	if err == nil {
		return nil
	}
	var many *multierror.Error
	if !errors.As(err, &many) {
		return []error{err}
	}
	var out []error
	for _, one := range many.Errors {
		out = append(out, List(one)...)
	}
	sort.SliceStable(out, func(i, j int) bool {
		var a, b *Error
		if !errors.As(out[i], &a) || !errors.As(out[j], &b) {
			return false
		}
		return a.Pos.Before(b.Pos)
	})
	return out
}

// Join collects faults; nil ones are dropped, so are those that say again what
// one before them says, and nothing at all gives nil.
func Join(errs ...error) error {
	var many *multierror.Error
	said := map[string]bool{}
	for _, err := range errs {
		if err != nil && !said[err.Error()] {
			said[err.Error()] = true
			many = multierror.Append(many, err)
		}
	}
	return many.ErrorOrNil()
}
