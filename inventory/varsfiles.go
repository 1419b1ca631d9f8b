package inventory

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/internal/value"
	"goplay/internal/vault"
)

// VarsFiles finds and reads the files of group_vars and host_vars. Every file
// is read once; it may be used by many goroutines. A nil *VarsFiles finds none.
type VarsFiles struct {
	Keys *vault.Keys
	Warn func(text string)
	// DuplicateKeys is what becomes of keys given twice, as tree.Options has it.
	DuplicateKeys string

	mu    sync.Mutex
	dirs  map[string]bool // folders looked for: whether they are there
	files map[string][]*tree.Node
}

// Unreadable is a file of group_vars or host_vars that cannot be understood. It
// ends a command as a playbook does that cannot.
type Unreadable struct{ Err error }

func (e *Unreadable) Error() string { return e.Err.Error() }

// Unwrap gives the fault itself.
func (e *Unreadable) Unwrap() error { return e.Err }

// Group returns the mappings of dir/group_vars/NAME in the order they are
// merged; the last one wins.
func (f *VarsFiles) Group(dir, name string) ([]*tree.Node, error) {
	return f.read(filepath.Join(dir, "group_vars"), name)
}

// Host returns the mappings of dir/host_vars/NAME in the order they are merged.
func (f *VarsFiles) Host(dir, name string) ([]*tree.Node, error) {
	if strings.HasPrefix(name, string(filepath.Separator)) {
		return nil, nil // a chroot's path, not a name
	}
	return f.read(filepath.Join(dir, "host_vars"), name)
}

func (f *VarsFiles) read(dir, name string) ([]*tree.Node, error) {
	if f == nil {
		return nil, nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.isDir(dir) {
		return nil, nil
	}
	key := filepath.Join(dir, name)
	if nodes, ok := f.files[key]; ok {
		return nodes, nil
	}
	var nodes []*tree.Node
	for _, path := range Find(dir, name) {
		n, err := f.file(path)
		if err != nil {
			return nil, &Unreadable{err}
		}
		if n != nil {
			nodes = append(nodes, n)
		}
	}
	if f.files == nil {
		f.files = map[string][]*tree.Node{}
	}
	f.files[key] = nodes
	return nodes, nil
}

func (f *VarsFiles) isDir(dir string) bool {
	if known, ok := f.dirs[dir]; ok {
		return known
	}
	info, err := os.Stat(dir)
	is := err == nil && info.IsDir()
	if err == nil && !is && f.Warn != nil {
		f.Warn(fmt.Sprintf("Found %s that is not a directory, skipping: %s", filepath.Base(dir), dir))
	}
	if f.dirs == nil {
		f.dirs = map[string]bool{}
	}
	f.dirs[dir] = is
	return is
}

// file reads one file; an empty one gives nil.
func (f *VarsFiles) file(path string) (*tree.Node, error) {
	n, err := document(path, f.Keys, f.DuplicateKeys, func(format string, args ...any) {
		if f.Warn != nil {
			f.Warn(fmt.Sprintf(format, args...))
		}
	})
	switch {
	case err != nil:
		return nil, err
	case emptyNode(n):
		return nil, nil
	case n.Kind != tree.Map:
		err := source.Errorf(n.Pos, "variables have to be a mapping, this is %s", value.TypeName(n.Data()))
		return nil, err.WithHint("write them as `name: value`, one a line")
	}
	return n, nil
}

var varsExtensions = []string{"", ".yml", ".yaml", ".json"}

// Find lists the files of variables that belong to a name in a folder: a file
// with one of the extensions or all files below a folder of that name, sorted.
// Only the first extension that is there counts.
func Find(dir, name string) []string {
	for _, ext := range varsExtensions {
		path := filepath.Join(dir, name+ext)
		info, err := os.Stat(path)
		switch {
		case err != nil:
		case !info.IsDir():
			return []string{path}
		case ext == "":
			return below(path)
		}
	}
	return nil
}

func below(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") {
			continue
		}
		path := filepath.Join(dir, name)
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, os.ErrNotExist) || err != nil:
		case info.IsDir() && filepath.Ext(name) == "":
			out = append(out, below(path)...)
		case !info.IsDir() && slices.Contains(varsExtensions, filepath.Ext(name)):
			out = append(out, path)
		}
	}
	return out
}
