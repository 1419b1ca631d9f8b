package kubernetes

import (
	"slices"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
)

var setSelector = lazy.Regexp(`^\s*(\S+)\s+(in|notin)\s*\(([^)]*)\)\s*$`)

// selects asks whether labels match all selectors: a=b, a!=b, a in (b,c),
// a notin (b,c), a and !a.
func selects(selectors []string, labels any) bool {
	for _, selector := range selectors {
		if !selectsOne(strings.TrimSpace(selector), labels) {
			return false
		}
	}
	return true
}

func selectsOne(selector string, labels any) bool {
	label := func(key string) (string, bool) {
		v := at(labels, strings.TrimSpace(key))
		return value.Str(v), v != nil
	}
	if m := setSelector.FindStringSubmatch(selector); m != nil {
		var values []string
		for _, v := range strings.Split(m[3], ",") {
			values = append(values, strings.TrimSpace(v))
		}
		have, there := label(m[1])
		return (there && slices.Contains(values, have)) == (m[2] == "in")
	}
	if key, want, ok := strings.Cut(selector, "!="); ok {
		have, there := label(key)
		return !there || have != strings.TrimSpace(want)
	}
	if key, want, ok := strings.Cut(strings.Replace(selector, "==", "=", 1), "="); ok {
		have, there := label(key)
		return there && have == strings.TrimSpace(want)
	}
	if key, ok := strings.CutPrefix(selector, "!"); ok {
		_, there := label(key)
		return !there
	}
	_, there := label(selector)
	return there
}
