package docker

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

const (
	ignoreName     = ".dockerignore"
	dockerfileName = "Dockerfile"
)

// buildContext is what a build may copy from: a folder, without what its
// .dockerignore leaves out.
type buildContext struct {
	root       string
	dockerfile string // its name in the context
	outside    []byte // the Dockerfile, when it is not in the folder
	patterns   []string
}

// openContext looks at the folder and finds the Dockerfile, which may stand
// outside of it.
func openContext(root, dockerfile string) (*buildContext, error) {
	b := &buildContext{root: root, dockerfile: dockerfileName}
	if dockerfile != "" {
		b.dockerfile = dockerfile
	}
	if err := b.readIgnored(); err != nil {
		return nil, err
	}
	path := b.dockerfile
	if !filepath.IsAbs(path) {
		path = filepath.Join(root, path)
	}
	rel, err := filepath.Rel(root, path)
	if err == nil && filepath.IsLocal(rel) {
		b.dockerfile = filepath.ToSlash(rel)
		return b, nil
	}
	if b.outside, err = os.ReadFile(path); err != nil {
		return nil, fmt.Errorf("read the Dockerfile: %w", err)
	}
	b.dockerfile = fmt.Sprintf(".dockerfile.%.8x", sha256.Sum256(b.outside))
	return b, nil
}

func (b *buildContext) readIgnored() error {
	f, err := os.Open(filepath.Join(b.root, ignoreName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if b.patterns, err = ignorefile.ReadAll(f); err != nil {
		return fmt.Errorf("read %s: %w", f.Name(), err)
	}
	_, err = patternmatcher.New(b.patterns)
	if err != nil {
		return fmt.Errorf("read %s: %w", f.Name(), err)
	}
	return nil
}

// stream is the context as a tar that is made while it is read. Reading it
// fails with the error of the file that could not be packed.
func (b *buildContext) stream(ctx context.Context) io.ReadCloser {
	r, w := io.Pipe()
	go func() { w.CloseWithError(b.write(ctx, w)) }()
	return r
}

func (b *buildContext) write(ctx context.Context, w io.Writer) error {
	// The engine needs both, and takes them out again where they are ignored.
	kept := append(slices.Clone(b.patterns), "!"+ignoreName, "!"+b.dockerfile)
	matcher, err := patternmatcher.New(kept)
	if err != nil {
		return err
	}
	t := tar.NewWriter(w)
	p := &packer{ctx: ctx, tar: t, root: b.root, matcher: matcher, ignoring: len(b.patterns) > 0, skip: map[string]bool{}}
	if b.outside != nil {
		if err := b.writeOutside(p); err != nil {
			return err
		}
	}
	if err := p.dir(".", patternmatcher.MatchInfo{}); err != nil {
		return err
	}
	return t.Close()
}

// writeOutside adds the Dockerfile from elsewhere, and its name to what is
// ignored: the file must not show up in the image, nor spoil its cache.
func (b *buildContext) writeOutside(p *packer) error {
	ignored, err := os.ReadFile(filepath.Join(b.root, ignoreName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err != nil {
		ignored = []byte(ignoreName)
	}
	ignored = append(ignored, "\n"+b.dockerfile+"\n"...)
	p.skip[ignoreName] = true
	if err := p.text(ignoreName, ignored); err != nil {
		return err
	}
	return p.text(b.dockerfile, b.outside)
}

// packer writes a folder into a tar, owned by root as docker's own client does.
type packer struct {
	ctx      context.Context
	tar      *tar.Writer
	root     string
	matcher  *patternmatcher.PatternMatcher
	ignoring bool
	skip     map[string]bool
}

func (p *packer) text(name string, data []byte) error {
	if err := p.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data))}); err != nil {
		return err
	}
	_, err := p.tar.Write(data)
	return err
}

func (p *packer) dir(rel string, above patternmatcher.MatchInfo) error {
	entries, err := os.ReadDir(filepath.Join(p.root, rel))
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if p.ctx.Err() != nil {
			return context.Cause(p.ctx)
		}
		name := filepath.Join(rel, entry.Name())
		ignored, info := false, patternmatcher.MatchInfo{}
		if p.ignoring {
			if ignored, info, err = p.matcher.MatchesUsingParentResults(name, above); err != nil {
				return err
			}
		}
		if !ignored && !p.skip[filepath.ToSlash(name)] {
			if err := p.entry(name, entry); err != nil {
				return err
			}
		}
		if entry.IsDir() && (!ignored || p.mayInclude(name)) {
			if err := p.dir(name, info); err != nil {
				return err
			}
		}
	}
	return nil
}

// mayInclude reports whether an exception of the ignore file lies below a folder.
func (p *packer) mayInclude(dir string) bool {
	if !p.matcher.Exclusions() {
		return false
	}
	prefix := dir + string(filepath.Separator)
	return slices.ContainsFunc(p.matcher.Patterns(), func(one *patternmatcher.Pattern) bool {
		return one.Exclusion() && strings.HasPrefix(one.String()+string(filepath.Separator), prefix)
	})
}

func (p *packer) entry(name string, entry fs.DirEntry) error {
	info, err := entry.Info()
	if err != nil {
		return err
	}
	path := filepath.Join(p.root, name)
	link := ""
	switch kind := info.Mode().Type(); {
	case kind == fs.ModeSymlink:
		if link, err = os.Readlink(path); err != nil {
			return err
		}
	case kind != 0 && kind != fs.ModeDir:
		return nil
	}
	h, err := tar.FileInfoHeader(info, link)
	if err != nil {
		return err
	}
	h.Name = filepath.ToSlash(name)
	if info.IsDir() {
		h.Name += "/"
	}
	h.Uid, h.Gid, h.Uname, h.Gname = 0, 0, "", ""
	if err := p.tar.WriteHeader(h); err != nil || !info.Mode().IsRegular() {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	// A file that grows meanwhile is cut at the size that was promised.
	_, err = io.CopyN(p.tar, f, h.Size)
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%s became shorter while it was read", path)
	}
	return err
}
