package commands

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"goplay/modules"
)

// payload is the file of a payload: the one kept beside the agent, or one in
// dir where there is no agent's folder or nothing can be kept in it.
func payload(c *modules.Context, a ownArgs, dir string) (string, error) {
	alone := filepath.Join(dir, a.Name)
	keep := keptFolder()
	if keep == "" {
		return alone, a.pull(c, alone, 0o600)
	}
	kept := filepath.Join(keep, "module-"+a.Hash)
	if info, err := os.Lstat(kept); err == nil && info.Mode().IsRegular() {
		return kept, nil
	}
	pulled := fmt.Sprintf("%s.%d", kept, rand.Uint64())
	if a.pull(c, pulled, 0o600) != nil {
		_ = os.Remove(pulled)
		return alone, a.pull(c, alone, 0o600)
	}
	forget(keep)
	return kept, os.Rename(pulled, kept)
}

// keptFolder is the folder that the agent is kept in, which is its user's
// alone; "" for a program that was not pushed there.
func keptFolder() string {
	exe, err := os.Executable()
	if err != nil || !strings.HasPrefix(filepath.Base(exe), "agent-") {
		return ""
	}
	return filepath.Dir(exe)
}

// keptPayloads is how many payloads stay in the folder.
const keptPayloads = 32

// forget removes the oldest payloads beyond those that stay.
func forget(dir string) {
	files, _ := filepath.Glob(filepath.Join(dir, "module-*"))
	if len(files) <= keptPayloads {
		return
	}
	age := map[string]int64{}
	for _, f := range files {
		if info, err := os.Lstat(f); err == nil {
			age[f] = info.ModTime().UnixNano()
		}
	}
	sort.Slice(files, func(i, j int) bool { return age[files[i]] < age[files[j]] })
	for _, f := range files[:len(files)-keptPayloads] {
		_ = os.Remove(f) // one that is being run stays open until it ends
	}
}

// pythonFor is the interpreter that was asked for, or the host's Python.
func pythonFor(c *modules.Context, a ownArgs) ([]string, error) {
	if len(a.Interpreter) > 0 {
		if _, err := c.Find(a.Interpreter[0]); err != nil {
			return nil, modules.Fail("the module %s is written in Python, and %s, which ansible_python_interpreter names, is not on this host",
				a.Name, a.Interpreter[0]).With("changed", false)
		}
		return a.Interpreter, nil
	}
	for _, name := range modules.Pythons {
		if path, err := c.Find(name); err == nil {
			return []string{path}, nil
		}
	}
	return nil, modules.Fail("the module %s is written in Python, and this host has none: install python3, or say where it is with ansible_python_interpreter",
		a.Name).With("changed", false)
}
