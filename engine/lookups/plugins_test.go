package lookups_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"goplay/engine/collections"
	"goplay/engine/filters"
	"goplay/engine/lookups"
	"goplay/internal/jinja"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/template/templatetest"
	"goplay/internal/tree"
	"goplay/internal/value"
	"goplay/internal/vault"
)

var ctx = context.Background()

// with makes an engine with lookups and gives both.
func with(o lookups.Options) (*template.Engine, *lookups.Plugins) {
	r := jinja.NewRegistry()
	filters.Register(r)
	p := lookups.Register(r, o)
	return template.New(template.Options{Registry: r}), p
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestSearchPath(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"role/files/a.txt", "role/a.txt", "play/files/a.txt", "play/files/b.txt", "play/c.txt", "role/templates/t.j2", "play/templates/t.j2"} {
		write(t, filepath.Join(dir, name), name)
	}
	e, _ := with(lookups.Options{})
	search := templatetest.Vars{
		"ansible_search_path": value.NewList(filepath.Join(dir, "role"), filepath.Join(dir, "play")),
		"playbook_dir":        filepath.Join(dir, "play"),
	}
	role := templatetest.Vars{"role_path": filepath.Join(dir, "role"), "playbook_dir": filepath.Join(dir, "play")}
	for _, v := range []templatetest.Vars{search, role} {
		for text, want := range map[string]string{
			"{{ lookup('file', 'a.txt') }}":                                  "role/files/a.txt",
			"{{ lookup('file', 'files/a.txt') }}":                            "role/files/a.txt",
			"{{ lookup('file', 'b.txt') }}":                                  "play/files/b.txt",
			"{{ lookup('file', 'c.txt') }}":                                  "play/c.txt",
			"{{ lookup('template', 't.j2') }}":                               "role/templates/t.j2",
			"{{ lookup('first_found', ['x', 'b.txt']) }}":                    filepath.Join(dir, "play/files/b.txt"),
			"{{ query('fileglob', '*.txt') | map('basename') | join(' ') }}": "a.txt",
		} {
			got, err := e.EvalText(ctx, text, source.Pos{}, v)
			if err != nil || got != want {
				t.Errorf("%s: got %v (%v), want %s", text, got, err, want)
			}
		}
	}
}

func TestVaultedFiles(t *testing.T) {
	dir := t.TempDir()
	secret := vault.Secret{ID: "default", Password: []byte("pw")}
	sealed, err := vault.Encrypt([]byte("hidden {{ n }}\n"), secret)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "s.txt"), string(sealed))
	v := templatetest.Vars{"playbook_dir": dir, "n": int64(5)}
	open, _ := with(lookups.Options{Decrypt: vault.NewKeys(secret).Decrypt})
	for text, want := range map[string]string{
		"{{ lookup('file', 's.txt') }}":     "hidden {{ n }}",
		"{{ lookup('unvault', 's.txt') }}":  "hidden {{ n }}\n",
		"{{ lookup('template', 's.txt') }}": "hidden 5\n",
	} {
		if got, err := open.EvalText(ctx, text, source.Pos{}, v); err != nil || got != want {
			t.Errorf("%s: got %v (%v), want %q", text, got, err, want)
		}
	}
	shut, _ := with(lookups.Options{})
	if _, err := shut.EvalText(ctx, "{{ lookup('file', 's.txt') }}", source.Pos{}, v); err == nil || !strings.Contains(err.Error(), "no vault secrets found") {
		t.Errorf("without secrets: %v", err)
	}
}

