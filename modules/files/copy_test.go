package files

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"goplay/modules"
	mt "goplay/modules/modulestest"
)

var hello = map[string]string{"c": "hello\n"}

const helloSum = "f572d396fae9206628714fb2ce00f72e94f2258f"

// given makes a case in which the controller holds hello for a source file.
func given(name string, files mt.Files, args mt.Args) mt.Case {
	ours, theirs := mt.Args{}, mt.Args{}
	for k, v := range args {
		ours[k], theirs[k] = v, v
	}
	theirs["src"] = "{dir}/src.txt"
	for k, v := range map[string]any{"_content": "c", "_checksum": helloSum, "_size": 6, "_mode": "0640", "_basename": "src.txt", "_header": "{dir}/src.txt", "src": "{dir}/src.txt"} {
		ours[k] = v
	}
	return mt.Case{Name: name, Module: "copy", Content: hello, Files: append(mt.Files{"src.txt 0640: hello\n"}, files...), Args: ours, Ansible: theirs, Ignore: []string{"src"}}
}

// without leaves a return value out of a comparison: Ansible makes a diff
// before it finds that it cannot copy.
func without(c mt.Case, name string) mt.Case {
	c.Ignore = append(c.Ignore, name)
	return c
}

var copyCases = []mt.Case{
	given("new file", nil, mt.Args{"dest": "{dir}/d"}),
	given("new file with attributes", nil, mt.Args{"dest": "{dir}/d", "mode": "0600", "owner": "daemon", "group": "daemon"}).AsRoot(),
	given("mode preserve", nil, mt.Args{"dest": "{dir}/d", "mode": "preserve"}),
	given("same content", mt.Files{"d: hello\n"}, mt.Args{"dest": "{dir}/d"}),
	given("same content other mode", mt.Files{"d: hello\n"}, mt.Args{"dest": "{dir}/d", "mode": "0600"}),
	given("other content keeps mode", mt.Files{"d 0751: old\n"}, mt.Args{"dest": "{dir}/d"}),
	given("other content of the same size", mt.Files{"d: world\n"}, mt.Args{"dest": "{dir}/d"}),
	given("backup", mt.Files{"d 0600: old\n"}, mt.Args{"dest": "{dir}/d", "backup": true}),
	given("not forced and there", mt.Files{"d: old\n"}, mt.Args{"dest": "{dir}/d", "force": false}),
	given("not forced and missing", nil, mt.Args{"dest": "{dir}/d", "force": false}),
	given("into a directory", mt.Files{"d/"}, mt.Args{"dest": "{dir}/d"}),
	given("into a directory that is made", nil, mt.Args{"dest": "{dir}/d/e/", "directory_mode": "0700"}),
	without(given("into a missing directory", nil, mt.Args{"dest": "{dir}/d/e"}), "diff"),
	given("link replaced", mt.Files{"t: old\n", "d -> t"}, mt.Args{"dest": "{dir}/d"}),
	given("link followed", mt.Files{"t 0600: old\n", "d -> t"}, mt.Args{"dest": "{dir}/d", "follow": true}),
	given("link followed and same", mt.Files{"t 0600: hello\n", "d -> t"}, mt.Args{"dest": "{dir}/d", "follow": true}),
	given("validate passes", nil, mt.Args{"dest": "{dir}/d", "validate": "grep -q hello %s"}),
	given("validate refuses", mt.Files{"d: old\n"}, mt.Args{"dest": "{dir}/d", "validate": "grep -q none %s"}).Differing("a failed module shows no diff", "diff"),
	given("validate without a place", mt.Files{"d: old\n"}, mt.Args{"dest": "{dir}/d", "validate": "true"}).Differing("a failed module shows no diff", "diff"),
	without(given("checksum wrong", nil, mt.Args{"dest": "{dir}/d", "checksum": "0000000000000000000000000000000000000000"}), "diff"),
	{Name: "content", Module: "copy", Args: mt.Args{"content": "text\n", "dest": "{dir}/d"}, Ignore: []string{"src", "diff"}},
	{Name: "content same", Module: "copy", Files: mt.Files{"d: text\n"}, Args: mt.Args{"content": "text\n", "dest": "{dir}/d"}},
	{Name: "content empty", Module: "copy", Args: mt.Args{"content": "", "dest": "{dir}/d"}, Ignore: []string{"src", "diff"}},
	{Name: "content into a directory", Module: "copy", Files: mt.Files{"d/"}, Args: mt.Args{"content": "text\n", "dest": "{dir}/d"}},
	{Name: "src and content", Module: "copy", Args: mt.Args{"content": "x", "src": "{dir}/a", "dest": "{dir}/d"}, Differs: map[string]string{"msg": "the words of all modules"}},
	{Name: "nothing to copy", Module: "copy", Args: mt.Args{"dest": "{dir}/d"}},
	{Name: "remote file", Module: "copy", Files: mt.Files{"s 0640: hello\n"}, Args: mt.Args{"src": "{dir}/s", "dest": "{dir}/d", "remote_src": true}},
	{Name: "remote file preserved", Module: "copy", Files: mt.Files{"s 0640: hello\n"}, Args: mt.Args{"src": "{dir}/s", "dest": "{dir}/d", "remote_src": true, "mode": "preserve"}},
	{Name: "remote file same", Module: "copy", Files: mt.Files{"s: hello\n", "d 0600: hello\n"}, Args: mt.Args{"src": "{dir}/s", "dest": "{dir}/d", "remote_src": true}},
	{Name: "remote file missing", Module: "copy", Args: mt.Args{"src": "{dir}/s", "dest": "{dir}/d", "remote_src": true}},
	{Name: "remote file with checksum", Module: "copy", Files: mt.Files{"s: hello\n"}, Args: mt.Args{"src": "{dir}/s", "dest": "{dir}/d", "remote_src": true, "checksum": helloSum}},
	{Name: "remote file not forced", Module: "copy", Files: mt.Files{"s: hello\n", "d: old\n"}, Args: mt.Args{"src": "{dir}/s", "dest": "{dir}/d", "remote_src": true, "force": false}},
	{Name: "remote directory", Module: "copy", Files: mt.Files{"s/a 0600: 1", "s/x/b 0755: 2", "s/e/ 0700", "d/"}, Args: mt.Args{"src": "{dir}/s", "dest": "{dir}/d", "remote_src": true}},
	{Name: "remote directory contents", Module: "copy", Files: mt.Files{"s/a 0600: 1", "s/x/b 0755: 2", "d/a: 0"}, Args: mt.Args{"src": "{dir}/s/", "dest": "{dir}/d", "remote_src": true}, Differs: map[string]string{"tree": "Ansible takes files of one size and time for the same"}},
	{Name: "remote directory to a new one", Module: "copy", Files: mt.Files{"s/ 0711", "s/a 0600: 1"}, Args: mt.Args{"src": "{dir}/s", "dest": "{dir}/n", "remote_src": true}},
	{Name: "remote directory with a link to itself, kept", Module: "copy", Files: mt.Files{"s/x/a: 1", "s/x/l -> ../", "d/"}, Args: mt.Args{"src": "{dir}/s", "dest": "{dir}/d", "remote_src": true, "local_follow": false}},
	{Name: "remote directory with links", Module: "copy", Files: mt.Files{"s/x/a: 1", "s/x/l -> a", "s/x/up -> ../", "d/"}, Args: mt.Args{"src": "{dir}/s/", "dest": "{dir}/d", "remote_src": true}},
	{Name: "remote directory with links followed", Module: "copy", Files: mt.Files{"s/x/a: 1", "s/x/l -> a", "s/y/b: 2", "s/x/y -> ../y", "d/"}, Args: mt.Args{"src": "{dir}/s/", "dest": "{dir}/d", "remote_src": true, "local_follow": true}},
	{Name: "remote directory same", Module: "copy", Files: mt.Files{"s/a: 1", "d/a: 1"}, Args: mt.Args{"src": "{dir}/s/", "dest": "{dir}/d/", "remote_src": true}},
	{Name: "remote directory with attributes", Module: "copy", Files: mt.Files{"s/a: 1", "s/x/b: 1", "d/"}, Args: mt.Args{"src": "{dir}/s/", "dest": "{dir}/d/", "remote_src": true, "mode": "0700", "owner": "daemon", "group": "daemon"}, Root: true},
	{Name: "remote directory with links kept", Module: "copy", Files: mt.Files{"s/a: 1", "s/l -> a", "d/"}, Args: mt.Args{"src": "{dir}/s/", "dest": "{dir}/d/", "remote_src": true, "local_follow": false}},
}

