package lookups

import "goplay/internal/value"

// config gives settings of ansible.cfg by name.
func config(c *Call) ([]any, error) {
	missing := c.text("on_missing", "error")
	switch missing {
	case "error", "warn", "skip":
	default:
		return nil, value.Raise("AnsibleOptionsError", "\"on_missing\" must be a string and one of \"error\", \"warn\" or \"skip\", not %s", missing)
	}
	var out []any
	for _, term := range c.Terms {
		name, ok := term.(string)
		if !ok {
			return nil, value.Raise("AnsibleOptionsError", "Invalid setting identifier, \"%s\" is not a string, its a <class '%s'>", value.Str(term), value.TypeName(term))
		}
		var v any
		found := false
		if get := c.plugins.options.Config; get != nil {
			v, found = get(name)
		}
		switch {
		case found:
			out = append(out, v)
		case missing == "error":
			return nil, value.Raise("AnsibleLookupError", "Unable to find setting %s", name)
		case missing == "warn":
			c.warn("Skipping, did not find setting %s", name)
		}
	}
	return out, nil
}
