package all

import (
	"strings"
	"testing"

	_ "goplay/engine/actions" // what the controller does is documented too
	"goplay/modules"
)

// TestEverythingIsDocumented holds for modules, options, suboptions and return values.
func TestEverythingIsDocumented(t *testing.T) {
	for _, m := range modules.All() {
		if m.Internal {
			continue
		}
		if m.Summary == "" || strings.HasSuffix(m.Summary, ".") {
			t.Errorf("%s: the summary is %q", m.Name, m.Summary)
		}
		if !strings.HasPrefix(m.Example, "- name: ") || !strings.Contains(m.Example, m.Short()+":") {
			t.Errorf("%s: no example with a name that uses it", m.Name)
		}
		for line := range strings.Lines(m.Example) {
			if strings.HasPrefix(line, "- ") && !strings.HasPrefix(line, "- name: ") {
				t.Errorf("%s: a task of the example has no name: %s", m.Name, line)
			}
		}
		documented(t, m.Name, m.Schema())
		for _, r := range m.Returns() {
			if !sentence(r.Doc) {
				t.Errorf("%s returns %s, which is not documented", m.Name, r.Name)
			}
		}
	}
}

func documented(t *testing.T, name string, s *modules.Schema) {
	for _, o := range s.Options {
		if !o.Internal && !sentence(o.Doc) {
			t.Errorf("%s: the option %s is not documented", name, o.Name)
		}
		if o.Sub != nil {
			documented(t, name+"."+o.Name, o.Sub)
		}
	}
}

func sentence(doc string) bool {
	return len(doc) > 2 && (strings.HasSuffix(doc, ".") || strings.HasSuffix(doc, "?"))
}
