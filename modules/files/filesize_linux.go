package files

import "golang.org/x/sys/unix"

// fragment is the size of a file system's blocks.
func fragment(st *unix.Statfs_t) int64 {
	if st.Frsize > 0 {
		return int64(st.Frsize)
	}
	return int64(st.Bsize)
}
