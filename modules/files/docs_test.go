package files

import (
	"strings"
	"testing"

	"goplay/modules"
)

// TestEverythingIsDocumented holds for options, suboptions and return values.
func TestEverythingIsDocumented(t *testing.T) {
	for _, m := range modules.All() {
		if m.Summary == "" || !strings.HasPrefix(m.Example, "- name: ") || !strings.Contains(m.Example, m.Short()+":") {
			t.Errorf("%s: no summary or no example that uses it", m.Name)
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
		if !sentence(o.Doc) {
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
