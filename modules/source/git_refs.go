package source

import (
	"strings"

	"goplay/internal/lazy"
	"goplay/modules"
)

// references are what a remote has, from one ls-remote.
type references struct {
	head     string            // the default branch, "" if it is not known
	headSHA  string            // commit of HEAD
	branches map[string]string // commit of each
	tags     map[string]string // commit of each, annotated ones followed
}

// askRemote learns the references of a URL or of a remote by name.
func (g *checkout) askRemote(dir, remote string) error {
	out, err := g.must(dir, "", "ls-remote", "--symref", "--", remote)
	if err != nil {
		return err
	}
	g.refs = parseReferences(out)
	return nil
}

func parseReferences(text string) references {
	r := references{branches: map[string]string{}, tags: map[string]string{}}
	for line := range strings.Lines(text) {
		sha, name, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok {
			continue
		}
		branch, isBranch := strings.CutPrefix(name, "refs/heads/")
		tag, isTag := strings.CutPrefix(name, "refs/tags/")
		switch {
		case name == "HEAD" && strings.HasPrefix(sha, "ref: "):
			r.head = strings.TrimPrefix(strings.TrimPrefix(sha, "ref: "), "refs/heads/")
		case name == "HEAD":
			r.headSHA = sha
		case isBranch:
			r.branches[branch] = sha
		case isTag && strings.HasSuffix(tag, "^{}"):
			r.tags[strings.TrimSuffix(tag, "^{}")] = sha
		case isTag && r.tags[tag] == "":
			r.tags[tag] = sha
		}
	}
	if r.head == "" {
		// An old server does not say which branch HEAD is.
		for _, name := range []string{"master", "main"} {
			if r.branches[name] == r.headSHA && r.headSHA != "" {
				r.head = name
				break
			}
		}
	}
	return r
}

var hexadecimal = lazy.Regexp(`^[0-9a-f]{4,64}$`)

// target is the commit that the version stands for, as far as the remote tells.
func (g *checkout) target() (string, error) {
	switch {
	case g.Version == "HEAD" && g.refs.headSHA != "":
		return g.refs.headSHA, nil
	case g.Version == "HEAD":
		return "", modules.Fail("Could not determine remote revision for HEAD")
	case g.refs.branches[g.Version] != "":
		return g.refs.branches[g.Version], nil
	case g.refs.tags[g.Version] != "":
		return g.refs.tags[g.Version], nil
	default:
		return g.Version, nil
	}
}

// branch is the remote branch that is to be checked out, "" for a tag or commit.
func (g *checkout) branch() string {
	if g.Version == "HEAD" {
		return g.refs.head
	}
	if g.refs.branches[g.Version] != "" {
		return g.Version
	}
	return ""
}

func (g *checkout) isTag() bool { return g.branch() == "" && g.refs.tags[g.Version] != "" }

// named reports a version that can be fetched by its name.
func (g *checkout) named() bool { return g.branch() != "" || g.isTag() }

// at reports whether a commit is the one that is asked for.
func at(sha, target string) bool {
	return sha == target || hexadecimal.MatchString(target) && strings.HasPrefix(sha, target)
}
