package modules

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// systemDirs are searched after PATH: a user's PATH often lacks them, and
// Ansible's modules look there too.
var systemDirs = []string{"/sbin", "/usr/sbin", "/usr/local/sbin"}

// Find returns the path of a program on the target, or an error that names it.
func (c *Context) Find(name string) (string, error) {
	if strings.ContainsRune(name, '/') {
		return name, executable(name)
	}
	for _, dir := range append(filepath.SplitList(c.Getenv("PATH")), systemDirs...) {
		if dir == "" {
			dir = "."
		}
		if path := filepath.Join(dir, name); executable(path) == nil {
			return path, nil
		}
	}
	return "", c.notFound(name)
}

func (c *Context) notFound(name string) error {
	f := Fail("Failed to find required executable %q in paths: %s", name, c.Getenv("PATH"))
	f.Err = &exec.Error{Name: name, Err: exec.ErrNotFound}
	return f
}

func executable(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.IsDir() || info.Mode()&0o111 == 0 {
		return fmt.Errorf("%s is not a program", path)
	}
	return nil
}
