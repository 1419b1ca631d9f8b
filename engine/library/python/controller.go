package python

import (
	"embed"
	"io/fs"
	"path"
	"strings"
)

// What plugins need beside the library of modules.
//
//go:embed all:controller
var plugins embed.FS

// Controller is the zip that Python runs a project's plugins from: the module
// goplay_plugins in it serves them.
func Controller() ([]byte, error) {
	b := &builder{files: map[string][]byte{}}
	if err := b.library(); err != nil {
		return nil, err
	}
	delete(b.files, "__main__.py")
	err := fs.WalkDir(plugins, "controller", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".py" {
			return err
		}
		data, err := plugins.ReadFile(name)
		b.files[strings.TrimPrefix(name, "controller/")] = data
		return err
	})
	if err != nil {
		return nil, err
	}
	return b.zip()
}
