package files

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"goplay/modules"
	"goplay/modules/fsys"
)

type tempfileArgs struct {
	State  string `arg:"state" enum:"file,directory" default:"file" doc:"What to make."`
	Path   string `arg:"path" type:"path" doc:"Folder to make it in; the system's folder for temporary files without it."`
	Prefix string `arg:"prefix" default:"ansible." doc:"Start of its name."`
	Suffix string `arg:"suffix" default:"" doc:"End of its name."`
}

type tempfileResult struct {
	Path string `json:"path" doc:"What was made."`
	fsys.Info
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.tempfile",
		Summary: "Make a temporary file or folder",
		NoCheck: true,
		Example: `- name: A place to build in
  ansible.builtin.tempfile:
    state: directory
    suffix: build
  register: place
`,
		Notes: []string{"Nobody removes it but you: use the module file with state absent when done."},
	}, tempfile)
}

func tempfile(c *modules.Context, a tempfileArgs) (tempfileResult, error) {
	dir := a.Path
	if dir == "" {
		dir = os.TempDir()
	}
	var r tempfileResult
	err := c.Change(modules.Diff{}, func() (err error) {
		r.Path, err = makeTemp(dir, a.Prefix, a.Suffix, a.State == "directory")
		return err
	})
	if err != nil {
		return tempfileResult{}, modules.Fail("%s", fsys.OSError(err))
	}
	r.Info = fsys.Describe(c, r.Path)
	return r, nil
}

// makeTemp makes what only this user may use.
func makeTemp(dir, prefix, suffix string, directory bool) (string, error) {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789_"
	for {
		random := make([]byte, 8)
		for i := range random {
			random[i] = letters[rand.IntN(len(letters))]
		}
		path := filepath.Join(dir, prefix+string(random)+suffix)
		var err error
		if directory {
			err = os.Mkdir(path, 0o700)
		} else {
			var f *os.File
			if f, err = os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err == nil {
				err = f.Close()
			}
		}
		if !errors.Is(err, fs.ErrExist) {
			return path, err
		}
	}
}
