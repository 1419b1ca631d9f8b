// Package templatetest checks an engine against tables of templates whose
// answers Ansible gave. Where ansible-core is installed the answers are asked
// for again, so that a table cannot drift from the real thing.
package templatetest

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	_ "embed"

	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/tree"
	"goplay/internal/value"
)

var update = flag.Bool("update", false, "write the answers that ansible-core gives into the tables")

//go:embed oracle.py
var oracle string

// Table is a file of cases that share variables.
type Table struct {
	Vars  json.RawMessage   `json:"vars"`
	Files map[string]string `json:"files,omitempty"` // what lookups and includes find in the folder they run in
	Cases []*Case           `json:"cases"`
}

// Case is a template and what Ansible makes of it.
type Case struct {
	Mode     string          `json:"mode,omitempty"` // data (the default), native, file or when
	Template string          `json:"template"`
	Want     json.RawMessage `json:"want,omitempty"`
	Error    string          `json:"error,omitempty"`
	// Ours is the error of goplay where it has better words on purpose, or "*"
	// where only that there is one counts.
	Ours string `json:"ours,omitempty"`
	// Random is a template whose value differs each time; its length is compared.
	Random bool `json:"random,omitempty"`
}

// Vars are variables as a file of JSON has them, text being templates.
type Vars map[string]any

// Lookup finds a variable.
func (v Vars) Lookup(name string) (any, bool) {
	val, ok := v[name]
	return val, ok
}

// Names lists the variables in order.
func (v Vars) Names() []string {
	names := make([]string, 0, len(v))
	for name := range v {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// ParseVars reads variables from a JSON object.
func ParseVars(t testing.TB, data []byte) Vars {
	t.Helper()
	vars := Vars{}
	if len(data) == 0 {
		return vars
	}
	docs, _, err := tree.Parse("vars.json", data, tree.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range docs[0].Pairs {
		vars[p.Name()] = p.Value
	}
	return vars
}

// Run checks the tables that match a pattern; prepare makes the engine of a
// mode: native or not.
func Run(t *testing.T, pattern string, prepare func(native bool) *template.Engine) {
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no tables %s: %v", pattern, err)
	}
	data, native := prepare(false), prepare(true)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) { runTable(t, path, data, native) })
	}
}

func runTable(t *testing.T, path string, data, native *template.Engine) {
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var table Table
	if err := json.Unmarshal(raw, &table); err != nil {
		t.Fatal(err)
	}
	path, err = filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for name, text := range table.Files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	Confirm(t, path, &table)
	vars := ParseVars(t, table.Vars)
	for _, c := range table.Cases {
		e := data
		if c.Mode == "native" {
			e = native
		}
		check(t, c, evaluate(e, c, vars))
	}
}

type outcome struct {
	v   any
	err error
}

func evaluate(e *template.Engine, c *Case, vars Vars) outcome {
	ctx, at := context.Background(), source.Pos{}
	var o outcome
	switch c.Mode {
	case "file":
		o.v, o.err = e.Render(ctx, c.Template, at, vars, template.FileOptions{SearchPath: []string{"."}})
	case "when":
		o.v, o.err = e.ConditionText(ctx, c.Template, at, vars)
	default:
		o.v, o.err = e.EvalText(ctx, c.Template, at, vars)
	}
	return o
}

func check(t *testing.T, c *Case, o outcome) {
	t.Helper()
	want := c.Error
	if c.Ours != "" {
		want = c.Ours
	}
	switch {
	case c.Error == "" && o.err != nil:
		t.Errorf("%s: %v\nwant %s", c.Template, o.err, c.Want)
	case c.Error != "" && o.err == nil:
		t.Errorf("%s: got %s\nwant the error %s", c.Template, value.Repr(o.v), want)
	case o.err != nil && want != "*" && template.Message(o.err) != want:
		t.Errorf("%s:\n got error %s\nwant error %s", c.Template, template.Message(o.err), want)
	case o.err == nil:
		got := Tag(o.v)
		if c.Random && len(got) == len(Compact(c.Want)) {
			return
		}
		if !bytes.Equal(got, Compact(c.Want)) {
			t.Errorf("%s:\n got %s\nwant %s", c.Template, got, Compact(c.Want))
		}
	}
}

