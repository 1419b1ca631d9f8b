package packages

import (
	"reflect"
	"testing"

	ht "goplay/modules/modulestest/hosttest"
)

func TestParseDebconf(t *testing.T) {
	got := parseDebconf("* tzdata/Areas: Europe\n  tzdata/Zones/Europe:\n")
	if want := (map[string]string{"tzdata/Areas": "Europe", "tzdata/Zones/Europe": ""}); !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
}

func TestParseAPKSteps(t *testing.T) {
	got := parseAPKSteps("(1/2) Installing pcre (8.45-r3)\n(2/2) Upgrading nginx (1.24-r0 -> 1.24-r1)\nOK: 12 MiB in 20 packages\n")
	if want := []string{"pcre", "nginx"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
}

var debianSteps = []ht.Step{
	{Name: "hold", Module: "dpkg_selections", Args: ht.Args{"name": "bash", "selection": "hold"}, Compare: []string{"before", "after"}},
	{Name: "install", Module: "dpkg_selections", Args: ht.Args{"name": "bash", "selection": "install"}, Compare: []string{"before", "after"}},
	{Name: "a question", Module: "debconf", Args: ht.Args{"name": "tzdata", "question": "tzdata/Areas", "vtype": "select", "value": "Asia"}},
	{Name: "a boolean", Module: "debconf", Args: ht.Args{"name": "dash", "question": "dash/sh", "vtype": "boolean", "value": true}},
	{Name: "only asked", Module: "debconf", Args: ht.Args{"name": "dash"}},
	{Name: "half a question", Module: "debconf", Args: ht.Args{"name": "dash", "question": "dash/sh"}},
}

func TestDebianSettings(t *testing.T) { ht.Story{Steps: debianSteps}.Conform(t) }

func TestParsePacman(t *testing.T) {
	got := parsePacman("acl 2.3.2-1\nzlib 1:1.3.1-1\n\n")
	if want := map[string]string{"acl": "2.3.2-1", "zlib": "1:1.3.1-1"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
}

func TestRepoFileKeepsItsOrder(t *testing.T) {
	text := "[b]\nx = 1\n\ty\na = 2\n\n[a]\nz = 3\n\n"
	if got := writeRepoFile(parseRepoFile(text)); got != text {
		t.Errorf("%q", got)
	}
}
