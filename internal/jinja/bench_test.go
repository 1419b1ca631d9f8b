package jinja

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"goplay/internal/source"
	"goplay/internal/value"
)

func thousands() vars {
	d := value.NewDict()
	for i := range 2000 {
		d.Set(fmt.Sprintf("var_%d", i), fmt.Sprintf("value %d", i))
	}
	d.Set("ansible_os_family", "Debian")
	d.Set("enabled", true)
	d.Set("result", value.DictOf("rc", int64(0)))
	return vars{d}
}

// BenchmarkWhen evaluates a compiled condition of three terms.
func BenchmarkWhen(b *testing.B) {
	env := New(NewRegistry(), Options{})
	t, err := env.ParseExpr("ansible_os_family == 'Debian' and enabled | default(false) and result.rc == 0", source.Pos{})
	if err != nil {
		b.Fatal(err)
	}
	s, ctx := thousands(), context.Background()
	b.ReportAllocs()
	for b.Loop() {
		if v, err := t.Eval(ctx, s); v != true || err != nil {
			b.Fatal(v, err)
		}
	}
}

func fifty() string {
	var b strings.Builder
	for i := range 50 {
		fmt.Fprintf(&b, "key_%d = {{ var_%d }}\n", i, i)
	}
	return b.String()
}

// BenchmarkRender renders a compiled template of 50 variables.
func BenchmarkRender(b *testing.B) {
	env := New(NewRegistry(), Options{})
	t, err := env.Parse(fifty(), source.Pos{})
	if err != nil {
		b.Fatal(err)
	}
	s, ctx := thousands(), context.Background()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := t.Render(ctx, s); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParse compiles a template of 50 variables, a loop and a condition.
func BenchmarkParse(b *testing.B) {
	reg := NewRegistry()
	src := fifty() + "{% for u in users if u.active %}{{ u.name | default('x') }}{% else %}none{% endfor %}"
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(reg, Options{}).Parse(src, source.Pos{}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestAllocations holds what the benchmarks measure to a number that does not
// depend on the machine.
func TestAllocations(t *testing.T) {
	reg := NewRegistry()
	src := fifty() + "{% for u in users if u.active %}{{ u.name | default('x') }}{% else %}none{% endfor %}"
	env := New(reg, Options{})
	when, err := env.ParseExpr("ansible_os_family == 'Debian' and enabled | default(false) and result.rc == 0", source.Pos{})
	if err != nil {
		t.Fatal(err)
	}
	page, err := env.Parse(fifty(), source.Pos{})
	if err != nil {
		t.Fatal(err)
	}
	s, ctx := thousands(), context.Background()
	for _, c := range []struct {
		what string
		most float64
		do   func() error
	}{
		{"a condition of three terms", 10, func() error { _, err := when.Eval(ctx, s); return err }},
		{"rendering fifty variables", 66, func() error { _, err := page.Render(ctx, s); return err }},
		{"parsing fifty variables", 240, func() error { _, err := New(reg, Options{}).Parse(src, source.Pos{}); return err }},
	} {
		got := testing.AllocsPerRun(50, func() {
			if err := c.do(); err != nil {
				t.Fatal(err)
			}
		})
		if got > c.most {
			t.Errorf("%s allocates %v times, not at most %v", c.what, got, c.most)
		}
		t.Logf("%s: %v", c.what, got)
	}
}
