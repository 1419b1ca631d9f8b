package source

import (
	"reflect"
	"testing"

	mt "goplay/modules/modulestest"
)

func setting(name string, args mt.Args, files ...string) mt.Case {
	all := mt.Args{"scope": "file", "file": "{dir}/c"}
	for k, v := range args {
		all[k] = v
	}
	return mt.Case{Name: name, Module: "community.general.git_config", Files: files, Args: all}
}

var gitConfigCases = []mt.Case{
	setting("new", mt.Args{"name": "user.name", "value": "A B"}),
	setting("other", mt.Args{"name": "user.name", "value": "x"}, "c: [user]\n\tname = y\n"),
	setting("there", mt.Args{"name": "user.name", "value": "y"}, "c: [user]\n\tname = y\n"),
	setting("add", mt.Args{"name": "push.pushoption", "value": "b", "add_mode": "add"}, "c: [push]\n\tpushoption = a\n"),
	setting("replace all", mt.Args{"name": "push.pushoption", "value": "b"}, "c: [push]\n\tpushoption = a\n\tpushoption = b\n"),
	setting("gone", mt.Args{"name": "user.name", "state": "absent"}, "c: [user]\n\tname = y\n"),
	setting("read", mt.Args{"name": "user.name"}, "c: [user]\n\tname = y\n"),
	{Name: "local without a repository", Module: "community.general.git_config", Args: mt.Args{"name": "a.b", "value": "c", "scope": "local"}},
}

func TestGitConfig(t *testing.T) { mt.Conform(t, gitConfigCases) }

func TestParseSettings(t *testing.T) {
	if got := parseSettings("a.b\nc\nd\x00e.f\x00"); !reflect.DeepEqual(got, map[string]string{"a.b": "c\nd", "e.f": ""}) {
		t.Errorf("%q", got)
	}
}
