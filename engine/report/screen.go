// Package report shows what happens in a run: Ansible's default screen, JSON
// lines, and what lives on a terminal while a task takes its time. Colour
// lives only here. It knows events and nothing of how they come about.
package report

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"goplay/engine"
	"goplay/internal/textwrap"
	"goplay/internal/value"
)

// Screen is what text is written to.
type Screen struct {
	Out, Err io.Writer
	Columns  int // width of banners and warnings; Ansible's 79 when zero
	Colour   bool
	Palette  Palette // Ansible's usual one where it says nothing
	// VerboseToErr sends what -v says beside results to Err.
	VerboseToErr bool
	// NoDeprecations leaves out notices of what will go.
	NoDeprecations bool
	// NoActionWarnings leaves out what modules warn of.
	NoActionWarnings bool

	warned     map[string]bool
	deprecated map[string]bool // what was said already
}

func (s *Screen) columns() int {
	if s.Columns < 79 {
		return 79
	}
	return s.Columns
}

func (s *Screen) line(text string, as role) {
	fmt.Fprintln(s.Out, s.paint(text, as))
}

// Verbose is a line that only -v shows.
func (s *Screen) Verbose(text string) {
	out := s.Out
	if s.VerboseToErr {
		out = s.Err
	}
	fmt.Fprintln(out, s.paint(text, roleVerbose))
}

// Banner is a heading of somebody else's.
func (s *Screen) Banner(text string) { s.banner(text) }

// banner is a heading filled up with stars.
func (s *Screen) banner(text string) {
	text = strings.TrimSpace(text)
	stars := max(3, s.columns()-utf8.RuneCountInString(text))
	fmt.Fprintf(s.Out, "\n%s %s\n", text, strings.Repeat("*", stars))
}

// Warning writes a warning to standard error, once and wrapped.
func (s *Screen) Warning(text string) {
	if s.warned[text] {
		return
	}
	if s.warned == nil {
		s.warned = map[string]bool{}
	}
	s.warned[text] = true
	s.wrapped("[WARNING]: "+text, roleWarning)
}

// notices shows what a result warns of: on a terminal its place is before the
// line of the result. What is in a loop's result was said by its items, or is now.
func (s *Screen) notices(o engine.Outcome) {
	if s.NoActionWarnings || o.Result == nil {
		return
	}
	for _, w := range listOf(o.Result, "warnings") {
		s.Warning(value.Str(w))
	}
	for _, v := range listOf(o.Result, "deprecations") {
		if d, ok := v.(*value.Dict); ok {
			s.Deprecation(engine.Deprecated{Text: d.GetString("msg"), Version: d.GetString("version"), Collection: d.GetString("collection_name")})
		}
	}
}

func listOf(d *value.Dict, name string) []any {
	v, ok := d.Get(name)
	if !ok {
		return nil
	}
	items, err := value.Items(v)
	if err != nil {
		return nil
	}
	return items
}

// Error writes what ends a command to standard error.
func (s *Screen) Error(text string) {
	fmt.Fprintln(s.Err, s.paint("ERROR! "+strings.TrimRight(Printable(text), "\n"), roleFailed))
}

// Problem writes to standard error what went wrong without ending anything, wrapped.
func (s *Screen) Problem(text string) {
	s.wrapped(" [ERROR]: "+text, roleFailed)
}

// Deprecation writes a notice of what will go to standard error, once and wrapped.
func (s *Screen) Deprecation(d engine.Deprecated) {
	text := strings.TrimSpace(d.Text)
	if text != "" && !strings.ContainsAny(text[len(text)-1:], ".!?") {
		text += "."
	}
	if d.Version != "" {
		from := ""
		if d.Collection != "" {
			from = "from " + d.Collection + " "
		}
		text += fmt.Sprintf(" This feature will be removed %sin version %s.", from, d.Version)
	}
	if s.NoDeprecations || s.deprecated[text] {
		return
	}
	if s.deprecated == nil {
		s.deprecated = map[string]bool{}
	}
	s.deprecated[text] = true
	text = "[DEPRECATION WARNING]: " + text + " Deprecation warnings can be disabled by setting deprecation_warnings=False in ansible.cfg."
	fmt.Fprintln(s.Err, s.paint(strings.TrimSpace(strings.Join(textwrap.Kept(Printable(text), s.columns()), "\n")), roleDeprecated))
}

func (s *Screen) wrapped(text string, as role) {
	fmt.Fprintln(s.Err, s.paint(strings.Join(textwrap.Lines(Printable(text), s.columns()), "\n"), as))
}

// Printable makes text safe to show: what could drive a terminal is written
// out instead of sent. Line ends and tabs stay.
func Printable(text string) string {
	if strings.IndexFunc(text, unsafe) < 0 && utf8.ValidString(text) {
		return text
	}
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(text, "\uFFFD") {
		if unsafe(r) {
			fmt.Fprintf(&b, "\\x%02x", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func unsafe(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}
