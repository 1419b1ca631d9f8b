package inventory

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"goplay/internal/vault"
)

// write makes files below a new folder and returns it.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		mode := os.FileMode(0o644)
		if strings.HasPrefix(text, "#!") {
			mode = 0o755
		}
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const unparsed = "No inventory was parsed, only implicit localhost is available"

// TestWarnings holds the words of what is wrong with a source. Ansible says
// the same, but for what it says of YAML's syntax.
func TestWarnings(t *testing.T) {
	for _, tc := range []struct {
		name, file, text string
		want             []string // FILE stands for the path
	}{
		{"no key=value", "i", "[web]\nfoo bar\n", []string{" * Failed to parse FILE with ini plugin: FILE:2: Expected key=value host variable assignment, got: bar"}},
		{"open bracket", "i", "[web\nfoo\n", []string{" * Failed to parse FILE with ini plugin: not enough values to unpack (expected 3, got 2)"}},
		{"unknown section", "i", "[web:foo]\n", []string{" * Failed to parse FILE with ini plugin: FILE:1: Section [web:foo] has unknown type: foo"}},
		{"vars without value", "i", "[web:vars]\nfoo\n", []string{" * Failed to parse FILE with ini plugin: FILE:2: Expected key=value, got: foo"}},
		{"vars of nothing", "i", "[web:vars]\nfoo=1\n", []string{" * Failed to parse FILE with ini plugin: FILE:1: Section [web:vars] not valid for undefined group: web"}},
		{"child of nothing", "i", "[web:children]\nfoo\n", []string{" * Failed to parse FILE with ini plugin: FILE:2: Section [web:children] includes undefined group: foo"}},
		{"open quote", "i", "[web]\nfoo a=\"x\n", []string{" * Failed to parse FILE with ini plugin: FILE:2: Error parsing host definition 'foo a=\"x': No closing quotation"}},
		{"spaces in section", "i", "[web]\n[ db ]\n", []string{" * Failed to parse FILE with ini plugin: FILE:2: Invalid section entry: '[ db ]'. Please make sure that there are no spaces in the section entry, and that there are no other invalid characters"}},
		{"end of range", "i", "[web]\nfoo[1:]\n", []string{" * Failed to parse FILE with ini plugin: host range must specify end value"}},
		{"widths of range", "i", "[web]\nfoo[01:100]\n", []string{" * Failed to parse FILE with ini plugin: host range must specify equal-length begin and end formats"}},
		{"step of range", "i", "[web]\nfoo[1:2:a]\n", []string{" * Failed to parse FILE with ini plugin: invalid literal for int() with base 10: 'a'"}},
		{"colon", "i", "[web]\nfoo: 1\n", []string{" * Failed to parse FILE with ini plugin: Invalid host pattern 'foo:' supplied, ending in ':' is not allowed, this character is reserved to provide a port."}},
		{"loop", "i", "[a:children]\nb\n[b:children]\na\n", []string{" * Failed to parse FILE with ini plugin: Adding group 'a' as child to 'b' creates a recursive dependency loop."}},
		{"own child", "i", "[a:children]\na\n", []string{" * Failed to parse FILE with ini plugin: can't add group to itself"}},
		{"priority", "i", "[web]\nfoo\n[web:vars]\nansible_group_priority=a\n", []string{" * Failed to parse FILE with ini plugin: invalid literal for int() with base 10: 'a'"}},
		{"list", "i.yml", "- 1\n", []string{
			" * Failed to parse FILE with auto plugin: no root 'plugin' key found, 'FILE' is not a valid YAML inventory plugin config file",
			" * Failed to parse FILE with yaml plugin: YAML inventory has invalid structure, it should be a dictionary, got: <class 'ansible.parsing.yaml.objects.AnsibleSequence'>",
			" * Failed to parse FILE with ini plugin: FILE:1: Expected key=value host variable assignment, got: 1"}},
		{"hosts list", "i.yml", "all:\n  hosts:\n    - a\n", []string{
			" * Failed to parse FILE with auto plugin: no root 'plugin' key found, 'FILE' is not a valid YAML inventory plugin config file",
			` * Failed to parse FILE with yaml plugin: Invalid "hosts" entry for "all" group, requires a dictionary, found "<class 'ansible.parsing.yaml.objects.AnsibleSequence'>" instead.`,
			" * Failed to parse FILE with ini plugin: Invalid host pattern 'all:' supplied, ending in ':' is not allowed, this character is reserved to provide a port."}},
		{"unknown plugin", "i.yml", "plugin: nope\n", []string{
			" * Failed to parse FILE with auto plugin: inventory config 'FILE' specifies unknown plugin 'nope'",
			" * Failed to parse FILE with yaml plugin: Plugin configuration YAML file, not YAML inventory",
			" * Failed to parse FILE with ini plugin: Invalid host pattern 'plugin:' supplied, ending in ':' is not allowed, this character is reserved to provide a port."}},
		{"script fails", "i.sh", "#!/bin/sh\nexit 3\n", []string{
			" * Failed to parse FILE with script plugin: Inventory script (FILE) had an execution error: ",
			" * Failed to parse FILE with ini plugin: FILE:2: Expected key=value host variable assignment, got: 3"}},
		{"script gives a list", "i.sh", "#!/bin/sh\necho []\n", []string{
			" * Failed to parse FILE with script plugin: failed to parse executable inventory script results from FILE: needs to be a json dict",
			" * Failed to parse FILE with ini plugin: FILE:2: Expected key=value host variable assignment, got: []"}},
		{"script's bad hosts", "i.sh", "#!/bin/sh\necho '{\"g\": 3}'\n", []string{
			" * Failed to parse FILE with script plugin: You defined a group 'g' with bad data for the host list:\n {'hosts': 3}",
			" * Failed to parse FILE with ini plugin: FILE:2: Expected key=value host variable assignment, got: {\"g\": 3}"}},
		{"number as group", "i.yml", "5:\n  hosts: {h: }\n", []string{
			" * Failed to parse FILE with auto plugin: no root 'plugin' key found, 'FILE' is not a valid YAML inventory plugin config file",
			" * Failed to parse FILE with yaml plugin: Unable to add group 5: Invalid group name supplied, expected a string but got <class 'int'> for 5",
			" * Failed to parse FILE with ini plugin: Invalid host pattern '5:' supplied, ending in ':' is not allowed, this character is reserved to provide a port."}},
		{"nothing as group", "i.yml", "null:\n  hosts: {h: }\n", []string{
			" * Failed to parse FILE with auto plugin: no root 'plugin' key found, 'FILE' is not a valid YAML inventory plugin config file",
			" * Failed to parse FILE with yaml plugin: Unable to add group None: Invalid empty/false group name provided: None",
			" * Failed to parse FILE with ini plugin: Invalid host pattern 'null:' supplied, ending in ':' is not allowed, this character is reserved to provide a port."}},
		{"number as host", "i.yml", "all:\n  hosts:\n    5:\n", []string{
			" * Failed to parse FILE with auto plugin: no root 'plugin' key found, 'FILE' is not a valid YAML inventory plugin config file",
			" * Failed to parse FILE with yaml plugin: Host pattern 5 must be a string. Enclose integers/floats in quotation marks.",
			" * Failed to parse FILE with ini plugin: Invalid host pattern 'all:' supplied, ending in ':' is not allowed, this character is reserved to provide a port."}},
		{"script's bad words", "i.sh", "#!/bin/sh\necho nope\n", []string{
			" * Failed to parse FILE with script plugin: failed to parse executable inventory script results from FILE: Expecting value: line 1 column 1 (char 0). Expecting value: line 1 column 1 (char 0)",
			" * Failed to parse FILE with ini plugin: FILE:2: Expected key=value host variable assignment, got: nope"}},
		{"script writes YAML", "i.sh", "#!/bin/sh\necho 'g: [h]'\n", []string{
			" * Failed to parse FILE with script plugin: failed to parse executable inventory script results from FILE: Expecting value: line 1 column 1 (char 0). Expecting value: line 1 column 1 (char 0)",
			" * Failed to parse FILE with ini plugin: FILE:2: Expected key=value host variable assignment, got: g: [h]"}},
		{"script's number as host", "i.sh", "#!/bin/sh\necho '{\"g\": [1]}'\n", []string{
			" * Failed to parse FILE with script plugin: Invalid host name supplied, expected a string but got <class 'int'> for 1",
			" * Failed to parse FILE with ini plugin: FILE:2: Expected key=value host variable assignment, got: {\"g\": [1]}"}},
		{"script's list of variables", "i.sh", "#!/bin/sh\necho '{\"g\": [\"h\"], \"_meta\": {\"hostvars\": []}}'\n", []string{
			" * Failed to parse FILE with script plugin: Improperly formatted host information for h: 'list' object has no attribute 'get'. 'list' object has no attribute 'get'",
			" * Failed to parse FILE with ini plugin: FILE:2: Expected key=value host variable assignment, got: {\"g\": [\"h\"], \"_meta\": {\"hostvars\": []}}"}},
		{"script without interpreter", "i.sh", "#!/nonexistent/sh\n[\n", []string{
			" * Failed to parse FILE with script plugin: problem running FILE --list ([Errno 2] No such file or directory: 'FILE')",
			" * Failed to parse FILE with ini plugin: not enough values to unpack (expected 3, got 2)"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := write(t, map[string]string{tc.file: tc.text})
			path := filepath.Join(dir, tc.file)
			_, warnings := load(t, path)
			want := append(tc.want, "Unable to parse FILE as an inventory source", unparsed)
			got := []string{}
			for _, w := range *warnings {
				w = strings.TrimRight(strings.ReplaceAll(w, path, "FILE"), " ")
				if !strings.Contains(w, "with yaml plugin") || strings.HasSuffix(tc.file, ".yml") {
					got = append(got, w)
				}
			}
			for i := range want {
				want[i] = strings.TrimRight(want[i], " ")
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

func TestMixedWarnings(t *testing.T) {
	dir := write(t, map[string]string{
		"names":  "[web-x]\nfoo\n[web]\nweb\n[2x]\nlocalhost\n127.0.0.1\n",
		"groups": "[x]\na\n",
	})
	_, warnings := load(t, filepath.Join(dir, "names"), filepath.Join(dir, "absent"))
	want := []string{
		"Invalid characters were found in group names but not replaced, use -vvvv to see details",
		"A duplicate localhost-like entry was found (127.0.0.1). First found localhost was localhost",
		"Unable to parse " + dir + "/absent as an inventory source",
		"Found both group and host with same name: web",
	}
	if !reflect.DeepEqual(*warnings, want) {
		t.Errorf("got %q, want %q", *warnings, want)
	}
	for _, l := range []Loader{{UnparsedFails: true}, {AnyUnparsedFails: true}} {
		if _, err := l.Load([]string{"absent"}); err == nil {
			t.Errorf("%+v accepts a source that is not there", l)
		}
	}
	if _, warnings := load(t); !reflect.DeepEqual(*warnings, []string{unparsed}) {
		t.Errorf("without sources: %q", *warnings)
	}
}

// TestFolders: a folder that nothing reads is told of after what is in it.
func TestFolders(t *testing.T) {
	dir := write(t, map[string]string{"inv/a": "[x\n", "inv/sub/b": "[y\n", "ok/a": "[x\n", "ok/b": "h\n"})
	_, warnings := load(t, filepath.Join(dir, "inv"), filepath.Join(dir, "ok"))
	var got []string
	for _, w := range *warnings {
		if path, ok := strings.CutPrefix(w, "Unable to parse "+dir); ok {
			got = append(got, strings.TrimSuffix(path, " as an inventory source"))
		}
	}
	if want := []string{"/inv/a", "/inv/sub/b", "/inv/sub", "/inv", "/ok/a"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	l := Loader{AnyUnparsedFails: true, IgnorePatterns: []string{"."}}
	if _, err := l.Load([]string{filepath.Join(dir, "ok")}); err == nil || err.Error() != "Completely failed to parse inventory source "+dir+"/ok" {
		t.Errorf("a folder without sources: %v", err)
	}
}

// TestAboveAll: no group is above all, whatever says so.
func TestAboveAll(t *testing.T) {
	const want = "Adding group 'a' as child to 'all' creates a recursive dependency loop."
	for name, text := range map[string]string{"i": "[a:children]\nall\n[a]\nh\n", "i.yml": "a:\n  children:\n    all:\n"} {
		l := Loader{}
		if _, err := l.Load([]string{filepath.Join(write(t, map[string]string{name: text}), name)}); err == nil || err.Error() != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	inv := New()
	if _, err := inv.GroupBy("localhost", All, []string{"a"}); err == nil || err.Error() != want {
		t.Errorf("group_by: %v", err)
	}
	l := Loader{Enabled: []string{"nope"}}
	if _, err := l.Load([]string{"h,"}); err == nil || !strings.HasPrefix(err.Error(), "No inventory plugins available") {
		t.Errorf("no plugin: %v", err)
	}
}

func TestTransform(t *testing.T) {
	dir := write(t, map[string]string{"i": "[web-x]\nfoo\n[2x]\nbar\n[q:children]\nweb-x\n"})
	for mode, want := range map[string][]string{
		"never": {"all", "ungrouped", "web-x", "2x", "q"}, "ignore": {"all", "ungrouped", "web-x", "2x", "q"},
		"always": {"all", "ungrouped", "web_x", "_x", "q"}, "silently": {"all", "ungrouped", "web_x", "_x", "q"},
	} {
		l := Loader{Transform: mode}
		inv, err := l.Load([]string{filepath.Join(dir, "i")})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, g := range inv.Groups() {
			got = append(got, g.Name)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %q, want %q", mode, got, want)
		}
	}
}

func TestHostLists(t *testing.T) {
	for _, tc := range []struct {
		enabled []string
		text    string
		want    string
	}{
		{nil, "a,b:22, c ,", "a b:22 c"}, {nil, "h[1:3],[::1]:2", "h[1:3] ::1:2"},
		{[]string{"advanced_host_list"}, "h[1:3],x:2", "h1 h2 h3 x:2"},
	} {
		inv, err := (&Loader{Enabled: tc.enabled}).Load([]string{tc.text})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, h := range inv.Hosts() {
			name := h.Name
			if port := h.Vars.Get("ansible_port"); port != nil {
				name += ":" + port.String()
			}
			got = append(got, name)
		}
		if strings.Join(got, " ") != tc.want {
			t.Errorf("%s: got %q, want %s", tc.text, got, tc.want)
		}
	}
}

func TestVaulted(t *testing.T) {
	secret := vault.Secret{ID: "default", Password: []byte("pw")}
	sealed := func(text string) string {
		data, err := vault.Encrypt([]byte(text), secret)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	inline := sealed("hidden")
	dir := write(t, map[string]string{
		"hosts":              sealed("h1 a=1\n"),
		"group_vars/all.yml": vault.YAML("b", []byte(inline)) + "\nl: [!unsafe '{{ x }}']\n",
		"host_vars/h1":       sealed("c: 3\n"),
	})
	inv, err := (&Loader{Keys: vault.NewKeys(secret)}).Load([]string{filepath.Join(dir, "hosts")})
	if err != nil {
		t.Fatal(err)
	}
	got, err := (&Listing{Inventory: inv, Format: YAML}).Host("h1")
	if err != nil {
		t.Fatal(err)
	}
	margin := "\n  "
	want := "a: 1\nb: !vault |" + margin + strings.ReplaceAll(strings.TrimSpace(inline), "\n", margin) + "\nc: 3\nl:\n- '{{ x }}'\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	asJSON, err := (&Listing{Inventory: inv}).Host("h1")
	if err != nil || !strings.Contains(asJSON, `"__ansible_vault": "$ANSIBLE_VAULT;1.1;AES256\n`) || !strings.Contains(asJSON, `"__ansible_unsafe": "{{ x }}"`) {
		t.Errorf("got %s, %v", asJSON, err)
	}
	graph, err := (&Listing{Inventory: inv}).Graph(All, true)
	if err != nil || !strings.Contains(graph, "{b = hidden}") {
		t.Errorf("got %s, %v", graph, err)
	}
}

func FuzzINI(f *testing.F) {
	for _, name := range []string{"types.ini", "names.ini", "priority.ini"} {
		data, err := os.ReadFile("testdata/corpus/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		inv := New()
		if err := readINI(inv, "fuzz", data); err != nil {
			return
		}
		if err := inv.Reconcile(); err != nil {
			t.Fatal(err)
		}
		for _, h := range inv.Hosts() {
			if len(inv.GroupsOf(h)) < 2 {
				t.Fatalf("%q is in no group", h.Name)
			}
		}
	})
}
