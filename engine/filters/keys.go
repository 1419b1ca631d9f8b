package filters

import (
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/pyre"
	"goplay/internal/value"
)

// matchKey compares a key with what is asked for.
func matchKey(kind, pattern, key string) (bool, error) {
	switch kind {
	case "", "equality", "equal":
		return key == pattern, nil
	case "starts_with":
		return strings.HasPrefix(key, pattern), nil
	case "ends_with":
		return strings.HasSuffix(key, pattern), nil
	case "regex":
		re, err := pyre.Compile(pattern, 0)
		if err != nil {
			return false, filterError("The target must be a valid regex if matching_parameter=regex. target is %s: %v", pattern, err)
		}
		return re.Match(key) != nil, nil
	default:
		return false, filterError("value of matching_parameter must be one of: starts_with, ends_with, regex, equality, got: %s", kind)
	}
}

func matchesAny(tick func(steps int), kind string, targets []any, key any) (bool, error) {
	tick(len(targets) / 4)
	name := value.Str(key)
	for _, target := range targets {
		ok, err := matchKey(kind, value.Str(target), name)
		if ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// keyRule decides of a key that matches, or does not, whether it stays.
type keyRule func(matches bool) bool

func keepKey(matches bool) bool   { return matches }
func removeKey(matches bool) bool { return !matches }

// generalKeys filters the keys of the dicts in a list, as community.general does.
func generalKeys(rule keyRule) jinja.Func {
	return func(c *jinja.Call) (any, error) {
		a, err := bind(c, "data target? matching_parameter?")
		if err != nil {
			return nil, err
		}
		targets := []any{a.get("target")}
		if isSequence(a.get("target")) {
			targets, _ = value.Items(a.get("target"))
		}
		return eachDict(a, func(d *value.Dict) (*value.Dict, error) {
			out := value.NewDict()
			for k, v := range d.All() {
				ok, err := matchesAny(a.tick, a.text("matching_parameter", "equal"), targets, k)
				if err != nil {
					return nil, err
				}
				if rule(ok) {
					out.Set(k, v)
				}
			}
			return out, nil
		})
	}
}

func eachDict(a *args, f func(*value.Dict) (*value.Dict, error)) (any, error) {
	if !isSequence(a.get("data")) {
		return nil, filterError("First argument must be a list. %s is %s", value.Str(a.get("data")), class(a.get("data")))
	}
	items, _ := value.Items(a.get("data"))
	out := value.NewList()
	for _, item := range items {
		d, ok := item.(*value.Dict)
		if !ok {
			return nil, filterError("Elements of the data list must be dictionaries. %s is %s", value.Str(item), class(item))
		}
		changed, err := f(d)
		if err != nil {
			return nil, err
		}
		out.Append(changed)
	}
	return out, nil
}

func generalReplaceKeys(c *jinja.Call) (any, error) {
	a, err := bind(c, "data target? matching_parameter?")
	if err != nil {
		return nil, err
	}
	return eachDict(a, func(d *value.Dict) (*value.Dict, error) {
		out := value.NewDict()
		for k, v := range d.All() {
			name, err := renamed(a, k)
			if err != nil {
				return nil, err
			}
			out.Set(name, v)
		}
		return out, nil
	})
}

// renamed is the `after` of the first target whose `before` matches a key.
func renamed(a *args, key any) (any, error) {
	targets, err := value.Items(a.get("target"))
	if err != nil {
		return nil, err
	}
	a.tick(len(targets) / 4)
	for _, t := range targets {
		d, ok := t.(*value.Dict)
		if !ok {
			return nil, filterError("Elements of the target list must be dictionaries with before and after. %s is %s", value.Str(t), class(t))
		}
		before, _ := d.Get("before")
		after, _ := d.Get("after")
		ok, err := matchKey(textOrEmpty(a.get("matching_parameter")), value.Str(before), value.Str(key))
		if err != nil {
			return nil, err
		}
		if ok {
			return after, nil
		}
	}
	return key, nil
}

// deepKeys are ansible.utils' keep_keys and remove_keys, which go into nested
// lists and dicts.
func deepKeys(what string, prune func(p keyPruner, v any) (any, error)) jinja.Func {
	return func(c *jinja.Call) (any, error) {
		a, err := checked(c, "data:raw! target:list/str! matching_parameter:str{starts_with,ends_with,regex}")
		if err != nil {
			return nil, err
		}
		targets, err := value.Items(a.get("target"))
		if err != nil {
			return nil, err
		}
		if !isTree(a.get("data")) {
			return nil, filterError("Error when using plugin '%s': Input is not valid for %s", shortName(c.Name), what)
		}
		return prune(keyPruner{targets: targets, tick: a.tick, kind: textOrEmpty(a.get("matching_parameter"))}, a.get("data"))
	}
}

// keyPruner takes keys out of nested data.
type keyPruner struct {
	targets []any
	tick    func(steps int)
	kind    string
	depth   int
}

// maxNesting bounds how deep filters go into data, which may hold itself.
const maxNesting = 500

func (p *keyPruner) enter() error {
	if p.depth++; p.depth > maxNesting {
		return value.Raise("RecursionError", "maximum recursion depth exceeded")
	}
	return nil
}

func (p keyPruner) each(l *value.List, f func(any) (any, bool, error)) (*value.List, error) {
	out := value.NewList()
	for _, item := range l.Items {
		pruned, keep, err := f(item)
		if err != nil {
			return nil, err
		}
		if keep {
			out.Append(pruned)
		}
	}
	return out, nil
}

// remove drops the dicts of a list in which nothing is left.
func (p keyPruner) remove(v any) (any, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case *value.List:
		return p.each(v, func(item any) (any, bool, error) {
			pruned, err := p.remove(item)
			switch item.(type) {
			case *value.Dict:
				return pruned, value.Truth(pruned), err
			case *value.List:
				return pruned, value.Truth(item), err
			}
			return pruned, true, err
		})
	case *value.Dict:
		out := value.NewDict()
		for k, item := range v.All() {
			matches, err := matchesAny(p.tick, p.kind, p.targets, k)
			if err != nil {
				return nil, err
			}
			if matches {
				continue
			}
			if item, err = p.remove(item); err != nil {
				return nil, err
			}
			out.Set(k, item)
		}
		return out, nil
	default:
		return v, nil
	}
}

// keep leaves the outermost lists as long as they are.
func (p keyPruner) keep(v any) (any, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case *value.List:
		return p.each(v, func(item any) (any, bool, error) {
			pruned, err := p.keep(item)
			return pruned, true, err
		})
	case *value.Dict:
		return p.keepDict(v)
	default:
		return v, nil
	}
}

