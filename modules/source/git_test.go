package source

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	mt "goplay/modules/modulestest"
)

// upstream is a repository with a branch, tags and a submodule, made the same
// every time.
const upstream = `
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com
export GIT_AUTHOR_DATE='2020-01-01T00:00:00Z' GIT_COMMITTER_DATE='2020-01-01T00:00:00Z' GIT_CONFIG_GLOBAL=/dev/null
git init -q -b main up && cd up
echo 1 >f && git add f && git commit -q -m one && git tag v1
echo 2 >f && git commit -q -a -m two && git tag -a -m two v2
git checkout -q -b side v1 && echo s >g && git add g && git commit -q -m side
git checkout -q main && echo 3 >f && git commit -q -a -m three
git update-ref refs/changes/1 v1
git clone -q -o origin --no-hardlinks file://$PWD ../have
cd ../have && git config user.name a && git config user.email a@e
git clone -q file://$PWD/../up ../old && cd ../old && git checkout -q -B main v1 && git branch -q -u origin/main
git clone -q file://$PWD/../up ../dirty && echo x >>../dirty/f && echo x >../dirty/untracked
git clone -q --bare file://$PWD/../up ../bare
`

func repositories(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command("sh", "-ec", upstream)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return dir
}

func revision(t *testing.T, dir, name string) string {
	t.Helper()
	cmd := exec.Command("git", "rev-parse", name)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

var gitCases = []struct {
	name    string
	args    mt.Args
	changed bool
	failed  string
	at      string // of upstream, what is checked out then
	branch  string
	still   bool // changes every time
}{
	{name: "clone", args: mt.Args{"dest": "{d}/a/b"}, changed: true, at: "main", branch: "main"},
	{name: "clone a tag", args: mt.Args{"dest": "{d}/a", "version": "v2"}, changed: true, at: "v2^{commit}", branch: "HEAD"},
	{name: "clone a branch", args: mt.Args{"dest": "{d}/a", "version": "side", "single_branch": true}, changed: true, at: "side", branch: "side"},
	{name: "clone a commit", args: mt.Args{"dest": "{d}/a", "version": "{v1}"}, changed: true, at: "v1", branch: "HEAD"},
	{name: "clone a short commit", args: mt.Args{"dest": "{d}/a", "version": "{short}"}, changed: true, at: "v1", branch: "HEAD"},
	{name: "clone shallow", args: mt.Args{"dest": "{d}/a", "depth": 1, "version": "v1"}, changed: true, at: "v1", branch: "HEAD"},
	{name: "clone shallow default", args: mt.Args{"dest": "{d}/a", "depth": 1}, changed: true, at: "main", branch: "main"},
	{name: "clone a refspec", args: mt.Args{"dest": "{d}/a", "refspec": "+refs/changes/*:refs/changes/*", "version": "refs/changes/1"}, changed: true, at: "v1", branch: "HEAD"},
	{name: "clone bare", args: mt.Args{"dest": "{d}/a", "bare": true}, changed: true, at: "main"},
	{name: "clone with another remote", args: mt.Args{"dest": "{d}/a", "remote": "up"}, changed: true, at: "main", branch: "main"},
	{name: "clone apart", args: mt.Args{"dest": "{d}/a", "separate_git_dir": "{d}/data"}, changed: true, at: "main", branch: "main"},
	{name: "clone with a umask", args: mt.Args{"dest": "{d}/a", "umask": "0077"}, changed: true, at: "main", branch: "main"},
	{name: "clone what is not there", args: mt.Args{"dest": "{d}/a", "repo": "{d}/none"}, failed: "does not appear to be a git repository"},
	{name: "no clone", args: mt.Args{"dest": "{d}/a", "clone": false}, changed: true, still: true},
	{name: "there", args: mt.Args{"dest": "{d}/have"}, at: "main", branch: "main"},
	{name: "another branch", args: mt.Args{"dest": "{d}/have", "version": "side"}, changed: true, at: "side", branch: "side"},
	{name: "another tag", args: mt.Args{"dest": "{d}/have", "version": "v1"}, changed: true, at: "v1", branch: "HEAD"},
	{name: "behind", args: mt.Args{"dest": "{d}/old"}, changed: true, at: "main", branch: "main"},
	{name: "behind shallow", args: mt.Args{"dest": "{d}/old", "depth": 1, "version": "main"}, changed: true, at: "main", branch: "main"},
	{name: "no update", args: mt.Args{"dest": "{d}/old", "update": false}, at: "v1", branch: "main"},
	{name: "modified", args: mt.Args{"dest": "{d}/dirty"}, failed: "Local modifications exist in the destination"},
	{name: "modified and forced", args: mt.Args{"dest": "{d}/dirty", "force": true}, changed: true, at: "main", branch: "main"},
	{name: "another address", args: mt.Args{"dest": "{d}/have", "repo": "{d}/bare"}, changed: true, at: "main", branch: "main"},
	{name: "bare there", args: mt.Args{"dest": "{d}/bare", "bare": true}, at: "main"},
	{name: "unknown version", args: mt.Args{"dest": "{d}/a", "version": "nosuch"}, failed: "Failed to checkout nosuch"},
	{name: "archive", args: mt.Args{"dest": "{d}/have", "archive": "{d}/x.tar.gz", "archive_prefix": "p/"}, changed: true, at: "main", branch: "main"},
	{name: "no dest", args: mt.Args{}, failed: "the destination directory must be specified unless clone=no"},
	{name: "umask as a number", args: mt.Args{"dest": "{d}/a", "umask": 22}, failed: "umask must be defined as a quoted octal integer"},
}

func TestGit(t *testing.T) {
	t.Setenv("GIT_CONFIG_GLOBAL", "/dev/null")
	master := repositories(t)
	for _, c := range gitCases {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "d")
			if err := os.CopyFS(dir, os.DirFS(master)); err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"have", "old", "dirty", "bare"} {
				cmd := exec.Command("git", "remote", "set-url", "origin", "file://"+dir+"/up")
				cmd.Dir = filepath.Join(dir, name)
				if err := cmd.Run(); err != nil {
					t.Fatal(err)
				}
			}
			v1 := revision(t, dir+"/up", "v1")
			args := mt.Args{"repo": "{d}/up"}
			for k, v := range c.args {
				args[k] = v
			}
			run := mt.Case{Module: "git", Args: args, Vars: map[string]string{"{d}": dir, "{v1}": v1, "{short}": v1[:9]}}
			predicted := run.Run(t, dir, true)
			done := run.Run(t, dir, false)
			if c.failed != "" {
				if !done.Failed || !strings.Contains(done.Msg, c.failed) {
					t.Fatalf("failed=%v: %s", done.Failed, done.Msg)
				}
				return
			}
			if done.Failed || predicted.Failed || done.Changed != c.changed || predicted.Changed != c.changed {
				t.Fatalf("check: changed=%v failed=%v %s; apply: changed=%v failed=%v %s", predicted.Changed, predicted.Failed, predicted.Msg, done.Changed, done.Failed, done.Msg)
			}
			if again := run.Run(t, dir, false); (again.Changed || again.Failed) && !c.still {
				t.Errorf("again: changed=%v %s", again.Changed, again.Msg)
			}
			if c.at == "" {
				return
			}
			dest := strings.ReplaceAll(args["dest"].(string), "{d}", dir)
			if got, want := revision(t, dest, "HEAD"), revision(t, dir+"/up", c.at); got != want || done.Data.GetString("after") != want {
				t.Errorf("at %s (after %v), want %s", got, done.Data.GetString("after"), want)
			}
			if c.branch != "" {
				cmd := exec.Command("git", "rev-parse", "--abbrev-ref", "HEAD")
				cmd.Dir = dest
				if out, _ := cmd.Output(); strings.TrimSpace(string(out)) != c.branch {
					t.Errorf("on %s, want %s", out, c.branch)
				}
			}
		})
	}
}

func TestParseReferences(t *testing.T) {
	r := parseReferences("ref: refs/heads/main\tHEAD\naa\tHEAD\naa\trefs/heads/main\nbb\trefs/tags/v1\ncc\trefs/tags/v1^{}\ndd\trefs/tags/light\n")
	want := references{head: "main", headSHA: "aa", branches: map[string]string{"main": "aa"}, tags: map[string]string{"v1": "cc", "light": "dd"}}
	if !reflect.DeepEqual(r, want) {
		t.Errorf("%+v", r)
	}
}

func TestSigner(t *testing.T) {
	if got := signer("[GNUPG:] GOODSIG x\n[GNUPG:] VALIDSIG AA 2020-01-01 1 0 4 0 1 10 00 BB\n"); got != "BB" {
		t.Error(got)
	}
}
