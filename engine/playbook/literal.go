package playbook

import (
	"os"
	"strconv"
	"strings"

	"goplay/internal/tree"
)

// flag reads a boolean that has to be known at load, with all of Ansible's words for it.
func (p *pass) flag(n *tree.Node) bool {
	switch strings.ToLower(n.String()) {
	case "true", "yes", "on", "y", "t", "1", "1.0":
		return true
	case "false", "no", "off", "n", "f", "0", "0.0", "none":
		return false
	}
	p.fault(n.Pos, "The value '%s' is not a valid boolean", n.String())
	return false
}

func (p *pass) number(n *tree.Node) int {
	i, err := strconv.Atoi(strings.TrimSpace(n.String()))
	if err != nil && !n.IsNull() {
		p.fault(n.Pos, "the value '%s' is not a number", n.String())
	}
	return i
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
