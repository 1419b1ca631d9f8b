// Package plugins runs the filter, test and lookup plugins in Python that a
// project ships, in one python3 beside goplay. It is started when a template
// names something that goplay does not have and the project has such plugins.
package plugins

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Kind is a kind of plugin.
type Kind string

// The kinds, as their folders are called.
const (
	Filter Kind = "filter"
	Test   Kind = "test"
	Lookup Kind = "lookup"
)

// Options say where plugins are.
type Options struct {
	Folders     map[Kind][]string // of the settings
	Collections []string          // folders that hold ansible_collections
	// Library gives the zip with what plugins import.
	Library func() ([]byte, error)
}

// Plugins are those of a project. They are safe for concurrent use.
type Plugins struct {
	o       Options
	mu      sync.Mutex
	bases   []string // playbooks' folders and roles, which may hold filter_plugins and the like
	loaded  map[string]*folder
	process *process
}

// folder is what a folder of filters or tests has turned out to hold.
type folder struct {
	names  map[string]bool
	broken map[string]string // file -> what is wrong with it
	err    error             // why nothing could be asked
}

// New makes the plugins; nothing is looked for yet.
func New(o Options) *Plugins { return &Plugins{o: o, loaded: map[string]*folder{}} }

// AddBase makes the folders of plugins in a playbook's folder or a role known.
func (p *Plugins) AddBase(path string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.Contains(p.bases, path) {
		p.bases = append(p.bases, path)
	}
}

// place is a folder of plugins, and what stands in front of their names.
type place struct{ path, prefix string }

// places are the folders that may hold a plugin of a name.
func (p *Plugins) places(kind Kind, name string) []place {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []place
	if parts := strings.Split(name, "."); len(parts) > 2 {
		prefix := parts[0] + "." + parts[1] + "."
		for _, root := range p.o.Collections {
			out = append(out, place{filepath.Join(root, "ansible_collections", parts[0], parts[1], "plugins", string(kind)), prefix})
		}
		return out
	}
	for _, base := range p.bases {
		out = append(out, place{filepath.Join(base, string(kind)+"_plugins"), ""})
	}
	for _, dir := range p.o.Folders[kind] {
		out = append(out, place{dir, ""})
	}
	return out
}

// Has reports whether the project has a filter or test of a name. why says
// what kept its plugins from being looked at.
func (p *Plugins) Has(kind Kind, name string) (has bool, why string) {
	var reasons []string
	for _, at := range p.places(kind, name) {
		f := p.folder(kind, at)
		if f.names[name] {
			return true, ""
		}
		if f.err != nil {
			reasons = append(reasons, f.err.Error())
		}
		short := name[strings.LastIndexByte(name, '.')+1:]
		for file, problem := range f.broken {
			if text, err := os.ReadFile(file); err == nil && strings.Contains(string(text), short) {
				reasons = append(reasons, fmt.Sprintf("%s cannot be loaded: %s", file, problem))
			}
		}
	}
	slices.Sort(reasons)
	return false, strings.Join(slices.Compact(reasons), "; ")
}

// folder loads a folder of filters or tests, once.
func (p *Plugins) folder(kind Kind, at place) *folder {
	key := string(kind) + "\x00" + at.path
	p.mu.Lock()
	f := p.loaded[key]
	p.mu.Unlock()
	if f != nil {
		return f
	}
	f = &folder{}
	if files, _ := filepath.Glob(filepath.Join(at.path, "[^_]*.py")); len(files) > 0 {
		f = p.load(kind, at)
	}
	p.mu.Lock()
	p.loaded[key] = f
	p.mu.Unlock()
	return f
}

// LookupFile is the file of a lookup; "" where the project has none.
func (p *Plugins) LookupFile(name string) string {
	for _, at := range p.places(Lookup, name) {
		path := filepath.Join(at.path, strings.ReplaceAll(strings.TrimPrefix(name, at.prefix), ".", "/")+".py")
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
	}
	return ""
}

// Close ends Python.
func (p *Plugins) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.process == nil {
		return nil
	}
	return p.process.close()
}
