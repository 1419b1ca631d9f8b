package jinja

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"goplay/internal/source"
	"goplay/internal/value"
)

var here = source.Pos{File: "site.yml", Line: 7, Col: 12}

func mustParse(t *testing.T, o Options, src string) *Template {
	t.Helper()
	tmpl, err := New(NewRegistry(), o).Parse(src, here)
	if err != nil {
		t.Fatal(err)
	}
	return tmpl
}

func TestErrorsSayWhere(t *testing.T) {
	loader := files{
		"inc": "line one\n  {{ 1 + 'x' }}\n",
		"mac": "{% macro m(a) %}\n\n {{ a.b.c }}{% endmacro %}",
		"bad": "\n\n  {{ 1 + }}",
	}
	for _, c := range []struct{ src, want string }{
		{"{{ nope }}", "site.yml:7:15: 'nope' is undefined"},
		{"a\n {{ d.x.y }}", "site.yml:8:8: 'dict object' has no attribute 'x'"},
		{"é{{ 1 + 'a' }}", "site.yml:7:18: unsupported operand type(s) for +: 'int' and 'str'"},
		{"{{ 1 + }}", "site.yml:7:19: unexpected 'end of print statement'"},
		{"{% if x %}\n", "site.yml:7:22: Unexpected end of template. Jinja was looking for the following tags: 'elif' or 'else' or 'endif'. The innermost block that needs to be closed is 'if'."},
		{"{% include 'inc' %}", "inc:2:8: unsupported operand type(s) for +: 'int' and 'str'"},
		{"{% import 'mac' as m %}{{ m.m({}) }}", "mac:3:8: 'dict object' has no attribute 'b'"},
		{"{% include 'bad' %}", "bad:3:10: unexpected 'end of print statement'"},
		{"x\n{% include 'no' %}", "site.yml:8:4: no"},
		{"{{ [1]\n | map('nosuch') | list }}", "site.yml:8:20: No filter named 'nosuch'."},
		{"{{ d | nosuch }}", "site.yml:7:19: No filter named 'nosuch'."},
		{"{% for a, b in [1] %}{% endfor %}", "site.yml:7:19: cannot unpack non-iterable int object"},
		{"{{ f(1) }}", "site.yml:7:16: 'int' object is not callable"},
	} {
		env := New(NewRegistry(), Options{Undefined: value.StrictUndefined, Loader: loader})
		tmpl, err := env.Parse(c.src, here)
		if err == nil {
			_, err = tmpl.Render(context.Background(), vars{value.DictOf("d", value.NewDict(), "f", int64(1))})
		}
		var placed *source.Error
		if !errors.As(err, &placed) || err.Error() != c.want {
			t.Errorf("%s\n got  %v\n want %s", c.src, err, c.want)
		}
	}
}

func TestErrorsHaveClasses(t *testing.T) {
	for src, is := range map[string]func(error) bool{
		"{{ nope }}": IsUndefined, "{{": IsSyntax, "{{ 1 | nosuch }}": IsSyntax, "{% include 'x' %}": IsNotFound,
		"{% for i in range(10 ** 9) %}{% endfor %}": IsLimit,
	} {
		tmpl, err := New(NewRegistry(), Options{Loader: files{}}).Parse(src, here)
		if err == nil {
			_, err = tmpl.Render(context.Background(), vars{})
		}
		if !is(err) {
			t.Errorf("%s: %v", src, err)
		}
	}
}

