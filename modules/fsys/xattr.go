package fsys

import (
	"strings"

	"golang.org/x/sys/unix"
)

// copyXattrs keeps what a replaced file had beside its mode: access lists, the
// SELinux context and users' own attributes. Capabilities belong to the old
// content. A file system without them is no error.
func copyXattrs(from, to string) {
	for _, name := range listXattrs(from) {
		if name != contextAttr && name != "system.posix_acl_access" && !strings.HasPrefix(name, "user.") {
			continue
		}
		size, err := unix.Getxattr(from, name, nil)
		if err != nil {
			continue
		}
		data := make([]byte, size)
		if n, err := unix.Getxattr(from, name, data); err == nil {
			_ = unix.Setxattr(to, name, data[:n], 0)
		}
	}
}

func listXattrs(path string) []string {
	size, err := unix.Listxattr(path, nil)
	if err != nil || size == 0 {
		return nil
	}
	buf := make([]byte, size)
	n, err := unix.Listxattr(path, buf)
	if err != nil {
		return nil
	}
	return strings.Split(strings.TrimRight(string(buf[:n]), "\x00"), "\x00")
}
