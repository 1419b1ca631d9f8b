package fsys

import (
	"fmt"
	"io"
	"os"
	"time"

	"goplay/modules"
)

// BackupName is a name for a copy of path that is made at a time, of which there
// is no file yet: with Ansible every module is a process of its own, here one
// process may change a file more than once in a second.
func BackupName(path string, at time.Time) string {
	for number := os.Getpid(); ; number++ {
		name := fmt.Sprintf("%s.%d.%s", path, number, at.Format("2006-01-02@15:04:05~"))
		if _, err := os.Lstat(name); err != nil {
			return name
		}
	}
}

// MakeBackup copies a file beside itself with its mode, owner and times, and
// returns the copy's path. It is an effect: call it inside Context.Change.
func MakeBackup(c *modules.Context, path string) (string, error) {
	name := BackupName(path, time.Now())
	if err := CopyFile(c, path, name); err != nil {
		return "", modules.Fail("Could not make backup of %s to %s: %w", path, name, err)
	}
	return name, nil
}

// CopyFile copies a file with its mode, owner, extended attributes and times.
func CopyFile(c *modules.Context, from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	st, err := StatFollow(from)
	if err != nil {
		return err
	}
	t, err := CreateTemp(to)
	if err != nil {
		return err
	}
	defer t.Discard()
	if _, err := io.Copy(t, Reader(c, in)); err != nil {
		return err
	}
	if err := t.inherit(from, st); err != nil {
		return err
	}
	if err := setTimes(t.Name(), st); err != nil {
		return err
	}
	return t.Place(to)
}
