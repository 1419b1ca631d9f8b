// Package host holds the modules for what a machine is set to beyond packages,
// services and accounts: kernel modules, alternatives, time zone, locales,
// diversions, network interfaces, packet filters and jobs for later. They read
// the system's own files where these say it, and change things through the
// system's tools, by argument lists.
package host

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// filesIn lists the regular files of a folder in their order; none where the
// folder is not there.
func filesIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			paths = append(paths, path)
		}
	}
	return paths, nil
}

// readIfThere is a file's text, "" where it is not there.
func readIfThere(path string) (string, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(data), err
}
