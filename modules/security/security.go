// Package security holds the modules for who may do what on a machine:
// firewalls, SELinux, access control lists, extended attributes and limits.
// They ask the system's own tools, by argument lists, what is in effect, and
// change only what differs.
package security

import "goplay/modules"

// runs makes an effect of a command.
func runs(c *modules.Context, argv ...string) func() error {
	return func() error { _, err := c.Command(argv...); return err }
}

// selinuxEnabled reports whether the running kernel enforces or logs SELinux's rules.
func selinuxEnabled(c *modules.Context) bool {
	out, err := c.Exec(modules.Cmd{Argv: []string{"selinuxenabled"}})
	return err == nil && out.RC == 0
}

// onOff is a boolean as SELinux's tools write it.
func onOff(v bool) string {
	if v {
		return "on"
	}
	return "off"
}
