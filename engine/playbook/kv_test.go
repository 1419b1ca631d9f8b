package playbook

import (
	"encoding/json"
	"os"
	"os/exec"
	"testing"
)

// kvLines are split and parsed as Ansible does.
var kvLines = []string{
	"a=1 b=2", `a="b c" d='e f'`, "echo hi > x creates=/y", "a={{ b c }} d", `a={{ x["q r"] }} z`,
	"{% if a %}b c{% endif %} d", `a=b\ c`, `a=b\=c d\=e`, `a=\n b=\x41 c=\u00e9 d=\t`, `a="b\"c"  d`,
	"a=1 \\\n b=2", "a=1\n b=2\n\n c", "a=\"x\n  y\" b", `echo "a  b"   c`, "=x", "a=", "a = b", "a= b", "a=b=c",
	`"a=b" c`, `a="b" "c" d="e"f`, "it's", "{{ a", `a={{ "}}" }} b`, "a='{{ b }}' c", `src=a dest="{{ b }}/c d" x="y"`,
	"a=b #c", `a=\\ b=\q`, "a=''", `a="b`, `x\ y=z`, "echo a=b c=d chdir=/x e", "a=1\tb=2", "a={# c d #}e f",
	"ls \\\n  -l \\\n  /x", `a=1 \`, `\`, "a=\"1\" \\\n\n b=c", `a=b\`, "a='b'c'd e'", "a={{ b }}{{ c }} d",
	`echo {{ "a b" }}  x`, `a=\1 b`, `a="\n" b='\n'`, "x  y  ", "a=\"b \\\n c\" d", `x="{{ a" b`, "{{ it's }}", "a }} b",
	"name=x state=present\n", "cmd='a b' chdir = /x", `a='b\' c`, "é=ü ö", "a=\"{{ b | d('c d') }}\" e", "a=b  \n  c=d", "a='' b=\"\"  c",
	"a=1 creates='/x y' \"removes=z\"", "foo=bar=baz\\=x", "a=\"\n\nb\n\"", "a=b \\ c", "- x", "{{a}}=b", "chdir=a chdir=b",
}

const readKV = `
import json, sys
from ansible.parsing.splitter import parse_kv
out = []
for t in json.load(open(sys.argv[1])):
    for raw in (False, True):
        try: out.append(json.dumps(parse_kv(t, check_raw=raw), sort_keys=True))
        except Exception as e: out.append("error")
print(json.dumps(out))
`

func showKV(line string, raw bool) string {
	pairs, rest, ok := parseKV(line, raw)
	if !ok {
		return "error"
	}
	m := map[string]string{}
	for _, p := range pairs {
		m[p.key] = p.val
	}
	if rest != "" {
		m["_raw_params"] = rest
	}
	out, _ := json.Marshal(m)
	return string(out)
}

func TestKeyValueIsWhatAnsibleReads(t *testing.T) {
	for i, want := range oracle(t, readKV, kvLines) {
		line, raw := kvLines[i/2], i%2 == 1
		got := showKV(line, raw)
		var a, b any
		_ = json.Unmarshal([]byte(got), &a)
		_ = json.Unmarshal([]byte(want), &b)
		x, _ := json.Marshal(a)
		y, _ := json.Marshal(b)
		if string(x) != string(y) {
			t.Errorf("%q (free form: %v)\n got %s\nwant %s", line, raw, got, want)
		}
	}
}

// oracle runs a Python program that gets a JSON list of texts and answers with a list of strings.
func oracle(t *testing.T, program string, input []string) []string {
	t.Helper()
	python := "/usr/bin/python3"
	if err := exec.Command(python, "-c", "import ansible").Run(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("ansible-core is not installed")
		}
		t.Skip("ansible-core is not installed: can't ask the real thing")
	}
	in := t.TempDir() + "/in.json"
	data, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(in, data, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "-c", program, in)
	cmd.Stderr = os.Stderr
	raw, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func FuzzParseKV(f *testing.F) {
	for _, line := range kvLines {
		f.Add(line, true)
		f.Add(line, false)
	}
	f.Fuzz(func(t *testing.T, line string, raw bool) {
		pairs, rest, ok := parseKV(line, raw)
		if !ok && (pairs != nil || rest != "") {
			t.Fatal("an unbalanced line gave arguments")
		}
	})
}
