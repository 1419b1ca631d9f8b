package filters

import (
	"bytes"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/value"
	"goplay/internal/vault"
)

// fileTests look at files of the controller.
var fileTests = table{
	"directory": fileTest(isDirectory), "is_dir": fileTest(isDirectory),
	"file": fileTest(isFile), "is_file": fileTest(isFile),
	"link": linkTest(isLink), "is_link": linkTest(isLink),
	"exists":      fileTest(exists),
	"link_exists": linkTest(linkExists),
	"mount":       linkTest(isMount), "is_mount": linkTest(isMount),
	"abs": absTest, "is_abs": absTest,
	"same_file": sameFile, "is_same_file": sameFile,
}

func fileTest(f func(string) bool) jinja.Func {
	return func(c *jinja.Call) (any, error) {
		a, err := bindLoose(c, "path")
		if err != nil {
			return nil, err
		}
		p, err := statPath(a.get("path"))
		if err != nil {
			return nil, err
		}
		return f(p), nil
	}
}

// statPath is a path for Python's stat, which takes the numbers of open files too.
func statPath(v any) (string, error) {
	switch n := v.(type) {
	case bool:
		if n {
			return descriptor(1), nil
		}
		return descriptor(0), nil
	case int64:
		return descriptor(n), nil
	case *big.Int:
		return "", value.Raise("OverflowError", "fd is greater than maximum")
	}
	p, err := pathOf(v)
	if err != nil {
		return "", value.Raise("TypeError", "stat: path should be string, bytes, os.PathLike or integer, not %s", value.TypeName(v))
	}
	return p, nil
}

// descriptor is the path of an open file, for which Python takes numbers: one of
// the three that every process has.
func descriptor(n int64) string {
	if n < 0 || n > 2 {
		return ""
	}
	return fmt.Sprintf("/dev/fd/%d", n)
}

// linkTest is fileTest for what does not follow links, nor take numbers.
func linkTest(f func(string) bool) jinja.Func {
	return func(c *jinja.Call) (any, error) {
		a, err := bindLoose(c, "path")
		if err != nil {
			return nil, err
		}
		p, err := pathOf(a.get("path"))
		if err != nil {
			return nil, value.Raise("TypeError", "lstat: path should be string, bytes or os.PathLike, not %s", value.TypeName(a.get("path")))
		}
		return f(p), nil
	}
}

// absTest is about a path, or Jinja2's abs has no test of that name.
func absTest(c *jinja.Call) (any, error) {
	a, err := bindLoose(c, "s")
	if err != nil {
		return nil, err
	}
	p, err := pathOf(a.get("s"))
	if err != nil {
		return nil, err
	}
	return strings.HasPrefix(p, "/"), nil
}

func isDirectory(p string) bool {
	info, err := os.Stat(p)
	return err == nil && info.IsDir()
}

func isFile(p string) bool {
	info, err := os.Stat(p)
	return err == nil && info.Mode().IsRegular()
}

func isLink(p string) bool {
	info, err := os.Lstat(p)
	return err == nil && info.Mode()&os.ModeSymlink != 0
}

func exists(p string) bool {
	_, err := os.Stat(p)
	return err == nil
}

func linkExists(p string) bool {
	_, err := os.Lstat(p)
	return err == nil
}

func sameFile(c *jinja.Call) (any, error) {
	a, err := bindLoose(c, "f1 f2")
	if err != nil {
		return nil, err
	}
	var infos [2]os.FileInfo
	for i, name := range []string{"f1", "f2"} {
		p, err := statPath(a.get(name))
		if err != nil {
			return nil, err
		}
		if infos[i], err = os.Stat(p); err != nil {
			return nil, value.Raise("FileNotFoundError", "[Errno 2] No such file or directory: %s", value.Repr(p))
		}
	}
	return os.SameFile(infos[0], infos[1]), nil
}

// isMount compares a folder with the one it is in.
func isMount(p string) bool {
	info, err := os.Lstat(p)
	if err != nil || info.Mode()&os.ModeSymlink != 0 {
		return false
	}
	real, err := filepath.EvalSymlinks(filepath.Join(p, ".."))
	if err != nil {
		return false
	}
	parent, err := os.Lstat(real)
	if err != nil {
		return false
	}
	return os.SameFile(info, parent) || device(info) != device(parent)
}

func isVaultedFile(c *jinja.Call) (any, error) {
	a, err := bind(c, "path")
	if err != nil {
		return nil, err
	}
	p, err := pathOf(a.get("path"))
	if err != nil {
		return nil, err
	}
	f, err := os.Open(p)
	if err != nil {
		return nil, filterError("Cannot test if the file %s is a vault: %v", p, err)
	}
	defer f.Close()
	head := make([]byte, 64)
	n, err := io.ReadFull(f, head)
	if err != nil && n == 0 {
		return false, nil
	}
	return vault.IsVault(bytes.TrimSpace(head[:n])), nil
}
