package commands

import "golang.org/x/sys/unix"

// noexec reports whether programs in a folder may not run.
func noexec(dir string) bool {
	var st unix.Statfs_t
	return unix.Statfs(dir, &st) != nil || st.Flags&unix.MNT_NOEXEC != 0
}
