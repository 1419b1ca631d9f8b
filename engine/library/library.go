// Package library finds the modules that a project ships itself, beside its
// playbooks, in its roles and collections, and tells by which of Ansible's
// documented protocols each takes its arguments. It runs nothing.
package library

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"goplay/engine/collections"
	"goplay/engine/library/python"
)

// Protocol is how a module is given its arguments.
type Protocol int

// The protocols.
const (
	Pairs    Protocol = iota // a file of k=v pairs, named by the first argument
	JSONFile                 // a file of JSON, named by the first argument: WANT_JSON in its text
	JSONText                 // JSON in place of a marker in its text
	Binary                   // a program; a file of JSON, named by the first argument
	Payload                  // Python that imports Ansible's module_utils: goplay's own go along
)

// marker is what JSONText modules have where their arguments go.
const marker = "<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>"

// Module is one that a project ships.
type Module struct {
	Name        string // as found: the file's name without its ending
	Path        string
	Protocol    Protocol
	Interpreter []string // of its first line; nil for a program
	// Checks says that it looks at check mode itself, so that it can be run under it.
	Checks bool
}

// Finder finds modules in folders. It is safe for concurrent use.
type Finder struct {
	// Paths are the folders of the setting library, nearest first.
	Paths []string
	// Collections knows where the modules of collections are, or went.
	Collections *collections.Index

	// Utils are the folders of the setting module_utils.
	Utils []string

	mu       sync.Mutex
	roles    []string           // folders of the roles read so far, the first first
	known    map[string]*Module // by path
	payloads map[string]*python.Payload
	found    map[string]string // name and folders -> path, "" for none
}

// Find looks for a module: a short name in the folders given and then in
// Paths, a full one in the collections. nil means that the project ships none
// of that name.
func (f *Finder) Find(name string, dirs ...string) (*Module, error) {
	key := name + "\x00" + strings.Join(dirs, "\x00")
	f.mu.Lock()
	defer f.mu.Unlock()
	path, asked := f.found[key]
	if !asked {
		path = f.search(name, dirs)
		if f.found == nil {
			f.found = map[string]string{}
		}
		f.found[key] = path
	}
	if path == "" {
		return nil, nil
	}
	if m := f.known[path]; m != nil {
		return m, nil
	}
	m, err := read(path)
	if err == nil {
		if f.known == nil {
			f.known = map[string]*Module{}
		}
		f.known[path] = m
	}
	return m, err
}

// Payload puts a module of Python together with what it imports, which is
// looked for beside the playbook, in the roles, and where the settings say. It
// is done once in a run, as Ansible does.
func (f *Finder) Payload(m *Module, playDir string) (*python.Payload, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	utils := append([]string{filepath.Join(playDir, "module_utils")}, f.inRoles("module_utils")...)
	utils = append(utils, f.Utils...)
	key := m.Path + "\x00" + strings.Join(utils, "\x00")
	if p := f.payloads[key]; p != nil {
		return p, nil
	}
	p, err := python.Build(m.Path, python.Sources{Utils: utils, Collections: f.Collections.Folders()})
	if err != nil {
		return nil, err
	}
	if f.payloads == nil {
		f.payloads = map[string]*python.Payload{}
	}
	f.payloads[key] = p
	return p, nil
}

// AddRole makes what a role ships known to all that comes after it, as Ansible does.
func (f *Finder) AddRole(path string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !slices.Contains(f.roles, path) {
		f.roles, f.found = append(f.roles, path), nil
	}
}

// inRoles are the folders of one name in all roles.
func (f *Finder) inRoles(name string) []string {
	out := make([]string, len(f.roles))
	for i, role := range f.roles {
		out[i] = filepath.Join(role, name)
	}
	return out
}

func (f *Finder) search(name string, dirs []string) string {
	if rest, legacy := strings.CutPrefix(name, "ansible.legacy."); legacy {
		name = rest
	}
	if parts := strings.SplitN(name, ".", 3); len(parts) == 3 {
		if parts[0] == "ansible" && parts[1] == "builtin" {
			return ""
		}
		for _, root := range f.Collections.Folders() {
			dir := filepath.Join(root, "ansible_collections", parts[0], parts[1], "plugins", "modules", filepath.Join(strings.Split(parts[2], ".")...))
			if path := inFolder(filepath.Dir(dir), filepath.Base(dir)); path != "" {
				return path
			}
		}
		return ""
	}
	dirs = append(dirs[:len(dirs):len(dirs)], f.inRoles("library")...)
	for _, dir := range append(dirs, f.Paths...) {
		if path := inFolder(dir, name); path != "" {
			return path
		}
	}
	return ""
}

// endings that never are modules, though a file beside one may have them.
var notModules = map[string]bool{".yml": true, ".yaml": true, ".json": true, ".md": true, ".txt": true, ".rst": true, ".pyc": true, ".ini": true, ".orig": true, ".bak": true, ".ps1": true}

func inFolder(dir, name string) string {
	for _, exact := range []string{name + ".py", name} {
		if info, err := os.Stat(filepath.Join(dir, exact)); err == nil && info.Mode().IsRegular() {
			return filepath.Join(dir, exact)
		}
	}
	matches, err := filepath.Glob(filepath.Join(dir, name+".*"))
	if err != nil {
		return ""
	}
	for _, path := range matches {
		info, err := os.Stat(path)
		if err == nil && info.Mode().IsRegular() && !notModules[filepath.Ext(path)] {
			return path
		}
	}
	return ""
}

func read(path string) (*Module, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	base := filepath.Base(path)
	m := &Module{Name: strings.TrimSuffix(base, filepath.Ext(base)), Path: path}
	m.Protocol = protocolOf(data)
	m.Interpreter = shebang(data)
	if m.Interpreter == nil && filepath.Ext(path) == ".py" {
		m.Interpreter = []string{"/usr/bin/python3"}
	}
	m.Checks = bytes.Contains(data, []byte("_ansible_check_mode")) || m.Protocol == Binary || m.Protocol == Payload
	return m, nil
}

// protocolOf tells a module's protocol by what stands in its text, in the
// order in which Ansible looks.
func protocolOf(data []byte) Protocol {
	head := data[:min(len(data), 8192)]
	for _, needs := range []string{"from ansible.module_utils", "import ansible.module_utils", "from ansible_collections.", "from ..", "#<<INCLUDE_ANSIBLE_MODULE_COMMON>>"} {
		if bytes.Contains(data, []byte(needs)) {
			return Payload
		}
	}
	switch {
	case bytes.IndexByte(head, 0) >= 0 || !utf8.Valid(data) && !bytes.HasPrefix(data, []byte("#!")):
		return Binary
	case bytes.Contains(data, []byte(marker)):
		return JSONText
	case bytes.Contains(data, []byte("WANT_JSON")):
		return JSONFile
	}
	return Pairs
}

// shebang is the command of a script's first line.
func shebang(data []byte) []string {
	if !bytes.HasPrefix(data, []byte("#!")) {
		return nil
	}
	line, _, _ := bytes.Cut(data[2:], []byte("\n"))
	return strings.Fields(string(line))
}

// WithArguments is a JSONText module's text with its arguments in their place,
// as a literal of Python or JSON.
func WithArguments(text []byte, arguments string) []byte {
	quoted := `"""` + strings.ReplaceAll(arguments, `\`, `\\`) + `"""`
	text = bytes.ReplaceAll(text, []byte(`"`+marker+`"`), []byte(quoted))
	return bytes.ReplaceAll(text, []byte(marker), []byte(arguments))
}
