package filters

import (
	"goplay/internal/jinja"
	"goplay/internal/value"
)

// resultTests ask how a task ended.
var resultTests = table{
	"failed": failed, "failure": failed,
	"succeeded": succeeded, "success": succeeded, "successful": succeeded,
	"changed": changed, "change": changed,
	"skipped":     flagTest("skipped"),
	"skip":        flagTest("skipped"),
	"unreachable": unreachable,
	"reachable":   negated(unreachable),
	"timedout":    timedOut,
	"started":     jobFlag("started", true),
	"finished":    jobFlag("finished", true),
}

var truthTests = table{
	"truthy":     truthy,
	"falsy":      negated(truthy),
	"all":        allTrue,
	"any":        anyTrue,
	"contains":   contains,
	"issubset":   subset,
	"subset":     subset,
	"issuperset": superset,
	"superset":   superset,
}

func negated(f jinja.Func) jinja.Func {
	return func(c *jinja.Call) (any, error) {
		v, err := f(c)
		if err != nil {
			return nil, err
		}
		return !value.Truth(v), nil
	}
}

// fullNames are what Ansible calls tests that have a short name too.
var fullNames = map[string]string{"change": "changed", "failure": "failed", "skip": "skipped"}

// result is the dict that a task registered.
func result(c *jinja.Call) (*value.Dict, error) {
	a, err := bindLoose(c, "result")
	if err != nil {
		return nil, err
	}
	d, ok, err := value.AsDict(a.get("result"))
	if err != nil {
		return nil, err
	}
	if !ok {
		name := shortName(c.Name)
		switch name { // Ansible's tests of these names ask the others
		case "success", "succeeded", "successful":
			name = "failed"
		case "reachable":
			name = "unreachable"
		case "change", "failure", "skip":
			name = fullNames[name]
		}
		return nil, filterError("The '%s' test expects a dictionary", name)
	}
	return d, nil
}

func flag(d *value.Dict, name string) any {
	v, ok := d.Get(name)
	if !ok {
		return false
	}
	return v
}

func flagTest(name string) jinja.Func {
	return func(c *jinja.Call) (any, error) {
		d, err := result(c)
		if err != nil {
			return nil, err
		}
		return flag(d, name), nil
	}
}

func failed(c *jinja.Call) (any, error) {
	d, err := result(c)
	if err != nil {
		return nil, err
	}
	return flag(d, "failed"), nil
}

func succeeded(c *jinja.Call) (any, error) {
	d, err := result(c)
	if err != nil {
		return nil, err
	}
	return !value.Truth(flag(d, "failed")), nil
}

func unreachable(c *jinja.Call) (any, error) {
	d, err := result(c)
	if err != nil {
		return nil, err
	}
	return flag(d, "unreachable"), nil
}

// changed is true of a loop's result when one item has changed.
func changed(c *jinja.Call) (any, error) {
	d, err := result(c)
	if err != nil {
		return nil, err
	}
	if _, ok := d.Get("changed"); ok {
		return flag(d, "changed"), nil
	}
	results, _ := d.Get("results")
	if !isSequence(results) {
		return false, nil
	}
	items, _ := value.Items(results)
	if len(items) == 0 {
		return nil, value.Raise("IndexError", "list index out of range")
	}
	if _, ok := items[0].(*value.Dict); !ok {
		return false, nil
	}
	for _, item := range items {
		if one, ok := item.(*value.Dict); ok && value.Truth(flag(one, "changed")) {
			return true, nil
		}
	}
	return false, nil
}

func timedOut(c *jinja.Call) (any, error) {
	d, err := result(c)
	if err != nil {
		return nil, err
	}
	v, ok := d.Get("timedout")
	if inner, isDict := v.(*value.Dict); ok && isDict {
		return flag(inner, "period"), nil
	}
	return false, nil
}

// jobFlag is about an asynchronous job; any other result has started and finished.
func jobFlag(name string, otherwise bool) jinja.Func {
	return func(c *jinja.Call) (any, error) {
		d, err := result(c)
		if err != nil {
			return nil, err
		}
		v, ok := d.Get(name)
		if !ok {
			return otherwise, nil
		}
		return value.Equal(v, int64(1)), nil
	}
}

func truthy(c *jinja.Call) (any, error) {
	a, err := bind(c, "value convert_bool?")
	if err != nil {
		return nil, err
	}
	v := a.get("value")
	if s, ok := isText(v); ok && a.truth("convert_bool", false) {
		switch b := asBool(s); {
		case b == true:
			return true, nil
		default:
			v = convertible(s)
		}
	}
	return value.Truth(v), nil
}

// convertible makes false of a word for it; other text stays.
func convertible(s string) any {
	switch s {
	case "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE", "0", "n", "N", "f", "F":
		return false
	default:
		return s
	}
}

func allTrue(c *jinja.Call) (any, error) {
	a, err := bind(c, "sequence")
	if err != nil {
		return nil, err
	}
	items, err := value.Items(a.get("sequence"))
	if err != nil {
		return nil, err
	}
	for _, item := range items {
		if err := defined(item); err != nil {
			return nil, err
		}
		if !value.Truth(item) {
			return false, nil
		}
	}
	return true, nil
}

func anyTrue(c *jinja.Call) (any, error) {
	a, err := bind(c, "sequence")
	if err != nil {
		return nil, err
	}
	items, err := value.Items(a.get("sequence"))
	if err != nil {
		return nil, err
	}
	for _, item := range items {
		if err := defined(item); err != nil {
			return nil, err
		}
		if value.Truth(item) {
			return true, nil
		}
	}
	return false, nil
}

func contains(c *jinja.Call) (any, error) {
	a, err := bind(c, "seq value")
	if err != nil {
		return nil, err
	}
	return value.Contains(a.get("seq"), a.get("value"))
}

// twoLists are the operands of the tests that treat lists as sets.
func twoLists(c *jinja.Call) (a, b []any, err error) {
	bound, err := bind(c, "a b")
	if err != nil {
		return nil, nil, err
	}
	if a, err = value.Items(bound.get("a")); err == nil {
		b, err = value.Items(bound.get("b"))
	}
	return a, b, err
}

// subset is `a is subset(b)`: every item of a is in b.
func subset(c *jinja.Call) (any, error) {
	a, b, err := twoLists(c)
	if err != nil {
		return nil, err
	}
	return includes(b, a)
}

func superset(c *jinja.Call) (any, error) {
	a, b, err := twoLists(c)
	if err != nil {
		return nil, err
	}
	return includes(a, b)
}

func includes(all, some []any) (any, error) {
	for _, item := range append(append([]any{}, all...), some...) {
		if err := value.Hashable(item); err != nil {
			return nil, err
		}
	}
	in := seenOf(all)
	for _, item := range some {
		if !in.has(item) {
			return false, nil
		}
	}
	return true, nil
}
