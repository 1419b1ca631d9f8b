package lookups

import (
	"goplay/internal/pyre"
	"goplay/internal/value"
)

// variables gives variables by name.
func variables(c *Call) ([]any, error) {
	var out []any
	for _, term := range c.Terms {
		name, ok := term.(string)
		if !ok {
			return nil, failure("Invalid setting identifier, \"%s\" is not a string, its a <class '%s'>", value.Str(term), value.TypeName(term))
		}
		v, found, err := c.Engine.Variable(c.Ctx, name, c.Vars)
		switch fallback, hasDefault := c.Options.Get("default"); {
		case found && err != nil:
			return nil, err
		case found:
			out = append(out, v)
		case hasDefault && fallback != nil:
			out = append(out, fallback)
		default:
			return nil, value.Raise("AnsibleUndefinedVariable", "No variable found with this name: %s", name)
		}
	}
	return out, nil
}

// varnames gives the names of variables that match patterns.
func varnames(c *Call) ([]any, error) {
	names := c.Vars.Names()
	var out []any
	for _, term := range c.Terms {
		pattern, ok := term.(string)
		if !ok {
			return nil, failure("Invalid setting identifier, \"%s\" is not a string, it is a <class '%s'>", value.Str(term), value.TypeName(term))
		}
		re, err := pyre.Compile(pattern, 0)
		if err != nil {
			return nil, failure("Unable to use \"%s\" as a search parameter: %v", pattern, err)
		}
		for _, name := range names {
			if re.Search(name) != nil {
				out = append(out, name)
			}
		}
	}
	return out, nil
}
