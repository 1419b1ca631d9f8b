package pyyaml

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"

	"goplay/internal/tree"
	"goplay/internal/value"
)

// oracle dumps JSON values with PyYAML, as Ansible's to_yaml does.
const oracle = `
import json, sys, yaml
out = []
for c in json.load(sys.stdin):
    flow = {0: False, 1: None, 2: True}[c["Flow"]]
    out.append(yaml.dump(json.loads(c["Value"]), Dumper=yaml.CSafeDumper, allow_unicode=c["Unicode"], indent=c["Indent"],
        width=c["Width"], default_flow_style=flow, sort_keys=c["SortKeys"], default_style=c["DefaultStyle"] or None, canonical=c["Canonical"],
        explicit_start=c["ExplicitStart"], explicit_end=c["ExplicitEnd"], line_break=c["LineBreak"] or None))
json.dump(out, sys.stdout)
`

type dumpCase struct {
	Value string // JSON
	Options
}

func askPyYAML(t *testing.T, cases []dumpCase) []string {
	t.Helper()
	if exec.Command("/usr/bin/python3", "-c", "import yaml; yaml.CSafeDumper").Run() != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("python3-yaml is not installed")
		}
		t.Skip("python3-yaml is not installed: nothing to compare with")
	}
	input, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/usr/bin/python3", "-c", oracle)
	cmd.Stdin = bytes.NewReader(input)
	cmd.Stderr = os.Stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	if err := json.Unmarshal(output, &want); err != nil {
		t.Fatal(err)
	}
	return want
}

func compare(t *testing.T, cases []dumpCase) {
	t.Helper()
	bad := 0
	for i, want := range askPyYAML(t, cases) {
		c := cases[i]
		v, err := value.DecodeJSON([]byte(c.Value))
		if err != nil {
			t.Fatalf("%s: %v", c.Value, err)
		}
		got, err := Encode(v, c.Options)
		if err != nil || got != want {
			t.Errorf("%s %+v\n got %q (%v)\nwant %q", c.Value, c.Options, got, err, want)
			if bad++; bad > 10 {
				t.Fatal("too many differences")
			}
		}
	}
}

func TestEncodeAsPyYAML(t *testing.T) {
	values := []string{
		`null`, `true`, `1`, `-1.5`, `1e+16`, `1e-7`, `123456789012345678901234567890`, `"abc"`, `""`, `[]`, `{}`, `[[]]`, `[{}]`,
		`"yes"`, `"no"`, `"On"`, `"y"`, `"n"`, `"null"`, `"~"`, `"123"`, `"0x1f"`, `"0o17"`, `"010"`, `"1_000"`, `"1.5"`, `".5"`, `"1e3"`, `"1.0e+3"`,
		`"22:22"`, `"80:8080"`, `"2020-01-02"`, `"2020-01-02 03:04:05"`, `"="`, `"<<"`, `"!x"`, `"&a"`, `"*a"`, `"- a"`, `"-a"`, `"a: b"`, `"a:b"`, `"a #b"`, `"a#b"`,
		`"#a"`, `"? a"`, `"?a"`, `":a"`, `"{a"`, `"[a"`, `"a,b"`, `"a]b"`, `"@a"`, `"%a"`, "\"`a\"", `"'a'"`, `"\"a\""`, `"a'b"`, `"a\"b"`, `"a\\b"`,
		`" a"`, `"a "`, `"a\n"`, `"a\nb"`, `"a\n\nb\n"`, `"\na"`, `"a \nb"`, `"a\n b"`, `"a\tb"`, `"\t"`, `"---"`, `"--- a"`, `"..."`, `"{{ x }}"`, `"%"`,
		`"é☃"`, `"\u0085"`, `"\u00a0"`, `"\u2028"`, `"\ufeff"`, `"\u0000\u0007\u001b"`, `"😀"`, `"\u007f"`, `"a\r\nb"`,
		`["a", {"b": [1, [2, {"c": null}]]}]`, `{"b": 1, "a": {"y": [1, 2], "x": {}}}`, `[[1, [2]], {"a": [[3]]}]`,
		`{"a b": 1, "": 2, "a: b": 3, "x\ny": 4, "yes": 5, "1": 6}`,
		`"` + strings.Repeat("word ", 40) + `end"`, `"` + strings.Repeat("word  ", 40) + `end"`, `["` + strings.Repeat("it's ", 40) + `"]`,
		`{"k": "` + strings.Repeat("a: b ", 40) + `x"}`, `{"` + strings.Repeat("k", 140) + `": 1}`, `{"k": "` + strings.Repeat("t\\t ", 40) + `"}`,
		`[` + strings.Repeat(`"item", `, 30) + `1]`, `{"l": {"a": [` + strings.Repeat(`"item", `, 30) + `1]}}`, `"` + strings.Repeat("x", 100) + ` y z"`,
		`{"script": "#!/bin/sh\nset -e\necho \"a b\"\n"}`, `"a  b\n  c\nd"`, `"line one\nline two is ` + strings.Repeat("long ", 30) + `\n"`,
	}
	var cases []dumpCase
	for _, v := range values {
		for _, o := range []Options{
			{Indent: 2, Width: 80, SortKeys: true, Flow: FlowLeaves, Unicode: true},
			{Indent: 4, Width: 80, SortKeys: true, Unicode: true},
			{Indent: 2, Width: 30, Flow: FlowAlways},
			{Indent: 2, Width: 99999, SortKeys: true, DefaultStyle: `"`, Unicode: true},
			{Indent: 3, Width: 40, DefaultStyle: `|`, Unicode: true},
			{Indent: 2, Width: 40, DefaultStyle: `>`, Unicode: true},
			{Indent: 2, Width: 80, SortKeys: true, Flow: FlowLeaves, Unicode: true, Canonical: true},
			{Indent: 4, Width: 30, SortKeys: true, Canonical: true, ExplicitEnd: true, DefaultStyle: `|`},
			{Indent: 2, Width: 80, ExplicitStart: true, ExplicitEnd: true, LineBreak: "\r\n", Unicode: true},
		} {
			cases = append(cases, dumpCase{v, o})
		}
	}
	compare(t, cases)
}

