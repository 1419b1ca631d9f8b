// Package fsys treats files as Ansible's modules do: attributes given by
// options, atomic replacement, backups, validation, checksums and the values
// that file modules return. Modules that write files embed its option structs
// and let it do the writing; it knows nothing of any one module.
package fsys

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// Stat is what the system says of a file, with Unix's own mode bits.
type Stat struct {
	Mode     uint32 // permissions with setuid, setgid and sticky: 0 to 07777
	Type     uint32 // the S_IFMT part
	UID, GID int
	Size     int64
	Nlink    uint64
	Ino, Dev uint64
	Rdev     uint64
	Blocks   int64
	Blksize  int64
	Atime    unix.Timespec
	Mtime    unix.Timespec
	Ctime    unix.Timespec
}

// Lstat describes a path itself, also when it is a link.
func Lstat(path string) (Stat, error) {
	var st unix.Stat_t
	if err := retry(func() error { return unix.Lstat(path, &st) }); err != nil {
		return Stat{}, &fs.PathError{Op: "lstat", Path: path, Err: err}
	}
	return statOf(&st), nil
}

// StatFollow describes what a path leads to.
func StatFollow(path string) (Stat, error) {
	var st unix.Stat_t
	if err := retry(func() error { return unix.Stat(path, &st) }); err != nil {
		return Stat{}, &fs.PathError{Op: "stat", Path: path, Err: err}
	}
	return statOf(&st), nil
}

func retry(call func() error) error {
	for {
		if err := call(); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

func statOf(st *unix.Stat_t) Stat {
	return Stat{
		Mode: uint32(st.Mode) & 0o7777, Type: uint32(st.Mode) & unix.S_IFMT,
		UID: int(st.Uid), GID: int(st.Gid), Size: st.Size, Nlink: uint64(st.Nlink),
		Ino: uint64(st.Ino), Dev: uint64(st.Dev), Rdev: uint64(st.Rdev),
		Blocks: int64(st.Blocks), Blksize: int64(st.Blksize),
		Atime: st.Atim, Mtime: st.Mtim, Ctime: st.Ctim,
	}
}

// IsDir reports a directory.
func (s Stat) IsDir() bool { return s.Type == unix.S_IFDIR }

// IsLink reports a symbolic link.
func (s Stat) IsLink() bool { return s.Type == unix.S_IFLNK }

// IsRegular reports an ordinary file.
func (s Stat) IsRegular() bool { return s.Type == unix.S_IFREG }

// Exists reports whether anything is at path, a dangling link too.
func Exists(path string) bool {
	_, err := Lstat(path)
	return err == nil
}

// IsDir reports whether path leads to a directory.
func IsDir(path string) bool {
	st, err := StatFollow(path)
	return err == nil && st.IsDir()
}

// Resolve follows the links of a path as far as it exists, as Python's
// realpath does: a part that is not there stays as it is written. A circle of
// links is left where it was found.
func Resolve(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	return resolve(abs, 0)
}

func resolve(path string, depth int) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	dir, base := filepath.Split(filepath.Clean(path))
	if base == "" || depth > 40 {
		return path
	}
	if target, err := os.Readlink(path); err == nil {
		if !filepath.IsAbs(target) {
			target = filepath.Join(dir, target)
		}
		return resolve(target, depth+1)
	}
	return filepath.Join(resolve(filepath.Clean(dir), depth+1), base)
}
