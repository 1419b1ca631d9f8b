package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

// destination settles what dest means and makes the directories that a path
// which ends in a slash asks for.
func (j *copyJob) destination() (string, error) {
	dest := j.Dest
	if strings.HasSuffix(dest, "/") && j.Basename != "" {
		if err := j.makeDirs(filepath.Clean(dest)); err != nil {
			return "", err
		}
		dest = filepath.Join(dest, j.Basename)
	} else if fsys.IsDir(dest) {
		if j.Basename == "" {
			return "", modules.Fail("can not use content with a dir as dest")
		}
		dest = filepath.Join(dest, j.Basename)
	}
	if j.onTarget && !j.c.Changed() {
		return j.followed(dest), j.checkPlace(dest)
	}
	if _, err := fsys.Lstat(dest); errors.Is(err, unix.ENOTDIR) {
		return "", modules.Fail("Failed to get information on remote file (%s): Not a directory", dest)
	}
	return j.followed(dest), nil
}

// followed is what a path leads to, where links are followed; one that leads
// nowhere is replaced.
func (j *copyJob) followed(path string) string {
	if st, err := fsys.Lstat(path); err == nil && st.IsLink() && j.Follow && exists(path) {
		return fsys.Resolve(path)
	}
	return path
}

// checkPlace looks for the directory of what is to be copied. That of a content is
// looked for when it could not be written: an earlier task may be to make it.
func (j *copyJob) checkPlace(dest string) error {
	dir := filepath.Dir(dest)
	_, err := fsys.StatFollow(dir)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return modules.Fail("Destination directory %s is not accessible", dir)
	case err != nil:
		return modules.Fail("Destination directory %s does not exist", dir)
	}
	return nil
}

// makeDirs makes a directory with its parents, which get directory_mode.
func (j *copyJob) makeDirs(dir string) error {
	var missing []string
	for p := dir; !exists(p); p = filepath.Dir(p) {
		missing = append(missing, p)
	}
	attrs := j.Attrs
	attrs.Mode = j.DirectoryMode
	for i := len(missing) - 1; i >= 0; i-- {
		path := missing[i]
		err := j.c.Change(modules.Diff{}, func() error {
			if err := os.Mkdir(path, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
				return modules.Fail("There was an issue creating %s as requested: %s", path, fsys.OSError(err))
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := applyQuietly(j.c, &attrs, path); err != nil {
			return err
		}
	}
	return nil
}

// applyQuietly gives attributes without a diff. What is only predicted to be there
// is predicted to get them, from users too that an earlier task would have made.
func applyQuietly(c *modules.Context, attrs *fsys.Attrs, path string) error {
	if !exists(path) {
		return nil
	}
	return attrs.ApplyInto(c, path, value.NewDict(), value.NewDict())
}
