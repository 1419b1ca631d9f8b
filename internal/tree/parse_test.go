package tree

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"goplay/internal/source"
)

func parseOne(t *testing.T, in string, o Options) *Node {
	t.Helper()
	n, _, err := ParseOne("f.yml", []byte(in), o)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// The places are those at which Ansible's error messages point.
func TestFaults(t *testing.T) {
	for _, c := range []struct{ name, in, want, hint string }{
		{"two colons", "a: 1\nb: c: d\n", "f.yml:2:5: mapping values are not allowed in this context", "quotes"},
		{"tab", "a:\n  b: 1\n\tc: 2\n", "f.yml:3:1: found a tab character that violates indentation", "tabs"},
		{"at sign", "a: 1\nb: @x\n", "f.yml:2:4: found character that cannot start any token", ""},
		{"bad indent", "- a: 1\n   b: 2\n  c: 3\n", "f.yml:2:5: mapping values are not allowed in this context", ""},
		{"key after list", "- a\nb: 1\n", "f.yml:2:1: did not find expected '-' indicator", "indentation"},
		{"dedent", "a:\n    b: 1\n  c: 2\n", "f.yml:3:3: did not find expected key", "indentation"},
		{"after quote", "- name: x\n  msg: \"a\" b\n", "f.yml:2:12: did not find expected key", "closing quote"},
		{"braces with text", "- name: x\n  msg: {{ a }}/b\n", "f.yml:2:15: did not find expected key", "quotes"},
		{"braces", "- name: x\n  msg: {{ a }}\n", "f.yml:2:8: found unacceptable key (unhashable type: 'AnsibleMapping')", "quotes"},
		{"no alias", "a: *b\n", "f.yml:1:4: found undefined alias 'b'", ""},
		{"quote inside", "a: 'it's'\n", "f.yml:1:8: did not find expected key", "closing quote"},
		{"brace too many", "x: {a: b}}\n", "f.yml:1:10: did not find expected key", "indentation"},
		{"list in value", "a: - b\n", "f.yml:1:4: block sequence entries are not allowed in this context", ""},
		{"open bracket", "a: [b, c\nd: e\n", "f.yml:2:5: did not find expected ',' or ']'", "not closed"},
		{"open quote", "- name: x\n  msg: \"abc\n  foo: bar\n", "f.yml:3:11: found unexpected end of stream", "not closed"},
		{"own alias", "a: &b [*b]\n", "f.yml:1:8: the alias *b stands inside its own anchor", ""},
		{"tag", "a: 1\nb: !foo 1\n", "f.yml:2:9: could not determine a constructor for the tag '!foo'", "!vault"},
		{"two documents", "a: 1\n---\nb: 1\n", "f.yml:3:1: expected a single document in the stream but found another document", "---"},
		{"not utf-8", "a: 1\nb: \xff\n", "f.yml:2:4: the file is not UTF-8", "UTF-8"},
		{"several", "a: !x 1\nb: 2020-13-01\n", "f.yml:1:7: could not determine a constructor for the tag '!x'\nf.yml:2:4: month must be in 1..12", "!vault"},
	} {
		_, _, err := ParseOne("f.yml", []byte(c.in), Options{})
		var lines []string
		for _, e := range source.List(err) {
			lines = append(lines, e.Error())
		}
		if got := strings.Join(lines, "\n"); got != c.want {
			t.Errorf("%s: got %s\nwant %s", c.name, got, c.want)
			continue
		}
		var fault *source.Error
		if errors.As(source.List(err)[0], &fault); !strings.Contains(fault.Hint, c.hint) || c.hint == "" && fault.Hint != "" {
			t.Errorf("%s: hint %q, want one of %q", c.name, fault.Hint, c.hint)
		}
	}
}

func TestDuplicateKeysWarn(t *testing.T) {
	_, warnings, err := Parse("f.yml", []byte("- a: 1\n  b: 2\n  a: 3\n- c: &x {d: 1}\n- <<: *x\n"), Options{})
	if err != nil || len(warnings) != 1 {
		t.Fatal(err, warnings)
	}
	want := "f.yml:3:3: While constructing a mapping from f.yml, line 1, column 3, found a duplicate dict key (a). Using last defined value only."
	if warnings[0].Error() != want {
		t.Errorf("got %s\nwant %s", warnings[0].Error(), want)
	}
}

func TestMarkedText(t *testing.T) {
	opened := 0
	o := Options{Decrypt: func(armoured []byte) ([]byte, error) {
		opened++
		if string(armoured) != "$ANSIBLE_VAULT;1.1;AES256\n6162\n" {
			return nil, errors.New("no secret matches")
		}
		return []byte("{{ secret }}"), nil
	}}
	n := parseOne(t, "a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\nb: !vault x\nc: !unsafe {d: '{{ e }}'}\n", o)
	if opened != 0 {
		t.Error("a vaulted value was opened before anybody asked")
	}
	a := n.Get("a")
	for range 2 {
		if got, err := a.Reveal(); got != "{{ secret }}" || err != nil {
			t.Error(got, err)
		}
	}
	if opened != 1 || !a.Opaque || !a.Secret {
		t.Errorf("opened %d times, %+v", opened, a)
	}
	if _, err := n.Get("b").Reveal(); err == nil || err.Error() != "f.yml:4:11: no secret matches" {
		t.Error(err)
	}
	if d := n.Get("c").Get("d"); !d.Opaque || d.Secret {
		t.Errorf("%+v", d)
	}
	j := parseOne(t, `{"a": {"__ansible_unsafe": "{{ x }}"}, "b": {"__ansible_vault": "$ANSIBLE_VAULT;1.1;AES256\n6162\n"}}`, o)
	if got, err := j.Get("b").Reveal(); got != "{{ secret }}" || err != nil || !j.Get("a").Opaque {
		t.Error(got, err)
	}
}

func TestAliasesAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 12; i++ {
		n, m := string(rune('a'+i)), string(rune('a'+i-1))
		if i == 1 {
			m = "a0"
		}
		b.WriteString(n + ": &" + n + " [" + strings.Repeat("*"+m+", ", 10) + "]\n")
	}
	_, _, err := Parse("f.yml", []byte(b.String()), Options{})
	if err == nil || !strings.Contains(err.Error(), "aliases make this document larger than") {
		t.Error(err)
	}
}

