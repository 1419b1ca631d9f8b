package system

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"sort"
	"strings"
	"testing"

	"goplay/internal/value"
	"goplay/modules"
)

// differing are the facts that need not be the same as Ansible's, and why.
var differing = map[string]string{
	"ansible_date_time": "the time goes on", "ansible_uptime_seconds": "the time goes on", "ansible_loadavg": "changes all the time",
	"ansible_memory_mb": "changes all the time", "ansible_memfree_mb": "changes all the time", "ansible_swapfree_mb": "changes all the time",
	"ansible_mounts": "free space changes; compared without it below", "ansible_env": "Ansible's module has variables of its own start",
	"ansible_system_capabilities": "capsh prints other things in every version", "gather_subset": "", "module_setup": "",
	"ansible_facts": "", "ansible_interfaces": "the order is the kernel's; compared as a set below",
	"ansible_all_ipv4_addresses": "the order of interfaces", "ansible_all_ipv6_addresses": "the order of interfaces",
}

func TestFactsAreAnsibles(t *testing.T) {
	if _, err := exec.LookPath("ansible"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("CI installs ansible, but it is not here")
		}
		t.Skip("ansible is not installed, so there is nothing to compare with")
	}
	cmd := exec.Command("ansible", "localhost", "-i", "localhost,", "-c", "local", "-e", "ansible_python_interpreter=/usr/bin/python3", "-m", "setup")
	cmd.Env = append(os.Environ(), "ANSIBLE_NOCOLOR=1", "ANSIBLE_LOAD_CALLBACK_PLUGINS=0", "ANSIBLE_LOCALHOST_WARNING=false")
	out, err := cmd.Output()
	_, text, ok := strings.Cut(string(out), "=> ")
	if err != nil || !ok {
		t.Fatalf("ansible: %v\n%s", err, out)
	}
	var answer struct {
		Facts map[string]any `json:"ansible_facts"`
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		t.Fatal(err)
	}
	compareFacts(t, gatherJSON(t, map[string]any{}), answer.Facts)
}

func gatherJSON(t *testing.T, args map[string]any) map[string]any {
	t.Helper()
	r, err := modules.InProcess{}.Run(t.Context(), modules.Call{Module: "ansible.builtin.setup", Args: args})
	if err != nil || r.Failed {
		t.Fatalf("setup: %v %s", err, r.Msg)
	}
	text, err := value.EncodeJSON(r.Facts, value.JSONOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	return got
}

func compareFacts(t *testing.T, got, want map[string]any) {
	t.Helper()
	for _, facts := range []map[string]any{got, want} {
		lasting(facts)
	}
	// Each device on its own: a message with all of them helps nobody.
	for name, d := range want["ansible_devices"].(map[string]any) {
		if g := got["ansible_devices"].(map[string]any)[name]; !reflect.DeepEqual(unordered(g), unordered(d)) {
			t.Errorf("device %s is\n%v\nAnsible's is\n%v", name, g, d)
		}
	}
	delete(got, "ansible_devices")
	delete(want, "ansible_devices")
	for _, name := range []string{"ansible_interfaces", "ansible_all_ipv4_addresses", "ansible_all_ipv6_addresses"} {
		if !reflect.DeepEqual(members(got[name]), members(want[name])) {
			t.Errorf("%s is %v, Ansible's is %v", name, got[name], want[name])
		}
	}
	if g, w := steady(got["ansible_mounts"]), steady(want["ansible_mounts"]); !reflect.DeepEqual(g, w) {
		t.Errorf("ansible_mounts:\n%v\nAnsible's:\n%v", g, w)
	}
	for name := range want {
		if _, skip := differing[name]; skip {
			if _, ok := got[name]; !ok && strings.HasPrefix(name, "ansible_") {
				t.Errorf("%s is missing", name)
			}
			continue
		}
		if !reflect.DeepEqual(unordered(got[name]), unordered(want[name])) {
			g, _ := json.Marshal(got[name])
			w, _ := json.Marshal(want[name])
			t.Errorf("%s is\n%s\nAnsible's is\n%s", name, g, w)
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s is not among Ansible's facts", name)
		}
	}
}

// lasting takes out what containers that come and go leave in the facts:
// their interfaces, link-local addresses and mounts.
func lasting(facts map[string]any) {
	for name, v := range facts {
		if strings.HasPrefix(name, "ansible_veth") || strings.HasPrefix(name, "ansible_br_") {
			delete(facts, name)
		} else if d, ok := v.(map[string]any); ok && d["type"] == "bridge" {
			delete(d, "interfaces")
			delete(d, "speed")
			delete(d, "active")
		}
	}
	for _, name := range []string{"ansible_interfaces", "ansible_all_ipv4_addresses", "ansible_all_ipv6_addresses", "ansible_mounts"} {
		list, _ := facts[name].([]any)
		facts[name] = slices.DeleteFunc(list, func(item any) bool {
			text := fmt.Sprint(item)
			return strings.HasPrefix(text, "veth") || strings.HasPrefix(text, "br-") || strings.HasPrefix(text, "fe80:") || strings.HasPrefix(text, "172.") ||
				strings.Contains(text, "/docker") || strings.Contains(text, "mount:/tmp/")
		})
	}
}

func members(v any) map[any]bool {
	set := map[any]bool{}
	list, _ := v.([]any)
	for _, item := range list {
		set[item] = true
	}
	return set
}

// unordered sorts the lists whose order is that of a folder or of a Python set.
func unordered(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = unordered(v[k])
		}
	case []any:
		sort.Slice(v, func(i, j int) bool { return fmt.Sprint(v[i]) < fmt.Sprint(v[j]) })
	}
	return v
}

