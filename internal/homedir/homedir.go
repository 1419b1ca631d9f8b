// Package homedir expands the tilde at the start of a path.
package homedir

import (
	"os"
	"os/user"
	"strings"
)

// Expand puts a home folder in place of ~ and ~name; a path whose user nobody
// knows stays as it is.
func Expand(path string) string {
	if !strings.HasPrefix(path, "~") {
		return path
	}
	name, rest, slash := strings.Cut(path[1:], "/")
	home := os.Getenv("HOME")
	if name != "" || home == "" {
		var u *user.User
		var err error
		if name == "" {
			u, err = user.Current()
		} else {
			u, err = user.Lookup(name)
		}
		if err != nil {
			return path
		}
		home = u.HomeDir
	}
	home = strings.TrimRight(home, "/")
	switch {
	case slash:
		return home + "/" + rest
	case home == "":
		return "/"
	}
	return home
}
