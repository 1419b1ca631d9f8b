//go:build !linux

package files

import "golang.org/x/sys/unix"

// fragment is the size of a file system's blocks.
func fragment(st *unix.Statfs_t) int64 { return int64(st.Bsize) }
