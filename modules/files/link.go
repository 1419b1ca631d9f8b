package files

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"goplay/modules"
	"goplay/modules/fsys"
)

// link makes path a symbolic link to src, or keeps a link that is there.
func (j *fileJob) link() error {
	previous := fsys.State(j.Path)
	if j.Src == nil && j.Follow && exists(j.Path) {
		if target, err := os.Readlink(j.Path); err == nil {
			j.Src = &target
		}
	}
	if err := j.checkLink(previous); err != nil {
		return err
	}
	j.startDiff("link", previous)
	if err := j.placeLink(previous); err != nil {
		return err
	}
	target := j.followed()
	if j.Follow && target != j.Path && !fsys.Exists(target) {
		j.c.Warn("Cannot set fs attributes on a non-existent symlink target. follow should be set to False to avoid this.")
		return nil
	}
	if !exists(j.Path) && !fsys.Exists(j.Path) {
		return nil
	}
	return j.dress(target)
}

// exists reports whether path leads to anything.
func exists(path string) bool {
	_, err := fsys.StatFollow(path)
	return err == nil
}

// checkLink refuses what would lose something, or make a link to nothing.
func (j *fileJob) checkLink(previous string) error {
	if j.Src != nil && !j.Force {
		from := *j.Src
		if !filepath.IsAbs(from) {
			base := filepath.Dir(j.Path)
			if previous == "directory" {
				base = j.Path
			}
			from = base + "/" + from
		}
		if !exists(from) {
			return fsys.FailAt(j.c, j.Path, `src file does not exist, use "force=yes" if you really want to create the link: %s`, from).With("src", *j.Src)
		}
	}
	switch {
	case previous == "directory" && j.Force && !isEmptyDir(j.Path):
		return fsys.FailAt(j.c, j.Path, "the directory %s is not empty, refusing to convert it", j.Path)
	case previous != "link" && previous != "absent" && !j.Force:
		return fsys.FailAt(j.c, j.Path, "refusing to convert from %s to symlink for %s", previous, j.Path)
	case previous != "link" && j.Src == nil:
		return modules.Fail("src is required for creating new symlinks")
	}
	return nil
}

func isEmptyDir(path string) bool {
	entries, err := os.ReadDir(path)
	return err == nil && len(entries) == 0
}

func (j *fileJob) placeLink(previous string) error {
	if j.Src == nil {
		return nil
	}
	src := *j.Src
	if previous == "link" {
		old, err := os.Readlink(j.Path)
		if err == nil && old == src {
			return nil
		}
		j.before.Set("src", old)
		j.after.Set("src", src)
	}
	return j.silently(func() error { return j.replaceBy(previous, func(at string) error { return os.Symlink(src, at) }) })
}

// replaceBy puts a link in path's place without a moment where nothing is there.
func (j *fileJob) replaceBy(previous string, make func(at string) error) error {
	if previous == "absent" {
		if err := make(j.Path); err != nil {
			return fsys.FailAt(j.c, j.Path, "Error while linking: %s", fsys.OSError(err))
		}
		return nil
	}
	temp := filepath.Join(filepath.Dir(j.Path), fmt.Sprintf(".%08x.tmp", rand.Uint32()))
	err := make(temp)
	if err == nil && previous == "directory" {
		err = os.Remove(j.Path)
	}
	if err == nil {
		err = os.Rename(temp, j.Path)
	}
	if err != nil {
		_ = os.Remove(temp)
		return fsys.FailAt(j.c, j.Path, "Error while replacing: %s", fsys.OSError(err))
	}
	return nil
}

// hard makes path another name of src.
func (j *fileJob) hard() error {
	previous := fsys.State(j.Path)
	if j.Src == nil {
		if previous != "hard" {
			return modules.Fail("src is required for creating new hardlinks")
		}
		j.startDiff("hard", previous)
		return j.dress(j.Path)
	}
	src, err := fsys.StatFollow(*j.Src)
	if err != nil {
		return j.refuseHard("src does not exist")
	}
	here, _ := fsys.StatFollow(j.Path)
	same := previous != "absent" && here.Ino == src.Ino && here.Dev == src.Dev
	if err := j.checkHard(previous, same); err != nil {
		return err
	}
	j.startDiff("hard", previous)
	if previous == "link" {
		old, _ := os.Readlink(j.Path)
		j.before.Set("src", old)
		j.after.Set("src", *j.Src)
	}
	if !same || previous == "link" {
		err := j.silently(func() error { return j.replaceBy(previous, func(at string) error { return os.Link(*j.Src, at) }) })
		if err != nil {
			return err
		}
	}
	if !fsys.Exists(j.Path) {
		return nil
	}
	return j.dress(j.Path)
}

func (j *fileJob) checkHard(previous string, same bool) error {
	if j.Force || same {
		return nil
	}
	switch previous {
	case "hard":
		return j.refuseHard("Cannot link, different hard link exists at destination")
	case "file":
		return j.refuseHard("Cannot link, file exists at destination")
	case "directory":
		return j.refuseHard("Cannot link: different hard link exists at destination")
	}
	return nil
}

func (j *fileJob) refuseHard(words string) error {
	return fsys.FailAtDest(j.c, j.Path, "%s", words).With("src", *j.Src)
}
