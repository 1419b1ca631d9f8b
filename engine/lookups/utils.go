package lookups

import (
	"goplay/internal/jinja"
	"goplay/internal/value"
)

// utilities are the lookups of ansible.utils that are its filters in another
// form, with the arguments that terms stand for, in order.
var utilities = map[string][]string{
	"get_path": {"var", "path"},
	"index_of": {"data", "test", "value", "key", "fail_on_missing"},
	"to_paths": {"var", "prepend"},
}

// utility makes the lookup of a filter.
func utility(name string, params []string) Func {
	return func(c *Call) ([]any, error) {
		filter := c.Engine.Registry().LookupFilter("ansible.utils." + name)
		if filter == nil {
			return nil, failure("there is no filter ansible.utils.%s", name)
		}
		given := c.Options.Copy()
		for i, term := range c.Terms {
			if i < len(params) {
				if _, twice := given.Get(params[i]); !twice {
					given.Set(params[i], term)
				}
			}
		}
		first, ok := given.Get(params[0])
		if !ok {
			return nil, lookupError("missing required arguments: %s", params[0])
		}
		given.Delete(params[0])
		if name != "to_paths" {
			given.Set("wantlist", true)
		}
		out, err := filter(&jinja.Call{Context: c.Ctx, Name: "ansible.utils." + name, Args: []any{first}, Kwargs: given, Env: c.env(), Pos: c.Pos})
		if err != nil {
			return nil, err
		}
		if l, ok := out.(*value.List); ok && name != "to_paths" {
			return l.Items, nil
		}
		return []any{out}, nil
	}
}

// env is an environment with the filters and tests of the engine.
func (c *Call) env() *jinja.Env { return jinja.New(c.Engine.Registry(), jinja.Options{}) }
