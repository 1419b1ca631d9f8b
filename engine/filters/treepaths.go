package filters

import (
	"fmt"

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
	"keep_keys":          deepKeys("keep operation", keyPruner.keep),
	"remove_keys":        deepKeys("attribute removal", keyPruner.remove),
	"replace_keys":       deepReplaceKeys,
}

var identifier = lazy.Regexp(`^[a-zA-Z_][a-zA-Z0-9_]*$`)

func toPaths(c *jinja.Call) (any, error) {
	a, err := checked(c, "var:raw! prepend:str wantlist:bool")
	if err != nil {
		return nil, err
	}
	v := a.get("var")
	var out any = v
	if prepend := textOrEmpty(a.get("prepend")); prepend != "" || !isTree(v) || value.Truth(v) {
		paths := value.NewDict()
		if err := collectPaths(paths, v, rootPath(prepend), 0); err != nil {
			return nil, err
		}
		out = paths
	}
	if a.truth("wantlist", false) {
		return value.NewList(out), nil
	}
	return out, nil
}

// rootPath is where paths start: under the name to put before them, if there is one.
func rootPath(prepend string) any {
	if prepend == "" {
		return nil
	}
	return prepend
}

// collectPaths sets what is in v under its path, which is the key itself, of
// any type, as long as there is only one.
func collectPaths(out *value.Dict, v, path any, depth int) error {
	d, isDict := v.(*value.Dict)
	l, isList := v.(*value.List)
	switch {
	case depth > maxNesting:
		return value.Raise("RecursionError", "maximum recursion depth exceeded")
	case isDict && d.Len() > 0:
		for k, item := range d.All() {
			var name any = k
			if value.Truth(path) {
				text, isStr := isText(k)
				switch {
				case !isStr:
					return value.Raise("TypeError", "expected string or bytes-like object, got '%s'", value.TypeName(k))
				case identifier.MatchString(text):
					name = value.Str(path) + "." + text
				default:
					name = value.Str(path) + "['" + text + "']"
				}
			}
			if err := collectPaths(out, item, name, depth+1); err != nil {
				return err
			}
		}
	case isList && l.Len() > 0:
		for i, item := range l.Items {
			if err := collectPaths(out, item, fmt.Sprintf("%s[%d]", textOrEmpty(path), i), depth+1); err != nil {
				return err
			}
		}
	case isTree(v) && !value.Truth(path):
	default:
		if path == nil {
			path = ""
		}
		out.Set(path, v)
	}
	return nil
}

// keys is a scope of the items of a dict.
type keys struct{ d *value.Dict }

// Lookup finds an item.
func (s keys) Lookup(name string) (any, bool, error) {
	v, ok := s.d.Get(name)
	return v, ok, nil
}

// getPath reads a path such as a.b['c'][0] as a template would in which the
// keys of the dict are variables.
func getPath(c *jinja.Call) (any, error) {
	a, err := checked(c, "var:raw! path:str! ; wantlist:bool")
	if err != nil {
		return nil, err
	}
	d, ok := a.get("var").(*value.Dict)
	if !ok {
		return nil, value.Raise("TypeError", "jinja2.nativetypes.NativeTemplate.render() argument after ** must be a mapping, not %s", value.TypeName(a.get("var")))
	}
	for k := range d.All() {
		if _, isStr := isText(k); !isStr {
			return nil, value.Raise("TypeError", "keywords must be strings")
		}
	}
	path := value.Str(a.get("path"))
	expr, err := c.Env.ParseExpr(path, source.Pos{})
	if err != nil {
		return nil, filterError("get_path: %s is no path: %v", path, err)
	}
	v, err := expr.Eval(c.Context, keys{d})
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
	a, err := checked(c, "data:list! test:str! value:raw key:str fail_on_missing:bool wantlist:bool")
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
