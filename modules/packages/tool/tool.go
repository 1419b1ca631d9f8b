// Package tool holds what modules of package managers have in common: running
// the manager's program, and the ways in which its answers become results.
package tool

import (
	"strings"

	"goplay/modules"
)

// Run runs a command. Where it ends badly, the failure says what the command
// wrote to its standard error.
func Run(c *modules.Context, cmd modules.Cmd) (modules.Output, error) {
	out, err := c.Exec(cmd)
	if err != nil || out.RC == 0 {
		return out, err
	}
	return out, modules.Fail("%s", strings.TrimSpace(out.Stderr)).With("rc", out.RC).
		With("stdout", out.Stdout).With("stderr", out.Stderr).With("cmd", cmd.Argv)
}

// Attempt does something, or, where the call only checks, has foresee tell what
// would come of it. It is for programs that only say afterwards whether
// anything was to do, and that can rehearse.
func Attempt(c *modules.Context, do, foresee func() error) error {
	done := false
	err := c.Change(modules.Diff{}, func() error {
		done = true
		return do()
	})
	if err != nil || done {
		return err
	}
	return foresee()
}

// Quietly does what no user calls a change, such as fetching lists, unless the
// call only checks. The module's result has to say itself whether it changed
// anything.
func Quietly(c *modules.Context, do func() error) error {
	return c.Change(modules.Diff{}, do)
}

// Names drops blanks and empty entries of a list of packages.
func Names(list []string) []string {
	var out []string
	for _, name := range list {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// Flags lists the command line flags whose conditions hold, in pairs of a bool
// and a flag.
func Flags(pairs ...any) []string {
	var argv []string
	for i := 0; i+1 < len(pairs); i += 2 {
		if on, _ := pairs[i].(bool); on {
			argv = append(argv, pairs[i+1].(string))
		}
	}
	return argv
}

// Option is a flag and its value, nothing where the value is empty.
func Option(flag, value string) []string {
	if value == "" {
		return nil
	}
	return []string{flag, value}
}
