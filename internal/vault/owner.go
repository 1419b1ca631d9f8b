package vault

import (
	"errors"
	"os"
	"syscall"
)

// keepOwner gives a new file the owner of the one it is about to replace. Only
// root can, and only root replaces files of others.
func keepOwner(old, replacement string) error {
	info, err := os.Stat(old)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(owner.Uid) == os.Geteuid() {
		return nil
	}
	return os.Chown(replacement, int(owner.Uid), int(owner.Gid))
}
