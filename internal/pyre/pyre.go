// Package pyre is Python's re for patterns and replacement templates that
// playbooks carry: look-around, back-references, named groups, and Python's
// rules where other engines differ. Matching is done by regexp2; positions are
// counted in characters, or in bytes for patterns compiled with Bytes.
package pyre

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2"
)

// Flags change how a pattern is read.
type Flags uint8

// The flags are those of Python's re; Bytes makes a pattern of bytes, as
// Python does of b"..." patterns: every byte is a character, and \w, \d, \s and
// case know only ASCII.
const (
	IgnoreCase Flags = 1 << iota
	Multiline
	DotAll
	Verbose
	ASCII
	Bytes
)

// Regexp is a compiled pattern. It is safe for concurrent use.
type Regexp struct {
	Pattern string
	flags   Flags
	groups  int
	names   map[string]int
	search  *regexp2.Regexp
	match   *regexp2.Regexp
	full    *regexp2.Regexp
	tick    func(steps int) // called for every match; nil where nobody is
}

// With is the pattern with a function that is called for every match that is
// found, and may panic to end the search.
func (r *Regexp) With(tick func(steps int)) *Regexp {
	own := *r
	own.tick = tick
	return &own
}

// tickSteps is what a match costs that is one of many.
const tickSteps = 4

// Compile reads a pattern. Errors are in Python's words where Python would
// refuse the pattern too.
func Compile(pattern string, flags Flags) (*Regexp, error) {
	t := translator{flags: flags, names: map[string]int{}, in: decode(pattern, flags)}
	text, err := t.translate()
	if err != nil {
		return nil, err
	}
	r := &Regexp{Pattern: pattern, flags: t.flags, groups: t.groups, names: t.names}
	end := ")"
	if t.flags&Verbose != 0 {
		end = "\n)"
	}
	for _, form := range []struct {
		dst  **regexp2.Regexp
		text string
	}{{&r.search, text}, {&r.match, `\G(?:` + text + end}, {&r.full, `\G(?:` + text + end + `\z`}} {
		if *form.dst, err = regexp2.Compile(form.text, options(t.flags)); err != nil {
			return nil, compileError(err)
		}
		(*form.dst).MatchTimeout = patience
	}
	return r, nil
}

// patience is how long one match may take: a pattern can ask for more steps
// than anybody lives to see.
const patience = 2 * time.Second

// SlowError is what matching panics with when it runs out of patience: no
// answer would be true, and callers have nothing to go on with.
type SlowError struct{ Pattern string }

// Error says which pattern it is.
func (e *SlowError) Error() string {
	return fmt.Sprintf("the regular expression %q takes longer than %v: it tries too many ways to match", e.Pattern, patience)
}

// LongError is what replacing panics with when its text gets too long.
type LongError struct{ Pattern string }

// Error says which pattern it is.
func (e *LongError) Error() string {
	return fmt.Sprintf("replacing the regular expression %q makes a text of more than %d bytes", e.Pattern, maxText)
}

// Limit marks the error as one of a limit.
func (e *LongError) Limit() {}

// maxText is how long a text may get by replacing.
const maxText = 64 << 20

// Limit marks the error as one of a limit, not of the program.
func (e *SlowError) Limit() {}

// ran gives a match, nil when there is none.
func (r *Regexp) ran(m *regexp2.Match, err error) *regexp2.Match {
	if err != nil {
		panic(&SlowError{r.Pattern})
	}
	return m
}

func options(f Flags) regexp2.RegexOptions {
	o := regexp2.RegexOptions(regexp2.None)
	for flag, option := range map[Flags]regexp2.RegexOptions{
		IgnoreCase: regexp2.IgnoreCase, Multiline: regexp2.Multiline,
		DotAll: regexp2.Singleline, Verbose: regexp2.IgnorePatternWhitespace,
	} {
		if f&flag != 0 {
			o |= option
		}
	}
	return o
}

