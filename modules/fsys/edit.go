package fsys

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"goplay/modules"
)

// Edit is a text file that a module reads, changes and writes back.
type Edit struct {
	Path   string // as the user wrote it; diffs call it so
	Old    []byte
	Exists bool

	Attrs     *Attrs
	Backup    bool
	Validate  string
	HideAttrs bool // leave attributes out of the diff
	LateAttrs bool // tell of attributes only when the file has been written
	// Diff is shown in place of one of the texts as they are.
	Diff *modules.Diff
}

// OpenEdit reads a file for editing. One that is not there is empty.
func OpenEdit(path string, attrs *Attrs) (*Edit, error) {
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return &Edit{Path: path, Old: data, Exists: err == nil, Attrs: attrs}, nil
}

// Save gives the file its new text and its attributes. A link is kept: what it
// leads to is written. Folders that are missing are made.
func (e *Edit) Save(c *modules.Context, text []byte) (Updated, error) {
	path := Resolve(e.Path)
	if e.Exists && bytes.Equal(text, e.Old) {
		return e.attrsOnly(c, path)
	}
	if dir := filepath.Dir(path); !e.Exists && !IsDir(dir) {
		if err := c.Change(modules.Diff{}, func() error { return os.MkdirAll(dir, 0o777) }); err != nil {
			return Updated{}, modules.Fail("Error creating %s (%s)", dir, OSError(err))
		}
	}
	u := Update{Path: path, Name: e.Path, Data: text, Attrs: e.Attrs, Backup: e.Backup, Validate: e.Validate,
		Diff: TextDiff(e.Path, e.Old, text), HideAttrs: e.HideAttrs, LateAttrs: e.LateAttrs}
	if e.Diff != nil {
		u.Diff = *e.Diff
	}
	return u.Apply(c)
}

func (e *Edit) attrsOnly(c *modules.Context, path string) (Updated, error) {
	if e.Attrs == nil {
		return Updated{}, nil
	}
	p, err := e.Attrs.Plan(c, path)
	if err != nil || p.Empty() {
		return Updated{}, err
	}
	return Updated{Attrs: true}, c.Change(Update{Path: path, Name: e.Path, HideAttrs: e.HideAttrs}.attrsDiff(p), p.Do)
}