// A file of a few megabytes takes a moment, and ten times the file about ten
// times that.
func TestLinear(t *testing.T) {
	unit := "- name: a task # with a comment\n  # and one above\n  copy: {src: a, dest: '{{ b }}/c', mode: 0644}\n  when: x is defined\n"
	measure := func(units int) time.Duration {
		data := []byte(strings.Repeat(unit, units))
		start := time.Now()
		if _, _, err := Parse("f.yml", data, Options{}); err != nil {
			t.Fatal(err)
		}
		return time.Since(start)
	}
	small, large := measure(1500), measure(15000)
	t.Logf("%v for %d KB, %v for %d KB", small, len(unit)*1500>>10, large, len(unit)*15000>>10)
	if large > 40*small {
		t.Errorf("10 times the file took %v instead of %v", large, small)
	}
}

func TestAt(t *testing.T) {
	in := `plain: one
  two @1
single: 'it''s
  two
  three @2'
double: "a\tb\u00e9 \
   c @3"
literal: |
   first

     second @4
   third é@5
folded: >-

   first
   second @6

   third
     more @7
   last @8
tagged: !!str &x "@9"
flow: {a: [b, "c @A"]}
`
	file := filepath.Join(t.TempDir(), "f.yml")
	if err := os.WriteFile(file, []byte(in), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, crlf := range []bool{false, true} {
		data := in
		if crlf {
			data = strings.ReplaceAll(in, "\n", "\r\n")
		}
		n := parseOne(t, data, Options{})
		found := 0
		var visit func(n *Node)
		visit = func(n *Node) {
			for i := 0; i < len(n.Text); i++ {
				if n.Text[i] != '@' {
					continue
				}
				found++
				want := newText("f.yml", data).pos(strings.Index(data, n.Text[i:i+2]))
				if got := n.At(i); got != want {
					t.Errorf("%s: got %v, want %v", n.Text[i:i+2], got, want)
				}
			}
			for _, item := range n.Items {
				visit(item)
			}
			for _, p := range n.Pairs {
				visit(p.Value)
			}
		}
		visit(n)
		if found != 10 {
			t.Errorf("%d marks found", found)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range scalars {
		f.Add([]byte(c.in))
	}
	f.Add([]byte(">\n\n 000"))
	f.Add([]byte("a: |2\n   x\n  y\nb: >+\n  c\n\n\n"))
	f.Add([]byte("{\"a\": [1, 2.5e3, \"x\"]}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		docs, _, err := Parse("f.yml", data, Options{})
		if err != nil && docs != nil {
			t.Fatal("a faulty file gave documents")
		}
		for _, n := range docs {
			for i := 0; i <= len(n.Text); i++ {
				if p := n.At(i); p.Line < 1 || p.Col < 1 {
					t.Fatalf("%q: no place for offset %d", data, i)
				}
			}
		}
	})
}
