// Package services holds the modules of service managers: systemd, SysV
// scripts, OpenRC, and the facts about services. They ask the manager's own
// programs and leave what is already right alone.
package services

import (
	"os"
	"path/filepath"
	"strings"

	"goplay/modules"
)

// quietly does something that is not reported as a change, and nothing when
// only checking. The module says itself whether it changed anything.
func quietly(c *modules.Context, do func() error) error { return c.Change(modules.Diff{}, do) }

// initScript is the SysV script of a service, "" when there is none.
func initScript(name string) string {
	path := name
	if !strings.HasPrefix(name, "/") {
		path = "/etc/init.d/" + name
	}
	if info, err := os.Stat(path); err != nil || info.IsDir() {
		return ""
	}
	return path
}

// startsAtBoot reports whether a SysV service has a start link in a runlevel,
// or in any.
func startsAtBoot(name, runlevel string) bool {
	if runlevel == "" {
		runlevel = "?"
	}
	links, err := filepath.Glob("/etc/rc" + runlevel + ".d/S??" + name)
	return err == nil && len(links) > 0
}

// processRuns looks for a text in the command lines of all processes.
func processRuns(c *modules.Context, pattern string) bool {
	out, err := c.Exec(modules.Cmd{Argv: []string{"ps", "-A", "-o", "args="}})
	if err != nil || out.RC != 0 {
		return false
	}
	return strings.Contains(out.Stdout, pattern)
}

func missing(name, where string) error {
	return modules.Fail("Could not find the requested service %s: %s", name, where)
}