func tree(name string, files mt.Files, args mt.Args) mt.Case {
	entries := []any{
		map[string]any{"path": "a", "kind": "file", "checksum": helloSum, "size": 6, "mode": "0600", "content": "c", "header": "{dir}/src/a"},
		map[string]any{"path": "x", "kind": "directory", "mode": "0755"},
		map[string]any{"path": "x/b", "kind": "file", "checksum": helloSum, "size": 6, "mode": "0755", "content": "c", "header": "{dir}/src/x/b"},
	}
	ours, theirs := mt.Args{"_tree": entries, "src": "{dir}/src/"}, mt.Args{"src": "{dir}/src/"}
	for k, v := range args {
		ours[k], theirs[k] = v, v
	}
	return mt.Case{Name: name, Module: "copy", Content: hello, Args: ours, Ansible: theirs,
		Files: append(mt.Files{"src/a 0600: hello\n", "src/x/b 0755: hello\n"}, files...)}
}

var treeCases = []mt.Case{
	tree("tree", nil, mt.Args{"dest": "{dir}/d"}),
	tree("tree preserved", nil, mt.Args{"dest": "{dir}/d", "mode": "preserve", "directory_mode": "0700"}),
	tree("tree same", mt.Files{"d/a: hello\n", "d/x/b: hello\n"}, mt.Args{"dest": "{dir}/d"}),
	tree("tree one other", mt.Files{"d/a: hello\n", "d/x/b 0600: old\n", "d/y: kept"}, mt.Args{"dest": "{dir}/d/", "mode": "0644"}),
	tree("tree not forced", mt.Files{"d/a: old\n"}, mt.Args{"dest": "{dir}/d/", "force": false}),
}

