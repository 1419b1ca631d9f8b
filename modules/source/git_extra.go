package source

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"goplay/modules"
	"goplay/modules/fsys"
)

func (g *checkout) hasSubmodules() bool { return fsys.Exists(filepath.Join(g.Dest, ".gitmodules")) }

func (g *checkout) submoduleStatus() (string, error) {
	if !g.hasSubmodules() {
		return "", nil
	}
	return g.must(g.Dest, "Unable to determine hashes of submodules", "submodule", "status", "--recursive")
}

// submodulesBehind reports submodules that are missing or at another commit
// than the checked out one asks for.
func (g *checkout) submodulesBehind() (bool, error) {
	if !g.Recursive || g.Bare || g.Track {
		return false, nil
	}
	status, err := g.submoduleStatus()
	if err != nil {
		return false, err
	}
	for line := range strings.Lines(status) {
		if line[0] == '-' || line[0] == '+' || line[0] == 'U' {
			return true, nil
		}
	}
	return false, nil
}

func (g *checkout) updateSubmodules() error {
	if !g.hasSubmodules() {
		return nil
	}
	if _, err := g.must(g.Dest, "Failed to sync submodules", "submodule", "sync", "--recursive"); err != nil {
		return err
	}
	args := []string{"submodule", "update", "--init", "--recursive"}
	if g.Track {
		args = append(args, "--remote")
	}
	if g.Force {
		args = append(args, "--force")
	}
	_, err := g.must(g.Dest, "Failed to init/update submodules", args...)
	return err
}

// trackSubmodules moves submodules on to the newest of their branches.
func (g *checkout) trackSubmodules() error {
	if !g.Recursive || g.Bare || !g.hasSubmodules() {
		return nil
	}
	behind, err := g.branchesMoved()
	if err != nil || !behind {
		return err
	}
	g.r.Submodules = true
	return g.c.Change(modules.Diff{}, g.updateSubmodules)
}

// branchesMoved asks each submodule's remote for its branch.
func (g *checkout) branchesMoved() (bool, error) {
	out, err := g.must(g.Dest, "Unable to read .gitmodules", "config", "--file", ".gitmodules", "--get-regexp", `^submodule\..*\.path$`)
	if err != nil {
		return false, err
	}
	for line := range strings.Lines(out) {
		key, path, _ := strings.Cut(strings.TrimSpace(line), " ")
		name := strings.TrimSuffix(strings.TrimPrefix(key, "submodule."), ".path")
		branch := "HEAD"
		if set, err := g.exec(g.Dest, "config", "--file", ".gitmodules", "submodule."+name+".branch"); err == nil && set.RC == 0 {
			branch = strings.TrimSpace(set.Stdout)
		}
		dir := filepath.Join(g.Dest, path)
		if !fsys.Exists(filepath.Join(dir, ".git")) {
			return true, nil
		}
		have, err := g.exec(dir, "rev-parse", "HEAD")
		if err != nil {
			return false, err
		}
		there, err := g.must(dir, "Failed to ask for submodule "+name, "ls-remote", "origin", branch)
		if err != nil {
			return false, err
		}
		if words := strings.Fields(there); len(words) > 0 && words[0] != strings.TrimSpace(have.Stdout) {
			return true, nil
		}
	}
	return false, nil
}

// verify checks the signature of the tag or commit.
func (g *checkout) verify() error {
	if !g.Verify || g.Bare {
		return nil
	}
	verb, version := "verify-commit", g.Version
	if g.isTag() {
		if kind, err := g.exec(g.Dest, "cat-file", "-t", "refs/tags/"+g.Version); err == nil && strings.TrimSpace(kind.Stdout) == "tag" {
			verb = "verify-tag"
		}
	}
	if branch := g.branch(); branch != "" {
		version = "HEAD"
	}
	out, err := g.exec(g.Dest, verb, "--raw", version)
	if err != nil {
		return err
	}
	if len(g.Keys) == 0 {
		if out.RC != 0 {
			return modules.Fail("Failed to verify GPG signature of commit/tag %q", g.Version).
				With("rc", out.RC).With("stdout", out.Stdout).With("stderr", out.Stderr)
		}
		return nil
	}
	if key := signer(out.Stderr); !slices.ContainsFunc(g.Keys, func(k string) bool { return strings.EqualFold(k, key) }) {
		return modules.Fail("The gpg_allowlist does not include the public key %q for this commit", key).With("stderr", out.Stderr)
	}
	return nil
}

// signer is the fingerprint of a valid signature, from gpg's status lines.
func signer(status string) string {
	for line := range strings.Lines(status) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "[GNUPG:] VALIDSIG "); ok {
			words := strings.Fields(rest)
			return words[len(words)-1]
		}
	}
	return ""
}

// archive writes an archive of the version unless the same is there.
func (g *checkout) archive() error {
	if g.Archive == "" {
		return nil
	}
	format, err := archiveFormat(g.Archive)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "goplay-git-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	part := filepath.Join(dir, "archive")
	args := []string{"archive", "--format", format, "--output", part}
	if g.Prefix != "" {
		args = append(args, "--prefix", g.Prefix)
	}
	if _, err := g.must(g.Dest, "Failed to perform archive operation", append(args, g.Version)...); err != nil {
		return err
	}
	next, err := os.ReadFile(part)
	if err != nil {
		return err
	}
	if have, err := os.ReadFile(g.Archive); err == nil && bytes.Equal(have, next) {
		return nil
	}
	_, err = fsys.Update{Path: g.Archive, Data: next}.Apply(g.c)
	return err
}

func archiveFormat(path string) (string, error) {
	for suffix, format := range map[string]string{".zip": "zip", ".tar": "tar", ".tar.gz": "tar.gz", ".tgz": "tgz", ".gz": "tar.gz"} {
		if strings.HasSuffix(path, suffix) {
			return format, nil
		}
	}
	return "", modules.Fail("Unable to get file extension from archive file name : %s", path).
		With("details", "Please specify archive as filename with extension. File extension can be one of ['tar', 'tar.gz', 'zip', 'tgz']")
}
