package source

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"goplay/modules"
	"goplay/modules/fsys"
)

func (g *checkout) clone() error {
	parent := filepath.Dir(g.Dest)
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return err
	}
	args := []string{"clone"}
	if g.Bare {
		args = append(args, "--bare")
	} else {
		args = append(args, "--origin", g.Remote)
	}
	args = append(args, g.depthOfClone()...)
	if g.Reference != "" {
		args = append(args, "--reference", g.Reference)
	}
	if g.Single {
		args = append(args, "--single-branch")
	}
	if g.Version != "HEAD" && g.named() && (g.Single || slices.Contains(args, "--depth")) && g.Refspec == "" {
		args = append(args, "--branch", g.Version)
	}
	if g.GitDir != "" {
		args = append(args, "--separate-git-dir="+fsys.Resolve(g.GitDir))
	}
	if _, err := g.must(parent, "", append(args, "--", g.Repo, g.Dest)...); err != nil {
		return err
	}
	if g.Bare && g.Remote != "origin" {
		if _, err := g.must(g.Dest, "", "remote", "add", g.Remote, g.Repo); err != nil {
			return err
		}
	}
	if g.Refspec == "" {
		return nil
	}
	fetch := append([]string{"fetch"}, g.depthFlags()...)
	_, err := g.must(g.Dest, "", append(fetch, g.Remote, g.Refspec)...)
	return err
}

func (g *checkout) depthFlags() []string {
	if g.Depth == nil || *g.Depth == 0 {
		return nil
	}
	return []string{"--depth", strconv.Itoa(*g.Depth)}
}

func (g *checkout) depthOfClone() []string {
	flags := g.depthFlags()
	if flags != nil && g.Version != "HEAD" && g.Refspec == "" && !g.named() {
		g.c.Warn("Ignoring depth argument. Shallow clones are only available for HEAD, branches, tags or in combination with refspec.")
		return nil
	}
	return flags
}

// update brings a repository that is there to the version.
func (g *checkout) update() error {
	before, err := g.head()
	if err != nil {
		return err
	}
	g.r.Before = &before
	modified, err := g.modified()
	if err != nil {
		return err
	}
	if modified && !g.Force {
		return modules.Fail("Local modifications exist in the destination: %s (force=no).", g.Dest).With("before", before)
	}
	moved, err := g.remoteMoved()
	if err != nil {
		return err
	}
	g.r.RemoteURLChanged = &moved
	if err := g.askRemote(g.Dest, g.Repo); err != nil {
		return err
	}
	target, err := g.target()
	if err != nil {
		return err
	}
	if !at(before, target) && !g.named() && g.Version != "HEAD" {
		target = g.resolve(target)
	}
	behind, err := g.submodulesBehind()
	if err != nil {
		return err
	}
	g.r.After = &target
	if at(before, target) {
		g.r.After = &before
		if !modified && !moved && !behind && !g.Track {
			return g.verify()
		}
	}
	return g.move(before, target, modified, moved, behind)
}

// move changes what has to change, and shows what is between the commits.
func (g *checkout) move(before, target string, modified, moved, behind bool) error {
	if modified {
		g.r.Msg = "Local modifications exist in the destination: " + g.Dest
	}
	if at(before, target) && !modified && !moved && !behind {
		// Only submodules' own branches can have moved.
		return g.trackSubmodules()
	}
	diff := modules.Diff{}
	if g.c.WantsDiff() && !at(before, target) {
		diff.Prepared = g.difference(before, target)
	}
	err := g.c.Change(modules.Diff{}, func() error {
		if modified {
			if _, err := g.must(g.Dest, "", "reset", "--hard", "HEAD"); err != nil {
				return err
			}
		}
		return g.pull(moved)
	})
	if err != nil {
		return err
	}
	if now, err := g.head(); err == nil && now != before {
		g.r.After = &now
		diff.Prepared = g.difference(before, now)
	}
	if diff != (modules.Diff{}) {
		g.c.AddDiff(diff)
	}
	return nil
}

func (g *checkout) pull(moved bool) error {
	if moved {
		if _, err := g.must(g.Dest, "Failed to set a new url "+g.Repo+" for "+g.Remote, "remote", "set-url", g.Remote, g.Repo); err != nil {
			return err
		}
	}
	if err := g.fetch(); err != nil {
		return err
	}
	if g.Bare {
		return nil
	}
	if err := g.switchTo(); err != nil {
		return err
	}
	if !g.Recursive {
		return nil
	}
	before, err := g.submoduleStatus()
	if err != nil {
		return err
	}
	if err := g.updateSubmodules(); err != nil {
		return err
	}
	after, err := g.submoduleStatus()
	g.r.Submodules = before != after
	return err
}