// Flags are those that the pattern was compiled with, and those it sets itself.
func (r *Regexp) Flags() Flags { return r.flags }

// Groups is the number of capturing groups.
func (r *Regexp) Groups() int { return r.groups }

// Names maps the names of groups to their numbers.
func (r *Regexp) Names() map[string]int { return r.names }

// Search finds the first match anywhere, nil when there is none.
func (r *Regexp) Search(s string) *Match { return r.first(r.search, s) }

// Match matches at the start of s, nil when it does not.
func (r *Regexp) Match(s string) *Match { return r.first(r.match, s) }

// FullMatch matches all of s, nil when it does not.
func (r *Regexp) FullMatch(s string) *Match { return r.first(r.full, s) }

func (r *Regexp) first(re *regexp2.Regexp, s string) *Match {
	text := decode(s, r.flags)
	m := r.ran(re.FindRunesMatch(text))
	if m == nil {
		return nil
	}
	return &Match{r, text, m}
}

// FindAll finds the matches from left to right that do not overlap; a limit
// below zero means all.
func (r *Regexp) FindAll(s string, limit int) []*Match {
	text := decode(s, r.flags)
	var all []*Match
	m := r.ran(r.search.FindRunesMatch(text))
	for m != nil && (limit < 0 || len(all) < limit) {
		if r.tick != nil {
			r.tick(tickSteps)
		}
		all = append(all, &Match{r, text, m})
		m = r.ran(r.search.FindNextMatch(m))
	}
	return all
}

// Split cuts s at the matches, with the groups' texts between the parts; a
// limit of 0 cuts at all. A group that took no part is reported as nil.
func (r *Regexp) Split(s string, limit int) []*string {
	if limit == 0 {
		limit = -1
	}
	text := decode(s, r.flags)
	var parts []*string
	at := 0
	for _, m := range r.FindAll(s, limit) {
		parts = append(parts, ptr(encode(text[at:m.Start()], r.flags)))
		for i := 1; i <= r.groups; i++ {
			if g, ok := m.Group(i); ok {
				parts = append(parts, &g)
			} else {
				parts = append(parts, nil)
			}
		}
		at = m.End()
	}
	return append(parts, ptr(encode(text[at:], r.flags)))
}

func ptr(s string) *string { return &s }

// Escape quotes what is special in patterns, as Python's re.escape does.
func Escape(s string) string {
	var b strings.Builder
	for _, ch := range []byte(s) {
		if strings.IndexByte("()[]{}?*+-|^$\\.&~# \t\n\r\v\f", ch) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(ch)
	}
	return b.String()
}

// surrogate is where bytes that are not UTF-8 live, as Python's
// surrogateescape has it; the way back restores them.
const surrogate = 0xdc00

func decode(s string, f Flags) []rune {
	runes := make([]rune, 0, len(s))
	if f&Bytes != 0 {
		for i := range len(s) {
			runes = append(runes, rune(s[i]))
		}
		return runes
	}
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			r = surrogate + rune(s[i])
		}
		runes = append(runes, r)
		i += size
	}
	return runes
}

func encode(runes []rune, f Flags) string {
	b := make([]byte, 0, len(runes))
	for _, r := range runes {
		switch {
		case f&Bytes != 0:
			b = append(b, byte(r))
		case r >= surrogate+0x80 && r <= surrogate+0xff:
			b = append(b, byte(r-surrogate))
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return string(b)
}

// Error is a pattern or template that Python refuses, in its words.
type Error struct {
	Msg string
	Pos int // in characters; -1 when not known
}

func (e *Error) Error() string {
	if e.Pos < 0 {
		return e.Msg
	}
	return e.Msg + " at position " + strconv.Itoa(e.Pos)
}

func compileError(err error) error {
	msg := err.Error()
	if _, after, ok := strings.Cut(msg, "error parsing regexp: "); ok {
		msg = after
	}
	return &Error{Msg: msg, Pos: -1}
}