// Compact brings JSON into the one form that Tag writes.
func Compact(raw json.RawMessage) []byte {
	v, err := value.DecodeJSON(raw)
	if err != nil {
		return raw
	}
	return encode(v)
}

// Tag writes a value as JSON, what JSON has no form for marked as the tables do.
func Tag(v any) []byte { return encode(tagged(v)) }

func encode(v any) []byte {
	text, err := value.EncodeJSON(v, value.JSONOptions{Unicode: true})
	if err != nil {
		return []byte(err.Error())
	}
	return []byte(text)
}

func tagged(v any) any {
	switch v := v.(type) {
	case *value.List:
		return list(v.Items)
	case value.Tuple:
		return value.DictOf("__py__", "tuple", "v", list(v))
	case *value.Set:
		reprs := value.NewList()
		for _, item := range v.Items() {
			reprs.Append(value.Repr(item))
		}
		sort.Slice(reprs.Items, func(i, j int) bool { return value.Str(reprs.Items[i]) < value.Str(reprs.Items[j]) })
		return value.DictOf("__py__", "set", "v", reprs)
	case *value.Dict:
		out, pairs, text := value.NewDict(), value.NewList(), true
		for k, item := range v.All() {
			if _, ok := k.(string); !ok {
				text = false
			}
			out.Set(k, tagged(item))
			pairs.Append(value.NewList(tagged(k), tagged(item)))
		}
		if !text {
			return value.DictOf("__py__", "dict", "v", pairs)
		}
		return out
	}
	if f, ok := v.(float64); ok && (math.IsInf(f, 0) || math.IsNaN(f)) {
		return value.Str(v)
	}
	switch name := value.TypeName(v); name {
	case "NoneType", "bool", "int", "float", "str":
		return v
	case "Markup":
		return value.Str(v)
	case "bytes":
		return value.DictOf("__py__", name, "v", string(v.(value.Bytes)))
	default:
		return value.DictOf("__py__", name, "v", value.Str(v))
	}
}

func list(items []any) *value.List {
	out := value.NewList()
	for _, item := range items {
		out.Append(tagged(item))
	}
	return out
}

// Confirm asks ansible-core for the answers of a table, where it is installed,
// and fails where they are not the ones written down; with -update they are.
func Confirm(t *testing.T, path string, table *Table) {
	t.Helper()
	for _, native := range []bool{false, true} {
		var asked []*Case
		for _, c := range table.Cases {
			if (c.Mode == "native") == native {
				asked = append(asked, c)
			}
		}
		if len(asked) > 0 && !confirm(t, table, asked, native) {
			return
		}
	}
	if *update {
		write(t, path, table)
	}
}

func confirm(t *testing.T, table *Table, cases []*Case, native bool) bool {
	answers, ok := ask(t, table.Vars, cases, native)
	for i, a := range answers {
		c := cases[i]
		if strings.HasPrefix(a.Error, "You need to install") {
			t.Logf("%s: not confirmed again: %s", c.Template, a.Error)
			continue // a library of Python's is not there
		}
		if *update {
			c.Want, c.Error = a.Want, a.Error
			if a.Error != "" {
				c.Want = nil
			}
			continue
		}
		if !c.Random && (a.Error != c.Error || a.Error == "" && !bytes.Equal(Compact(a.Want), Compact(c.Want))) {
			t.Errorf("%s: the table says %s%s, ansible-core %s%s", c.Template, c.Want, c.Error, a.Want, a.Error)
		}
	}
	return ok
}

func write(t *testing.T, path string, table *Table) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	line := func(before string, v any, after string) {
		b.WriteString(before)
		if err := encoder.Encode(v); err != nil {
			t.Fatal(err)
		}
		b.Truncate(b.Len() - 1)
		b.WriteString(after)
	}
	vars := table.Vars
	if len(vars) == 0 {
		vars = json.RawMessage("{}")
	}
	line("{\n\"vars\": ", vars, ",\n")
	if table.Files != nil {
		line("\"files\": ", table.Files, ",\n")
	}
	b.WriteString("\"cases\": [\n")
	for i, c := range table.Cases {
		end := ",\n"
		if i == len(table.Cases)-1 {
			end = "\n"
		}
		line("", c, end)
	}
	b.WriteString("]\n}\n")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
