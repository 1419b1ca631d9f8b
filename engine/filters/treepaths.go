package filters

import (
	"fmt"
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/lazy"
	"goplay/internal/source"
	"goplay/internal/value"
)

// treeFilters are ansible.utils' filters of nested data.
var treeFilters = table{
	"to_paths":           toPaths,
	"get_path":           getPath,
	"index_of":           indexOf,
	"param_list_compare": paramListCompare,
	"consolidate":        consolidate,
	"keep_keys":          deepKeys(keyPruner.keep),
	"remove_keys":        deepKeys(keyPruner.remove),
	"replace_keys":       deepReplaceKeys,
}

var identifier = lazy.Regexp(`^[a-zA-Z_][a-zA-Z0-9_]*$`)

func toPaths(c *jinja.Call) (any, error) {
	a, err := bind(c, "var prepend? wantlist?")
	if err != nil {
		return nil, err
	}
	out := value.NewDict()
	collectPaths(out, a.get("var"), textOrEmpty(a.get("prepend")), 0)
	if a.truth("wantlist", false) {
		return value.NewList(out), nil
	}
	return out, nil
}

func collectPaths(out *value.Dict, v any, path string, depth int) {
	d, isDict := v.(*value.Dict)
	l, isList := v.(*value.List)
	switch {
	case depth > 500:
		out.Set(path, v)
	case isDict && d.Len() > 0:
		for k, item := range d.All() {
			name, isStr := isText(k)
			switch {
			case path == "":
				name = value.Str(k)
			case isStr && identifier.MatchString(name):
				name = path + "." + name
			case isStr:
				name = path + "['" + name + "']"
			default:
				name = path + "[" + value.Str(k) + "]"
			}
			collectPaths(out, item, name, depth+1)
		}
	case isList && l.Len() > 0:
		for i, item := range l.Items {
			collectPaths(out, item, fmt.Sprintf("%s[%d]", path, i), depth+1)
		}
	default:
		out.Set(path, v)
	}
}

// alone is a scope of one variable.
type alone struct {
	name string
	v    any
}

// Lookup finds the variable.
func (s alone) Lookup(name string) (any, bool, error) { return s.v, name == s.name, nil }

// getPath reads a path such as a.b['c'][0] as a template would.
func getPath(c *jinja.Call) (any, error) {
	a, err := bind(c, "var path wantlist?")
	if err != nil {
		return nil, err
	}
	path := value.Str(a.get("path"))
	if !strings.HasPrefix(path, "[") {
		path = "." + path
	}
	expr, err := c.Env.ParseExpr("v"+path, source.Pos{})
	if err != nil {
		return nil, filterError("get_path: %s is no path: %v", value.Str(a.get("path")), err)
	}
	v, err := expr.Eval(c.Context, alone{"v", a.get("var")})
	if err != nil {
		return nil, err
	}
	if a.truth("wantlist", false) {
		return value.NewList(v), nil
	}
	return v, nil
}

// indexOf gives the positions of the items that pass a test: one alone, or a list.
func indexOf(c *jinja.Call) (any, error) {
	a, err := bind(c, "data test value? key? fail_on_missing? wantlist?")
	if err != nil {
		return nil, err
	}
	items, err := value.Items(a.get("data"))
	if err != nil {
		return nil, err
	}
	name := value.Str(a.get("test"))
	test := c.Env.Registry().LookupTest(name)
	if test == nil {
		return nil, filterError("Error when using plugin 'index_of': the test '%s' was not found.", name)
	}
	found := value.NewList()
	for i, item := range items {
		v := item
		if key := a.get("key"); key != nil {
			d, _ := item.(*value.Dict)
			var ok bool
			if v, ok = d.Get(key); !ok {
				if a.truth("fail_on_missing", false) {
					return nil, filterError("Error when using plugin 'index_of':  and %s was not found in '%s' at [%d]. fail_on_missing=True", value.Repr(key), value.Str(item), i)
				}
				continue
			}
		}
		call := &jinja.Call{Context: c.Context, Name: name, Args: []any{v}, Scope: c.Scope, Env: c.Env, Pos: c.Pos}
		if a.has("value") && a.get("value") != nil {
			call.Args = append(call.Args, a.get("value"))
		}
		ok, err := test(call)
		if err != nil {
			return nil, err
		}
		if value.Truth(ok) {
			found.Append(int64(i))
		}
	}
	if found.Len() == 1 && !a.truth("wantlist", false) {
		return found.Items[0], nil
	}
	return found, nil
}

func paramListCompare(c *jinja.Call) (any, error) {
	a, err := bind(c, "base target")
	if err != nil {
		return nil, err
	}
	base, err := value.Items(a.get("base"))
	if err != nil {
		return nil, err
	}
	target, err := value.Items(a.get("target"))
	if err != nil {
		return nil, err
	}
	actionable, unsupported := value.NewList(), value.NewList()
	for _, item := range target {
		if name := value.Str(item); name != "all" && !strings.HasPrefix(name, "!") && !holds(base, item) {
			unsupported.Append(item)
		}
	}
	wanted := target
	if holds(target, "all") {
		wanted = base
	}
	for _, item := range wanted {
		not := "!" + value.Str(item)
		if holds(base, item) && !holds(base, not) && !holds(target, not) {
			actionable.Append(item)
		}
	}
	return value.DictOf("actionable", actionable, "unsupported", unsupported), nil
}