// steady are mounts without what other processes change.
func steady(v any) []any {
	list, _ := v.([]any)
	var out []any
	for _, item := range list {
		m := item.(map[string]any)
		for _, name := range []string{"size_available", "block_available", "block_used", "inode_available", "inode_used"} {
			delete(m, name)
		}
		out = append(out, m)
	}
	return out
}

func TestGatherSubsets(t *testing.T) {
	for _, tc := range []struct {
		subset, filter []string
		has, not       []string
	}{
		{nil, []string{"os_family"}, []string{"ansible_os_family"}, []string{"ansible_system", "module_setup"}},
		{[]string{"!all"}, nil, []string{"ansible_os_family", "ansible_env", "module_setup"}, []string{"ansible_interfaces", "ansible_mounts"}},
		{[]string{"!all", "!min", "network"}, nil, []string{"ansible_interfaces", "ansible_os_family"}, []string{"ansible_env", "ansible_mounts"}},
		{[]string{"network"}, nil, []string{"ansible_interfaces", "ansible_os_family"}, []string{"ansible_mounts"}},
		{[]string{"!hardware"}, nil, []string{"ansible_env"}, []string{"ansible_interfaces", "ansible_mounts"}},
		{[]string{"!min"}, nil, []string{"module_setup"}, []string{"ansible_interfaces", "ansible_env"}},
		{[]string{"all", "!min"}, nil, []string{"ansible_interfaces", "ansible_user_id"}, []string{"ansible_env", "ansible_pkg_mgr"}},
		{[]string{"all", "!network"}, nil, []string{"ansible_mounts"}, []string{"ansible_interfaces"}},
		{[]string{"!nonsense"}, nil, []string{"ansible_env"}, []string{"ansible_interfaces"}},
		{[]string{"!all", "!min", "os_family"}, nil, []string{"ansible_os_family"}, []string{"ansible_env", "ansible_system"}},
		{nil, []string{"ansible_*_mb", "kernel"}, []string{"ansible_memtotal_mb", "ansible_kernel"}, []string{"ansible_os_family"}},
	} {
		got := gatherJSON(t, map[string]any{"gather_subset": value.Of(tc.subset), "filter": value.Of(tc.filter)})
		for _, name := range tc.has {
			if _, ok := got[name]; !ok {
				t.Errorf("%v %v: %s is missing", tc.subset, tc.filter, name)
			}
		}
		for _, name := range tc.not {
			if _, ok := got[name]; ok {
				t.Errorf("%v %v: %s is there", tc.subset, tc.filter, name)
			}
		}
	}
}

func TestBadSubset(t *testing.T) {
	r, err := modules.InProcess{}.Run(t.Context(), modules.Call{Module: "ansible.builtin.setup", Args: map[string]any{"gather_subset": "bogus"}})
	if err != nil || !r.Failed || !strings.HasPrefix(r.Msg, "Bad subset 'bogus' given to Ansible. gather_subset options allowed: all, all_ipv4_addresses, ") {
		t.Errorf("%v %v", err, r.Msg)
	}
}

func BenchmarkSetup(b *testing.B) {
	for b.Loop() {
		if r, err := (modules.InProcess{}).Run(b.Context(), modules.Call{Module: "ansible.builtin.setup", Args: map[string]any{}}); err != nil || r.Failed {
			b.Fatal(err, r.Msg)
		}
	}
}
