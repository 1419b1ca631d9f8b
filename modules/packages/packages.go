// Package packages holds the modules of package managers: the system's (apt,
// dnf, apk ...), those of languages (pip, npm ...), their repositories and
// keys. State that a manager keeps in files is read there; what changes goes
// through the manager's own program, by argv.
package packages

import (
	"os"
	"path"
	"slices"
	"strings"

	"goplay/modules"
)

// match compares a name with a shell pattern by Python's rules. Names of
// packages and versions hold no slash, so that the path rules do not differ.
func match(pattern, name string) bool {
	ok, err := path.Match(strings.ReplaceAll(pattern, "[!", "[^"), name)
	return ok && err == nil
}

func isPattern(name string) bool { return strings.ContainsAny(name, "*?[]!") }

// no overrides what Change noted: nothing that is reported was changed.
func no() *bool { f := false; return &f }

// run runs a command whose bad end is a failure with the given words in front.
func run(c *modules.Context, cmd modules.Cmd, words string) (modules.Output, error) {
	out, err := c.Exec(cmd)
	if err != nil {
		return out, err
	}
	if out.RC != 0 {
		return out, failure(out, cmd.Argv, words)
	}
	return out, nil
}

// failure is a command's bad end in words of the module's own.
func failure(out modules.Output, argv []string, words string) error {
	said := strings.TrimSpace(out.Stderr)
	if said == "" {
		said = strings.TrimSpace(out.Stdout)
	}
	return modules.Fail("%s: %s", words, said).With("rc", out.RC).With("stdout", out.Stdout).With("stderr", out.Stderr).With("cmd", argv)
}

// worldHas reports whether a file of names, one a line, has all that are given.
func worldHas(path string, list []string) bool {
	data, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	lines := strings.Fields(string(data))
	for _, name := range list {
		if !slices.Contains(lines, name) {
			return false
		}
	}
	return true
}
