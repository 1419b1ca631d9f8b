// Package tooltest stands executables of a test in for a system's tools, where
// the kernel or the distribution that has them cannot be had. Only that edge
// is pretended: the module finds and runs them as it would the real ones.
package tooltest

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"goplay/internal/value"
	"goplay/modules"
)

// Bench is a folder of pretended tools, and what they have been called with.
type Bench struct {
	t   *testing.T
	Dir string
}

// New makes an empty bench that goes with the test.
func New(t *testing.T) *Bench { return &Bench{t, t.TempDir()} }

// Tool adds an executable. Its calls are noted; script is what it does then, in
// sh, with the folder of the bench as its own.
func (b *Bench) Tool(name, script string) {
	b.t.Helper()
	text := "#!/bin/sh\ncd '" + b.Dir + "'\nline='" + name + "'; for a in \"$@\"; do line=\"$line|$a\"; done; echo \"$line\" >>calls\n" + script + "\n"
	if err := os.WriteFile(filepath.Join(b.Dir, name), []byte(text), 0o700); err != nil {
		b.t.Fatal(err)
	}
}

// File writes a file into the bench, such as a recorded output.
func (b *Bench) File(name, text string) {
	b.t.Helper()
	if err := os.WriteFile(filepath.Join(b.Dir, name), []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// Run runs a module that finds the bench's tools before the system's.
func (b *Bench) Run(module string, args map[string]any, check bool) modules.Result {
	b.t.Helper()
	given := map[string]any{}
	for k, v := range args {
		given[k] = value.Of(v)
	}
	r, err := modules.InProcess{}.Run(context.Background(), modules.Call{Module: module, Args: given, Check: check, Diff: true, MaxDiff: 104448,
		Env: map[string]string{"PATH": b.Dir + ":" + os.Getenv("PATH")}})
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// Calls returns the calls since the last time it was asked: a line each, the
// tool and its arguments with a bar between.
func (b *Bench) Calls() []string {
	b.t.Helper()
	path := filepath.Join(b.Dir, "calls")
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		b.t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(data)), "\n")
}

// Passes takes a task through check, apply, check, apply with tools that
// remember what they were told: check foretells the change, the first apply
// alone makes the call that is wanted, and after it nothing is left to do.
func (b *Bench) Passes(t *testing.T, module string, args map[string]any, want string) {
	t.Helper()
	for i, changed := range []bool{true, true, false, false} {
		r := b.Run(module, args, i%2 == 0)
		calls := b.Calls()
		if made := slices.Contains(calls, want); r.Failed || r.Changed != changed || made != (i == 1) {
			t.Errorf("%s %v, pass %d: changed=%v failed=%v (%s), it called\n  %s\nwant %s in the second pass alone",
				module, args, i+1, r.Changed, r.Failed, r.Msg, strings.Join(calls, "\n  "), want)
		}
	}
}

// Expect holds the calls since the last time to a list.
func (b *Bench) Expect(t *testing.T, want ...string) {
	t.Helper()
	if got := b.Calls(); !reflect.DeepEqual(got, want) && len(got)+len(want) > 0 {
		t.Errorf("the tools were called\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}
