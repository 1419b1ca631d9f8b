package inventory

import (
	"path/filepath"
	"strings"
	"testing"
)

// What is wrong with a constructed inventory is told as Ansible tells it.
func TestConstructedFaults(t *testing.T) {
	for text, want := range map[string]string{
		"compose: {z: nope.foo}":      "Could not set z for host h1: 'nope' is undefined. 'nope' is undefined",
		"groups: {a: nope.y == 1}":    "Could not add host h1 to group a: 'nope' is undefined. 'nope' is undefined",
		"keyed_groups: [{key: nope}]": "Could not generate group for host h1 from nope entry: 'nope' is undefined. 'nope' is undefined",
		"keyed_groups: [{key: inventory_hostname, default_value: '', trailing_separator: true}]": "parameters are mutually exclusive for keyed groups: default_value|trailing_separator",
	} {
		path := filepath.Join(write(t, map[string]string{"c.yml": "plugin: constructed\nstrict: true\n" + text + "\n"}), "c.yml")
		_, warnings := load(t, "h1,", path)
		if want := " * Failed to parse " + path + " with auto plugin: failed to parse " + path + ": " + want + ". " + want; len(*warnings) == 0 || (*warnings)[0] != want {
			t.Errorf("%s:\n got %s\nwant %s", text, strings.Join(*warnings, "\n     "), want)
		}
	}
}
