package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"

	"goplay/engine/library/python"
	"goplay/engine/lookups"
	"goplay/engine/plugins"
	"goplay/internal/jinja"
	"goplay/internal/value"
)

// openPlugins has templates ask for the project's own filters and tests.
func (s *session) openPlugins() {
	s.plugins = plugins.New(plugins.Options{
		Folders: map[plugins.Kind][]string{
			plugins.Filter: withFolders(s.config.List("DEFAULT_FILTER_PLUGIN_PATH")), plugins.Test: withFolders(s.config.List("DEFAULT_TEST_PLUGIN_PATH")),
			plugins.Lookup: withFolders(s.config.List("DEFAULT_LOOKUP_PLUGIN_PATH")),
		},
		Collections: s.collections.Roots, Library: python.Controller,
	})
	s.registry.Extend(func(kind, name string) (jinja.Func, string) { return s.plugins.Func(plugins.Kind(kind), name) })
}

// withFolders adds to the folders of a setting those in them, two levels deep, as Ansible does.
func withFolders(dirs []string) []string {
	var out []string
	for _, dir := range dirs {
		out = append(out, dir)
		for _, pattern := range []string{"*", "*/*"} {
			inner, _ := filepath.Glob(filepath.Join(dir, pattern))
			for _, path := range inner {
				if info, err := os.Stat(path); err == nil && info.IsDir() {
					out = append(out, path)
				}
			}
		}
	}
	return out
}

// addRole makes what a role brings along known.
func (s *session) addRole(path string) {
	s.library.AddRole(path)
	s.plugins.AddBase(path)
}

// ownLookup is a lookup of the project's own; nil for none.
func (s *session) ownLookup(name string) lookups.Func {
	file := s.plugins.LookupFile(name)
	if file == "" {
		return nil
	}
	return func(c *lookups.Call) ([]any, error) {
		v, err := s.plugins.Lookup(c.Ctx, file, c.Terms, c.Options, c.Engine, c.Vars)
		if err != nil {
			return nil, err
		}
		c.Keyed, _ = v.(*value.Dict)
		return value.Items(v)
	}
}

// warnOfForeign names the project's plugins that will not run.
func (s *session) warnOfForeign() {
	files := s.plugins.Foreign()
	for _, kind := range slices.Sorted(maps.Keys(files)) {
		s.warn(plugins.Describe(kind, files[kind]))
	}
}