func TestLimits(t *testing.T) {
	limits := Limits{Fuel: 100_000, Depth: 50, Output: 1 << 16, Repeat: 1 << 16}
	for _, src := range []string{
		"{% for i in range(10 ** 12) %}{% endfor %}",
		"{{ range(10 ** 12) | list }}",
		"{{ range(10 ** 12) | sum }}",
		"{{ range(10 ** 12) | map('string') | join }}",
		"{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
		"{% include 'self' %}",
		"{{ 'x' * 10 ** 6 }}",
		"{{ [0] * 10 ** 6 }}",
		"{% set x = 'x' * 1000 %}{% for i in range(1000) %}{{ x }}{% endfor %}",
		"{% set ns = namespace(s='xxxxxxxx') %}{% for i in range(100) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
		"{% for i in [[[]]] recursive %}{{ loop([i]) }}{% endfor %}",
		"{% block a %}{{ self.a() }}{% endblock %}",
		"{% filter indent(10 ** 9) %}a\nb{% endfilter %}",
	} {
		env := New(NewRegistry(), Options{Limits: limits, Loader: files{"self": "{% include 'self' %}"}})
		tmpl, err := env.Parse(src, here)
		if err != nil {
			t.Fatal(src, err)
		}
		if out, err := tmpl.Render(context.Background(), vars{}); !IsLimit(err) {
			t.Errorf("%s: %d bytes, %v", src, len(out), err)
		}
	}
}

func TestDeepValuesFailToPrint(t *testing.T) {
	src := "{% set ns = namespace(v=[]) %}{% for i in range(100000) %}{% set ns.v = [ns.v] %}{% endfor %}"
	for _, tail := range []string{"{{ ns.v }}", "{{ ns.v | pprint }}", "{{ ns.v ~ '' }}", "{{ ns.v | string }}", "{{ [ns.v] | join }}", "{{ ns.v | tojson }}"} {
		tmpl := mustParse(t, Options{}, src+tail)
		if _, err := tmpl.Render(context.Background(), vars{}); !value.IsException(err, "RecursionError") {
			t.Errorf("%s: %v", tail, err)
		}
	}
	tmpl := mustParse(t, Options{}, "{% set l = [1] %}{% do l.append(l) %}{% do l.append(l) %}{{ l }}")
	if got, err := tmpl.Render(context.Background(), vars{}); got != "[1, [...], [...]]" || err != nil {
		t.Error(got, err)
	}
}

func TestDeepSourcesFailToParse(t *testing.T) {
	for _, src := range []string{
		"{{ " + strings.Repeat("(", 100_000),
		"{{ " + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + " }}",
		"{{ " + strings.Repeat("not ", 100_000) + "1 }}",
		"{{ " + strings.Repeat("-", 100_000) + "1 }}",
		"{{ 1" + strings.Repeat(" + 1", 100_000) + " }}",
		"{{ 1" + strings.Repeat(" and 1", 100_000) + " }}",
		"{{ 1" + strings.Repeat(" | int", 100_000) + " }}",
		"{{ a" + strings.Repeat(".a", 100_000) + " }}",
		"{{ 1" + strings.Repeat(" if 1", 100_000) + " }}",
		"{{ 1" + strings.Repeat(" if 1 else 1", 100_000) + " }}",
		strings.Repeat("{% if 1 %}", 100_000),
		strings.Repeat("{% for i in [] %}", 100_000) + strings.Repeat("{% endfor %}", 100_000),
	} {
		if _, err := New(NewRegistry(), Options{}).Parse(src, here); !IsSyntax(err) {
			t.Errorf("%.40s: %v", src, err)
		}
	}
}

func TestCancelledContextEndsRendering(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	tmpl := mustParse(t, Options{Limits: Limits{Fuel: 1 << 60}}, "{% for i in range(10 ** 15) %}{% endfor %}")
	if _, err := tmpl.Render(ctx, vars{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestTemplatesAreSafeForConcurrentUse(t *testing.T) {
	before := runtime.NumGoroutine()
	tmpl := mustParse(t, Options{Loader: files{"m": "{% macro m(x) %}<{{ x }}>{% endmacro %}"}},
		"{% from 'm' import m %}{% for i in l | map('int') if i %}{{ m(i) }}{{ loop.last }}{% endfor %}{{ (l | map('string')) is defined }}")
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			s := vars{value.DictOf("l", value.NewList(int64(n), int64(2), int64(3)))}
			want := fmt.Sprintf("<%d>False<2>False<3>TrueTrue", n)
			if n == 0 {
				want = "<2>False<3>TrueTrue"
			}
			for range 50 {
				if got, err := tmpl.Render(context.Background(), s); got != want || err != nil {
					t.Errorf("got %q %v, want %q", got, err, want)
				}
			}
		})
	}
	wg.Wait()
	after := runtime.NumGoroutine()
	for range 100 { // one that is done may still be counted
		if after <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
		after = runtime.NumGoroutine()
	}
	t.Errorf("%d goroutines before, %d after", before, after)
}

