package collections_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"goplay/engine/collections"
)

const runtime = `
requires_ansible: '>=2.9'
action_groups:
  mine: [here, ansible.builtin.tempfile]
  more:
    - metadata: {extend_group: [mine, more, other.coll.none]}
    - fading
plugin_routing:
  modules:
    was_there: {redirect: my.coll.then_here}
    then_here: {redirect: my.coll.here}
    elsewhere: {redirect: ansible.builtin.stat}
    loop: {redirect: my.coll.pool}
    pool: {redirect: my.coll.loop}
    fading: {deprecation: {removal_version: 9.0.0, warning_text: Use here.}}
    fade_away:
      redirect: my.coll.here
      deprecation: {removal_date: 2027-01-01, warning_text: Use here instead}
    gone: {tombstone: {removal_version: 2.0.0, warning_text: Use here.}}
  action:
    acted: {redirect: my.coll.here}
`

func index(t *testing.T, text string) (x *collections.Index, told *[]string) {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "ansible_collections", "my", "coll", "meta")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "runtime.yml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	told = &[]string{}
	x = &collections.Index{Roots: []string{filepath.Join(root, "none"), root}, Deprecated: func(s string) { *told = append(*told, s) }}
	return x, told
}

// The words of what will go and what is gone are those of ansible-core 2.14.
func TestRoute(t *testing.T) {
	x, told := index(t, runtime)
	for name, want := range map[string]string{
		"my.coll.here":          "my.coll.here",
		"my.coll.was_there":     "my.coll.here",
		"my.coll.elsewhere":     "ansible.builtin.stat",
		"my.coll.acted":         "my.coll.here",
		"my.coll.sub.here":      "my.coll.sub.here",
		"your.coll.was_there":   "your.coll.was_there",
		"ansible.builtin.stat":  "ansible.builtin.stat",
		"ansible.legacy.fading": "ansible.legacy.fading",
		"stat":                  "stat",
	} {
		if got, err := x.Route(name); got != want || err != nil {
			t.Errorf("%s leads to %q, %v; want %s", name, got, err, want)
		}
	}
	if len(*told) != 0 {
		t.Errorf("told of what does not go: %q", *told)
	}
	for range 2 {
		for _, name := range []string{"my.coll.fading", "my.coll.fade_away"} {
			if _, err := x.Route(name); err != nil {
				t.Error(err)
			}
		}
	}
	want := []string{
		"my.coll.fading has been deprecated. Use here. This feature will be removed from my.coll in version 9.0.0.",
		"my.coll.fade_away has been deprecated. Use here instead. This feature will be removed from my.coll in a release after 2027-01-01.",
	}
	if !slices.Equal(*told, want) {
		t.Errorf("told %q, want each once: %q", *told, want)
	}
	_, err := x.Route("my.coll.gone")
	if want := "[DEPRECATED]: my.coll.gone has been removed. Use here. This feature was removed from my.coll in version 2.0.0. Please update your playbooks."; err == nil || err.Error() != want {
		t.Errorf("gone: %v, want %s", err, want)
	}
	if _, err := x.Route("my.coll.loop"); err == nil || !strings.Contains(err.Error(), "do not end") {
		t.Errorf("redirections in a circle: %v", err)
	}
}

func TestGroup(t *testing.T) {
	x, _ := index(t, runtime)
	for name, want := range map[string][]string{
		"my.coll.mine":   {"my.coll.here", "ansible.builtin.tempfile"},
		"my.coll.more":   {"my.coll.here", "ansible.builtin.tempfile", "my.coll.fading"},
		"your.coll.mine": nil,
	} {
		if got, err := x.Group(name); !slices.Equal(got, want) || err != nil {
			t.Errorf("%s: %q, %v; want %q", name, got, err, want)
		}
	}
	if _, err := x.Group("my.coll.nope"); err == nil || err.Error() != "could not resolve the module_defaults group my.coll.nope" {
		t.Errorf("a group that is not there: %v", err)
	}
}

func TestUnreadable(t *testing.T) {
	x, _ := index(t, "plugin_routing: [")
	for range 2 {
		if _, err := x.Route("my.coll.here"); err == nil || !strings.Contains(err.Error(), "meta/runtime.yml of the collection my.coll") {
			t.Errorf("a file that is no YAML: %v", err)
		}
	}
	var none *collections.Index
	if got, err := none.Route("my.coll.here"); got != "my.coll.here" || err != nil || none.Folders() != nil {
		t.Errorf("no index: %s, %v", got, err)
	}
}
