package fsys

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// Temp is a file that is being written beside the one whose place it takes.
type Temp struct {
	*os.File
	gone bool
}

// A temporary file is called mark, digits, base.
const (
	tempMark   = ".ansible_tmp"
	tempDigits = 8
)

func tempBase(path string) (dir, base string) {
	dir, base = filepath.Split(path)
	return dir, base[:min(len(base), 200)]
}

// CreateTemp makes the file that will become path, readable only by its owner
// until it is finished. Discard removes it on every way out.
func CreateTemp(path string) (*Temp, error) {
	dir, base := tempBase(path)
	for {
		name := fmt.Sprintf("%s%s%0*x%s", dir, tempMark, tempDigits, rand.Uint32(), base)
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		if err == nil {
			// The lock tells that its writer lives; a file system without locks has no leftovers removed.
			_ = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
			return &Temp{File: f}, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
}

// Discard closes and removes the file unless it took its place.
func (t *Temp) Discard() {
	_ = t.Close()
	if !t.gone {
		_ = os.Remove(t.Name())
		t.gone = true
	}
}

// Place puts the finished file in path's place, safe against a power cut.
func (t *Temp) Place(path string) error {
	if err := t.Sync(); err != nil {
		return err
	}
	if err := t.Close(); err != nil {
		return err
	}
	if err := os.Rename(t.Name(), path); err != nil {
		return err
	}
	t.gone = true
	return nil
}

// inherit gives the file what the one has whose place it takes. An owner that
// this user may not give is left out, as mv does.
func (t *Temp) inherit(path string, st Stat) error {
	if err := t.Chown(st.UID, st.GID); err != nil && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	if err := retry(func() error { return unix.Fchmod(int(t.Fd()), st.Mode) }); err != nil {
		return err
	}
	copyXattrs(path, t.Name())
	return nil
}

func setTimes(path string, st Stat) error {
	return os.Chtimes(path, time.Unix(st.Atime.Unix()), time.Unix(st.Mtime.Unix()))
}
