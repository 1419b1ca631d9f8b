package lookups

import (
	"os"

	"goplay/internal/value"
)

// env gives variables of the environment; "" where there is none and no default.
func env(c *Call) ([]any, error) {
	var out []any
	for _, term := range c.Terms {
		name := value.Str(term)
		if fields := words(name); len(fields) > 0 {
			name = fields[0]
		}
		if v, ok := os.LookupEnv(name); ok {
			out = append(out, v)
			continue
		}
		fallback := c.option("default", "")
		if u, ok := fallback.(*value.Undefined); ok {
			if u.Strict() {
				return nil, value.Raise("AnsibleUndefinedVariable", "The \"env\" lookup, found an undefined variable: %s", name)
			}
			fallback = ""
		}
		out = append(out, fallback)
	}
	return out, nil
}
