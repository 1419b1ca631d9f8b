package engine

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"

	"goplay/engine/vars"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// openVarsFiles reads the vars_files that hosts need from the start, so that
// one that is not there is said before any task.
func (p *playRun) openVarsFiles(ctx context.Context, hosts []*Host) error {
	if len(p.play.VarsFiles) == 0 {
		return nil
	}
	for _, h := range hosts {
		if _, err := p.varsFiles(ctx, h.Name, p.hostMagic(h, nil)); err != nil {
			return err
		}
	}
	return nil
}

// varsFiles are the contents of a play's vars_files as a host finds them. A
// file that is not there, or whose name cannot be told, is a fault only for a
// host of the batch, the latter only once its facts are known.
func (p *playRun) varsFiles(ctx context.Context, host string, magic vars.Layer) ([]*tree.Node, error) {
	strict := false
	for _, h := range p.batch {
		strict = strict || h.Name == host
	}
	var files []*tree.Node
	for _, n := range p.play.VarsFiles {
		docs, err := p.firstVarsFile(ctx, n, func() *vars.Scope {
			return p.source.ForFiles(host, p.vars, files, magic)
		})
		switch {
		case err == nil:
			files = append(files, docs...)
		case errors.Is(err, fs.ErrNotExist) && !strict:
		case template.IsUndefined(err) && !(strict && p.hasFacts(host)):
		case template.IsUndefined(err):
			return files, source.Errorf(n.Pos, "an undefined variable was found when attempting to template the vars_files item '%s'", n)
		default:
			return files, err
		}
	}
	return files, nil
}

func (p *playRun) hasFacts(host string) bool {
	_, ok := p.source.Store.Facts(host).Get("module_setup")
	return ok
}

// alternatives are the files of which the first that is there counts.
func alternatives(n *tree.Node) []*tree.Node {
	if n.Kind == tree.List {
		return n.Items
	}
	return []*tree.Node{n}
}

func (p *playRun) firstVarsFile(ctx context.Context, entry *tree.Node, scope func() *vars.Scope) ([]*tree.Node, error) {
	for _, n := range alternatives(entry) {
		path := n.String()
		if isTemplate(path) {
			var err error
			if path, err = p.text(ctx, n, scope()); err != nil {
				return nil, err
			}
		}
		found := p.findVarsFile(path)
		docs, err := p.opts.Loader.LoadVarsFile(found)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		for _, w := range p.opts.Loader.Warnings(found) {
			p.warn(w.Error())
		}
		if err == nil || failsOnly(err) {
			return docs, err
		}
		return docs, &Unreadable{err}
	}
	missing := source.Errorf(entry.Pos, "vars file %s was not found", value.Str(entry.Data())).
		WithHint("paths are relative to %s", p.play.Dir)
	missing.Err = fs.ErrNotExist
	return nil, missing
}

func (p *playRun) findVarsFile(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	if in := filepath.Join(p.play.Dir, "vars", path); exists(in) {
		return in
	}
	return filepath.Join(p.play.Dir, path)
}
