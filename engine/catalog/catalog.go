// Package catalog knows the names of modules that Ansible and its collections
// have, and where short and moved names lead, so that a playbook's tasks for
// other systems load although nobody will run them here. It knows nothing of
// what modules do.
package catalog

import (
	_ "embed"
	"errors"
	"strings"
	"sync"
)

// ErrUnknown is in the chain of the fault of a module that nobody has.
var ErrUnknown = errors.New("no such module")

//go:embed modules.txt
var modulesText string

//go:embed routes.txt
var routesText string

type table struct {
	modules map[string]bool     // full names
	builtin map[string]bool     // short names of ansible.builtin
	routes  map[string]string   // short or full name -> full name
	short   map[string][]string // short name -> full names
}

var load = sync.OnceValue(func() *table {
	t := &table{modules: map[string]bool{}, builtin: map[string]bool{}, routes: map[string]string{}, short: map[string][]string{}}
	for line := range strings.Lines(modulesText) {
		collection, names, _ := strings.Cut(strings.TrimSpace(line), ": ")
		for _, name := range strings.Fields(names) {
			full := collection + "." + name
			t.modules[full] = true
			t.short[name] = append(t.short[name], full)
			if collection == "ansible.builtin" {
				t.builtin[name] = true
			}
		}
	}
	for line := range strings.Lines(routesText) {
		if from, to, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			t.routes[from] = to
		}
	}
	return t
})

// Has reports whether a full name is that of a module of Ansible or of one of
// the collections it comes with.
func Has(full string) bool { return load().modules[full] || load().routes[full] != "" }

// Route gives the full name that a name leads to: a short one through
// ansible.builtin and its routing, one that moved to where it went. ok is
// false when nothing of that name is known.
func Route(name string) (full string, ok bool) {
	t := load()
	rest, legacy := strings.CutPrefix(name, "ansible.legacy.")
	if legacy {
		name = rest
	}
	if rest, builtin := strings.CutPrefix(name, "ansible.builtin."); builtin && !t.modules[name] {
		name = rest
	}
	if !strings.Contains(name, ".") && t.builtin[name] {
		return "ansible.builtin." + name, true
	}
	for range 8 {
		to, moved := t.routes[name]
		if !moved {
			break
		}
		name = to
	}
	return name, t.modules[name]
}

// Suggestions lists the full names of modules with that short name.
func Suggestions(short string) []string { return load().short[short] }

// ShortNames lists every short name that needs no collection.
func ShortNames() []string {
	t := load()
	var out []string
	for name := range t.builtin {
		out = append(out, name)
	}
	for name := range t.routes {
		if !strings.Contains(name, ".") {
			out = append(out, name)
		}
	}
	return out
}
