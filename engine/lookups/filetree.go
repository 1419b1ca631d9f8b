package lookups

import (
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"

	"goplay/internal/value"
)

// fileTree describes everything below folders.
func fileTree(c *Call) ([]any, error) {
	out := []any{}
	for _, term := range c.Terms {
		root, err := c.find("files", value.Str(term))
		if err != nil {
			return nil, err
		}
		if root == "" {
			continue
		}
		err = filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || path == root {
				return err
			}
			d, err := describe(root, path)
			if err == nil && d != nil {
				out = append(out, d)
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("list %s: %w", root, err)
		}
	}
	return out, nil
}

func describe(root, path string) (*value.Dict, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return nil, err
	}
	d := value.DictOf("root", root, "path", rel)
	switch mode := info.Mode(); {
	case mode.IsDir():
		d.Set("state", "directory")
	case mode&os.ModeSymlink != 0:
		target, err := os.Readlink(path)
		if err != nil {
			return nil, err
		}
		d.Set("state", "link")
		d.Set("src", target)
	case mode.IsRegular():
		d.Set("state", "file")
		d.Set("src", path)
	default:
		return nil, nil
	}
	d.Set("mode", fmt.Sprintf("0%o", info.Mode().Perm()))
	d.Set("size", info.Size())
	d.Set("mtime", float64(info.ModTime().UnixNano())/1e9)
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		d.Set("uid", int64(st.Uid))
		d.Set("gid", int64(st.Gid))
		if u, err := user.LookupId(strconv.Itoa(int(st.Uid))); err == nil {
			d.Set("owner", u.Username)
		}
		if g, err := user.LookupGroupId(strconv.Itoa(int(st.Gid))); err == nil {
			d.Set("group", g.Name)
		}
	}
	return d, nil
}
