package systems

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"goplay/internal/lazy"
	"goplay/modules"
)

// brew is Homebrew as the homebrew modules use it.
type brew struct {
	c    *modules.Context
	path string
	env  []string
}

// findBrew looks for brew in PATH and then in folders, separated by colons.
func findBrew(c *modules.Context, folders string, env ...string) (*brew, error) {
	path, err := c.Find("brew")
	for _, dir := range filepath.SplitList(folders) {
		if err == nil {
			break
		}
		candidate := filepath.Join(c.Path(dir), "brew")
		if info, found := os.Stat(candidate); found == nil && info.Mode()&0o111 != 0 {
			path, err = candidate, nil
		}
	}
	return &brew{c, path, env}, err
}

func (b *brew) run(env []string, args ...string) (modules.Output, error) {
	return b.c.Exec(modules.Cmd{Argv: append([]string{b.path}, args...), Env: append(b.env[:len(b.env):len(b.env)], env...)})
}

var upToDate = lazy.Regexp(`(?i)Already up-to-date\.`)

// update updates Homebrew itself, and reports whether that was a change.
func (b *brew) update() (changed bool, msg string, err error) {
	out, err := b.run(nil, "update")
	switch {
	case err != nil:
		return false, "", err
	case out.RC != 0:
		return false, "", modules.Fail("%s", strings.TrimSpace(out.Stderr))
	case out.Stdout != "" && !upToDate.MatchString(out.Stdout):
		return true, "Homebrew updated successfully.", nil
	case out.Stdout != "":
		msg = "Homebrew already up-to-date."
	}
	return false, msg, nil
}

// tally counts what becomes of packages, and keeps the last message.
type tally struct {
	changed, unchanged []string
	anything           bool // something was changed, be it no package
	msg                string
}

func (t *tally) kept(name, format string) {
	t.unchanged = append(t.unchanged, name)
	t.msg = fmt.Sprintf(format, name)
}

func (t *tally) did(name, format string) {
	t.changed, t.anything = append(t.changed, name), true
	t.msg = fmt.Sprintf(format, name)
}

// say is the message: with several packages, how many were changed.
func (t *tally) say() string {
	if len(t.changed)+len(t.unchanged) > 1 {
		return fmt.Sprintf("Changed: %d, Unchanged: %d", len(t.changed), len(t.unchanged))
	}
	return t.msg
}

// dashed makes options of names.
func dashed(names []string) []string {
	var list []string
	for _, name := range names {
		list = append(list, "--"+name)
	}
	return list
}
