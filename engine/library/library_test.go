package library

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"goplay/engine/collections"
)

func TestProtocols(t *testing.T) {
	python := []string{"/usr/bin/python3"}
	for name, tc := range map[string]struct {
		file, text  string
		protocol    Protocol
		interpreter []string
		checks      bool
	}{
		"pairs":               {"m", "#!/bin/sh -e\n. \"$1\"\n", Pairs, []string{"/bin/sh", "-e"}, false},
		"a file of JSON":      {"m.sh", "#!/bin/sh\n# WANT_JSON\n", JSONFile, []string{"/bin/sh"}, false},
		"looks at check mode": {"m.sh", "#!/bin/sh\n# WANT_JSON _ansible_check_mode\n", JSONFile, []string{"/bin/sh"}, true},
		"JSON in its text":    {"m.py", "#!/usr/bin/env python3\na = \"" + marker + "\"\n", JSONText, []string{"/usr/bin/env", "python3"}, false},
		"JSON comes first":    {"m.py", "a = '" + marker + "' # WANT_JSON\n", JSONText, python, false},
		"a program":           {"m", "\x7fELF\x02\x00WANT_JSON", Binary, nil, true},
		"not UTF-8":           {"m", "\xff\xfe", Binary, nil, true},
		"a script of Latin-1": {"m", "#!/bin/sh\n# \xe9\n", Pairs, []string{"/bin/sh"}, false},
		"imports":             {"m.py", "from ansible.module_utils.basic import AnsibleModule\n", Payload, python, true},
		"of a collection":     {"m.py", "#!/usr/bin/python3\nfrom ansible_collections.a.b.plugins.module_utils import c\n", Payload, python, true},
		"imports come first":  {"m.py", "import ansible.module_utils.basic # WANT_JSON\n", Payload, python, true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, tc.file), tc.text)
			m, err := new(Finder).Find("m", dir)
			if err != nil || m == nil {
				t.Fatalf("found %v, %v", m, err)
			}
			if m.Name != "m" || m.Protocol != tc.protocol || m.Checks != tc.checks || !slices.Equal(m.Interpreter, tc.interpreter) {
				t.Errorf("read %+v, want protocol %d, interpreter %q, checks %v", m, tc.protocol, tc.interpreter, tc.checks)
			}
		})
	}
}

func TestFind(t *testing.T) {
	root := t.TempDir()
	for _, file := range []string{"play/both", "paths/both", "paths/far", "role/library/own.py", "paths/note.md", "play/two", "play/two.py", "c/ansible_collections/n/c/plugins/modules/d/m.py", "paths/copy"} {
		write(t, filepath.Join(root, file), "#!/bin/sh\n")
	}
	f := &Finder{Paths: []string{filepath.Join(root, "paths")}, Collections: &collections.Index{Roots: []string{filepath.Join(root, "c")}}}
	f.AddRole(filepath.Join(root, "role"))
	for name, want := range map[string]string{
		"both": "play/both", "far": "paths/far", "own": "role/library/own.py", "note": "", "two": "play/two.py", "none": "",
		"n.c.d.m": "c/ansible_collections/n/c/plugins/modules/d/m.py", "n.c.m": "", "ansible.legacy.copy": "paths/copy", "ansible.builtin.copy": "",
	} {
		t.Run(name, func(t *testing.T) {
			m, err := f.Find(name, filepath.Join(root, "play"))
			switch {
			case err != nil:
				t.Fatal(err)
			case m == nil && want != "":
				t.Errorf("found nothing, want %s", want)
			case m != nil && (want == "" || m.Path != filepath.Join(root, want)):
				t.Errorf("found %s, want %q", m.Path, want)
			}
		})
	}
}

func TestWithArguments(t *testing.T) {
	got := string(WithArguments([]byte("a = \""+marker+"\"\nb = "+marker+"\n"), `{"x": "\n"}`))
	if want := "a = \"\"\"{\"x\": \"\\\\n\"}\"\"\"\nb = {\"x\": \"\\n\"}\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
