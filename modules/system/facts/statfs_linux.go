package facts

import (
	"golang.org/x/sys/unix"

	"goplay/internal/value"
)

// sizesOf are the sizes of the file system at a path, nothing when it does not answer.
func sizesOf(path string) *value.Dict {
	var st unix.Statfs_t
	if err := unix.Statfs(path, &st); err != nil {
		return value.NewDict()
	}
	size := int64(st.Bsize)
	frag := int64(st.Frsize)
	if frag == 0 {
		frag = size
	}
	return value.DictOf("size_total", int64(frag)*int64(st.Blocks), "size_available", int64(frag)*int64(st.Bavail),
		"block_size", size, "block_total", int64(st.Blocks), "block_available", int64(st.Bavail), "block_used", int64(st.Blocks-st.Bavail),
		"inode_total", int64(st.Files), "inode_available", int64(st.Ffree), "inode_used", int64(st.Files-st.Ffree))
}