func (p keyPruner) keepDict(d *value.Dict) (*value.Dict, error) {
	out := value.NewDict()
	for k, item := range d.All() {
		matches, err := matchesAny(p.tick, p.kind, p.targets, k)
		if err != nil {
			return nil, err
		}
		if matches {
			out.Set(k, item)
			continue
		}
		kept, some, err := p.keepWithin(item)
		if err != nil {
			return nil, err
		}
		if some {
			out.Set(k, kept)
		}
	}
	return out, nil
}

// keepWithin prunes what stands under a key that does not match, and reports
// whether lists or dicts are left in it.
func (p keyPruner) keepWithin(v any) (any, bool, error) {
	if err := p.enter(); err != nil {
		return nil, false, err
	}
	switch v := v.(type) {
	case *value.Dict:
		out, err := p.keepDict(v)
		return out, err == nil && out.Len() > 0, err
	case *value.List:
		nested := false
		out, err := p.each(v, func(item any) (any, bool, error) {
			switch item.(type) {
			case *value.Dict, *value.List:
			default:
				return item, true, nil
			}
			kept, some, err := p.keepWithin(item)
			if l, isList := kept.(*value.List); isList {
				some = l.Len() > 0
			}
			nested = nested || some
			return kept, some, err
		})
		return out, nested, err
	default:
		return v, false, nil
	}
}

// isTree reports whether a value is a list or a dict.
func isTree(v any) bool {
	switch v.(type) {
	case *value.List, *value.Dict:
		return true
	}
	return false
}

func deepReplaceKeys(c *jinja.Call) (any, error) {
	a, err := checked(c, "data:raw! target:list/dict! matching_parameter:str{starts_with,ends_with,regex}")
	if err != nil {
		return nil, err
	}
	if !isTree(a.get("data")) {
		return nil, filterError("Error when using plugin 'replace_keys': Input is not valid for replace operation")
	}
	return renameKeys(a, a.get("data"))
}

func renameKeys(a *args, v any) (any, error) {
	switch v := v.(type) {
	case *value.List:
		out := value.NewList()
		for _, item := range v.Items {
			inner, err := renameKeys(a, item)
			if err != nil {
				return nil, err
			}
			out.Append(inner)
		}
		return out, nil
	case *value.Dict:
		// Renamed keys come last, as popping and setting them again has it.
		out, moved := value.NewDict(), value.NewDict()
		for k, item := range v.All() {
			name, err := renamed(a, k)
			if err != nil {
				return nil, err
			}
			inner, err := renameKeys(a, item)
			if err != nil {
				return nil, err
			}
			if value.Equal(name, k) {
				out.Set(k, inner)
			} else {
				moved.Set(name, inner)
			}
		}
		out.Update(moved)
		return out, nil
	default:
		return v, nil
	}
}
