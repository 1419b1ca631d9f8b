package template

import (
	"strings"
	"testing"

	"goplay/internal/jinja"
	"goplay/internal/source"
)

// FuzzHeader holds that whatever a #jinja2: line says, it is read or refused,
// and that the template after it keeps its text and its place.
func FuzzHeader(f *testing.F) {
	for _, line := range []string{
		"trim_blocks: False", "variable_start_string:'[%', variable_end_string:'%]'", " lstrip_blocks : True ,trim_blocks:True",
		"newline_sequence: '\\r\\n'", "block_start_string: None", "nosuch: 1", "trim_blocks", "trim_blocks: [", ":", "", "comment_start_string: ''",
		"line_statement_prefix: '%'", "line_comment_prefix: '##'", "trim_blocks: 10**9", "variable_start_string: '\\x00'",
	} {
		f.Add(line, "{{ 1 }}\n")
	}
	f.Fuzz(func(t *testing.T, line, body string) {
		var o jinja.Options
		at := source.Pos{File: "t.j2", Line: 1, Col: 1}
		line, _, _ = strings.Cut(line, "\n")
		rest, err := applyHeader(&o, override+line+"\n"+body, &at, func(string) {})
		if err != nil {
			return
		}
		if rest != body || at.Line != 2 {
			t.Errorf("%q leaves %q at line %d of %q", line, rest, at.Line, body)
		}
		_, _ = jinja.New(jinja.NewRegistry(), o).Parse(rest, at)
	})
}
