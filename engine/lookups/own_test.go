package lookups

import (
	"testing"

	"goplay/internal/value"
)

// TestOwnAndBuiltIn holds which lookup a name means where a folder on disk has one too.
func TestOwnAndBuiltIn(t *testing.T) {
	p := New(Options{Own: func(string) Func {
		return func(*Call) ([]any, error) { return []any{"own"}, nil }
	}})
	for name, own := range map[string]bool{"flattened": true, "community.general.flattened": false, "ansible.builtin.list": false, "my.company.flattened": true} {
		items, err := p.find(name)(&Call{Terms: []any{value.NewList("built in")}, Options: value.NewDict()})
		if err != nil || len(items) != 1 || (items[0] == "own") != own {
			t.Errorf("%s: %v %v", name, items, err)
		}
	}
}
