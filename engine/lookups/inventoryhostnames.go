package lookups

import (
	"path"
	"strings"

	"goplay/internal/value"
)

// inventoryHostnames gives the hosts that patterns name, from the variable groups.
func inventoryHostnames(c *Call) ([]any, error) {
	v, err := c.variable("groups")
	if err != nil {
		return nil, err
	}
	groups, ok, err := value.AsDict(v)
	if err != nil || !ok {
		return []any{}, err
	}
	chosen := value.NewSet()
	for _, term := range c.Terms {
		for _, pattern := range strings.FieldsFunc(value.Str(term), func(r rune) bool { return r == ':' || r == ',' }) {
			pattern = strings.TrimSpace(pattern)
			matched := hostsOf(groups, strings.TrimLeft(pattern, "!&"))
			switch {
			case strings.HasPrefix(pattern, "!"):
				for _, host := range matched.Items() {
					chosen.Delete(host)
				}
			case strings.HasPrefix(pattern, "&"):
				for _, host := range chosen.Items() {
					if !matched.Has(host) {
						chosen.Delete(host)
					}
				}
			default:
				for _, host := range matched.Items() {
					chosen.Add(host)
				}
			}
		}
	}
	return chosen.Items(), nil
}

// hostsOf finds the groups that match a pattern, and hosts of any group.
func hostsOf(groups *value.Dict, pattern string) *value.Set {
	found := value.NewSet()
	for name, members := range groups.All() {
		list, _ := members.(*value.List)
		whole, _ := path.Match(pattern, value.Str(name))
		for i := range list.Len() {
			host := list.Items[i]
			if one, _ := path.Match(pattern, value.Str(host)); one || whole {
				found.Add(host)
			}
		}
	}
	return found
}
