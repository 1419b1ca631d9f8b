package playbook

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"goplay/internal/source"
)

// extensions are those of YAML files, in the order they are tried.
var extensions = []string{".yml", ".yaml", ".json"}

// roleFolder finds a role: in collections when the name or the collections
// keyword says so, beside the playbook, in the roles path, beside the role
// that asks for it, and at last as a path. collection is empty for a plain role.
func (p *pass) roleFolder(name string, at source.Pos, s *scope) (path, collection string, ok bool) {
	if path, collection, ok = p.collectionRole(name, s); ok {
		return path, collection, true
	}
	folders := append([]string{filepath.Join(s.play.Dir, "roles")}, p.options.RolesPath...)
	if s.role != nil {
		folders = append(folders, filepath.Dir(s.role.Path))
	}
	folders = append(folders, s.play.Dir)
	for _, folder := range folders {
		if path := relative(folder, name); p.isFolder(path) {
			return unlinked(path), "", true
		}
	}
	if path := relative(".", name); p.isFolder(path) {
		return unlinked(path), "", true
	}
	searched := slices.Clone(s.Collections)
	if len(searched) > 0 && !slices.Contains(searched, "ansible.builtin") && !slices.Contains(searched, "ansible.legacy") {
		searched = append(searched, "ansible.legacy")
	}
	searched = append(searched, folders...)
	fault := p.fault(at, "the role '%s' was not found in %s", name, strings.Join(searched, ":"))
	fault.Err = fs.ErrNotExist
	if near := source.Near(name, p.roleNames(folders)); near != "" {
		fault.WithHint("did you mean %s?", near)
	} else {
		fault.WithHint("install it there with ansible-galaxy, or set roles_path")
	}
	return "", "", false
}

// unlinked is where a role really is: its path and those of its files are shown
// without the links that lead there.
func unlinked(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		path = full
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

// isFolder remembers the folders that it saw: many tasks ask for the same
// roles. What is not there may come while a play runs.
func (l *Loader) isFolder(path string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.folders[path] {
		l.folders[path] = isDir(path)
	}
	return l.folders[path]
}

func (p *pass) roleNames(folders []string) []string {
	var names []string
	for _, folder := range folders {
		found, err := filepath.Glob(filepath.Join(folder, "*", "tasks"))
		if err != nil {
			continue
		}
		for _, one := range found {
			names = append(names, filepath.Base(filepath.Dir(one)))
		}
	}
	return names
}

// collectionRole looks for a role by its full name, or by its short one in the
// collections that are searched.
func (p *pass) collectionRole(name string, s *scope) (path, collection string, ok bool) {
	var candidates [][3]string
	if parts := strings.Split(name, "."); len(parts) >= 3 {
		candidates = append(candidates, [3]string{parts[0], parts[1], filepath.Join(parts[2:]...)})
	} else if len(parts) == 1 {
		for _, c := range s.Collections {
			if namespace, rest, ok := strings.Cut(c, "."); ok && namespace != "ansible" {
				candidates = append(candidates, [3]string{namespace, rest, name})
			}
		}
	}
	for _, c := range candidates {
		for _, root := range p.collectionRoots(s.play.Dir) {
			path := filepath.Join(root, "ansible_collections", c[0], c[1], "roles", c[2])
			if p.isFolder(path) {
				return path, c[0] + "." + c[1], true
			}
		}
	}
	return "", "", false
}

// collectionAround is the collection that a folder belongs to: its playbooks
// find its roles and modules by their short names. "" when it is in none.
func collectionAround(dir string) string {
	parts := strings.Split(filepath.ToSlash(dir), "/")
	for i := len(parts) - 3; i >= 0; i-- {
		if parts[i] == "ansible_collections" {
			return parts[i+1] + "." + parts[i+2]
		}
	}
	return ""
}

// collectionRoots are the folders of collections: that beside the playbook
// first, then that beside the playbook that imports it.
func (p *pass) collectionRoots(dir string) []string {
	roots := []string{filepath.Join(dir, "collections")}
	if p.dir != "" && p.dir != dir {
		roots = append(roots, filepath.Join(p.dir, "collections"))
	}
	return append(roots, p.options.CollectionsPath...)
}

// collectionPlaybook is the file of a playbook named namespace.collection.name; "" when there is none.
func (p *pass) collectionPlaybook(name, dir string) string {
	parts := strings.Split(name, ".")
	if len(parts) < 3 || strings.ContainsAny(name, "/ ") {
		return ""
	}
	for _, root := range p.collectionRoots(dir) {
		base := filepath.Join(append([]string{root, "ansible_collections", parts[0], parts[1], "playbooks"}, parts[2:]...)...)
		for _, extension := range extensions {
			if exists(base + extension) {
				return base + extension
			}
		}
		if n := len(parts); n > 3 && (parts[n-1] == "yml" || parts[n-1] == "yaml") {
			base = strings.TrimSuffix(base, "/"+parts[n-1]) + "." + parts[n-1]
			if exists(base) {
				return base
			}
		}
	}
	return ""
}
