package jinja

import (
	"sort"

	"goplay/internal/value"
)

// Registry holds the filters, tests and globals that templates can name. Fill
// it before the first template is rendered; from then on it is only read, and
// safe for concurrent use.
type Registry struct {
	filters map[string]Func
	tests   map[string]Func
	globals map[string]any
	more    More
	missing Missing
}

// Missing makes the error of a name ("filter", "test") that is asked for while
// a template runs and is not there; name may be any value.
type Missing func(kind string, name any) error

// OnMissing replaces Jinja2's own words for such a name. A name that is only
// asked about, as in `x is filter`, is then an error too, as in Ansible.
func (r *Registry) OnMissing(words Missing) { r.missing = words }

// named finds what a template names while it runs. Without an error and
// without a function, the name is not there, and that is for the caller to say.
func (r *Registry) named(kind string, name any) (Func, error) {
	s, ok := name.(string)
	if m, is := name.(value.Markup); is {
		s, ok = string(m), true
	}
	if r.missing == nil {
		if err := hashable(name); err != nil {
			return nil, err
		}
	}
	if f := r.find(kind, s); ok && f != nil {
		return f, nil
	}
	if r.missing != nil {
		return nil, r.missing(kind, name)
	}
	return nil, nil
}

// More finds a filter or a test ("filter", "test") that a registry does not
// have itself; nil for none, and hint may then say what kept it from being found.
type More func(kind, name string) (f Func, hint string)

// Extend has a registry ask for what it does not have.
func (r *Registry) Extend(more More) { r.more = more }

func (r *Registry) find(kind, name string) Func {
	own := r.filters
	if kind == "test" {
		own = r.tests
	}
	if f := own[name]; f != nil || r.more == nil {
		return f
	}
	f, _ := r.more(kind, name)
	return f
}

// Hint says why a filter or test is not there, where more is known of it.
func (r *Registry) Hint(kind, name string) string {
	if r.more == nil {
		return ""
	}
	_, hint := r.more(kind, name)
	return hint
}

// NewRegistry makes a registry with Jinja2's own filters, tests and globals.
func NewRegistry() *Registry {
	r := &Registry{filters: map[string]Func{}, tests: map[string]Func{}, globals: map[string]any{}}
	addFilters(r)
	addTests(r)
	addGlobals(r)
	return r
}

// Filter adds a filter, or replaces the one of that name. A name may have dots.
func (r *Registry) Filter(name string, f Func) { r.filters[name] = f }

// Test adds a test, or replaces the one of that name. A name may have dots.
func (r *Registry) Test(name string, f Func) { r.tests[name] = f }

// Global adds a value that templates see when no variable has its name. A Func
// is called with the Call of its place.
func (r *Registry) Global(name string, v any) {
	switch f := v.(type) {
	case Func:
		v = &global{name, f}
	case func(*Call) (any, error):
		v = &global{name, f}
	}
	r.globals[name] = v
}

// HasFilter reports whether there is a filter of that name.
func (r *Registry) HasFilter(name string) bool { return r.find("filter", name) != nil }

// HasTest reports whether there is a test of that name.
func (r *Registry) HasTest(name string) bool { return r.find("test", name) != nil }

// HasGlobal reports whether there is a global of that name.
func (r *Registry) HasGlobal(name string) bool {
	_, ok := r.globals[name]
	return ok
}

// LookupFilter returns the filter of that name, or nil.
func (r *Registry) LookupFilter(name string) Func { return r.find("filter", name) }

// LookupTest returns the test of that name, or nil.
func (r *Registry) LookupTest(name string) Func { return r.find("test", name) }

// FilterNames lists the filters in order.
func (r *Registry) FilterNames() []string { return sortedKeys(r.filters) }

// TestNames lists the tests in order.
func (r *Registry) TestNames() []string { return sortedKeys(r.tests) }

// GlobalNames lists the globals in order.
func (r *Registry) GlobalNames() []string { return sortedKeys(r.globals) }

func sortedKeys[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
