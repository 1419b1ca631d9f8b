// Package accounts holds the modules for users, groups and what lets them in:
// SSH keys and known hosts, passwords of web servers, sudo rules and limits.
// They change accounts through the system's own tools, by argument lists, and
// never show a password.
package accounts

import (
	"os"
	"strconv"
	"strings"

	"goplay/modules"
)

// Where the system keeps its accounts.
const (
	passwdFile = "/etc/passwd"
	groupFile  = "/etc/group"
	shadowFile = "/etc/shadow"
)

// entry finds the line of a colon-separated database whose first field, or
// third one for a number, is key.
func entry(text, key string) []string {
	for line := range strings.Lines(text) {
		f := strings.Split(strings.TrimRight(line, "\n"), ":")
		if f[0] == key {
			return f
		}
	}
	return nil
}

// passwdEntry looks a user up in the system's file, then through its name services.
func passwdEntry(c *modules.Context, name string, local bool) []string {
	data, _ := os.ReadFile(passwdFile)
	if f := entry(string(data), name); len(f) == 7 {
		return f
	}
	if local {
		return nil
	}
	return nameService(c, "passwd", name, 7)
}

// groupEntry looks a group up by name, or by number where no name matches.
func groupEntry(c *modules.Context, name string, local bool) []string {
	data, _ := os.ReadFile(groupFile)
	if f := groupIn(string(data), name); f != nil {
		return f
	}
	if local {
		return nil
	}
	return nameService(c, "group", name, 4)
}

func groupIn(text, name string) []string {
	if f := entry(text, name); len(f) == 4 {
		return f
	}
	if _, err := strconv.Atoi(name); err != nil {
		return nil
	}
	for line := range strings.Lines(text) {
		if f := strings.Split(strings.TrimRight(line, "\n"), ":"); len(f) == 4 && f[2] == name {
			return f
		}
	}
	return nil
}

func nameService(c *modules.Context, database, key string, fields int) []string {
	if _, err := c.Find("getent"); err != nil {
		return nil
	}
	out, err := c.Exec(modules.Cmd{Argv: []string{"getent", database, key}})
	if f := strings.Split(strings.TrimRight(out.Stdout, "\n"), ":"); err == nil && out.RC == 0 && len(f) == fields {
		return f
	}
	return nil
}

// memberships are the names of the groups that list a user.
func memberships(text, user string) []string {
	var names []string
	for line := range strings.Lines(text) {
		f := strings.Split(strings.TrimRight(line, "\n"), ":")
		if len(f) != 4 {
			continue
		}
		for _, member := range strings.Split(f[3], ",") {
			if member == user {
				names = append(names, f[0])
			}
		}
	}
	return names
}

// shadow is what matters of a user's line in the shadow file.
type shadow struct {
	password      string
	min, max      string // days
	warn          string // days before the password ends
	expires       string // days since 1970, "" for never
	there, locked bool
}

func shadowOf(text, user string) shadow {
	f := entry(text, user)
	if len(f) < 8 {
		return shadow{}
	}
	return shadow{password: f[1], min: f[3], max: f[4], warn: f[5], expires: f[7], there: true, locked: strings.HasPrefix(f[1], "!")}
}

// ran collects what tools printed, for the result.
type ran struct {
	Stdout string `json:"stdout,omitempty" doc:"What the tools wrote to their standard output."`
	Stderr string `json:"stderr,omitempty" doc:"What the tools wrote to their standard error."`
}

// tool runs a command; one that ends badly is a failure in its own words.
func (r *ran) tool(c *modules.Context, name string, argv []string, stdin string) error {
	if _, err := c.Find(argv[0]); err != nil {
		return err
	}
	out, err := c.Exec(modules.Cmd{Argv: argv, Stdin: strings.NewReader(stdin)})
	if err != nil {
		return err
	}
	r.Stdout += out.Stdout
	r.Stderr += out.Stderr
	if out.RC != 0 {
		said := out.Stderr
		if said == "" {
			said = out.Stdout
		}
		return modules.Fail("%s", said).With("name", name).With("rc", out.RC)
	}
	return nil
}

func ptr[T any](v T) *T { return &v }
