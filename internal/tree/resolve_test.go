package tree

import (
	"fmt"
	"strings"
	"testing"

	"goplay/internal/value"
)

func shown(s string) string {
	docs, _, err := Parse("f.yml", []byte(s), Options{})
	if err != nil || len(docs) > 1 {
		return "error"
	}
	if len(docs) == 0 {
		return "NoneType None"
	}
	v := docs[0].Data()
	return value.TypeName(v) + " " + value.Str(v)
}

// scalars are resolved by YAML 1.1; each was asked of AnsibleLoader.
var scalars = []struct{ in, want string }{
	{"yes", "bool True"}, {"On", "bool True"}, {"OFF", "bool False"}, {"y", "str y"}, {"n", "str n"}, {"yEs", "str yEs"},
	{"~", "NoneType None"}, {"", "NoneType None"}, {"Null", "NoneType None"}, {"nULL", "str nULL"},
	{"0", "int 0"}, {"-0", "int 0"}, {"0644", "int 420"}, {"0o17", "str 0o17"}, {"08", "str 08"}, {"0_7", "int 7"},
	{"1_000", "int 1000"}, {"1__0_", "int 10"}, {"_1", "str _1"}, {"+12", "int 12"}, {"-0x1F", "int -31"}, {"0b101", "int 5"},
	{"0b_", "error"}, {"0x_", "error"}, {"0xg", "str 0xg"}, {"+0b1", "int 1"}, {"1e3", "str 1e3"}, {"1.e+3", "float 1000.0"},
	{"1.5e3", "str 1.5e3"}, {"1.5e+3", "float 1500.0"}, {"1.", "float 1.0"}, {".5", "float 0.5"}, {"+.5", "str +.5"},
	{"-1.5", "float -1.5"}, {".", "str ."}, {"._1", "str ._1"}, {"1_0.5", "float 10.5"}, {"0.1_2", "float 0.12"},
	{"22:22", "int 1342"}, {"80:8888", "str 80:8888"}, {"1:2:3", "int 3723"}, {"-1:30", "int -90"}, {"1:60", "str 1:60"},
	{"22:22:22.5", "float 80542.5"}, {"0:1", "str 0:1"}, {"01:02", "str 01:02"}, {"10:59", "int 659"},
	{".inf", "float inf"}, {"-.INF", "float -inf"}, {"+.Inf", "float inf"}, {".nan", "float nan"}, {"-.nan", "str -.nan"},
	{"inf", "str inf"}, {"123456789012345678901234567890", "int 123456789012345678901234567890"},
	{"9223372036854775808", "int 9223372036854775808"}, {"-9223372036854775808", "int -9223372036854775808"},
	{"2001-01-02", "date 2001-01-02"}, {"2001-1-2", "str 2001-1-2"}, {"2020-13-45", "error"}, {"2021-02-29", "error"},
	{"2001-12-14t21:59:43", "datetime 2001-12-14 21:59:43"}, {"2001-12-14 1:59:43.1", "datetime 2001-12-14 01:59:43.100000"},
	{"2001-12-14 21:59:43 Z", "datetime 2001-12-14 21:59:43+00:00"},
	{"2001-12-14 21:59:43.25 -05:30", "datetime 2001-12-14 21:59:43.250000-05:30"}, {"2001-12-14 21:59", "str 2001-12-14 21:59"},
	{"2001-12-14 24:00:00", "error"}, {"=", "error"}, {"{=: 1}", "dict {'=': 1}"}, {"<", "str <"}, {"1.2.3", "str 1.2.3"},
	{"'12'", "str 12"}, {`"yes"`, "str yes"}, {"! 12", "int 12"}, {`! "12"`, "int 12"}, {"!!str 12", "str 12"}, {"!!str", "str "},
	{"!!float 1e3", "float 1000.0"}, {"!!int \"0x10\"", "int 16"}, {"!!int foo", "error"}, {"!!bool Yes", "bool True"},
	{"!!bool maybe", "error"}, {"!!null x", "NoneType None"}, {"!!binary aGk=", "bytes b'hi'"}, {"!!set {a}", "set {'a'}"},
	{"!!omap [a: 1, b: 2]", "list [('a', 1), ('b', 2)]"}, {"!!pairs [a: 1]", "list [('a', 1)]"},
	{"!!timestamp 2001-01-01", "date 2001-01-01"}, {"!foo x", "error"}, {"!!python/none x", "error"}, {"!unsafe 12", "str 12"},
	{"!unsafe [1, '{{ a }}']", "list [1, '{{ a }}']"}, {"? [1, 2]\n: 3", "error"}, {"{{ x }}", "error"},
	{"{a: 1, a: 2}", "dict {'a': 2}"}, {"{1: 2, true: 3}", "dict {1: 3}"}, {"{1: 2, 1.0: 3}", "dict {1: 3}"},
	{"{a: 1, b: 2, a: 3}", "dict {'a': 3, 'b': 2}"}, {"- &x {a: 1, b: 2}\n- {<<: *x, b: 3}", "list [{'a': 1, 'b': 2}, {'a': 1, 'b': 3}]"},
	{"- &x {a: 1}\n- &y {a: 2, c: 3}\n- {d: 4, <<: [*x, *y]}", "list [{'a': 1}, {'a': 2, 'c': 3}, {'a': 1, 'c': 3, 'd': 4}]"},
	{"{<<: 3}", "error"}, {"- <<", "error"}, {"{'<<': {a: 1}}", "dict {'<<': {'a': 1}}"},
	{"a: 'x\n\n  y'", `dict {'a': 'x\ny'}`}, {"a: >\n  b\n  c\n\n  d\n", `dict {'a': 'b c\nd\n'}`}, {"a: |-\n  b\n   c\n", `dict {'a': 'b\n c'}`},
	{`{"a": "\ud83d\ude00", "b": 1e3, "c": "\/"}`, "dict {'a': '😀', 'b': 1000.0, 'c': '/'}"},
	{"a: b\r\nc:\r\n  - d\r\n", "dict {'a': 'b', 'c': ['d']}"}, {"\ufeffa: b", "dict {'a': 'b'}"}, {"a:\tb", "dict {'a': 'b'}"},
	{"a: 1\n\tb: 2", "error"}, {"--- a\n--- b", "error"}, {"# nothing", "NoneType None"}, {"---\n...\n", "NoneType None"},
	{"a: b: c", "error"}, {"[a, b", "error"}, {"- a\nb", "error"}, {"a: \"b\" c", "error"}, {"a: @b", "error"}, {"a: `b`", "error"},
	{"%a: b", "error"}, {"a: %b", "error"}, {"a: *nobody", "error"}, {"a: !!map [b]", "error"}, {"'a': {b: c}d", "error"},
}

func TestResolve(t *testing.T) {
	for _, c := range scalars {
		if got := shown(c.in); got != c.want {
			t.Errorf("%q: got %s, want %s", c.in, got, c.want)
		}
	}
}

func TestResolveIsWhatAnsibleReads(t *testing.T) {
	var in []string
	for _, c := range scalars {
		if !strings.HasPrefix(c.in, `{"a"`) { // Ansible's reader of JSON comes before its loader of YAML
			in = append(in, c.in)
		}
	}
	for _, sign := range []string{"", "-", "+"} {
		for _, n := range []string{"1", "0", "07", "09", "0x1", "0b2", "1_", "1:5", "1:05", "1.5:3", "1:1.", ".1e5", ".1e+5", "1e+5", "1.0E-2", "0.0", "00", "0.", "0_", "1,0"} {
			in = append(in, sign+n, fmt.Sprintf("- %s%s", sign, n))
		}
	}
	for i, want := range oracle(t, readScalars, in) {
		if got := shown(in[i]); got != want {
			t.Errorf("%q: got %s, AnsibleLoader gives %s", in[i], got, want)
		}
	}
}
