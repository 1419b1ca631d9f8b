package jmespath

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"goplay/internal/value"
)

const data = `{"z": 1, "a": {"y": [1, 2, 3], "x": "text"}, "list": [{"n": "b", "v": 2, "tags": ["t1"]}, {"n": "a", "v": 10, "tags": ["t2", "t3"]}, {"n": "c", "v": null}],
 "empty": [], "none": null, "yes": true, "no": false, "nested": [[1, [2]], [3], 4], "text": "héllo", "nums": [3, 1.5, -2], "words": ["b", "a"], "big": 12345678901234567890, "m": {"k1": {"q": 1}, "k0": {"q": 2}}}`

var expressions = []string{
	"z", "a.y[0]", "a.y[-1]", "a.y[9]", "a.y[1:]", "a.y[::-1]", "a.y[:2]", "a.*", "m.*.q", "m.* | [0]", "*", "list[*].n", "list[].tags[]", "list[*].tags[*]",
	"list[?v > `1`].n", "list[?v == `2`]", "list[?n == 'a' || n == 'c'].n", "list[?v && n].n", "list[?!v].n", "list[?contains(tags || `[]`, 't2')].n",
	"list[0]", "list[*].[n, v]", "list[*].{name: n, val: v}", "{b: z, a: text}", "[z, text]", "nested[]", "nested[][]", "a.nope", "nope", "none.x", "@", "@.z",
	"\"a\".x", "z == `1`", "z != `1`", "z < `2`", "text < `2`", "yes && z", "no || text", "!yes", "!empty", "!z", "`[1, \"a\"]`", "'raw'", "`\"json\"`",
	"length(list)", "length(text)", "length(a)", "keys(a)", "values(a)", "sort(nums)", "sort(words)", "sort_by(list[?v], &v)[*].n", "sort_by(list, &n)[].n",
	"max(nums)", "min(nums)", "max_by(list[?v], &v).n", "min_by(list, &n).n", "sum(nums)", "avg(nums)", "sum(empty)", "avg(empty)", "max(empty)", "abs(nums[2])", "ceil(nums[1])", "floor(nums[1])",
	"join(',', words)", "reverse(words)", "reverse(text)", "starts_with(text, 'h')", "ends_with(text, 'lo')", "contains(text, 'll')", "contains(nums, `3`)", "contains(nums, '3')",
	"to_string(a)", "to_string(text)", "to_number('5')", "to_number('1.5')", "to_number('x')", "to_number(z)", "to_array(z)", "to_array(nums)", "type(z)", "type(none)", "type(a)", "type(nums)", "type(yes)", "type(text)",
	"not_null(none, nope, z)", "merge(a, `{\"x\": 1, \"w\": 2}`)", "map(&n, list)", "map(&nope, list)", "list | [1].n", "list[*].v | [0]", "big", "a.y[?@ > `1`]", "a.y[?@ == `1` || @ == `3`]",
	"nope[*].x", "z[*].x", "z.*", "list[?n].{n: n}.n", "length(list[?v > `5`])", "list[?starts_with(n, 'a')] | [0].v", "a | keys(@)", "empty[0]", "empty[*].x", "words[*].length(@)", "words[0] > words[1]", "(a.y)[0]",
}

// TestAsJMESPath compares with Python's jmespath, which json_query uses.
func TestAsJMESPath(t *testing.T) {
	v, err := value.DecodeJSON([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	program := "import json, sys, jmespath\nd = json.loads(sys.argv[1])\nout = []\nfor e in json.load(sys.stdin):\n    try: out.append(jmespath.search(e, d))\n    except Exception as x: out.append('ERROR')\njson.dump(out, sys.stdout)"
	if exec.Command("/usr/bin/python3", "-c", "import jmespath").Run() != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("python3-jmespath is not installed")
		}
		t.Skip("python3-jmespath is not installed: nothing to compare with")
	}
	input, err := json.Marshal(expressions)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/usr/bin/python3", "-c", program, data)
	cmd.Stdin = bytes.NewReader(input)
	cmd.Stderr = os.Stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	answers, err := value.DecodeJSON(output)
	if err != nil {
		t.Fatal(err)
	}
	for i, expression := range expressions {
		want := value.Repr(answers.(*value.List).Items[i])
		got, err := Search(expression, v)
		shown := value.Repr(got)
		if err != nil {
			shown = "'ERROR'"
		}
		if shown != want {
			t.Errorf("%s: got %s (%v), want %s", expression, shown, err, want)
		}
	}
}

func TestErrors(t *testing.T) {
	for expression, want := range map[string]string{
		"a[":               "Invalid jmespath expression",
		"nosuch(@)":        "Unknown function: nosuch()",
		"length(@, @)":     "Expected 1 arguments for function length(), received 2",
		"length(`5`)":      "invalid type for value: 5",
		"join(',', `[1]`)": "array-string",
	} {
		if _, err := Search(expression, value.NewDict()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", expression, err, want)
		}
	}
}

// FuzzSearch: no expression panics.
func FuzzSearch(f *testing.F) {
	for _, e := range expressions {
		f.Add(e)
	}
	v, err := value.DecodeJSON([]byte(data))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		if _, err := Search(expression, v); err != nil && err.Error() == "" {
			t.Error("an error without words")
		}
	})
}