func TestLoop(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "vars/Debian.yml"), "")
	e, p := with(lookups.Options{})
	v := templatetest.ParseVars(t, []byte(`{"l": [1, [2, 3]], "d": {"a": 1}, "s": "text", "os": "Debian", "users": [{"n": "x", "g": [1, 2]}]}`))
	v["playbook_dir"] = dir
	for _, c := range []struct{ name, yaml, folder, want string }{
		{"items", `"{{ l }}"`, "", "[1, 2, 3]"},
		{"items", `[a, "{{ l }}"]`, "", "['a', 1, [2, 3]]"},
		{"items", `"{{ s }}"`, "", "['text']"},
		{"list", `"{{ l }}"`, "", "[1, [2, 3]]"},
		{"flattened", `["{{ l }}", [[4]]]`, "", "[1, 2, 3, 4]"},
		{"dict", `"{{ d }}"`, "", "[{'key': 'a', 'value': 1}]"},
		{"indexed_items", `[x, y]`, "", "[(0, 'x'), (1, 'y')]"},
		{"nested", `[[a, b], [1, 2]]`, "", "[['a', 1], ['a', 2], ['b', 1], ['b', 2]]"},
		{"together", `[[a, b], [1]]`, "", "[['a', 1], ['b', None]]"},
		{"sequence", `start=1 end=3`, "", "['1', '2', '3']"},
		{"subelements", `["{{ users }}", g]`, "", "[({'n': 'x'}, 1), ({'n': 'x'}, 2)]"},
		{"first_found", `["{{ nope }}.yml", "{{ os }}.yml"]`, "vars", "['" + filepath.Join(dir, "vars/Debian.yml") + "']"},
		{"first_found", `[{files: [a.yml], skip: true}]`, "vars", "[]"},
		{"ansible.builtin.items", `[1]`, "", "[1]"},
	} {
		n, _, err := tree.ParseOne("t.yml", []byte(c.yaml), tree.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.Loop(ctx, c.name, n, c.folder, e, v)
		if shown := value.Repr(value.NewList(got...)); err != nil || shown != c.want {
			t.Errorf("with_%s %s: got %s (%v), want %s", c.name, c.yaml, shown, err, c.want)
		}
	}
	n := tree.TextNode(source.Pos{File: "t.yml", Line: 3, Col: 5}, "{{ nope }}")
	if _, err := p.Loop(ctx, "items", n, "", e, v); !template.IsUndefined(err) {
		t.Errorf("an undefined list: %v", err)
	}
	_, err := p.Loop(ctx, "itmes", n, "", e, v)
	var placed *source.Error
	if !errors.As(err, &placed) || placed.Hint != "did you mean items?" || placed.Line != 3 {
		t.Errorf("a misspelt lookup: %v", err)
	}
}

func TestPasswordFile(t *testing.T) {
	dir := t.TempDir()
	e, _ := with(lookups.Options{})
	v := templatetest.Vars{"playbook_dir": dir}
	eval := func(text string) string {
		t.Helper()
		got, err := e.EvalText(ctx, text, source.Pos{}, v)
		if err != nil {
			t.Fatal(err)
		}
		return value.Str(got)
	}
	first := eval("{{ lookup('password', 'creds/db pass length=15 chars=ascii_letters') }}")
	if len(first) != 15 || eval("{{ lookup('password', 'creds/db pass length=15') }}") != first {
		t.Errorf("the password %q is not kept", first)
	}
	path := filepath.Join(dir, "creds/db pass")
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the file: %v, %v", info, err)
	}
	if folder, _ := os.Stat(filepath.Dir(path)); folder.Mode().Perm() != 0o700 {
		t.Errorf("the folder has mode %v", folder.Mode())
	}
	hash := eval("{{ lookup('password', 'creds/db pass encrypt=md5_crypt') }}")
	if !strings.HasPrefix(hash, "$1$") || eval("{{ lookup('password', 'creds/db pass encrypt=md5_crypt') }}") != hash {
		t.Errorf("the salt of %q is not kept", hash)
	}
	if data, _ := os.ReadFile(path); !strings.HasPrefix(string(data), first+" salt=") {
		t.Errorf("the file holds %q", data)
	}
	if got := eval("{{ lookup('password', '/dev/null length=3 chars=digits') }}"); len(got) != 3 || strings.Trim(got, "0123456789") != "" {
		t.Errorf("digits: %q", got)
	}
}

func TestURL(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, _, _ := r.BasicAuth()
		switch r.URL.Path {
		case "/missing":
			http.NotFound(w, r)
		default:
			_, _ = w.Write([]byte("one\ntwo " + user + r.Header.Get("X-A") + "\n"))
		}
	}))
	defer server.Close()
	e, _ := with(lookups.Options{})
	v := templatetest.Vars{"url": server.URL}
	for text, want := range map[string]string{
		"{{ query('url', url) }}":                                                      "['one', 'two ']",
		"{{ lookup('url', url, split_lines=False) }}":                                  "'one\\ntwo \\n'",
		"{{ query('url', url, username='u', password='p', headers={'X-A': 'h'})[1] }}": "'two uh'",
		"{{ query('url', url ~ '/missing', errors='ignore') }}":                        "[]",
	} {
		if got, err := e.EvalText(ctx, text, source.Pos{}, v); err != nil || value.Repr(got) != want {
			t.Errorf("%s: got %s (%v), want %s", text, value.Repr(got), err, want)
		}
	}
	private := httptest.NewTLSServer(http.NotFoundHandler())
	defer private.Close()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for url, want := range map[string]string{
		server.URL + "/missing": "HTTP Error 404: Not Found",
		private.URL:             "<urlopen error [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate>",
		gone.URL:                "<urlopen error [Errno 111] Connection refused>",
	} {
		if _, err := e.EvalText(ctx, "{{ lookup('url', url) }}", source.Pos{}, templatetest.Vars{"url": url}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", url, err, want)
		}
	}
}

