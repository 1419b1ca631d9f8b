package lookups

import (
	"os"
	"strings"

	"goplay/internal/value"
)

// env gives variables of the environment; "" where there is none and no default.
func env(c *Call) ([]any, error) {
	var out []any
	for _, term := range c.Terms {
		text, ok := term.(string)
		if !ok {
			return nil, value.Raise("AttributeError", "'%s' object has no attribute 'split'", value.TypeName(term))
		}
		fields := strings.Fields(text)
		if len(fields) == 0 {
			return nil, value.Raise("IndexError", "list index out of range")
		}
		name := fields[0]
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
