package fsys

import (
	"os/user"
	"strconv"
	"strings"

	"goplay/modules"
)

// UID finds the number of a user given by name or number.
func UID(c *modules.Context, name string) (int, error) {
	if n, err := strconv.Atoi(name); err == nil {
		return n, nil
	}
	if u, err := user.Lookup(name); err == nil {
		return strconv.Atoi(u.Uid)
	}
	if n, ok := getent(c, "passwd", name, 2); ok {
		return strconv.Atoi(n)
	}
	return 0, modules.Fail("chown failed: failed to look up user %s", name)
}

// GID finds the number of a group given by name or number.
func GID(c *modules.Context, name string) (int, error) {
	if n, err := strconv.Atoi(name); err == nil {
		return n, nil
	}
	if g, err := user.LookupGroup(name); err == nil {
		return strconv.Atoi(g.Gid)
	}
	if n, ok := getent(c, "group", name, 2); ok {
		return strconv.Atoi(n)
	}
	return 0, modules.Fail("chgrp failed: failed to look up group %s", name)
}

// UserName is the name of a user's number, "" when it has none.
func UserName(c *modules.Context, uid int) string {
	id := strconv.Itoa(uid)
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	name, _ := getent(c, "passwd", id, 0)
	return name
}

// GroupName is the name of a group's number, "" when it has none.
func GroupName(c *modules.Context, gid int) string {
	id := strconv.Itoa(gid)
	if g, err := user.LookupGroupId(id); err == nil {
		return g.Name
	}
	name, _ := getent(c, "group", id, 0)
	return name
}

// getent asks the system's name services, for accounts that are not in the
// files that Go reads (LDAP, systemd-userdb).
func getent(c *modules.Context, database, key string, field int) (string, bool) {
	if _, err := c.Find("getent"); err != nil {
		return "", false
	}
	out, err := c.Exec(modules.Cmd{Argv: []string{"getent", database, key}})
	if err != nil || out.RC != 0 {
		return "", false
	}
	fields := strings.Split(strings.TrimSpace(out.Stdout), ":")
	if len(fields) <= field {
		return "", false
	}
	return fields[field], true
}
