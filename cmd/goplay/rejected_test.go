package main

import (
	"slices"
	"strings"
	"testing"
)

// TestRejectedIn has what a list of rejected modules can look like, and what
// Ansible says of those that it does not take.
func TestRejectedIn(t *testing.T) {
	for _, c := range []struct {
		text, doubt string
		names       []string
	}{
		{text: "filter_version: '1.0'\nmodule_blacklist: [ping, file]\n", names: []string{"ping", "file"}},
		{text: "filter_version: 1.0\nmodule_blacklist: [stat]\n", names: []string{"stat"}},
		{text: "filter_version: '2.0'\n", doubt: "The plugin filter file, f.yml was a version not recognized by this version of Ansible. Skipping."},
		{text: "a: 1\n", doubt: "The plugin filter file, f.yml was invalid. Skipping."},
		{text: "filter_version: 1.0\nmodule_blacklist: 3\n", doubt: "Unable to parse the plugin filter file f.yml as module_blacklist is not a list. Skipping."},
		{text: "[", doubt: "The plugin filter file, f.yml was not parsable. Skipping: "},
	} {
		names, doubt := rejectedIn("f.yml", []byte(c.text))
		if !slices.Equal(names, c.names) || !strings.HasPrefix(doubt, c.doubt) || (doubt == "") != (c.doubt == "") {
			t.Errorf("%q: %q, %q", c.text, names, doubt)
		}
	}
}
