package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"goplay/internal/tree"
)

// usualFilter is the list of rejected modules where the configuration names none.
const usualFilter = "/etc/ansible/plugin_filters.yml"

// openFilter reads which modules may not be used by their short names. A list
// that says nothing is warned of and rejects none.
func (s *session) openFilter() error {
	path := first(s.config.String("PLUGIN_FILTERS_CFG"), usualFilter)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if s.config.IsSet("PLUGIN_FILTERS_CFG") {
			s.warn("The plugin filter file, " + path + " does not exist. Skipping.")
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the list of rejected modules: %w", err)
	}
	names, doubt := rejectedIn(path, data)
	if doubt != "" {
		s.warn(doubt)
	}
	s.rejected = map[string]bool{}
	for _, name := range names {
		s.rejected[name] = true
	}
	if s.rejected["stat"] {
		return fmt.Errorf("The stat module was specified in the module blacklist file, %s, but Ansible will not function without the stat module.  Please remove stat from the blacklist.", path)
	}
	return nil
}

// rejectedIn are the modules that such a list names, or why it names none.
func rejectedIn(path string, data []byte) (names []string, doubt string) {
	the := "The plugin filter file, " + path
	root, _, err := tree.ParseOne(path, data, tree.Options{})
	if err != nil {
		return nil, the + " was not parsable. Skipping: " + err.Error()
	}
	version, list := root.Get("filter_version"), root.Get("module_blacklist")
	switch {
	case version == nil:
		return nil, the + " was invalid. Skipping."
	case strings.TrimSpace(version.String()) != "1.0":
		return nil, the + " was a version not recognized by this version of Ansible. Skipping."
	case list == nil || list.Kind != tree.List:
		return nil, "Unable to parse the plugin filter file " + path + " as module_blacklist is not a list. Skipping."
	}
	for _, item := range list.Items {
		names = append(names, item.String())
	}
	return names, ""
}