// fewSettings knows one setting, and one of a plugin.
type fewSettings struct{}

func (fewSettings) Setting(name string) (any, bool) { return int64(5), name == "DEFAULT_FORKS" }
func (fewSettings) HasPlugin(name string) bool      { return name == "ssh" }
func (fewSettings) Plugin(plugin, option string) (any, []string, bool) {
	return int64(22), []string{"ansible_ssh_port", "ansible_port"}, option == "port"
}

func TestWarningsAndConfig(t *testing.T) {
	var warned []string
	e, _ := with(lookups.Options{
		Warn:     func(text string) { warned = append(warned, text) },
		Settings: fewSettings{},
	})
	v := templatetest.Vars{"ansible_port": int64(2022)}
	for text, want := range map[string]string{
		"{{ lookup('config', 'DEFAULT_FORKS') }}":                                    "'5'",
		"{{ query('config', 'port', plugin_type='connection', plugin_name='ssh') }}": "[2022]",
		"{{ query('config', 'NOPE', on_missing='skip') }}":                           "[]",
		"{{ query('config', 'NOPE', on_missing='warn') }}":                           "[]",
		"{{ lookup('pipe', 'exit 2', errors='warn') is none }}":                      "True",
	} {
		if got, err := e.EvalText(ctx, text, source.Pos{}, v); err != nil || value.Repr(got) != want {
			t.Errorf("%s: got %s (%v), want %s", text, value.Repr(got), err, want)
		}
	}
	if len(warned) != 2 {
		t.Errorf("warned %q", warned)
	}
}

func TestPipeEndsWithItsContext(t *testing.T) {
	e, _ := with(lookups.Options{})
	done, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := e.EvalText(done, "{{ lookup('pipe', 'sleep 60') }}", source.Pos{}, templatetest.Vars{}); err == nil {
		t.Error("a cancelled command succeeds")
	}
}

func TestFileTree(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "files/web/a/b.conf"), "text")
	if err := os.Symlink("a", filepath.Join(dir, "files/web/link")); err != nil {
		t.Fatal(err)
	}
	e, _ := with(lookups.Options{})
	got, err := e.EvalText(ctx, "{{ query('community.general.filetree', 'web') | map(attribute='path') | zip(query('filetree', 'web') | map(attribute='state')) | list }}", source.Pos{}, templatetest.Vars{"playbook_dir": dir})
	if want := "[('a', 'directory'), ('a/b.conf', 'file'), ('link', 'link')]"; err != nil || value.Repr(got) != want {
		t.Errorf("got %s (%v), want %s", value.Repr(got), err, want)
	}
}

func TestCollectionVersion(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a/built/MANIFEST.json": `{"collection_info": {"version": "1.2.3"}}`,
		"a/source/galaxy.yml":   "namespace: a\nversion: 0.1.0\n",
		"a/bare/README.md":      "nothing",
		"a/broken/galaxy.yml":   "[",
	} {
		path := filepath.Join(dir, "ansible_collections", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	e, _ := with(lookups.Options{Collection: (&collections.Index{Roots: []string{"/no/such", dir}}).Dir})
	text := "{{ query('community.general.collection_version', 'a.built', 'a.source', 'a.bare', 'a.none', result_not_found='no', result_no_version='?') }}"
	if got, err := e.EvalText(ctx, text, source.Pos{}, templatetest.Vars{}); err != nil || value.Repr(got) != "['1.2.3', '0.1.0', '?', 'no']" {
		t.Errorf("got %s (%v)", value.Repr(got), err)
	}
	if _, err := e.EvalText(ctx, "{{ lookup('community.general.collection_version', 'a.broken') }}", source.Pos{}, templatetest.Vars{}); err == nil {
		t.Error("a galaxy.yml that is no YAML has a version")
	}
}
