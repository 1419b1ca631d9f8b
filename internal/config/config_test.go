package config

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// place makes a folder to be in and an environment that has nothing else.
func place(t *testing.T, vars map[string]string) Environment {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "project"), 0o755); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{"HOME": dir}
	for k, v := range vars {
		all[k] = v
	}
	lookup := func(name string) (string, bool) { v, ok := all[name]; return v, ok }
	return Environment{Lookup: lookup, Dir: filepath.Join(dir, "project"), Home: dir}
}

func put(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// dump runs the real command in the same place.
func dump(t *testing.T, env Environment, vars map[string]string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("ansible-config"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("ansible-config is not installed")
		}
		t.Skip("ansible-config is not installed: nothing to compare with")
	}
	cmd := exec.Command("ansible-config", append([]string{"dump"}, args...)...)
	cmd.Dir = env.Dir
	cmd.Env = []string{"HOME=" + env.Home, "PATH=" + os.Getenv("PATH"), "PAGER=cat", "LC_ALL=C.UTF-8"}
	for k, v := range vars {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := cmd.Run(); err != nil {
		return strings.TrimSpace(complaints.String())
	}
	return out.String()
}

func TestDumpEqualsAnsible(t *testing.T) {
	sample, err := os.ReadFile("testdata/ansible.cfg")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, cfg string
		vars      map[string]string
	}{
		{"file", string(sample), nil},
		{"nothing", "", nil},
		{"environment", "[defaults]\nforks = 7\n", map[string]string{
			"ANSIBLE_FORKS": "9", "ANSIBLE_REMOTE_USER": "", "ANSIBLE_ROLES_PATH": "a:~/b", "ANSIBLE_INVENTORY": "a,b,~/c",
			"ANSIBLE_LIBRARY": "{{CWD}}/x", "ANSIBLE_LOG_PATH": "l", "ANSIBLE_HASH_BEHAVIOUR": `"merge"`, "ANSIBLE_DIFF_ALWAYS": "1",
			"NO_COLOR": "1", "ANSIBLE_CALLBACKS_ENABLED": "x", "ANSIBLE_INVENTORY_IGNORE": ".a, .b", "ANSIBLE_NOCOWS": "",
		}},
		{"two keys", "[defaults]\ncollections_paths = a\ncollections_path = b\n", nil},
		{"comments", "[defaults]\nforks=1\n;x\n# y\nansible_managed = a ;b # c;d\n  ;comment\n   two\n\n   three\nremote_user=q # r\n", nil},
		{"bad int", "[defaults]\nforks = abc\n", nil},
		{"quoted int", "[defaults]\ntimeout = '30'\n", nil},
		{"bad choice", "[defaults]\ngathering = foo\n", nil},
		{"no section", "x\n", nil},
		{"twice", "[defaults]\nforks=1\nforks=2\n", nil},
		{"section twice", "[defaults]\nforks=1\n[defaults]\n", nil},
		{"no value", "[defaults]\nforks\n", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			env := place(t, tc.vars)
			if tc.cfg != "" {
				put(t, filepath.Join(env.Dir, "ansible.cfg"), tc.cfg)
			}
			var got string
			c, err := Load(env)
			if err != nil {
				got = "ERROR: " + err.Error()
			} else {
				got = c.Dump(true)
			}
			if want := dump(t, env, tc.vars, "--only-changed"); strings.TrimSpace(got) != strings.TrimSpace(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestDefaultsEqualAnsible(t *testing.T) {
	env := place(t, nil)
	c, err := Load(env)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for line := range strings.Lines(dump(t, env, nil)) {
		want[strings.TrimSpace(line)] = true
	}
	for line := range strings.Lines(c.Dump(false)) {
		// Both have a part that differs from run to run or from Python to Python.
		if line = strings.TrimSpace(line); !want[line] && !strings.HasPrefix(line, "DEFAULT_LOCAL_TMP") && !strings.HasPrefix(line, "INTERPRETER_PYTHON_FALLBACK") {
			t.Errorf("ansible-config does not say %s", line)
		}
		delete(want, line)
	}
	for line := range want {
		if !strings.HasPrefix(line, "DEFAULT_LOCAL_TMP") && !strings.HasPrefix(line, "CONNECTION_FACTS_MODULES") && !strings.HasPrefix(line, "INTERPRETER_PYTHON_FALLBACK") {
			t.Errorf("ansible-config also says %s", line)
		}
	}
}

func TestSearchOrder(t *testing.T) {
	env := place(t, nil)
	load := func(vars map[string]string) *Config {
		e := env
		e.Lookup = func(name string) (string, bool) { v, ok := vars[name]; return v, ok }
		c, err := Load(e)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	home := put(t, filepath.Join(env.Home, ".ansible.cfg"), "[defaults]\nforks=1\n")
	if c := load(nil); c.File != home {
		t.Errorf("read %q, want %s", c.File, home)
	}
	local := put(t, filepath.Join(env.Dir, "ansible.cfg"), "[defaults]\nforks=2\n")
	if c := load(nil); c.File != local || c.Int("DEFAULT_FORKS") != 2 || c.Origin("DEFAULT_FORKS") != local {
		t.Errorf("read %q, want %s", c.File, local)
	}
	chosen := put(t, filepath.Join(env.Home, "chosen.cfg"), "[defaults]\nforks=3\n")
	if c := load(map[string]string{"ANSIBLE_CONFIG": "../chosen.cfg"}); c.File != chosen {
		t.Errorf("read %q, want %s", c.File, chosen)
	}
	if c := load(map[string]string{"ANSIBLE_CONFIG": "/does/not/exist"}); c.File != local {
		t.Errorf("read %q, want %s", c.File, local)
	}
	if err := os.Chmod(env.Dir, 0o777); err != nil {
		t.Fatal(err)
	}
	c := load(nil)
	if c.File != home || len(c.Warnings) != 1 || !strings.HasPrefix(c.Warnings[0], "Ansible is being run in a world writable directory ("+env.Dir+"), ignoring it as an ansible.cfg source.") {
		t.Errorf("in a world-writable folder: read %q and warned %q", c.File, c.Warnings)
	}
}

func TestPluginSettings(t *testing.T) {
	env := place(t, map[string]string{"ANSIBLE_SSH_RETRIES": "4"})
	put(t, filepath.Join(env.Dir, "ansible.cfg"), "[ssh_connection]\nssh_args = -o \"A=B C\"\nretries = 3\npipelining = True\n[defaults]\ntimeout = 20\nlibrary = lib\n")
	c, err := Load(env)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.String("ssh.ssh_args"); got != `-o "A=B C"` {
		t.Errorf("ssh_args %q", got)
	}
	if got := c.Int("ssh.reconnection_retries"); got != 4 {
		t.Errorf("retries %d", got)
	}
	if got := c.Int("ssh.timeout"); got != 20 || !c.IsSet("ssh.timeout") {
		t.Errorf("timeout %d", got)
	}
	if !c.Bool("ssh.pipelining") || c.Bool("ssh.use_tty") != true || c.IsSet("ssh.use_tty") {
		t.Error("pipelining or use_tty is wrong")
	}
	if got := c.List("INVENTORY_ENABLED"); len(got) != 6 {
		t.Errorf("INVENTORY_ENABLED %q", got)
	}
	if len(c.Warnings) != 0 {
		t.Errorf("warned %q of settings that have their effect", c.Warnings)
	}
}

func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, table := range [][]Setting{core, ofPlugins} {
		for _, s := range table {
			if seen[s.Name] {
				t.Errorf("%s is there twice", s.Name)
			}
			seen[s.Name] = true
			for _, key := range s.INI {
				if section, name, ok := strings.Cut(key, "."); !ok || section == "" || name != strings.ToLower(name) {
					t.Errorf("%s: %q is no section.key", s.Name, key)
				}
			}
		}
	}
}

func FuzzINI(f *testing.F) {
	sample, err := os.ReadFile("testdata/ansible.cfg")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(sample))
	f.Add("[a]\nb\n c=")
	f.Add("[]\n=x")
	f.Fuzz(func(t *testing.T, text string) {
		values, err := parseINI(text)
		if err != nil && values != nil {
			t.Fatal("values in spite of an error")
		}
	})
}
