package security

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"testing"

	"goplay/internal/value"
	"goplay/modules/modulestest/tooltest"
)

// TestFirewalldInfo holds what is told of a firewalld 1.3.3 against what
// Ansible's module told of it; testdata/firewalld has both.
func TestFirewalldInfo(t *testing.T) {
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join("testdata", "firewalld", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	b := tooltest.New(t)
	b.File("zones", read("zones"))
	b.Tool("firewall-cmd", `case "$1" in --version) echo 1.3.3;; --get-default-zone) echo public;; --list-all-zones) cat zones;; *) exit 1;; esac`)
	for name, args := range map[string]map[string]any{
		"all.json": {}, "active.json": {"active_zones": true}, "some.json": {"zones": []any{"dmz", "nowhere"}},
	} {
		r := b.Run("ansible.posix.firewalld_info", args, true)
		text, err := value.EncodeJSON(r.Data, value.JSONOptions{})
		if err != nil {
			t.Fatal(err)
		}
		var got, want map[string]any
		for from, to := range map[string]*map[string]any{text: &got, read(name): &want} {
			if err := json.Unmarshal([]byte(from), to); err != nil {
				t.Fatal(err)
			}
		}
		delete(want, "changed")
		inOrder(got)
		inOrder(want)
		if r.Changed || r.Failed || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: failed=%v %s\n got %v\nwant %v", name, r.Failed, r.Msg, got, want)
		}
	}
	if r := b.Run("ansible.posix.firewalld_info", map[string]any{"zones": []any{"lost"}}, false); len(r.Warnings) != 1 {
		t.Errorf("warned of %q", r.Warnings)
	}
	b.Tool("firewall-cmd", "echo FirewallD is not running >&2; exit 252")
	if r := b.Run("ansible.posix.firewalld_info", nil, false); r.Msg != "firewalld probably not be running, Or the following method is not supported with your python-firewall version. (Error: FirewallD is not running)" {
		t.Errorf("said: %s", r.Msg)
	}
}

// inOrder sorts lists of words, which the bus gives in an order of its own.
func inOrder(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, item := range v {
			inOrder(item)
		}
	case []any:
		sort.Slice(v, func(i, j int) bool {
			a, isText := v[i].(string)
			b, _ := v[j].(string)
			return isText && a < b
		})
	}
}
