package fsys

import (
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// removeLeftovers removes what writers of path left behind that were killed
// before they could clean up. Those that still live hold a lock.
func removeLeftovers(path string) {
	dir, base := tempBase(path)
	entries, err := os.ReadDir(filepath.Clean(dir))
	if err != nil {
		return
	}
	for _, e := range entries {
		rest, ok := strings.CutPrefix(e.Name(), tempMark)
		if !ok || len(rest) != tempDigits+len(base) || rest[tempDigits:] != base || !e.Type().IsRegular() {
			continue
		}
		f, err := os.OpenFile(dir+e.Name(), os.O_RDWR|unix.O_NOFOLLOW, 0)
		if err != nil {
			continue
		}
		if unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil {
			_ = os.Remove(f.Name())
		}
		_ = f.Close()
	}
}
