package python

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func names(t *testing.T, p *Payload) map[string]string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(p.Zip), int64(len(p.Zip)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(in)
		out[f.Name] = string(text)
	}
	return out
}

func TestImportsAreFoundWithoutPython(t *testing.T) {
	got := imports(`#!/usr/bin/python
"""from ansible.module_utils.no import one
"""
import os, json as j; import sys
from ansible.module_utils.basic import (  # why
    AnsibleModule,
    env_fallback as fallback,
)
from .near import \
    thing
try:
    from ansible.module_utils.maybe import it
except ImportError:
    pass
text = 'import nothing' "it's" # import comment
`)
	want := []imported{
		{"os", "", false}, {"json", "", false}, {"sys", "", false},
		{"ansible.module_utils.basic", "AnsibleModule", false}, {"ansible.module_utils.basic", "env_fallback", false},
		{".near", "thing", false}, {"ansible.module_utils.maybe", "it", true},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestPayloadHasWhatIsImported(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"library/m.py":                  "from ansible.module_utils.words import hello\nfrom ansible.module_utils.deep.er import x\n",
		"module_utils/words.py":         "from .more import hello\n",
		"module_utils/more.py":          "hello = 1\n",
		"module_utils/deep/er.py":       "x = 1\n",
		"module_utils/unused.py":        "",
		"module_utils/deep/__init__.py": "from ansible.module_utils.fromit import y\n",
		"module_utils/fromit.py":        "y = 1\n",
	})
	s := Sources{Utils: []string{filepath.Join(dir, "module_utils")}}
	p, err := Build(filepath.Join(dir, "library/m.py"), s)
	if err != nil {
		t.Fatal(err)
	}
	files := names(t, p)
	for _, name := range []string{"__main__.py", "ansible/modules/m.py", "ansible/modules/__init__.py", "ansible/module_utils/basic.py",
		"ansible/module_utils/words.py", "ansible/module_utils/more.py", "ansible/module_utils/deep/er.py", "ansible/module_utils/fromit.py"} {
		if _, ok := files[name]; !ok {
			t.Errorf("the payload lacks %s", name)
		}
	}
	if _, ok := files["ansible/module_utils/unused.py"]; ok {
		t.Error("the payload has what nothing imports")
	}
	again, err := Build(filepath.Join(dir, "library/m.py"), s)
	if err != nil || again.Hash != p.Hash {
		t.Errorf("the same files gave %s and %s, %v", p.Hash, again.Hash, err)
	}
}

func TestPayloadOfACollection(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"ansible_collections/ns/coll/plugins/modules/m.py":      "from ..module_utils.a import one\nfrom ansible_collections.ns.coll.plugins.module_utils import b\n",
		"ansible_collections/ns/coll/plugins/module_utils/a.py": "one = 1\n",
		"ansible_collections/ns/coll/plugins/module_utils/b.py": "",
	})
	p, err := Build(filepath.Join(dir, "ansible_collections/ns/coll/plugins/modules/m.py"), Sources{Collections: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	files := names(t, p)
	for _, name := range []string{"m.py", "__init__.py"} {
		if _, ok := files["ansible_collections/ns/coll/plugins/modules/"+name]; !ok {
			t.Errorf("the payload lacks %s", name)
		}
	}
	if _, ok := files["ansible_collections/ns/coll/plugins/module_utils/a.py"]; !ok {
		t.Error("a relative import was not followed")
	}
	if got := strings.TrimSpace(files["MODULE"]); got != "ansible_collections.ns.coll.plugins.modules.m" {
		t.Errorf("the module is called %s", got)
	}
}

func TestWhatNobodyHasIsNamed(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"m.py": "from ansible.module_utils.ec2 import connect\n",
		"late.py": "try:\n    from ansible.module_utils.ec2 import connect\nexcept ImportError:\n    connect = None\n"})
	_, err := Build(filepath.Join(dir, "m.py"), Sources{})
	var missing *Missing
	want := "Could not find imported module support code for ansible.modules.m.  Looked for (['ansible.module_utils.ec2.connect', 'ansible.module_utils.ec2'])"
	if !errors.As(err, &missing) || err.Error() != want || !strings.Contains(missing.Hint(), "module_utils folder") {
		t.Errorf("got %v\nwant %s", err, want)
	}
	if _, err := Build(filepath.Join(dir, "late.py"), Sources{}); err != nil {
		t.Errorf("what a module can do without was wanted: %v", err)
	}
}

// TestLibraryAnswersAsAnsible holds AnsibleModule against the answers that Ansible's
// own gave for the same specs and options; testdata/drive.py says how they were recorded.
func TestLibraryAnswersAsAnsible(t *testing.T) {
	interpreter, err := exec.LookPath("/usr/bin/python3")
	if err != nil {
		if interpreter, err = exec.LookPath("python3"); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal("there is no python3")
			}
			t.Skip("there is no python3")
		}
	}
	library, err := filepath.Abs("target")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(interpreter, "drive.py")
	cmd.Dir = "testdata"
	cmd.Env = append(os.Environ(), "PYTHONPATH="+library, "PYTHONDONTWRITEBYTECODE=1")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{}
	// Where Ansible forgets its secrets once it meets a suboption of the wrong
	// kind, this library still hides them: stricter.json.
	for _, file := range []string{"testdata/answers.json", "testdata/stricter.json"} {
		recorded, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(recorded, &want)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, answer := range want {
		if !reflect.DeepEqual(got[name], answer) {
			t.Errorf("%s:\n got  %v\n want %v", name, got[name], answer)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d cases, %d answers", len(got), len(want))
	}
}
