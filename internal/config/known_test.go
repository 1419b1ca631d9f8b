package config

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// elsewhere are beginnings of variables of the environment that are no
// settings, with what becomes of them.
var elsewhere = map[string]string{
	"JUNIT_":              "the callback junit reads those of its folder and of hidden arguments; the others do nothing",
	"ANSIBLE_LOOKUP_URL_": "the lookup url has its options from its arguments and from variables alone",
	"ANSIBLE_JSON_INDENT": "the callback json indents by four",
	"CGROUP_":             "of the callback cgroup_perf_recap, which is refused by name",
	"ANSIBLE_RUNAS_":      "Windows is no target",
	"ANSIBLE_NSENTER_PID": "of the connection nsenter, which is refused by name",
}

// TestEverySettingIsKnown walks through what ansible-config list and the
// plugins' documentation name: each is in a table, which either has it read or
// warns of it, or counts it among those that nothing here depends on.
func TestEverySettingIsKnown(t *testing.T) {
	text, err := os.ReadFile("testdata/known.json")
	if err != nil {
		t.Fatal(err)
	}
	var known struct{ Settings, Environment []string }
	if err := json.Unmarshal(text, &known); err != nil {
		t.Fatal(err)
	}
	names, variables := map[string]bool{}, map[string]bool{}
	for _, s := range slices.Concat(core, ofPlugins) {
		names[s.Name] = true
		for _, v := range s.Env {
			variables[v] = true
		}
	}
	for _, name := range known.Settings {
		// CONFIG_FILE is ANSIBLE_CONFIG, and nothing sets CONNECTION_FACTS_MODULES.
		if !names[name] && name != "CONFIG_FILE" && name != "CONNECTION_FACTS_MODULES" {
			t.Errorf("there is no setting %s", name)
		}
	}
	for _, v := range known.Environment {
		found := variables[v]
		for prefix := range elsewhere {
			found = found || strings.HasPrefix(v, prefix)
		}
		if !found {
			t.Errorf("nothing knows of the variable %s", v)
		}
	}
}

// TestVainSettingsAreTold: who sets what has no effect is told, but not where
// it says what holds anyway or names folders in which there is nothing.
func TestVainSettingsAreTold(t *testing.T) {
	env := place(t, nil)
	folder := env.Home + "/plugins"
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	empty := env.Home + "/empty"
	if err := os.Mkdir(empty, 0o755); err != nil {
		t.Fatal(err)
	}
	put(t, folder+"/own.py", "")
	for _, c := range []struct {
		name, value string
		told        bool
	}{
		{"ANSIBLE_CALLBACK_PLUGINS", folder, true}, {"ANSIBLE_CALLBACK_PLUGINS", empty, false}, {"ANSIBLE_ACTION_PLUGINS", folder, true},
		{"ANSIBLE_FILTER_PLUGINS", folder, false}, {"ANSIBLE_DEBUG", "1", true}, {"ANSIBLE_DEBUG", "no", false},
		{"ANSIBLE_KEEP_REMOTE_FILES", "1", true}, {"ANSIBLE_FORKS", "7", false}, {"ANSIBLE_PIPELINING", "1", false},
	} {
		vars := map[string]string{c.name: c.value}
		e := env
		e.Lookup = func(name string) (string, bool) { v, ok := vars[name]; return v, ok }
		got, err := Load(e)
		if err != nil {
			t.Fatal(err)
		}
		if told := strings.Contains(strings.Join(got.Warnings, "\n"), "(env: "+c.name+") has no effect in goplay"); told != c.told {
			t.Errorf("%s=%s: told %v", c.name, c.value, got.Warnings)
		}
	}
}