func TestCopy(t *testing.T)       { mt.Conform(t, append(copyCases, treeCases...)) }
func TestCopyOracle(t *testing.T) { mt.Compare(t, append(copyCases, treeCases...)) }

// TestCopyCircle has a folder on the target with a link to itself, which Ansible
// copies until a path is too long.
func TestCopyCircle(t *testing.T) {
	dir := t.TempDir()
	src, dest := filepath.Join(dir, "s"), filepath.Join(dir, "d")
	if err := os.MkdirAll(filepath.Join(src, "x"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../", filepath.Join(src, "x", "l")); err != nil {
		t.Fatal(err)
	}
	call := modules.Call{Module: "ansible.builtin.copy", Args: map[string]any{"src": src, "dest": dest, "remote_src": true, "local_follow": true}}
	r, err := modules.InProcess{}.Run(t.Context(), call)
	if err != nil || !r.Failed || !strings.Contains(r.Msg, "leads back to a folder that it is in") {
		t.Errorf("%v: %s, %v", r.Failed, r.Msg, err)
	}
	if _, err := os.Lstat(dest); err == nil {
		t.Error("something was copied")
	}
	call.Check = true
	if r, err = (modules.InProcess{}).Run(t.Context(), call); err != nil || r.Failed || !r.Changed {
		t.Errorf("predicted: %v, %v: %s, %v", r.Failed, r.Changed, r.Msg, err)
	}
}
