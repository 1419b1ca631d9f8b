// Package collections reads what collections on disk say about themselves in
// meta/runtime.yml: where their modules went, and which form a group of
// module_defaults.
package collections

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

// Index answers for the collections below some folders. It is safe for
// concurrent use; each collection is read once, when it is first asked about.
type Index struct {
	// Roots are the folders that hold ansible_collections: first come, first served.
	Roots []string
	// Deprecated is told once of each name in use that will go.
	Deprecated func(text string)

	mu    sync.Mutex
	known map[string]*runtime // nil for a collection that is not there
	told  map[string]bool
}

// runtime is the part of meta/runtime.yml that goplay honours.
type runtime struct {
	Groups  map[string][]yaml.Node `yaml:"action_groups"`
	Routing struct {
		Modules map[string]route `yaml:"modules"`
		Action  map[string]route `yaml:"action"`
	} `yaml:"plugin_routing"`
}

// route says where a name leads, that it will go, or that it is gone.
type route struct {
	Redirect    string  `yaml:"redirect"`
	Deprecation *notice `yaml:"deprecation"`
	Tombstone   *notice `yaml:"tombstone"`
}

// notice is the text for those who use a name, and from when on it is gone.
type notice struct {
	Text    string `yaml:"warning_text"`
	Version string `yaml:"removal_version"`
	Date    string `yaml:"removal_date"`
}

// hops bounds a chain of redirections, which may lead back to where it began.
const hops = 16

// Route gives the module that a full name leads to: itself where its collection
// says nothing, or is not there. The error is for one that was removed, in
// Ansible's words.
func (x *Index) Route(name string) (string, error) {
	if x == nil {
		return name, nil
	}
	for range hops {
		collection, short, ok := split(name)
		if !ok {
			return name, nil
		}
		meta, err := x.read(collection)
		if err != nil || meta == nil {
			return name, err
		}
		r, ok := meta.Routing.Modules[short]
		if !ok {
			r = meta.Routing.Action[short]
		}
		if r.Tombstone != nil {
			return "", errors.New("[DEPRECATED]: " + r.Tombstone.gone(name, collection))
		}
		if r.Deprecation != nil {
			x.tell(name, r.Deprecation.going(name, collection))
		}
		if r.Redirect == "" {
			return name, nil
		}
		name = r.Redirect
	}
	return "", fmt.Errorf("the redirections of module %s in its collection's meta/runtime.yml do not end", name)
}

// Folders are the roots; a nil Index has none.
func (x *Index) Folders() []string {
	if x == nil {
		return nil
	}
	return x.Roots
}

// Dir is the folder of a collection, named namespace.name; "" when it is not on disk.
func (x *Index) Dir(collection string) string {
	for _, root := range x.Folders() {
		dir := filepath.Join(root, "ansible_collections", filepath.FromSlash(strings.Replace(collection, ".", "/", 1)))
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return dir
		}
	}
	return ""
}

// Group gives the full names of the modules in a group of module_defaults,
// named in full. An error says that its collection is on disk and has no such
// group; one that is not there has groups without members.
func (x *Index) Group(name string) ([]string, error) {
	if x == nil {
		return nil, nil
	}
	return x.group(name, map[string]bool{})
}

func (x *Index) group(name string, seen map[string]bool) ([]string, error) {
	collection, short, qualified := split(name)
	if !qualified || seen[name] {
		return nil, nil
	}
	seen[name] = true
	meta, err := x.read(collection)
	if err != nil || meta == nil {
		return nil, err
	}
	nodes, ok := meta.Groups[short]
	if !ok {
		return nil, fmt.Errorf("could not resolve the module_defaults group %s", name)
	}
	var members []string
	for _, n := range nodes {
		var extends struct {
			Metadata struct {
				Groups []string `yaml:"extend_group"`
			} `yaml:"metadata"`
		}
		if n.Kind == yaml.ScalarNode {
			members = append(members, qualify(collection, n.Value))
			continue
		}
		if err := n.Decode(&extends); err != nil {
			return nil, fmt.Errorf("read the group %s of module_defaults: %w", name, err)
		}
		for _, other := range extends.Metadata.Groups {
			more, err := x.group(qualify(collection, other), seen)
			if err != nil {
				return nil, err
			}
			members = append(members, more...)
		}
	}
	return members, nil
}

// split takes a full name apart: namespace.collection, and the rest.
func split(full string) (collection, name string, ok bool) {
	parts := strings.SplitN(full, ".", 3)
	if len(parts) < 3 || parts[0] == "ansible" && (parts[1] == "builtin" || parts[1] == "legacy") {
		return "", "", false
	}
	return parts[0] + "." + parts[1], parts[2], true
}

func qualify(collection, name string) string {
	if strings.Contains(name, ".") {
		return name
	}
	return collection + "." + name
}

func (x *Index) read(collection string) (*runtime, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if meta, asked := x.known[collection]; asked {
		return meta, nil
	}
	meta, err := x.load(collection)
	if err != nil {
		return nil, err
	}
	if x.known == nil {
		x.known = map[string]*runtime{}
	}
	x.known[collection] = meta
	return meta, nil
}

func (x *Index) load(collection string) (*runtime, error) {
	dir := x.Dir(collection)
	if dir == "" {
		return nil, nil
	}
	meta := &runtime{}
	path := filepath.Join(dir, "meta", "runtime.yml")
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return meta, nil
	}
	if err == nil {
		err = yaml.Unmarshal(data, meta)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s of the collection %s: %w", path, collection, err)
	}
	return meta, nil
}

func (x *Index) tell(name, text string) {
	x.mu.Lock()
	told := x.told[name]
	if x.told == nil {
		x.told = map[string]bool{}
	}
	x.told[name] = true
	x.mu.Unlock()
	if !told && x.Deprecated != nil {
		x.Deprecated(text)
	}
}

func (n *notice) going(name, collection string) string {
	text := sentence(name+" has been deprecated.", n.Text)
	switch {
	case n.Date != "":
		return text + fmt.Sprintf(" This feature will be removed from %s in a release after %s.", collection, n.Date)
	case n.Version != "":
		return text + fmt.Sprintf(" This feature will be removed from %s in version %s.", collection, n.Version)
	}
	return text + " This feature will be removed in a future release."
}

func (n *notice) gone(name, collection string) string {
	text := sentence(name+" has been removed.", n.Text)
	switch {
	case n.Date != "":
		text += fmt.Sprintf(" This feature was removed from %s in a release after %s.", collection, n.Date)
	case n.Version != "":
		text += fmt.Sprintf(" This feature was removed from %s in version %s.", collection, n.Version)
	}
	return text + " Please update your playbooks."
}

// sentence adds a notice's text, ended by a full stop.
func sentence(first, text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return first
	}
	if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "!") {
		text += "."
	}
	return first + " " + text
}
