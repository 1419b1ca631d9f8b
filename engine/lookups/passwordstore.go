package lookups

import (
	"bytes"
	"os/exec"
	"strings"

	"goplay/internal/homedir"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// passwordStore reads entries of the password manager pass.
func passwordStore(c *Call) ([]any, error) {
	var out []any
	for _, term := range c.Terms {
		params, given := keyValues(value.Str(term))
		get := func(name, def string) string {
			if v, ok := given[name]; ok {
				return v
			}
			return c.text(name, def)
		}
		name := strings.Join(params, " ")
		var stderr bytes.Buffer
		cmd := exec.CommandContext(c.Ctx, "pass", "show", name)
		if dir := get("directory", ""); dir != "" {
			cmd.Env = append(cmd.Environ(), "PASSWORD_STORE_DIR="+homedir.Expand(dir))
		}
		cmd.Stderr = &stderr
		data, err := cmd.Output()
		if err != nil {
			if get("missing", "error") == "empty" {
				continue
			}
			return nil, failure("passwordstore: pass show %s: %v: %s", name, err, strings.TrimSpace(stderr.String()))
		}
		out = append(out, entry(string(data), get("subkey", "password"), truthWord(get("returnall", "no"))))
	}
	return out, nil
}

// entry is the password on the first line, everything, or a key of what follows it.
func entry(text, subkey string, all bool) any {
	if all {
		return strings.TrimRight(text, "\n")
	}
	first, rest, _ := strings.Cut(text, "\n")
	if subkey == "password" {
		return first
	}
	if n, _, err := tree.ParseOne("pass", []byte(rest), tree.Options{}); err == nil {
		if v := n.Get(subkey); v != nil {
			return v.Data()
		}
	}
	return nil
}
