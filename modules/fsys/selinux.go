package fsys

import (
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"goplay/modules"
)

const contextAttr = "security.selinux"

func selinuxEnabled() bool {
	_, err := os.Stat("/sys/fs/selinux/enforce")
	return err == nil
}

func contextOf(path string) (string, error) {
	buf := make([]byte, 4096)
	n, err := unix.Lgetxattr(path, contextAttr, buf)
	if err != nil {
		return "", &os.PathError{Op: "getxattr", Path: path, Err: err}
	}
	return strings.TrimRight(string(buf[:n]), "\x00"), nil
}

// planContext wants the policy's context for the path, with the parts that the
// options name instead. Without SELinux the options ask for nothing.
func (a *Attrs) planContext(c *modules.Context, p *Plan, path string, st Stat) error {
	if !selinuxEnabled() || st.Type == 0 {
		return nil
	}
	have, err := contextOf(path)
	if err != nil {
		return nil
	}
	want := a.context(have, c, path)
	if want == have {
		return nil
	}
	p.add("secontext", strings.Split(have, ":"), strings.Split(want, ":"), func() error {
		if err := unix.Lsetxattr(path, contextAttr, append([]byte(want), 0), 0); err != nil {
			return modules.Fail("set selinux context failed").With("path", path).With("details", err.Error())
		}
		return nil
	})
	return nil
}

func (a *Attrs) context(have string, c *modules.Context, path string) string {
	current, policy := parts(have), parts(policyContext(c, path))
	options := [4]string{a.SEUser, a.SERole, a.SEType, a.SELevel}
	for i, option := range options {
		switch {
		case option != "" && option != "_default":
			current[i] = option
		case policy[i] != "":
			current[i] = policy[i]
		}
	}
	text := strings.Join(current[:3], ":")
	if current[3] != "" {
		text += ":" + current[3]
	}
	return text
}

// parts splits user:role:type:level; a level may have colons of its own.
func parts(context string) (p [4]string) {
	copy(p[:], strings.SplitN(context, ":", 4))
	return p
}

// policyContext is what the policy says a path should have, "" where the
// system has no tool to ask.
func policyContext(c *modules.Context, path string) string {
	if _, err := c.Find("matchpathcon"); err != nil {
		return ""
	}
	out, err := c.Command("matchpathcon", "-n", path)
	if err != nil || strings.HasPrefix(out, "<<none>>") {
		return ""
	}
	return strings.TrimSpace(out)
}
