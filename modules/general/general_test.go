package general

import (
	"os/exec"
	"testing"

	"goplay/modules/modulestest"
)

func need(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("%s is not installed", program)
	}
}

func TestMake(t *testing.T) {
	need(t, "make")
	files := modulestest.Files{"Makefile: out:\n\techo $(V) > out\nbad:\n\tfalse\n"}
	modulestest.Conform(t, []modulestest.Case{
		{Name: "made once", Module: "community.general.make", Files: files, Args: modulestest.Args{"chdir": "{dir}", "target": "out", "params": map[string]any{"V": "a b"}}},
		{Name: "fails", Module: "community.general.make", Files: files, Args: modulestest.Args{"chdir": "{dir}", "targets": []any{"bad"}, "jobs": 2}},
	})
}

func TestSynchronize(t *testing.T) {
	need(t, "rsync")
	files := modulestest.Files{"a/x: 1", "a/sub/y: 2", "b/old: 3"}
	modulestest.Conform(t, []modulestest.Case{
		{Name: "a tree", Module: "ansible.posix.synchronize", Files: files, Args: modulestest.Args{"src": "{dir}/a/", "dest": "{dir}/b", "delete": true}},
		{Name: "options", Module: "ansible.posix.synchronize", Files: files, Args: modulestest.Args{"src": "{dir}/a/", "dest": "{dir}/b", "rsync_opts": []any{"--exclude='s u b'", "--exclude=x"}, "owner": false, "checksum": true}},
		{Name: "no source", Module: "ansible.posix.synchronize", Args: modulestest.Args{"src": "{dir}/none/", "dest": "{dir}/b"}},
	})
}
