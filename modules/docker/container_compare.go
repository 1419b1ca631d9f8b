package docker

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

// rule is how an option of an existing container is compared with the task's.
type rule string

const (
	strict    rule = "strict"
	ignore    rule = "ignore"
	allowMore rule = "allow_more_present"
)

// kind is what an option's value is, as far as comparing goes. The members of
// a set may be objects: a wanted object is met by one that has all its names
// with the same values.
type kind string

const (
	scalar kind = "value"
	list   kind = "list"
	set    kind = "set"
	dict   kind = "dict"
)

// same reports whether what a container has is what a task wants.
func same(k kind, r rule, want, have any) bool {
	switch {
	case r == ignore:
		return true
	case k == list:
		return sameList(r, items(want), items(have))
	case k == set:
		return sameSet(r, items(want), items(have))
	case k == dict:
		return sameDict(r, want, have)
	}
	return reflect.DeepEqual(want, have)
}

func items(v any) []any {
	l, _ := v.([]any)
	return l
}

// sameList: with allow_more_present the wanted ones must be there in their order.
func sameList(r rule, want, have []any) bool {
	if r == strict {
		return len(want) == len(have) && (len(want) == 0 || reflect.DeepEqual(want, have))
	}
	for _, h := range have {
		if len(want) > 0 && reflect.DeepEqual(want[0], h) {
			want = want[1:]
		}
	}
	return len(want) == 0
}

func sameSet(r rule, want, have []any) bool {
	meets := func(want, have any) bool {
		w, ok := want.(object)
		if !ok {
			return reflect.DeepEqual(want, have)
		}
		h, _ := have.(object)
		return sameDict(allowMore, w, h)
	}
	for _, w := range want {
		if !slices.ContainsFunc(have, func(h any) bool { return meets(w, h) }) {
			return false
		}
	}
	if r == strict {
		for _, h := range have {
			if !slices.ContainsFunc(want, func(w any) bool { return meets(w, h) }) {
				return false
			}
		}
	}
	return true
}

func sameDict(r rule, want, have any) bool {
	w, _ := want.(object)
	h, _ := have.(object)
	if r == strict && len(w) != len(h) {
		return false
	}
	for k, v := range w {
		if other, ok := h[k]; !ok && v != nil || !reflect.DeepEqual(v, other) {
			return false
		}
	}
	return true
}

// rulesOf reads the option comparisons.
func rulesOf(a *containerArgs) (map[string]rule, error) {
	rules := map[string]rule{"image": strict, "networks": allowMore}
	kinds := map[string]kind{"image": scalar, "networks": set}
	for _, p := range properties {
		rules[p.option], kinds[p.option] = p.rule(), p.kind
	}
	if a.PurgeNetworks {
		rules["networks"] = strict
	}
	given, err := givenRules(a.Comparisons)
	if err != nil {
		return nil, err
	}
	if all, ok := given["*"]; ok {
		for option := range rules {
			if option != "networks" || all == strict {
				rules[option] = all
			}
		}
		delete(given, "*")
	}
	for _, name := range sortedKeys(given) {
		option := canonical(name)
		k, known := kinds[option]
		if !known {
			return nil, modules.Fail("Unknown module option '%s' in comparisons dict!", name)
		}
		if given[name] == allowMore && k == scalar {
			return nil, modules.Fail("Option '%s' is a value and not a set/list/dict, so its comparison cannot be allow_more_present", name)
		}
		rules[option] = given[name]
	}
	if a.IgnoreImage {
		rules["image"] = ignore
	}
	return rules, nil
}

func givenRules(d *value.Dict) (map[string]rule, error) {
	given := map[string]rule{}
	if d == nil {
		return given, nil
	}
	for k, v := range d.All() {
		r := rule(value.Str(v))
		if k == "*" && r != strict && r != ignore {
			return nil, modules.Fail("The wildcard can only be used with comparison modes 'strict' and 'ignore'!")
		}
		if r != strict && r != ignore && r != allowMore {
			return nil, modules.Fail("Unknown comparison mode '%s'!", r)
		}
		given[value.Str(k)] = r
	}
	return given, nil
}

// canonical is an option's name where comparisons use an alias.
func canonical(name string) string {
	m, ok := modules.Lookup("community.docker.docker_container")
	if !ok {
		return name
	}
	if o := m.Schema().Option(name); o != nil {
		return o.Name
	}
	return name
}

// changes collects what a run makes of a container, for its diff.
type changes struct {
	before, after object
}

func (d *changes) add(name string, before, after any) {
	if d.before == nil {
		d.before, d.after = object{}, object{}
	}
	d.before[name], d.after[name] = before, after
}

// show hands the diff to the user: always a dict, an empty one when nothing changed.
func (d *changes) show(c *modules.Context) {
	if d.before == nil {
		d.before, d.after = object{}, object{}
	}
	c.AddDiff(modules.Diff{Before: value.Of(d.before), After: value.Of(d.after)})
}

// shownSet orders a set for the diff.
func shownSet(v any) any {
	l, ok := v.([]any)
	if !ok {
		return v
	}
	sorted := slices.Clone(l)
	slices.SortFunc(sorted, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return sorted
}
