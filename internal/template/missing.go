package template

import (
	"fmt"
	"slices"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
)

// templateSyntax is the exception of a name that no plugin has.
const templateSyntax = "TemplateSyntaxError"

// noLine is what Jinja2 adds to a syntax error that stands in no line.
const noLine = "\n  line 0"

// missingPlugin is the error of a filter or test that is asked for by a name while a
// template runs: map, select and their like, and `x is filter`.
func (e *Engine) missingPlugin(kind string, name any) error {
	text, ok := name.(string)
	if m, is := name.(value.Markup); is {
		text, ok = string(m), true
	}
	if !ok {
		return value.Raise("ValueError", "key must be a string, got <class '%s'> instead", value.TypePath(name))
	}
	return value.Raise(templateSyntax, "%s%s", e.notLoaded(kind, text), noLine)
}

// qualified are the names that the collections' loader takes.
var qualified = lazy.Regexp(`^[\pL\pN_]+(\.[\pL\pN_]+){2,}$`)

// notLoaded says why there is no filter or test of a name.
func (e *Engine) notLoaded(kind, name string) string {
	full, parts := name, strings.Split(name, ".")
	if len(parts) == 1 {
		full = "ansible.builtin." + name
	}
	reason := name
	switch {
	case !qualified.MatchString(full):
		reason = "invalid plugin name: " + full
	case len(parts) == 1:
	case !e.knowsCollection(parts[0] + "." + parts[1] + "."):
		reason = fmt.Sprintf("Invalid plugin FQCN (%s): unable to locate collection %s.%s", name, parts[0], parts[1])
	case len(parts) > 3:
		reason = fmt.Sprintf("No module named 'ansible_collections.%s.%s.plugins.%s.%s'", parts[0], parts[1], kind, parts[2])
	}
	return fmt.Sprintf("Could not load \"%s\": %s", name, value.Repr(reason))
}

// knowsCollection reports whether any filter or test has the prefix of a collection.
func (e *Engine) knowsCollection(prefix string) bool {
	of := func(name string) bool { return strings.HasPrefix(name, prefix) }
	return prefix == "ansible.builtin." || prefix == "ansible.legacy." ||
		slices.ContainsFunc(e.reg.FilterNames(), of) || slices.ContainsFunc(e.reg.TestNames(), of)
}
