package jinja

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"goplay/internal/source"
	"goplay/internal/value"
)

func seed(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.jsonl")
	if err != nil || len(paths) == 0 {
		f.Fatal("no recorded cases", err)
	}
	t := &testing.T{}
	for _, path := range paths {
		for _, r := range readRecords(t, path) {
			f.Add(r.Template)
		}
	}
}

// FuzzParse parses anything, and walks what comes out.
func FuzzParse(f *testing.F) {
	seed(f)
	plain := New(NewRegistry(), Options{})
	lines := New(NewRegistry(), Options{LineStatementPrefix: "#", LineCommentPrefix: "##", TrimBlocks: true, LstripBlocks: true, DoubleBackslashes: true})
	f.Fuzz(func(t *testing.T, src string) {
		for _, env := range []*Env{plain, lines} {
			tmpl, err := env.Parse(src, source.Pos{})
			var placed *source.Error
			if err != nil && !errors.As(err, &placed) {
				t.Fatalf("an error without a place: %v", err)
			}
			if err == nil {
				Walk(tmpl.AST(), func(n Node) bool {
					if n.Position().Line < 1 {
						t.Fatalf("%T has no place", n)
					}
					return true
				})
			}
			env.ParseExpr(src, source.Pos{})
		}
	})
}

// FuzzRender renders anything within small limits.
func FuzzRender(f *testing.F) {
	seed(f)
	limits := Limits{Fuel: 20_000, Depth: 40, Output: 1 << 16, Repeat: 1 << 12}
	loader := files{"inc": "[{{ x }}]", "base": "{% block a %}{% endblock %}", "mac": "{% macro hi(a) %}{{ a }}{% endmacro %}"}
	f.Fuzz(func(t *testing.T, src string) {
		for _, kind := range []value.UndefinedKind{value.AnsibleUndefined, value.PlainUndefined} {
			tmpl, err := New(NewRegistry(), Options{Limits: limits, Loader: loader, Undefined: kind}).Parse(src, source.Pos{})
			if err != nil {
				continue
			}
			s := vars{value.DictOf("x", int64(1), "l", value.NewList(int64(3), int64(1), int64(2)), "s", "Hello, World",
				"d", value.DictOf("a", int64(1), "b", value.NewList()), "n", nil, "t", true, "f", false, "y", 2.5)}
			_, err = tmpl.Render(context.Background(), s)
			var panicked *PanicError
			if errors.As(err, &panicked) {
				t.Fatalf("%v\n%s", panicked.Value, panicked.Stack)
			}
		}
	})
}
