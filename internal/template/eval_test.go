package template_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"goplay/internal/jinja"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/template/templatetest"
	"goplay/internal/tree"
	"goplay/internal/value"
)

func vars(t testing.TB, json string) templatetest.Vars {
	t.Helper()
	return templatetest.ParseVars(t, []byte(json))
}

var ctx = context.Background()

func TestEvalNodes(t *testing.T) {
	e, v := engine(false), vars(t, `{"n": 5, "name": "web"}`)
	for _, c := range []struct{ yaml, want string }{
		{`a: "{{ n }}"`, `{'a': 5}`},
		{`"{{ name }}": "{{ name }}"`, `{'{{ name }}': 'web'}`},
		{`- "{{ n }}"` + "\n- {b: ['x{{ n }}', !unsafe '{{ n }}']}", `[5, {'b': ['x5', '{{ n }}']}]`},
		{`{a: 1, b: null, c: true, d: 1.5}`, `{'a': 1, 'b': None, 'c': True, 'd': 1.5}`},
		{`plain`, `'plain'`},
	} {
		n, _, err := tree.ParseOne("t.yml", []byte(c.yaml), tree.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := e.Eval(ctx, n, v)
		if err != nil || value.Repr(got) != c.want {
			t.Errorf("%s: got %s (%v), want %s", c.yaml, value.Repr(got), err, c.want)
		}
	}
	if got, err := e.Eval(ctx, nil, v); got != nil || err != nil {
		t.Errorf("no node: %v, %v", got, err)
	}
}

func TestVariablesThatLeadBackToThemselves(t *testing.T) {
	e := engine(false)
	v := vars(t, `{"a": "{{ b }}", "b": "x{{ a }}", "me": "{{ me }}", "list": ["{{ list }}"], "ok": "{{ n }}{{ n }}", "n": 1}`)
	for _, text := range []string{"{{ a }}", "{{ me }}", "{{ list }}", "{{ b | default('d') }}"} {
		_, err := e.EvalText(ctx, text, source.Pos{}, v)
		if err == nil || !strings.Contains(err.Error(), "recursive loop detected in template string: ") {
			t.Errorf("%s: %v", text, err)
		}
	}
	if got, err := e.EvalText(ctx, "{{ ok }}", source.Pos{}, v); err != nil || got != "11" {
		t.Errorf("a variable used twice: %v, %v", got, err)
	}
	// A chain through lazily made variables has no node twice in the same variables.
	deep := templatetest.Vars{}
	deep["a"] = template.Lazy(func(ctx context.Context) (any, error) {
		return e.EvalText(ctx, "{{ a }}", source.Pos{}, templatetest.Vars{"a": tree.TextNode(source.Pos{}, "{{ b }}"), "b": deep["a"]})
	})
	if _, err := e.EvalText(ctx, "{{ a }}", source.Pos{}, deep); err == nil {
		t.Error("an endless chain ends without an error")
	}
}

// TestDataIsNoTemplate: what came from a host is shown as it is.
func TestDataIsNoTemplate(t *testing.T) {
	e := engine(false)
	v := templatetest.Vars{
		"stdout": "{{ 1 + 1 }}",
		"result": value.DictOf("stdout", "{{ 1 + 1 }}", "lines", value.NewList("{% bad")),
		"node":   tree.FromValue(source.Pos{}, value.NewList("{{ 2 }}")),
		"lazy":   template.Lazy(func(context.Context) (any, error) { return "{{ three }}", nil }),
	}
	for text, want := range map[string]string{
		"{{ stdout }}":            `'{{ 1 + 1 }}'`,
		"{{ result.stdout }}!":    `'{{ 1 + 1 }}!'`,
		"{{ result }}":            `{'stdout': '{{ 1 + 1 }}', 'lines': ['{% bad']}`,
		"{{ node }}":              `['{{ 2 }}']`,
		"{{ lazy }}":              `'{{ three }}'`,
		"{{ [stdout, lazy][1] }}": `'{{ three }}'`,
	} {
		got, err := e.EvalText(ctx, text, source.Pos{}, v)
		if err != nil || value.Repr(got) != want {
			t.Errorf("%s: got %s (%v), want %s", text, value.Repr(got), err, want)
		}
	}
}

func TestTemplatesDoNotChangeVariables(t *testing.T) {
	e := engine(false)
	list, dict := value.NewList(int64(1)), value.DictOf("k", value.NewList(int64(1)))
	v := templatetest.Vars{"list": list, "dict": dict, "again": tree.TextNode(source.Pos{}, "{{ list }}")}
	for _, text := range []string{
		"{% set _ = list.append(2) %}{{ list }}", "{% set _ = dict.k.append(2) %}{{ dict }}", "{% set _ = dict.update({'x': 1}) %}{{ dict }}",
		"{% set _ = again.append(2) %}{{ again }}", "{% set _ = dict['update']({'x': 1}) %}{{ dict }}", "{% for k in dict.values() %}{% set _ = k.pop() %}{% endfor %}x",
	} {
		if _, err := e.EvalText(ctx, text, source.Pos{}, v); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if value.Repr(list) != "[1]" || value.Repr(dict) != "{'k': [1]}" {
			t.Fatalf("%s changed a variable: %s %s", text, value.Repr(list), value.Repr(dict))
		}
	}
	got, err := e.EvalText(ctx, "{{ [again, again] }}", source.Pos{}, v)
	if err != nil {
		t.Fatal(err)
	}
	items := got.(*value.List).Items
	if items[0] == items[1] || items[0] == any(list) {
		t.Error("what a template gives shares its lists")
	}
}

func TestPlacesAndHints(t *testing.T) {
	e := engine(false)
	at := source.Pos{File: "site.yml", Line: 12, Col: 9}
	v := vars(t, `{"n": 1}`)
	for _, c := range []struct {
		run      func() error
		line     int
		col      int
		hint     string
		contains string
	}{
		{func() error { _, err := e.EvalText(ctx, "a {{ nope }}", at, v); return err }, 12, 14, "", "'nope' is undefined"},
		{func() error { _, err := e.EvalText(ctx, "a\n{{ n | defualt(1) }}", at, v); return err }, 13, 0, "default", `Could not load "defualt"`},
		{func() error { _, err := e.ConditionText(ctx, "n is defind", at, v); return err }, 12, 14, "defined", `Could not load "defind"`},
		{func() error { _, err := e.ConditionText(ctx, "n == nope", at, v); return err }, 12, 0, "", "'nope' is undefined"},
		{func() error { return e.Check("{{ n | lenght }}{{ n is strin }}", at) }, 12, 0, "length", "lenght"},
		{func() error { return e.CheckCondition("n ==", at) }, 12, 0, "", "unexpected"},
		{func() error {
			return e.CheckFile("a\n{% if %}", source.Pos{File: "x.j2", Line: 1, Col: 1}, template.FileOptions{})
		}, 2, 0, "", "Expected an expression"},
	} {
		err := c.run()
		if err == nil {
			t.Errorf("%s: no error", c.contains)
			continue
		}
		var placed *source.Error
		first := source.List(err)[0]
		if p, ok := first.(*source.Error); ok {
			placed = p
		} else {
			t.Errorf("%s: %T has no place", c.contains, first)
			continue
		}
		if placed.Line != c.line || c.col > 0 && placed.Col != c.col || !strings.Contains(placed.Msg, c.contains) || !strings.Contains(placed.Hint, c.hint) {
			t.Errorf("want %d:%d %q hint %q, got %v hint %q", c.line, c.col, c.contains, c.hint, placed, placed.Hint)
		}
	}
	if many := source.List(e.Check("{{ n | lenght }}{{ n is strin }}", at)); len(many) != 2 {
		t.Errorf("Check gives %d of two faults", len(many))
	}
	if err := e.Check("{{ n | length }} {{ n is string }}", at); err != nil {
		t.Error(err)
	}
	if refs := e.Undeclared("{{ a.b }}{% set c = d %}{{ c }}", at); len(refs) != 2 || refs[0].Name != "a" || refs[1].Name != "d" {
		t.Errorf("undeclared: %v", refs)
	}
	if refs := e.UndeclaredCondition("x == 1 and y.z", at); len(refs) != 2 {
		t.Errorf("undeclared in a condition: %v", refs)
	}
}

func TestIgnoreUndefined(t *testing.T) {
	e := template.New(template.Options{IgnoreUndefined: true})
	got, err := e.EvalText(ctx, "a {{ nope }}", source.Pos{}, templatetest.Vars{})
	if err != nil || got != "a {{ nope }}" {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestWarnings(t *testing.T) {
	var warned []string
	e := template.New(template.Options{Warn: func(text string) { warned = append(warned, text) }})
	if ok, err := e.ConditionText(ctx, "{{ n == 5 }}", source.Pos{}, vars(t, `{"n": 5}`)); !ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
	want := "conditional statements should not include jinja2 templating delimiters such as {{ }} or {% %}. Found: {{ n == 5 }}"
	if len(warned) != 1 || warned[0] != want {
		t.Errorf("warned %q", warned)
	}
}

func TestConditionNodes(t *testing.T) {
	e, v := engine(false), vars(t, `{"n": 5}`)
	for yaml, want := range map[string]bool{
		"true": true, "false": false, "null": true, `""`: true, "[n == 5, true]": true, "[n == 5, n == 6]": false, "n == 5": true, "0": false,
	} {
		n, _, err := tree.ParseOne("t.yml", []byte(yaml), tree.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := e.Condition(ctx, n, v); err != nil || got != want {
			t.Errorf("%s: %v, %v", yaml, got, err)
		}
	}
}

// TestConditionFromTemplate: text that a template made is read as an
// expression, and may not look anything up.
func TestConditionFromTemplate(t *testing.T) {
	r := jinja.NewRegistry()
	called := false
	r.Global("lookup", jinja.Func(func(c *jinja.Call) (any, error) {
		if !template.LookupsAllowed(c.Context) {
			return nil, value.Raise("AnsibleError", "no lookups here")
		}
		called = true
		return "x", nil
	}))
	e := template.New(template.Options{Registry: r})
	v := templatetest.Vars{"stdout": "lookup('pipe', 'rm -rf /') == 'x'"}
	if _, err := e.ConditionText(ctx, "{{ stdout }}", source.Pos{}, v); err == nil || called {
		t.Errorf("a host's text ran a lookup (%v)", err)
	}
	if ok, err := e.ConditionText(ctx, "lookup('env', 'x') == 'x'", source.Pos{}, v); !ok || err != nil || !called {
		t.Errorf("a playbook's condition: %v, %v", ok, err)
	}
}

func TestRenderIncludes(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"part.j2": "part {{ n }}\n", "sub/deep.j2": "{% include 'part.j2' %}deep\n", "bad.j2": "x\n{{ nope }}\n"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	e, v := engine(false), vars(t, `{"n": 5}`)
	at := source.Pos{File: "main.j2", Line: 1, Col: 1}
	o := template.FileOptions{SearchPath: []string{filepath.Join(dir, "none"), dir}}
	got, err := e.Render(ctx, "{% include 'sub/deep.j2' %}!\n", at, v, o)
	if err != nil || got != "part 5deep!\n" {
		t.Errorf("got %q, %v", got, err)
	}
	_, err = e.Render(ctx, "{% include 'bad.j2' %}", at, v, o)
	if p, ok := err.(*source.Error); !ok || p.File != filepath.Join(dir, "bad.j2") || p.Line != 2 {
		t.Errorf("an error in an included file: %v", err)
	}
	for _, name := range []string{"../part.j2", "nope.j2", "sub"} {
		if _, err := e.Render(ctx, "{% include '"+name+"' %}", at, v, o); err == nil {
			t.Errorf("%s was found", name)
		}
	}
}

func TestOverlay(t *testing.T) {
	v := template.Overlay(templatetest.Vars{"a": int64(1), "b": int64(2)}, value.DictOf("b", int64(3), "c", int64(4)))
	e := engine(false)
	got, err := e.EvalText(ctx, "{{ [a, b, c] }}", source.Pos{}, v)
	if err != nil || value.Repr(got) != "[1, 3, 4]" || len(v.Names()) != 3 {
		t.Errorf("got %s, %v, names %v", value.Repr(got), err, v.Names())
	}
	if val, found, err := e.Variable(ctx, "c", v); val != int64(4) || !found || err != nil {
		t.Errorf("Variable: %v %v %v", val, found, err)
	}
	if _, found, _ := e.Variable(ctx, "zz", v); found {
		t.Error("zz is found")
	}
}

func TestCancelled(t *testing.T) {
	done, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := engine(false).EvalText(done, "{% for i in range(100000000) %}{% for j in range(100000000) %}{% endfor %}{% endfor %}", source.Pos{}, templatetest.Vars{}); err == nil {
		t.Error("a cancelled template runs to its end")
	}
}

func TestVariablesThatDouble(t *testing.T) {
	v := templatetest.Vars{"v0": "", "w0": ""}
	for i := 1; i < 60; i++ {
		for _, name := range []string{"v", "w"} {
			v[fmt.Sprintf("%s%d", name, i)] = tree.TextNode(source.Pos{}, fmt.Sprintf("{{ v%d }}{{ w%d }}", i-1, i-1))
		}
	}
	_, err := engine(false).EvalText(ctx, "{{ v59 }}", source.Pos{}, v)
	if err == nil || !strings.Contains(err.Error(), "variables were evaluated for one template") {
		t.Errorf("2**59 evaluations end with %v", err)
	}
}

// TestConcurrent uses more texts than the cache holds from several goroutines.
func TestConcurrent(t *testing.T) {
	e, v := engine(false), vars(t, `{"n": 5, "m": "{{ n }}"}`)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 2000 {
				text := fmt.Sprintf("{{ m }}-%d-%d", g%2, i)
				got, err := e.EvalText(ctx, text, source.Pos{}, v)
				if want := fmt.Sprintf("5-%d-%d", g%2, i); err != nil || got != want {
					t.Errorf("%s: %v, %v", text, got, err)
					return
				}
			}
		}()
	}
	wg.Wait()
}

func BenchmarkCondition(b *testing.B) {
	e := engine(false)
	v := templatetest.Vars{}
	for i := range 2000 {
		v[fmt.Sprintf("var%d", i)] = int64(i)
	}
	v["ansible_os_family"] = "Debian"
	at := source.Pos{File: "x.yml", Line: 3, Col: 5}
	for b.Loop() {
		if _, err := e.ConditionText(ctx, "ansible_os_family == 'Debian' and var5 > 3 and var7 is defined", at, v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPlainText(b *testing.B) {
	e, v := engine(false), templatetest.Vars{}
	for b.Loop() {
		if _, err := e.EvalText(ctx, "/etc/nginx/conf.d/site.conf", source.Pos{}, v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFiftyVariables(b *testing.B) {
	e, v := engine(false), templatetest.Vars{}
	var src strings.Builder
	for i := range 50 {
		v[fmt.Sprintf("v%d", i)] = fmt.Sprintf("value %d", i)
		fmt.Fprintf(&src, "key%d = {{ v%d }}\n", i, i)
	}
	for b.Loop() {
		if _, err := e.Render(ctx, src.String(), source.Pos{File: "t.j2", Line: 1}, v, template.FileOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
