package source

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	mt "goplay/modules/modulestest"
)

const svnUpstream = `
svnadmin create up
svn -q mkdir -m a file://$PWD/up/trunk
svn -q co file://$PWD/up/trunk w && echo 1 >w/f && svn -q add w/f && svn -q ci -m one w
echo 2 >w/f && svn -q ci -m two w
svn -q copy -m branch file://$PWD/up/trunk@1 file://$PWD/up/branch
`

func TestSubversion(t *testing.T) {
	if _, err := exec.LookPath("svnadmin"); err != nil {
		t.Skip("subversion is not installed")
	}
	dir := t.TempDir()
	cmd := exec.Command("sh", "-ec", svnUpstream)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, c := range []struct {
		name    string
		args    mt.Args
		changed bool
		failed  string
		content string
		before  string // written to f first
	}{
		{name: "old checkout", args: mt.Args{"revision": "2"}, changed: true, content: "1\n"},
		{name: "there", args: mt.Args{"revision": "2"}, content: "1\n"},
		{name: "newest", args: mt.Args{}, changed: true, content: "2\n"},
		{name: "newest there", args: mt.Args{}, content: "2\n"},
		{name: "modified", args: mt.Args{}, before: "x\n", failed: "ERROR: modified files exist in the repository.", content: "x\n"},
		{name: "modified and forced", args: mt.Args{"force": true}, changed: true, content: "2\n"},
		{name: "back", args: mt.Args{"rev": "2"}, changed: true, content: "1\n"},
		{name: "another branch", args: mt.Args{"repo": "file://{dir}/up/branch"}, changed: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.before != "" {
				if err := os.WriteFile(dir+"/d/f", []byte(c.before), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			args := mt.Args{"repo": "file://{dir}/up/trunk", "dest": "{dir}/d"}
			for k, v := range c.args {
				args[k] = v
			}
			run := mt.Case{Module: "subversion", Args: args}
			predicted, done := run.Run(t, dir, true), run.Run(t, dir, false)
			if done.Changed != c.changed || predicted.Changed != c.changed || done.Failed != (c.failed != "") || !strings.Contains(done.Msg, c.failed) {
				t.Fatalf("check: %v %s; apply: changed=%v failed=%v %s", predicted.Changed, predicted.Msg, done.Changed, done.Failed, done.Msg)
			}
			data, _ := os.ReadFile(dir + "/d/f")
			if string(data) != c.content {
				t.Errorf("f is %q", data)
			}
		})
	}
}