func TestUndeclaredAndUnknown(t *testing.T) {
	tmpl := mustParse(t, Options{}, "{% set a = b %}{{ a }}{% for i in c %}{{ i }}{{ d | x.y | upper }}{% endfor %}\n"+
		"{% macro m(p) %}{{ p }}{{ e is q }}{% endmacro %}{% if f %}{% set g = 1 %}{% endif %}{{ g }}{{ m() }}")
	text := func(refs []Ref) string {
		var parts []string
		for _, r := range refs {
			parts = append(parts, fmt.Sprintf("%s@%d:%d", r.Name, r.Pos.Line, r.Pos.Col))
		}
		return strings.Join(parts, " ")
	}
	if got, want := text(tmpl.Undeclared()), "b@7:23 c@7:46 d@7:60 e@8:27 f@8:56 g@8:89"; got != want {
		t.Errorf("undeclared: got %s, want %s", got, want)
	}
	filters, tests := tmpl.Unknown()
	if got := text(filters) + " " + text(tests); got != "x.y@7:64 q@8:32" {
		t.Errorf("unknown: got %s", got)
	}
	if _, err := tmpl.Render(context.Background(), vars{}); message(err) != "No filter named 'x.y'." {
		t.Error(err)
	}
}

func TestNodesKeepValues(t *testing.T) {
	list := value.NewList(int64(1))
	o := Options{Finalize: func(v any) (any, error) {
		if v == nil {
			return "", nil
		}
		return v, nil
	}}
	tmpl := mustParse(t, o, "a{{ l }}{{ none }}{% set x %}b{{ 1 }}{% endset %}{{ x }}")
	var got []string
	err := tmpl.Stream(context.Background(), vars{value.DictOf("l", list)}, func(v any, literal bool) error {
		got = append(got, fmt.Sprintf("%s %t", value.Repr(v), literal))
		return nil
	})
	if want := "'a' true|[1] false|'' false|'b1' false"; strings.Join(got, "|") != want || err != nil {
		t.Errorf("got %v %v, want %s", got, err, want)
	}
	nodes, err := tmpl.Nodes(context.Background(), vars{value.DictOf("l", list)})
	if len(nodes) != 4 || nodes[1] != any(list) || err != nil {
		t.Error(nodes, err)
	}
}

func TestConcatJoinsWhatMacrosWrite(t *testing.T) {
	o := Options{Concat: func(nodes []any) (any, error) {
		if len(nodes) == 1 {
			return nodes[0], nil
		}
		return "many", nil
	}}
	tmpl := mustParse(t, o, "{% macro m() %}{{ [5] }}{% endmacro %}{{ m()[0] + 1 }}{% set x %}{{ [7] }}{% endset %}{{ x[0] }}{% set y %}a{{ 1 }}{% endset %}{{ y }}")
	if got, err := tmpl.Render(context.Background(), vars{}); got != "67many" || err != nil {
		t.Error(got, err)
	}
}

