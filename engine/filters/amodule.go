package filters

import (
	"goplay/internal/jinja"
	"goplay/internal/value"
)

// RegisterModules adds the test community.general.a_module; exists tells
// whether a name leads to a module.
func RegisterModules(r *jinja.Registry, exists func(name string) bool) {
	addTests(r, table{"a_module": func(c *jinja.Call) (any, error) {
		a, err := bindLoose(c, "term")
		if err != nil {
			return nil, err
		}
		term := a.get("term")
		if err := value.Hashable(term); err != nil {
			return nil, err
		}
		if err := defined(term); err != nil {
			return nil, err
		}
		name, err := textWith(term, "startswith")
		if err != nil {
			return nil, err
		}
		return name != "" && exists(name), nil
	}}, general)
}
