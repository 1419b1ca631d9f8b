// Package storage holds the modules for disks: partitions, LVM's groups and
// volumes, file systems and what is encrypted. They ask the system's tools for
// numbers in bytes and lists in fields, and run them by argument lists.
package storage

import (
	"strconv"
	"strings"

	"goplay/internal/shlex"
	"goplay/modules"
)

// table runs a tool of LVM and splits what it prints into rows of fields,
// sizes in bytes.
func table(c *modules.Context, tool, fields string, more ...string) ([][]string, error) {
	out, err := c.Command(tableOf(tool, fields, more...)...)
	if err != nil {
		return nil, err
	}
	return rows(out), nil
}

func tableOf(tool, fields string, more ...string) []string {
	return append([]string{tool, "--noheadings", "--nosuffix", "--units", "b", "--separator", ";", "-o", fields}, more...)
}

// rows splits fields that are separated by semicolons.
func rows(text string) [][]string {
	var out [][]string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, strings.Split(line, ";"))
		}
	}
	return out
}

// number reads a size that LVM prints in bytes; what is none is 0.
func number(text string) int64 {
	n, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(text), "B"), 10, 64)
	return n
}

// words splits options that a user gives as one text.
func words(option, text string) ([]string, error) {
	list, err := shlex.Split(text)
	if err != nil {
		return nil, modules.Fail("%s: %w", option, err)
	}
	return list, nil
}

// step is a command and what is said where it fails.
type step struct {
	argv []string
	fail string
}

// carry makes an effect of steps, in their order.
func carry(c *modules.Context, steps []step) error {
	for _, s := range steps {
		err := c.Change(modules.Diff{}, func() error {
			out, err := c.Exec(modules.Cmd{Argv: s.argv})
			if err == nil && out.RC != 0 {
				return modules.Fail("%s", s.fail).With("rc", out.RC).With("err", out.Stderr)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func join(list []string) string { return strings.Join(list, " ") }