func TestDoubleBackslashes(t *testing.T) {
	src := `{{ 'a\1\n' }}{% set x = 'a\tb' %}{{ x }}{{ "q\"`
	tmpl := mustParse(t, Options{DoubleBackslashes: true}, src+` }}`)
	if got, err := tmpl.Render(context.Background(), vars{}); got != `a\1\n`+"a\tb"+`q\` || err != nil {
		t.Errorf("%q %v", got, err)
	}
}

// failing is a Scope with a variable that cannot be made.
type failing struct{ vars }

func (f failing) Lookup(name string) (any, bool, error) {
	if name == "broken" {
		return nil, true, errors.New("no such secret")
	}
	return f.vars.Lookup(name)
}

func TestScopeErrorsStandWhereTheNameIsUsed(t *testing.T) {
	tmpl := mustParse(t, Options{}, "{{ 1 }}\n {{ broken }}")
	if _, err := tmpl.Render(context.Background(), failing{}); err == nil || err.Error() != "site.yml:8:5: no such secret" {
		t.Error(err)
	}
}

func TestCallsSeeLocalsFirst(t *testing.T) {
	reg := NewRegistry()
	reg.Global("see", Func(func(c *Call) (any, error) {
		v, ok, err := c.Scope.Lookup(value.Str(c.Args[0]))
		if !ok {
			return "unset", err
		}
		return v, err
	}))
	reg.Filter("twice", func(c *Call) (any, error) { return value.Add(c.Args[0], c.Args[0]) })
	reg.Test("a.b.big", func(c *Call) (any, error) { return value.Compare(">", c.Args[0], int64(5)) })
	tmpl, err := New(reg, Options{}).Parse("{{ see('g') }}{% set x = 1 %}{% for i in [8] %}{{ see('i') }}{{ see('x') }}{{ i | twice }}{{ i is a.b.big }}{% endfor %}{{ see('i') }}", here)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := tmpl.Render(context.Background(), vars{value.DictOf("g", "G")}); got != "G8116Trueunset" || err != nil {
		t.Error(got, err)
	}
}

func TestAnsibleUndefinedChains(t *testing.T) {
	env := New(NewRegistry(), Options{})
	for src, want := range map[string]any{
		"a.b.c is defined": false, "a[0].b is undefined": true, "(a.b | default('x'))": "x", "a[1:] is defined": false,
	} {
		tmpl, err := env.ParseExpr(src, here)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := tmpl.Eval(context.Background(), vars{}); got != want || err != nil {
			t.Error(src, got, err)
		}
	}
	tmpl, err := env.ParseExpr("('x' if false) ~ '|' ~ ('y' if true)", here)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := tmpl.Render(context.Background(), vars{}); got != "|y" || err != nil {
		t.Error(got, err)
	}
}

func TestPanicsBecomeErrors(t *testing.T) {
	reg := NewRegistry()
	reg.Filter("explode", func(*Call) (any, error) { panic("boom") })
	tmpl, err := New(reg, Options{}).Parse("{{ 1 | explode }}", here)
	if err != nil {
		t.Fatal(err)
	}
	var panicked *PanicError
	if _, err := tmpl.Render(context.Background(), vars{}); !errors.As(err, &panicked) {
		t.Error(err)
	}
}

// TestValuesWithinThemselves prints what Python's repr stops at.
func TestValuesWithinThemselves(t *testing.T) {
	for src, want := range map[string]string{
		"{% set n = namespace() %}{% set n.n = n %}{{ n }}":                                   "<Namespace {'n': <Namespace {...}>}>",
		"{% set d = {} %}{% set _ = d.update({'x': d.nope}) %}{{ d|string }}":                 "{'x': AnsibleUndefined(hint=None, obj={...}, name='nope')}",
		"{% set l = [] %}{% set _ = l.append(l[9]) %}{% set _ = l.append(l) %}{{ l|string }}": "[AnsibleUndefined(hint=None, obj=[...], name=9), [...]]",
	} {
		tmpl, err := New(NewRegistry(), Options{}).Parse(src, source.Pos{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := tmpl.Render(context.Background(), vars{value.NewDict()}); err != nil || got != want {
			t.Errorf("%s\n got  %s (%v)\n want %s", src, got, err, want)
		}
	}
}
