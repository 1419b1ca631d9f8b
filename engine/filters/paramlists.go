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
	a, err := checkedAs(c, "filter", "base:list target:list")
	if err != nil {
		return nil, err
	}
	base, err := names(a.get("base"))
	if err != nil {
		return nil, err
	}
	target, err := names(a.get("target"))
	if err != nil {
		return nil, err
	}
	var combined, remain, bangs []string
	unsupported := value.NewList()
	for _, name := range target {
		not, bang := strings.CutPrefix(name, "!")
		switch {
		case name == "all":
			combined = slices.Clone(base)
		case bang:
			bangs = append(bangs, not)
		case slices.Contains(base, name):
			remain = append(remain, name)
		default:
			unsupported.Append(name)
		}
	}
	for _, name := range bangs {
		if i := slices.Index(combined, name); i >= 0 {
			combined = slices.Delete(combined, i, i+1)
		}
	}
	for _, name := range remain {
		if !slices.Contains(combined, name) {
			combined = append(combined, name)
		}
	}
	slices.Sort(combined)
	actionable := value.NewList()
	for _, name := range combined {
		actionable.Append(name)
	}
	return value.DictOf("actionable", actionable, "unsupported", unsupported), nil
}

func names(v any) ([]string, error) {
	items, err := value.Items(v)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(items))
	for i, item := range items {
		if out[i], err = textWith(item, "startswith"); err != nil {
			return nil, err
		}
	}
	return out, nil
}