// modified reports changes of tracked files.
func (g *checkout) modified() (bool, error) {
	if g.Bare {
		return false, nil
	}
	out, err := g.exec(g.Dest, "status", "--porcelain", "--untracked-files=no")
	return strings.TrimSpace(out.Stdout) != "", err
}

func (g *checkout) remoteMoved() (bool, error) {
	out, err := g.exec(g.Dest, "remote", "get-url", g.Remote)
	url := strings.TrimSpace(out.Stdout)
	if err != nil || out.RC != 0 {
		return false, err
	}
	plain := func(s string) string { return strings.TrimPrefix(s, "file://") }
	return plain(url) != plain(g.Repo), nil
}

// resolve finds a commit by a name that is only known here, such as a short one.
func (g *checkout) resolve(version string) string {
	out, err := g.exec(g.Dest, "rev-parse", "--verify", "--quiet", version+"^{commit}")
	if err != nil || out.RC != 0 {
		return version
	}
	return strings.TrimSpace(out.Stdout)
}

func (g *checkout) fetch() error {
	words := "Failed to download remote objects and refs"
	args := []string{"fetch", "--force"}
	specs := g.refspecs()
	if depth := g.depthFlags(); depth != nil && (g.named() || g.Refspec != "") {
		args = append(args, depth...)
	} else if !g.Bare {
		args = append(args, "--tags")
		if fsys.Exists(filepath.Join(g.gitDir(), "shallow")) {
			args = append(args, "--unshallow")
		}
	}
	if _, err := g.must(g.Dest, words, append(append(args, g.Remote), specs...)...); err != nil {
		return err
	}
	if g.named() || g.Version == "HEAD" {
		return nil
	}
	if out, err := g.exec(g.Dest, "cat-file", "-e", g.Version+"^{commit}"); err != nil || out.RC == 0 {
		return err
	}
	// A commit that no branch leads to can be asked for by its name.
	_, err := g.exec(g.Dest, "fetch", g.Remote, g.Version)
	return err
}

func (g *checkout) refspecs() []string {
	var specs []string
	switch {
	case g.Bare:
		specs = []string{"+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"}
	case g.Depth != nil && g.isTag():
		specs = []string{"+refs/tags/" + g.Version + ":refs/tags/" + g.Version}
	case g.Depth != nil && g.branch() != "":
		specs = []string{"+refs/heads/" + g.branch() + ":refs/remotes/" + g.Remote + "/" + g.branch()}
	default:
		specs = []string{"+refs/heads/*:refs/remotes/" + g.Remote + "/*"}
	}
	if g.Refspec != "" {
		specs = append(specs, g.Refspec)
	}
	return specs
}

// switchTo checks the version out.
func (g *checkout) switchTo() error {
	branch := g.branch()
	if branch == "" {
		if _, err := g.must(g.Dest, "Failed to checkout "+g.Version, "checkout", "--force", g.Version); err != nil {
			return err
		}
		return g.verify()
	}
	remote := g.Remote + "/" + branch
	local, err := g.exec(g.Dest, "show-ref", "--verify", "--quiet", "refs/heads/"+branch)
	if err != nil {
		return err
	}
	if local.RC != 0 {
		_, err = g.must(g.Dest, "Failed to checkout "+branch, "checkout", "--force", "--track", "-b", branch, remote)
	} else if _, err = g.must(g.Dest, "Failed to checkout branch "+branch, "checkout", "--force", branch); err == nil {
		_, err = g.must(g.Dest, "Failed to checkout branch "+branch, "reset", "--hard", remote, "--")
	}
	if err != nil {
		return err
	}
	return g.verify()
}

// difference is the diff of two commits, or their names where one is not here.
func (g *checkout) difference(before, after string) string {
	out, err := g.exec(g.Dest, "diff", before, after)
	switch {
	case err == nil && out.RC == 0 && out.Stdout != "":
		return out.Stdout
	case err == nil && out.RC == 0:
		return fmt.Sprintf(">> No visual differences between %s and %s", before, after)
	default:
		return fmt.Sprintf(">> From %s to %s", before, after)
	}
}
