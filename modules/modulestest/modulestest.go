// Package modulestest holds modules to their contract. A Case is a few lines
// of data: files that are there, a module and its options. Conform runs it in
// four passes (check, apply, check, apply); Compare holds its results against
// what Ansible gave for the same case.
package modulestest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"goplay/internal/value"
	"goplay/modules"
)

// Args are a task's options. {dir} in a text stands for the case's folder.
type Args map[string]any

// Case is one use of a module.
type Case struct {
	Name   string
	Module string // "file" is ansible.builtin.file
	Files  Files  // what is there before
	Args   Args
	// Content is what the controller holds for the call, by name.
	Content map[string]string
	Env     map[string]string // {dir} stands in it too
	// Vars are other stand-ins, such as {url}: texts that are not the same in
	// every run.
	Vars map[string]string

	// Ansible are the options to give to Ansible where its controller's half
	// does what Args' internal options say.
	Ansible Args
	// Python runs Ansible's module, where it needs a library that the system's
	// Python has not.
	Python string
	// Input stands for what an answer depends on, where Files hold what differs
	// from run to run, such as archives.
	Input string
	Check bool // compare a run that only checks
	// Ignore names return values that are not compared: paths of temporary
	// files, times. Differs names those that differ on purpose, with the reason.
	Ignore  []string
	Differs map[string]string
	// Unordered names lists whose order means nothing.
	Unordered []string
	// Always says that the module reports a change every time, as commands do.
	Always bool
	// Root says that the case needs root.
	Root bool
}

// Changing marks a case whose module changes something every time.
func (c Case) Changing() Case {
	c.Always = true
	return c
}

// WithTool gives a case a tool of its own, a script in {dir}/bin that is found
// before the system's. It runs in {dir}; what it hands to note is kept in the
// file calls there, and compared with the rest of the tree.
func (c Case) WithTool(name, script string) Case {
	text := "#!/bin/sh\ncd \"$(dirname \"$0\")/..\"\nnote() { echo \"$*\" >>calls; }\n" + script
	c.Files = append(append(Files{}, c.Files...), "bin/"+name+" 0755: "+text)
	c.Env = map[string]string{"PATH": "{dir}/bin:/usr/bin:/bin"}
	return c
}

// Checked marks a case that is compared when it only checks.
func (c Case) Checked() Case {
	c.Check = true
	return c
}

// Ignoring marks return values that are not compared.
func (c Case) Ignoring(names ...string) Case {
	c.Ignore = append(append([]string{}, c.Ignore...), names...)
	return c
}

// AsRoot marks a case that only root can run.
func (c Case) AsRoot() Case {
	c.Root = true
	return c
}

// Differing marks return values (or "tree") that differ from Ansible's for a reason.
func (c Case) Differing(reason string, names ...string) Case {
	differs := map[string]string{}
	for name, r := range c.Differs {
		differs[name] = r
	}
	for _, name := range names {
		differs[name] = reason
	}
	c.Differs = differs
	return c
}

func (c *Case) fullName() string {
	if strings.Contains(c.Module, ".") {
		return c.Module
	}
	return "ansible.builtin." + c.Module
}

func (c *Case) skip(t *testing.T) {
	if c.Root && os.Geteuid() != 0 {
		t.Skip("needs root")
	}
}

// Call makes the call for a folder.
func (c *Case) Call(dir string, check bool) modules.Call {
	args := map[string]any{}
	for k, v := range c.Args {
		args[k] = value.Of(c.place(v, dir))
	}
	return modules.Call{
		Module: c.fullName(), Args: args, Check: check, Diff: true, MaxDiff: 104448, Env: c.env(dir),
		Content: func(name string) (io.ReadCloser, error) {
			text, ok := c.Content[name]
			if !ok {
				return nil, fmt.Errorf("the case has no content %q", name)
			}
			return io.NopCloser(strings.NewReader(text)), nil
		},
		Deliver: func(_ string, r io.Reader) error {
			_, err := io.Copy(io.Discard, r)
			return err
		},
	}
}

// env is the case's environment for a folder.
func (c *Case) env(dir string) map[string]string {
	env := map[string]string{}
	for name, text := range c.Env {
		env[name] = c.place(text, dir).(string)
	}
	return env
}

// place puts a folder in for {dir}, and the values of Vars for their names, in
// all texts of a value.
func (c *Case) place(v any, dir string) any {
	switch v := v.(type) {
	case string:
		v = strings.ReplaceAll(v, "{dir}", dir)
		for name, text := range c.Vars {
			v = strings.ReplaceAll(v, name, text)
		}
		return v
	case []string:
		out := make([]string, len(v))
		for i, s := range v {
			out[i] = c.place(s, dir).(string)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = c.place(item, dir)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, item := range v {
			out[k] = c.place(item, dir)
		}
		return out
	case Args:
		return c.place(map[string]any(v), dir)
	default:
		return v
	}
}

// Run runs a case's module once in this process.
func (c *Case) Run(t *testing.T, dir string, check bool) modules.Result {
	t.Helper()
	return runOn(t, modules.InProcess{}, c.Call(dir, check))
}

func runOn(t *testing.T, r modules.Runner, call modules.Call) modules.Result {
	t.Helper()
	result, err := r.Run(context.Background(), call)
	if err != nil {
		t.Fatalf("the runner gave up: %v", err)
	}
	return result
}

// Files are what a case finds, a line each:
//
//	name [mode]: content    a file; \n and the like as in Go
//	name/ [mode]            a folder; parents are made
//	name -> target          a symbolic link
//	name => target          a hard link
type Files []string

// Make makes the files in dir, with a modification time in the past.
func (f Files) Make(t *testing.T, dir string) {
	t.Helper()
	for _, line := range f {
		if err := makeFile(line, dir); err != nil {
			t.Fatalf("fixture %q: %v", line, err)
		}
	}
	for _, line := range f {
		name := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == ':' })[0]
		path := filepath.Join(dir, name)
		if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSymlink == 0 {
			_ = os.Chtimes(path, past, past)
		}
	}
}

func makeFile(line, dir string) error {
	if name, target, ok := strings.Cut(line, " -> "); ok {
		return os.Symlink(strings.ReplaceAll(target, "{dir}", dir), filepath.Join(dir, name))
	}
	if name, target, ok := strings.Cut(line, " => "); ok {
		return os.Link(filepath.Join(dir, target), filepath.Join(dir, name))
	}
	head, content, _ := strings.Cut(line, ": ")
	name, mode, _ := strings.Cut(head, " ")
	path := filepath.Join(dir, name)
	perm := os.FileMode(0o644)
	if strings.HasSuffix(name, "/") {
		perm = 0o755
	}
	if mode != "" {
		if _, err := fmt.Sscanf(mode, "%o", &perm); err != nil {
			return err
		}
	}
	if strings.HasSuffix(name, "/") {
		if err := os.MkdirAll(path, 0o755); err != nil {
			return err
		}
		return unix.Chmod(path, uint32(perm))
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		return err
	}
	return unix.Chmod(path, uint32(perm))
}

func sameTree(before, after []byte) string {
	if bytes.Equal(before, after) {
		return ""
	}
	return fmt.Sprintf("--- before\n%s+++ after\n%s", before, after)
}
