package files

import (
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"goplay/modules"
	"goplay/modules/fsys"
)

// guard refuses names that lead out of the destination, by themselves or
// through a link that the archive brought.
func (u *unpacker) guard(m member) error {
	if !filepath.IsLocal(m.path) && m.path != "." {
		return modules.Fail("the archive's member %s leads out of %s", m.raw, u.Dest)
	}
	root := fsys.Resolve(u.Dest)
	dir := u.Dest
	parts := strings.Split(m.path, "/")
	for _, part := range parts[:len(parts)-1] {
		dir = filepath.Join(dir, part)
		if !u.created[dir] {
			continue
		}
		if real := fsys.Resolve(dir); real != root && !strings.HasPrefix(real, root+"/") {
			return modules.Fail("the archive's member %s leads out of %s through a link", m.raw, u.Dest)
		}
	}
	return nil
}

// place writes a member unless what is there is the same.
func (u *unpacker) place(m member, path string, content io.Reader) error {
	st, err := fsys.Lstat(path)
	if m.kind == 'd' && !u.junk {
		u.dirs = append(u.dirs, m)
	}
	if m.crc != nil {
		line := u.itemize(m, st, err == nil)
		if line == "" {
			return nil
		}
		u.items.WriteString(line)
		if u.junk && m.kind == 'd' {
			return nil
		}
	} else if err == nil && (u.same(m, path, st) || u.KeepNewer && m.kind == 'f' && time.Unix(st.Mtime.Unix()).After(m.mtime)) {
		return nil
	}
	if err == nil && u.keepOld {
		return nil
	}
	return u.c.Change(modules.Diff{}, func() error {
		u.unpacked = true
		if err := u.extract(m, path, content); err != nil {
			return modules.Fail("failed to unpack %s to %s: %w", u.Src, u.Dest, err)
		}
		return nil
	})
}

// same compares as Ansible does: kind, size, time, and mode and owner where no
// option sets them.
func (u *unpacker) same(m member, path string, st fsys.Stat) bool {
	switch m.kind {
	case 'd':
		return st.IsDir() && (u.keepDirs || u.sameOwner(m, st) && u.sameMode(m, st))
	case 'l':
		target, _ := os.Readlink(path)
		return st.IsLink() && target == m.target
	case 'h':
		other, err := fsys.Lstat(filepath.Join(u.Dest, m.target))
		return err == nil && other.Ino == st.Ino && other.Dev == st.Dev
	}
	if !st.IsRegular() || st.Size != m.size || !u.sameOwner(m, st) || !u.sameMode(m, st) {
		return false
	}
	return u.touch || int64(st.Mtime.Sec) == m.mtime.Unix()
}

func (u *unpacker) sameMode(m member, st fsys.Stat) bool {
	return u.Mode != nil || st.Mode == u.modeOf(m)
}

func (u *unpacker) sameOwner(m member, st fsys.Stat) bool {
	if os.Geteuid() != 0 || u.noSameOwner {
		return true
	}
	return (u.Owner != "" || m.uid < 0 || st.UID == m.uid) && (u.Group != "" || m.gid < 0 || st.GID == m.gid)
}

// modeOf is a member's mode, less the umask for users other than root.
func (u *unpacker) modeOf(m member) uint32 {
	if os.Geteuid() != 0 || u.noSameMode {
		return m.mode &^ (fsys.Umask() | 0o7000)
	}
	return m.mode
}

func sameCRC(path string, want uint32) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	h := crc32.NewIEEE()
	_, err = io.Copy(h, f)
	return err == nil && h.Sum32() == want
}

func (u *unpacker) extract(m member, path string, content io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	switch m.kind {
	case 'd':
		return u.extractDir(m, path)
	case 'l':
		u.created[path] = true
		return u.extractLink(path, func() error { return os.Symlink(m.target, path) }, m)
	case 'h':
		if !filepath.IsLocal(m.target) {
			return modules.Fail("the link %s leads out of the archive", m.raw)
		}
		return u.extractLink(path, func() error { return os.Link(filepath.Join(u.Dest, m.target), path) }, m)
	}
	return u.extractFile(m, path, content)
}

func (u *unpacker) extractDir(m member, path string) error {
	if st, err := fsys.Lstat(path); err == nil && !st.IsDir() {
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	if err := os.Mkdir(path, 0o777); err != nil && !os.IsExist(err) {
		return err
	}
	if err := u.chown(m, path); err != nil {
		return err
	}
	return unix.Chmod(path, u.modeOf(m))
}

func (u *unpacker) extractLink(path string, link func() error, m member) error {
	if fsys.Exists(path) {
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	if err := link(); err != nil || m.kind == 'h' {
		return err
	}
	return u.chown(m, path)
}

func (u *unpacker) extractFile(m member, path string, content io.Reader) error {
	t, err := fsys.CreateTemp(path)
	if err != nil {
		return err
	}
	defer t.Discard()
	if _, err := io.Copy(t, content); err != nil {
		return err
	}
	if err := u.chown(m, t.Name()); err != nil {
		return err
	}
	if err := unix.Chmod(t.Name(), u.modeOf(m)); err != nil {
		return err
	}
	if !u.touch {
		if err := os.Chtimes(t.Name(), m.mtime, m.mtime); err != nil {
			return err
		}
	}
	if fsys.IsDir(path) {
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	return t.Place(path)
}

// chown gives a member its owner, as tar does for root only.
func (u *unpacker) chown(m member, path string) error {
	if os.Geteuid() != 0 || u.noSameOwner || m.uid < 0 {
		return nil
	}
	return unix.Lchown(path, m.uid, m.gid)
}

// finishDirs sets the times of folders, which filling them had changed.
func (u *unpacker) finishDirs() error {
	if !u.unpacked || u.touch {
		return nil
	}
	for i := len(u.dirs) - 1; i >= 0; i-- {
		m := u.dirs[i]
		if err := os.Chtimes(filepath.Join(u.Dest, m.path), m.mtime, m.mtime); err != nil {
			return modules.Fail("failed to unpack %s to %s: %w", u.Src, u.Dest, err)
		}
	}
	return nil
}
