package files

import (
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	mt "goplay/modules/modulestest"
)

func TestXattr(t *testing.T) {
	files := mt.Files{"f: 1", "l -> f"}
	attr := func(name string, args mt.Args) mt.Case {
		if args["path"] == nil {
			args["path"] = "{dir}/f"
		}
		return mt.Case{Name: name, Module: "community.general.xattr", Files: files, Args: args}
	}
	cases := []mt.Case{
		attr("set", mt.Args{"key": "note", "value": "mine"}),
		attr("set with its namespace", mt.Args{"key": "user.note", "value": "mine", "state": "present"}),
		attr("set through a link", mt.Args{"path": "{dir}/l", "key": "note", "value": "a b"}),
		attr("checked", mt.Args{"key": "note", "value": "mine"}).Checked(),
		attr("trusted", mt.Args{"namespace": "trusted", "key": "id", "value": "x"}).AsRoot(),
		attr("nothing to remove", mt.Args{"key": "note", "state": "absent"}),
		attr("read", mt.Args{"key": "note"}),
		attr("read all", mt.Args{"state": "all"}),
		attr("read keys", mt.Args{"state": "keys"}),
		attr("read without a key", mt.Args{}),
		attr("no such file", mt.Args{"path": "{dir}/none"}),
		attr("no key", mt.Args{"state": "absent"}),
	}
	for _, name := range []string{"getfattr", "setfattr"} {
		if missing(name) {
			t.Skipf("%s is not installed", name)
		}
	}
	mt.Compare(t, cases)
	// What getfattr prints is told to both, as attributes are no part of a Case.
	const found = "# file: x\nuser.a=\"1=2\"\nuser.b\nuser.c=0sAAE=\n\n"
	shown := func(name string, args mt.Args) mt.Case {
		return attr(name, args).WithTool("getfattr", `note "$(echo "$*" | sed 's| [^ ]*/f$||')"; printf '`+found+`'`).WithTool("setfattr", `note "$1 $2 $3 $4"`)
	}
	t.Run("found", func(t *testing.T) {
		mt.Compare(t, []mt.Case{
			shown("all", mt.Args{"state": "all"}),
			shown("keys of a link", mt.Args{"state": "keys", "follow": false}),
			shown("read", mt.Args{"key": "a"}),
			shown("there", mt.Args{"key": "a", "value": "1=2"}),
			shown("changed", mt.Args{"key": "a", "value": "3"}),
			shown("removed", mt.Args{"key": "b", "state": "absent", "follow": false}),
			shown("kept by check mode", mt.Args{"key": "b", "state": "absent"}).Checked(),
		})
	})
}

func TestXattrOfAFile(t *testing.T) {
	if missing("setfattr") {
		t.Skip("setfattr is not installed")
	}
	dir := t.TempDir()
	mt.Files{"f: 1"}.Make(t, dir)
	run := func(check bool, args mt.Args) bool {
		t.Helper()
		args["path"], args["key"] = "{dir}/f", "note"
		c := mt.Case{Module: "community.general.xattr", Args: args}
		r := c.Run(t, dir, check)
		if r.Failed {
			t.Fatal(r.Msg)
		}
		return r.Changed
	}
	have := func() string {
		buf := make([]byte, 10)
		n, err := unix.Getxattr(filepath.Join(dir, "f"), "user.note", buf)
		if err != nil {
			return err.Error()
		}
		return string(buf[:n])
	}
	if !run(true, mt.Args{"value": "x"}) || have() == "x" {
		t.Error("check mode did not predict, or set it")
	}
	if !run(false, mt.Args{"value": "x"}) || have() != "x" || run(false, mt.Args{"value": "x"}) {
		t.Errorf("not set once: %q", have())
	}
	if !run(true, mt.Args{"state": "absent"}) || have() != "x" {
		t.Errorf("check mode removed it: %q", have())
	}
	if !run(false, mt.Args{"state": "absent"}) || have() == "x" || run(false, mt.Args{"state": "absent"}) {
		t.Errorf("not removed once: %q", have())
	}
}

func missing(program string) bool {
	_, err := exec.LookPath(program)
	return err != nil
}
