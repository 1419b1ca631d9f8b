package config

import (
	"strings"
	"testing"

	mt "goplay/modules/modulestest"
)

func TestSudoers(t *testing.T) {
	files := mt.Files{"d/joe 0440: joe ALL=NOPASSWD: /bin/ls\n", "d/open 0644: joe ALL=NOPASSWD: /bin/ls\n"}
	rule := func(name string, args mt.Args) mt.Case {
		args["sudoers_path"] = "{dir}/d"
		return mt.Case{Name: name, Module: general + "sudoers", Files: files, Args: args}
	}
	shown := func(c mt.Case) mt.Case { return c.Differing("Ansible shows no diff", "diff") }
	cases := []mt.Case{
		rule("there", mt.Args{"name": "joe", "user": "joe", "commands": "/bin/ls"}),
		shown(rule("too open", mt.Args{"name": "open", "user": "joe", "commands": "/bin/ls"})),
		shown(rule("changed", mt.Args{"name": "joe", "user": "joe", "commands": []any{"/bin/ls", "/bin/id"}, "nopassword": false})),
		shown(rule("everything", mt.Args{"name": "ops", "group": "ops", "commands": "ALL", "host": "web", "runas": "www:www", "setenv": true})),
		shown(rule("checked", mt.Args{"name": "ops", "group": "ops", "commands": "ALL"})).Checked(),
		shown(rule("removed", mt.Args{"name": "joe", "state": "absent"})),
		rule("removed already", mt.Args{"name": "none", "state": "absent"}),
		rule("user and group", mt.Args{"name": "x", "user": "a", "group": "b", "commands": "ALL"}),
		rule("no commands", mt.Args{"name": "x", "user": "a"}),
		rule("for nobody", mt.Args{"name": "x", "commands": "ALL"}).Differing("Ansible names a variable of its own", "msg"),
		shown(rule("seen by visudo", mt.Args{"name": "new", "user": "joe", "commands": "/bin/ls", "validation": "required"}).
			WithTool("visudo", `note "$@"; grep . >rule`)),
		rule("refused by visudo", mt.Args{"name": "new", "user": "joe", "commands": "/bin/ls"}).
			WithTool("visudo", `echo "stdin:1:5: syntax error"; exit 1`),
		shown(rule("visudo not asked", mt.Args{"name": "new", "user": "joe", "commands": "/bin/ls", "validation": "absent"}).
			WithTool("visudo", "exit 1")),
	}
	missing := rule("no folder", mt.Args{"name": "x", "user": "joe", "commands": "ALL"})
	missing.Files = nil
	cases = append(cases, missing)
	t.Run("conform", func(t *testing.T) {
		var quiet []mt.Case
		for _, c := range cases {
			// A pretended visudo keeps notes, which check mode may not.
			if !strings.Contains(c.Name, "visudo") {
				quiet = append(quiet, c)
			}
		}
		mt.Conform(t, quiet)
	})
	mt.Compare(t, cases)
}
