package packages

import (
	"os"
	"path/filepath"
	"testing"

	ht "goplay/modules/modulestest/hosttest"
)

func repo(name string, args ht.Args, compare ...string) ht.Step {
	return ht.Step{Name: name, Module: "apt_repository", Args: args, Compare: append(compare, "repo", "state")}
}

var aptRepositorySteps = []ht.Step{
	repo("empty", ht.Args{"repo": ""}, "msg"),
	repo("invalid", ht.Args{"repo": "nonsense"}, "msg"),
	repo("there in sources.list", ht.Args{"repo": "deb  [trusted=yes] file:/repo   ./"}),
	repo("new", ht.Args{"repo": "deb [trusted=yes] file:/repo2 ./"}),
	repo("new with a file and a mode", ht.Args{"repo": "deb-src [trusted=yes] http://u:p@example.com/x y z", "filename": "mine", "mode": "0600", "update_cache": false}),
	repo("another in that file", ht.Args{"repo": "deb http://example.com/x y z", "filename": "mine", "update_cache": false}),
	repo("commented", ht.Args{"repo": "deb http://example.com/off y z", "update_cache": false}),
	repo("gone", ht.Args{"repo": "deb-src [trusted=yes] http://u:p@example.com/x y z", "state": "absent", "update_cache": false}),
	repo("the last of a file gone", ht.Args{"repo": "deb http://example.com/x y z", "state": "absent", "update_cache": false}),
	repo("never there", ht.Args{"repo": "deb http://example.com/none y z", "state": "absent"}),
	{Name: "lists that cannot be fetched", Module: "apt_repository", Args: ht.Args{"repo": "deb [trusted=yes] file:/none ./", "update_cache_retries": 1}, Unforeseen: true},
}

func TestAptRepository(t *testing.T) {
	ht.Story{Prepare: localRepository + "cp -r /repo /repo2; printf '# deb http://example.com/off y z # why\\n\\n# a remark\\n' >/etc/apt/sources.list.d/off.list\n",
		Steps: aptRepositorySteps}.Conform(t)
}

func TestAptRepositoryPutsBack(t *testing.T) {
	h := ht.Start(t, false)
	h.Sh(localRepository)
	r := h.Run(t, "apt_repository", ht.Args{"repo": "deb [trusted=yes] file:/none ./", "update_cache_retries": 1}, false)
	if !r.Failed || h.Sh("ls /etc/apt/sources.list.d") != "" {
		t.Errorf("failed=%v, left: %s", r.Failed, h.Sh("ls /etc/apt/sources.list.d"))
	}
}

func TestSourceFile(t *testing.T) {
	for source, want := range map[string]string{
		"deb http://a.example.com/debian stable main":                   "a_example_com_debian.list",
		"deb [arch=amd64 signed-by=/x] https://user:pw@h/x stable main": "h_x.list",
		"deb-src file:/repo ./":                                         "file_repo.list",
	} {
		if got := (aptRepositoryArgs{}).file(source); got != filepath.Join(aptSourcesParts, want) {
			t.Errorf("%s: %s", source, got)
		}
	}
}

func TestReadSources(t *testing.T) {
	dir := t.TempDir()
	list := filepath.Join(dir, "sources.list")
	if err := os.WriteFile(list, []byte("#remark\n\ndeb  a  b c # why\n# deb x y\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	files, err := readSources(list, dir)
	if err != nil {
		t.Fatal(err)
	}
	files.add("deb x y", "unused")
	files.remove("deb a b c")
	if got := files.dump()[list]; got != "# remark\n\ndeb x y\n" {
		t.Errorf("%q", got)
	}
}

var deb822Steps = []ht.Step{
	{Name: "new", Module: "deb822_repository", Args: ht.Args{"name": "My repo", "uris": "http://example.com/debian", "suites": "a, b", "components": "main", "signed_by": "/x.asc", "enabled": false}},
	{Name: "other", Module: "deb822_repository", Args: ht.Args{"name": "My repo", "types": "deb,deb-src", "uris": "http://example.com/debian", "suites": "./", "mode": "0600"}},
	{Name: "gone", Module: "deb822_repository", Args: ht.Args{"name": "My repo", "state": "absent"}},
	{Name: "no suites", Module: "deb822_repository", Args: ht.Args{"name": "x", "uris": "http://example.com"}},
}

func TestDeb822Repository(t *testing.T) {
	ht.Story{Steps: deb822Steps, Alone: "Ansible has the module since 2.15"}.Conform(t)
}

func TestDeb822Text(t *testing.T) {
	yes := true
	a := deb822Args{Name: "n", Types: []string{"deb"}, URIs: []string{"http://a"}, Suites: []string{"s"}, Components: []string{"main", "x"}, Trusted: &yes}
	want := "Components: main x\nX-Repolib-Name: n\nSigned-By: /k\nSuites: s\nTrusted: yes\nTypes: deb\nURIs: http://a\n"
	if got := a.text("/k"); got != want {
		t.Errorf("%q", got)
	}
	a.SignedBy = "-----BEGIN PGP\n\nabc\n-----END"
	if signed, _, err := a.key(nil, "x"); err != nil || signed != "\n -----BEGIN PGP\n .\n abc\n -----END" {
		t.Errorf("%q %v", signed, err)
	}
}
