// Package filters holds Ansible's own Jinja filters and tests: those of
// ansible.builtin, and those of ansible.utils, community.general,
// community.crypto and other collections that playbooks use. Jinja2's own are
// in internal/jinja. A filter here is plain code on values: it knows nothing of
// hosts or tasks.
package filters

import (
	"goplay/internal/jinja"
	"goplay/internal/value"
)

// table is a family of filters or tests by name.
type table map[string]jinja.Func

const (
	builtin = "ansible.builtin."
	legacy  = "ansible.legacy."
	utils   = "ansible.utils."
	general = "community.general."
	crypto  = "community.crypto."
)

// Register adds all filters and tests, the builtin ones under their short
// names too.
func Register(r *jinja.Registry) {
	res := newRegexes()
	for _, t := range []table{
		pathFilters, encodingFilters, res.filters(), jsonFilters, yamlFilters, dictFilters, setFilters,
		sequenceFilters, randomFilters, mathFilters, textFilters, timeFilters, passwordFilters, urlFilters, vaultFilters,
	} {
		addFilters(r, t, "", builtin, legacy)
	}
	addFilters(r, netFilters, "", utils, "ansible.netcommon.")
	addFilters(r, treeFilters, utils)
	addFilters(r, xmlFilters, utils)
	addFilters(r, generalFilters, general)
	addFilters(r, timeUnitFilters, general)
	addFilters(r, table{"json_query": jsonQuery}, "")
	addFilters(r, certificateFilters, crypto)
	for _, name := range r.FilterNames() {
		r.Filter(name, unrolled(r.LookupFilter(name)))
	}
	for _, t := range []table{resultTests, fileTests, res.tests(), mathTests, versionTests, urlTests, truthTests, vaultTests} {
		addTests(r, t, "", builtin, legacy)
	}
	addTests(r, netTests, utils)
}

func addFilters(r *jinja.Registry, t table, prefixes ...string) {
	for name, f := range t {
		for _, prefix := range prefixes {
			r.Filter(prefix+name, f)
		}
	}
}

func addTests(r *jinja.Registry, t table, prefixes ...string) {
	for name, f := range t {
		for _, prefix := range prefixes {
			r.Test(prefix+name, f)
		}
	}
}

// unrolled makes a list of what a filter gives to go through only once, as
// Ansible does, so that its value can be used twice and its length be asked for.
func unrolled(f jinja.Func) jinja.Func {
	return func(c *jinja.Call) (any, error) {
		v, err := f(c)
		if err != nil {
			return nil, err
		}
		switch v.(type) {
		case *value.Iterator, *value.View, *value.Range:
			items, err := value.Items(v)
			if err != nil {
				return nil, err
			}
			return value.NewList(items...), nil
		}
		return v, nil
	}
}