// TestEncodeRandom compares on values put together at random, always the same.
func TestEncodeRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var cases []dumpCase
	for range 1500 {
		text, err := value.EncodeJSON(randomValue(r, 4), value.JSONOptions{})
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, dumpCase{text, Options{
			Indent: 1 + r.IntN(10), Width: []int{-1, 5, 20, 80, 200}[r.IntN(5)], SortKeys: r.IntN(2) == 0,
			Flow: FlowStyle(r.IntN(3)), Unicode: r.IntN(4) > 0, DefaultStyle: []string{"", "", "", "'", `"`, "|"}[r.IntN(6)],
		}})
	}
	compare(t, cases)
}

var pieces = []string{"a", "word", " ", " ", "  ", "\n", "\n\n", ":", ": ", "#", " #", "-", "- ", "'", `"`, "\\", "é", "☃", "\t", "{", "}", "[", ",", "?", "!", "&", "*", "|", ">",
	"%", "@", "`", "1", "0", ".", "yes", "null", "~", "=", "long text that has to be folded somewhere in here", "\u0085", "\u2028", "😀", "---", "..."}

func randomText(r *rand.Rand) string {
	var b strings.Builder
	for range r.IntN(6) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

func randomValue(r *rand.Rand, depth int) any {
	switch n := r.IntN(10); {
	case n < 3 && depth > 0:
		l := value.NewList()
		for range r.IntN(4) {
			l.Append(randomValue(r, depth-1))
		}
		return l
	case n < 6 && depth > 0:
		d := value.NewDict()
		for range r.IntN(4) {
			d.Set(randomText(r), randomValue(r, depth-1))
		}
		return d
	case n == 6:
		return []any{nil, true, false, int64(r.IntN(100) - 50), r.Float64() * 1e3}[r.IntN(5)]
	default:
		return randomText(r)
	}
}

func TestEncodeOtherTypes(t *testing.T) {
	shared := value.NewList(int64(1))
	loop := value.NewDict()
	loop.Set("self", loop)
	nice := Options{Indent: 4, Width: 80, SortKeys: true}
	for _, c := range []struct {
		name string
		v    any
		o    Options
		want string
	}{
		{"shared lists", value.DictOf("a", shared, "b", shared), nice, "a: &id001\n- 1\nb: *id001\n"},
		{"a dict in itself", loop, nice, "&id001\nself: *id001\n"},
		{"tuple", value.Tuple{int64(1), "a"}, nice, "- 1\n- a\n"},
		{"bytes", value.Bytes("hi\xff"), nice, "!!binary |\n    aGn/\n"},
		{"set", value.NewSet("b", "a"), nice, "!!set\na: null\nb: null\n"},
		{"date", value.Date{Year: 2020, Month: 1, Day: 2}, nice, "2020-01-02\n"},
		{"int keys", value.DictOf(int64(2), "b", int64(1), "a"), nice, "1: a\n2: b\n"},
		{"mixed keys stay", value.DictOf("b", int64(1), int64(1), "a"), nice, "b: 1\n1: a\n"},
		{"explicit start and end", "a", Options{ExplicitStart: true, ExplicitEnd: true}, "--- a\n...\n"},
		{"complex key", value.DictOf(value.Tuple{int64(1)}, "a"), nice, "?   - 1\n: a\n"},
	} {
		got, err := Encode(c.v, c.o)
		if err != nil || got != c.want {
			t.Errorf("%s: got %q (%v), want %q", c.name, got, err, c.want)
		}
	}
	if _, err := Encode(&value.Undefined{Name: "x"}, nice); err == nil || err.Error() != "'x' is undefined" {
		t.Errorf("an undefined value: %v", err)
	}
}

// FuzzRoundTrip reads back what was written.
func FuzzRoundTrip(f *testing.F) {
	for _, p := range pieces {
		f.Add(p, p+" "+p, 80)
	}
	f.Fuzz(func(t *testing.T, key, text string, width int) {
		if strings.ToValidUTF8(key, "") != key || strings.ToValidUTF8(text, "") != text || strings.ContainsAny(key+text, "\r\x00") {
			t.Skip("not text")
		}
		v := value.DictOf(key, value.NewList(text, value.DictOf("k", text)))
		for _, flow := range []FlowStyle{FlowNever, FlowLeaves, FlowAlways} {
			out, err := Encode(v, Options{Width: width, Flow: flow, Unicode: true})
			if err != nil {
				t.Fatal(err)
			}
			docs, _, err := tree.Parse("out.yml", []byte(out), tree.Options{})
			if err != nil || len(docs) != 1 {
				t.Fatalf("%q does not read back: %v", out, err)
			}
			if got := docs[0].Data(); !value.Equal(got, v) {
				t.Fatalf("%q reads back as %s, not %s", out, value.Repr(got), value.Repr(v))
			}
		}
	})
}
