package modulestest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"sort"
	"strings"
	"testing"

	"goplay/internal/value"
	"goplay/modules"
)

// never are the parts of Ansible's answers that are its own: where it found
// Python, what the callback adds, what the engine adds to every result.
var never = []string{"invocation", "action", "_ansible_no_log", "exception", "stdout_lines", "stderr_lines",
	"discovered_interpreter_python", "ansible_facts", "warnings", "deprecations", "_ansible_parsed", "_ansible_ignore_errors",
	"atime", "mtime", "ctime", "inode", "dev", "start", "end", "delta", "block_size", "version"}

// Compare holds cases against Ansible's answers: every return value, changed
// and failed, the message, the diff and the resulting tree. The answers are
// kept in testdata/oracle; they are asked for again when a case is new or has
// changed, and all of them when ORACLE is set in the environment.
func Compare(t *testing.T, cases []Case) {
	answers := answersFor(t, cases)
	for i := range cases {
		c := &cases[i]
		t.Run(c.Name, func(t *testing.T) {
			c.skip(t)
			want, ok := answers[c.Name]
			if !ok {
				t.Skip("no answer of Ansible is kept for this case, and ansible-playbook is not installed")
			}
			c.compare(t, want)
		})
	}
}

func answersFor(t *testing.T, cases []Case) map[string]answer {
	return answersWith(t, cases, false, func() {})
}

// answersWith asks for all answers again when one is stale, if the cases build
// on each other; prepare is called before Ansible is asked.
func answersWith(t *testing.T, cases []Case, together bool, prepare func()) map[string]answer {
	path := filepath.Join("testdata", "oracle", strings.ReplaceAll(t.Name(), "/", "_")+".json")
	kept := map[string]answer{}
	// The kept answers are root's: owners are part of them.
	root := os.Geteuid() == 0
	if data, err := os.ReadFile(path); root && err == nil {
		if err := decodeJSON(data, &kept); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for _, a := range kept {
			Numbers(a.Result)
		}
	}
	all := os.Getenv("ORACLE") != ""
	var stale []*Case
	seen := map[string]bool{}
	for i := range cases {
		if seen[cases[i].Name] {
			t.Fatalf("two cases are called %q", cases[i].Name)
		}
		seen[cases[i].Name] = true
		if c := &cases[i]; all || kept[c.Name].Input != c.fingerprint() {
			delete(kept, c.Name)
			stale = append(stale, c)
		}
	}
	if len(stale) == 0 {
		return kept
	}
	if together {
		stale = stale[:0]
		for i := range cases {
			stale = append(stale, &cases[i])
		}
	}
	if _, err := exec.LookPath("ansible-playbook"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("CI installs ansible-playbook, but it is not here")
		}
		return kept
	}
	prepare()
	for i, a := range ask(t, stale, t.TempDir()) {
		kept[stale[i].Name] = a
	}
	if root {
		keep(t, path, kept, cases)
	}
	return kept
}

func keep(t *testing.T, path string, kept map[string]answer, cases []Case) {
	known := map[string]answer{}
	for i := range cases {
		known[cases[i].Name] = kept[cases[i].Name]
	}
	data, err := json.MarshalIndent(known, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(data, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (c *Case) compare(t *testing.T, want answer) {
	dir := caseDir(t.TempDir(), 0)
	c.Files.Make(t, dir)
	got := c.normalize(asJSON(t, c.Run(t, dir, c.Check)), dir).(map[string]any)
	for _, key := range append(append([]string{}, never...), c.Ignore...) {
		drop(got, key)
		drop(want.Result, key)
	}
	for _, key := range KeysOf(got, want.Result) {
		g, w := got[key], want.Result[key]
		if slices.Contains(c.Unordered, key) {
			g, w = Ordered(g), Ordered(w)
		}
		if reason := c.Differs[key]; reason != "" {
			if reflect.DeepEqual(g, w) {
				t.Errorf("%s: differs on purpose (%s), but it is the same", key, reason)
			}
			continue
		}
		if !same(key, g, w) {
			t.Errorf("%s: %s, Ansible: %s", key, Text(g), Text(w))
		}
	}
	tree := strings.Split(strings.TrimSpace(string(Tree(t, dir, false))), "\n")
	if c.Differs["tree"] == "" && !reflect.DeepEqual(tree, want.Tree) {
		t.Errorf("the tree is\n%s\nAnsible's is\n%s", strings.Join(tree, "\n"), strings.Join(want.Tree, "\n"))
	}
}

// drop removes a return value wherever it stands.
func drop(v any, key string) {
	switch v := v.(type) {
	case map[string]any:
		delete(v, key)
		for _, item := range v {
			drop(item, key)
		}
	case []any:
		for _, item := range v {
			drop(item, key)
		}
	}
}

// Ordered sorts a list by the JSON of its items.
func Ordered(v any) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	list = slices.Clone(list)
	sort.Slice(list, func(i, j int) bool { return Text(list[i]) < Text(list[j]) })
	return list
}

// same compares one return value. An empty diff, list or text is as good as
// none in a diff only.
func same(key string, got, want any) bool {
	if key == "diff" {
		return reflect.DeepEqual(diffs(got), diffs(want))
	}
	return reflect.DeepEqual(got, want)
}

// diffs brings diffs to one form: a list without those that show nothing.
func diffs(v any) []any {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	out := []any{}
	for _, d := range list {
		m, ok := d.(map[string]any)
		if !ok || len(m) == 0 {
			continue
		}
		before, after := m["before"], m["after"]
		if m["prepared"] != nil && before == nil && after == nil {
			delete(m, "before")
			delete(m, "after")
		}
		if reflect.DeepEqual(before, after) && m["prepared"] == nil && m["src_binary"] == nil && m["dst_binary"] == nil && m["src_larger"] == nil && m["dst_larger"] == nil {
			continue
		}
		if b, ok := before.(map[string]any); ok && len(b) == 0 {
			continue
		}
		out = append(out, m)
	}
	return out
}

func asJSON(t *testing.T, r modules.Result) map[string]any {
	t.Helper()
	d := r.Data.Copy()
	d.Set("changed", r.Changed)
	if r.Failed {
		d.Set("failed", true)
	}
	if r.Skipped {
		d.Set("skipped", true)
	}
	if r.Msg != "" {
		d.Set("msg", r.Msg)
	}
	if len(r.Diff) > 0 {
		l := value.NewList()
		for _, one := range r.Diff {
			l.Append(value.Of(one))
		}
		d.Set("diff", l)
	}
	text, err := value.EncodeJSON(d, value.JSONOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := decodeJSON([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return Numbers(out).(map[string]any)
}

// KeysOf are the sorted keys of all maps.
func KeysOf(maps ...map[string]any) []string {
	seen := map[string]bool{}
	var keys []string
	for _, m := range maps {
		for k := range m {
			if !seen[k] {
				seen[k] = true
				keys = append(keys, k)
			}
		}
	}
	sort.Strings(keys)
	return keys
}

// Text is a value as JSON, for messages.
func Text(v any) string {
	data, _ := json.Marshal(v)
	return string(data)
}
