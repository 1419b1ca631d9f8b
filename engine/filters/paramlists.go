package filters

import (
	"slices"
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/value"
)

// paramListCompare applies a list of names, of all and of names with a ! before
// them to a list of what there is.
func paramListCompare(c *jinja.Call) (any, error) {
	if len(c.Args)+c.Kwargs.Len() < 2 {
		return nil, filterError("Missing either 'base' or 'other value in filter input,refer 'ansible.utils.param_list_compare' filter plugin documentation for details")
	}
	if len(c.Args) > 2 {
		c.Args = c.Args[:2]
	}
	if _, err := checkedAs(c, "filter", "base:list target:list"); err != nil {
		return nil, err
	}
	a, err := bind(c, "base target")
	if err != nil {
		return nil, err
	}
	target, err := value.Items(a.get("target"))
	if err != nil {
		return nil, err
	}
	var combined, remain []any
	var bangs []string
	unsupported := value.NewList()
	for _, item := range target {
		name, err := textWith(item, "startswith")
		if err != nil {
			return nil, err
		}
		if not, bang := strings.CutPrefix(name, "!"); bang {
			bangs = append(bangs, not)
			continue
		}
		if name == "all" {
			if combined, err = value.Items(a.get("base")); err != nil {
				return nil, err
			}
			combined = slices.Clone(combined)
			continue
		}
		known, err := value.Contains(a.get("base"), item)
		if err != nil {
			return nil, err
		}
		if known {
			remain = append(remain, item)
		} else {
			unsupported.Append(item)
		}
	}
	for _, name := range bangs {
		if i := slices.IndexFunc(combined, func(v any) bool { return value.Equal(v, name) }); i >= 0 {
			combined = slices.Delete(combined, i, i+1)
		}
	}
	for _, item := range remain {
		if !slices.ContainsFunc(combined, func(v any) bool { return value.Equal(v, item) }) {
			combined = append(combined, item)
		}
	}
	actionable := value.NewList(combined...)
	if err := value.Sort(actionable.Items, nil, false); err != nil {
		return nil, err
	}
	return value.DictOf("actionable", actionable, "unsupported", unsupported), nil
}
