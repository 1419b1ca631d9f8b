package remote

import (
	"io/fs"
	"os"
	"syscall"
)

// owned reports whether a file is ours. OpenSSH minds the mode only of those
// that are.
func owned(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Getuid()
}
