// Package host holds the modules for what a machine is set to beyond packages,
// services and accounts: alternatives, locales, diversions, network interfaces,
// packet filters and jobs for later. They read the system's own files where
// these say it, and change things through the system's tools, by argument lists.
package host

import (
	"errors"
	"io/fs"
	"os"
)

// readIfThere is a file's text, "" where it is not there.
func readIfThere(path string) (string, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(data), err
}
