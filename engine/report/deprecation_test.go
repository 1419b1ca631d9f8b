package report

import (
	"strings"
	"testing"

	"goplay/engine"
)

// What Ansible wrote for a module of a collection in a loop, with the blanks
// that end its lines: the notice comes once.
func TestDeprecation(t *testing.T) {
	var out strings.Builder
	s := &Screen{Err: &out}
	notice := engine.Deprecated{Text: "Param 'ignore_image' is deprecated. See the module docs for more information", Version: "4.0.0", Collection: "community.docker"}
	for range 3 {
		s.Deprecation(notice)
	}
	const want = `[DEPRECATION WARNING]: Param 'ignore_image' is deprecated. See the module docs 
for more information. This feature will be removed from community.docker in 
version 4.0.0. Deprecation warnings can be disabled by setting 
deprecation_warnings=False in ansible.cfg.
`
	if out.String() != want {
		t.Errorf("got\n%s", out.String())
	}
}
