package plugins

import (
	"context"
	"math"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"goplay/engine/library/python"
	"goplay/internal/jinja"
	"goplay/internal/source"
	"goplay/internal/value"
)

const filters = `
import os
import time


def itself(value):
    return value


def kind(value):
    return type(value).__name__


def slow(value):
    time.sleep(60)


def leave(value):
    os._exit(3)


class FilterModule(object):
    def filters(self):
        return {'itself': itself, 'kind': kind, 'slow': slow, 'leave': leave}
`

// project has the filters above in its filter_plugins.
func project(t *testing.T) *Plugins {
	t.Helper()
	if _, err := exec.LookPath("python3"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("there is no python3")
		}
		t.Skip("there is no python3")
	}
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "filter_plugins"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "filter_plugins", "all.py"), []byte(filters), 0o644); err != nil {
		t.Fatal(err)
	}
	p := New(Options{Library: python.Controller})
	p.AddBase(dir)
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func apply(t *testing.T, p *Plugins, ctx context.Context, name string, v any) (any, error) {
	t.Helper()
	f, why := p.Func(Filter, name)
	if f == nil {
		t.Fatalf("no filter %s: %s", name, why)
	}
	return f(&jinja.Call{Context: ctx, Name: name, Args: []any{v}, Env: jinja.New(jinja.NewRegistry(), jinja.Options{}), Pos: source.Pos{}})
}

func TestValuesComeBackAsTheyWent(t *testing.T) {
	p := project(t)
	huge, _ := new(big.Int).SetString("1180591620717411303424", 10)
	for want, v := range map[string]any{
		"NoneType": nil, "bool": true, "int": int64(math.MaxInt64), "float": 1.5, "str": "ü\x00\n{{ x }}", "bytes": value.Bytes("\x00\xff"),
		"list": value.NewList(int64(1), value.Tuple{"a", int64(2)}), "tuple": value.Tuple{value.NewList()}, "set": value.NewSet("a"),
		"dict": value.DictOf("a", value.DictOf("__goplay__", "tuple", "items", value.NewList())), "datetime": time.Date(2024, 2, 3, 4, 5, 6, 0, time.UTC),
	} {
		got, err := apply(t, p, context.Background(), "itself", v)
		if err != nil || value.Repr(got) != value.Repr(v) {
			t.Errorf("%s: %s came back as %s, %v", want, value.Repr(v), value.Repr(got), err)
		}
		if name, err := apply(t, p, context.Background(), "kind", v); err != nil || value.Str(name) != want {
			t.Errorf("Python saw %v as %v, %v", v, name, err)
		}
	}
	for _, v := range []any{huge, math.Inf(1), value.DictOf(int64(1), value.Tuple{"x"})} {
		if got, err := apply(t, p, context.Background(), "itself", v); err != nil || value.Repr(got) != value.Repr(v) {
			t.Errorf("%s came back as %s, %v", value.Repr(v), value.Repr(got), err)
		}
	}
	got, err := apply(t, p, context.Background(), "itself", &value.Undefined{Name: "x"})
	if u, ok := got.(*value.Undefined); !ok || u.Message() != "'x' is undefined" || err != nil {
		t.Errorf("undefined came back as %#v, %v", got, err)
	}
	if got, err := apply(t, p, context.Background(), "kind", &value.Undefined{Name: "x"}); err != nil || value.Str(got) != "undefined_type" {
		t.Errorf("Python saw undefined as %v, %v", got, err)
	}
}

func TestAValueInsideItselfFails(t *testing.T) {
	l := value.NewList()
	l.Append(l)
	if _, err := mark(l, 0); err == nil || !strings.Contains(err.Error(), "nested too deep") {
		t.Errorf("got %v", err)
	}
}

func TestAPluginThatNeverComesBackIsEnded(t *testing.T) {
	p := project(t)
	if _, err := apply(t, p, context.Background(), "itself", "ready"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	begin := time.Now()
	if _, err := apply(t, p, ctx, "slow", nil); err == nil || time.Since(begin) > 30*time.Second {
		t.Errorf("after %v: %v", time.Since(begin), err)
	}
}

func TestAPluginThatEndsPythonIsAnError(t *testing.T) {
	p := project(t)
	for range 2 {
		if _, err := apply(t, p, context.Background(), "leave", nil); err == nil || !strings.Contains(err.Error(), "has ended") {
			t.Errorf("got %v", err)
		}
	}
}

func TestWithoutPythonTheReasonIsSaid(t *testing.T) {
	p := project(t)
	t.Setenv("PATH", t.TempDir())
	if f, why := p.Func(Filter, "itself"); f != nil || !strings.Contains(why, "there is no python3 on this machine") {
		t.Errorf("got %q", why)
	}
	if f, why := New(Options{}).Func(Filter, "itself"); f != nil || why != "" {
		t.Errorf("a project without plugins asks for Python: %q", why)
	}
}
