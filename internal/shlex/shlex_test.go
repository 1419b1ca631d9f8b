package shlex

import (
	"encoding/json"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
)

var lines = []string{
	"", "a", " a  b\tc\n", `'a b' "c d"`, `a\ b`, `"a\"b\\c\d"`, `'a\'b'`, `a'b'c"d"e`, `''`, `"" a`, "# no comment", "a#b",
	`"open`, `'open`, `a\`, `"a\`, `\n`, "é 'ü'", "a=b\\\nc", `--x="1 2"`, "|;&$()",
}

// TestAgainstPython asks shlex.split itself.
func TestAgainstPython(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("CI installs python3, but it is not here")
		}
		t.Skip("python3 is not installed")
	}
	input, _ := json.Marshal(lines)
	cmd := exec.Command("python3", "-c", `
import json, shlex, sys
def split(line):
    try: return shlex.split(line)
    except ValueError as e: return str(e)
json.dump([split(line) for line in json.load(sys.stdin)], sys.stdout)`)
	cmd.Stdin = strings.NewReader(string(input))
	data, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var want []any
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	for i, line := range lines {
		words, err := Split(line)
		got := any(asAny(words))
		if err != nil {
			got = err.Error()
		}
		if !reflect.DeepEqual(got, want[i]) {
			t.Errorf("%q: %v, Python: %v", line, got, want[i])
		}
	}
}

func asAny(words []string) []any {
	out := []any{}
	for _, w := range words {
		out = append(out, w)
	}
	return out
}

func FuzzJoin(f *testing.F) {
	for _, line := range lines {
		f.Add(line, line)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		_, _ = Split(a)
		words, err := Split(Join([]string{a, b}))
		if err != nil || len(words) != 2 || words[0] != a || words[1] != b {
			t.Errorf("%q %q came back as %q (%v)", a, b, words, err)
		}
	})
}
