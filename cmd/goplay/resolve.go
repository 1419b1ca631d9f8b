package main

import (
	"strings"

	"goplay/engine/catalog"
	"goplay/internal/source"
	"goplay/modules"
)

// resolve gives the full name of a module.
func (s *session) resolve(name string, collections []string) (string, error) {
	routed, err := s.routed(name, collections)
	if err != nil {
		return "", source.Errorf(source.Pos{}, "%w", err).Plainly()
	}
	if m, ok := lookup(routed, collections); ok && !s.rejected[name] {
		return m, nil
	}
	return "", unresolved(name)
}

// routed is the name that collections on disk lead to from a name in use.
func (s *session) routed(name string, searched []string) (string, error) {
	if strings.Contains(name, ".") {
		return s.collections.Route(name)
	}
	for _, c := range searched {
		full, err := s.collections.Route(c + "." + name)
		if err != nil || full != c+"."+name {
			return full, err
		}
	}
	return name, nil
}

func unresolved(name string) error {
	err := source.Errorf(source.Pos{}, "couldn't resolve module/action '%s'. This often indicates a misspelling, missing collection, or incorrect module path.", name)
	err.Err = catalog.ErrUnknown
	if near := modules.Near(name); near != "" {
		err.Hint = "did you mean " + near + "?"
	} else if full := catalog.Suggestions(name); len(full) > 0 {
		err.Hint = "did you mean " + full[0] + "?"
	}
	return err
}

func lookup(name string, collections []string) (string, bool) {
	if strings.Contains(name, ".") {
		if m, ok := modules.Lookup(name); ok {
			return m.Name, true
		}
	} else {
		for _, c := range collections {
			if m, ok := modules.Lookup(c + "." + name); ok {
				return m.Name, true
			}
			if catalog.Has(c + "." + name) {
				return c + "." + name, true
			}
		}
		if m, ok := modules.Lookup("ansible.builtin." + name); ok {
			return m.Name, true
		}
	}
	full, ok := catalog.Route(name)
	if !ok {
		return byShortName(name)
	}
	if m, registered := modules.Lookup(full); registered {
		full = m.Name
	}
	return full, true
}

// byShortName finds the one registered module of a short name that Ansible
// itself would only know by its full one.
func byShortName(name string) (string, bool) {
	found := ""
	for _, m := range modules.All() {
		if m.Short() == name {
			if found != "" {
				return "", false
			}
			found = m.Name
		}
	}
	return found, found != ""
}

// isModule reports whether a name leads to a module: one of ours, one that
// Ansible has, or one that the project ships.
func (s *session) isModule(name string) bool {
	if _, ok := catalog.Route(name); ok {
		return true
	}
	if _, err := s.resolve(name, nil); err == nil {
		return true
	}
	own, err := s.library.Find(name)
	return own != nil && err == nil
}
