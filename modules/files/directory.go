package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"goplay/internal/value"
	"goplay/modules/fsys"
)

// directory makes a directory with its parents; all that it makes get the
// attributes.
func (j *fileJob) directory() error {
	previous := fsys.State(j.Path)
	if previous == "link" && j.Follow {
		j.Path = fsys.Resolve(j.Path)
		previous = fsys.State(j.Path)
	}
	j.startDiff("directory", previous)
	if previous == "absent" {
		return j.makeAll()
	}
	if previous != "directory" {
		return fsys.FailAt(j.c, j.Path, "%s already exists as a %s", j.Path, previous)
	}
	if err := j.dress(j.Path); err != nil || !j.Recurse {
		return err
	}
	attrs, err := j.Numeric(j.c)
	if err != nil {
		return err
	}
	j.Attrs = attrs
	return j.recurseInto(j.Path, map[string]bool{})
}

func (j *fileJob) makeAll() error {
	var missing []string
	for p := filepath.Clean(j.Path); !fsys.Exists(p); p = filepath.Dir(p) {
		missing = append(missing, p)
	}
	for i := len(missing) - 1; i >= 0; i-- {
		path := missing[i]
		err := j.silently(func() error {
			if err := os.Mkdir(path, 0o777); err != nil && !(errors.Is(err, fs.ErrExist) && fsys.IsDir(path)) {
				return fsys.FailAt(j.c, j.Path, "There was an issue creating %s as requested: %s", path, fsys.OSError(err))
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := j.dress(path); err != nil {
			return err
		}
	}
	return nil
}

// recurseInto gives the attributes to all that is in a directory. Links are
// followed only where asked, and no directory is entered twice.
func (j *fileJob) recurseInto(dir string, seen map[string]bool) error {
	real := fsys.Resolve(dir)
	if seen[real] {
		return nil
	}
	seen[real] = true
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		if err := j.dressQuietly(path); err != nil {
			return err
		}
		if e.Type()&fs.ModeSymlink == 0 || !j.Follow {
			return j.c.Err()
		}
		target := fsys.Resolve(path)
		if !fsys.Exists(target) || strings.HasPrefix(path, target+"/") {
			return nil
		}
		if fsys.IsDir(target) {
			if err := j.recurseInto(target, seen); err != nil {
				return err
			}
		}
		return j.dressQuietly(target)
	})
}

// dressQuietly is for what recursion reaches: Ansible shows no diff of it.
func (j *fileJob) dressQuietly(path string) error {
	before, after := value.NewDict(), value.NewDict()
	if err := j.ApplyInto(j.c, path, before, after); err != nil {
		return err
	}
	if st, err := fsys.Lstat(path); err == nil && st.IsLink() && !fsys.Exists(fsys.Resolve(path)) {
		return nil
	}
	return j.setTimes(path, before, after)
}
