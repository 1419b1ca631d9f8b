package security

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// ruleFiles are where ufw keeps its rules, in old and new versions, by the
// chain that marks the version of IP.
var ruleFiles = map[string][]string{
	"ufw-user-input":  {"/lib/ufw/user.rules", "/etc/ufw/user.rules", "/var/lib/ufw/user.rules"},
	"ufw6-user-input": {"/lib/ufw/user6.rules", "/etc/ufw/user6.rules", "/var/lib/ufw/user6.rules"},
}

// unchanged tells whether the rules that a dry run prints are those that are
// there. A dry run prints only the files that the rule is about, or none where
// nothing would be done.
func unchanged(dry string) (bool, error) {
	for mark, want := range tuplesByChain(dry) {
		var have []string
		for _, path := range ruleFiles[mark] {
			text, err := os.ReadFile(path)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return false, err
			}
			have = append(have, tuples(string(text))...)
		}
		if !slices.Equal(have, want) {
			return false, nil
		}
	}
	return true, nil
}

const tupleMark = "### tuple ###"

// tuples are ufw's own notes of its rules, in their order.
func tuples(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, tupleMark) {
			out = append(out, strings.TrimSpace(line))
		}
	}
	return out
}

// tuplesByChain splits the output of a dry run into the files it has, each of
// which begins with *filter and declares its chains.
func tuplesByChain(dry string) map[string][]string {
	out := map[string][]string{}
	for _, file := range strings.Split("\n"+dry, "\n*filter")[1:] {
		for mark := range ruleFiles {
			if strings.Contains(file, ":"+mark+" ") {
				out[mark] = tuples(file)
			}
		}
	}
	return out
}
