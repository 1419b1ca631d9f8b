package config

import (
	"testing"

	mt "goplay/modules/modulestest"
)

func TestDjangoManage(t *testing.T) {
	files := mt.Files{"manage.py 755: #!/bin/sh\necho \"ran $@\"\ncase $1 in migrate) echo '  Applying app.0001... OK';; loaddata) echo 'Installed 0 object(s)';; collectstatic) echo; echo '3 static files copied';; broken) echo no >&2; exit 3;; esac\n"}
	manage := func(command string, args mt.Args) mt.Case {
		args["command"], args["project_path"] = command, "{dir}"
		return mt.Case{Name: command, Module: general + "django_manage", Files: files, Args: args}.Changing()
	}
	cases := []mt.Case{
		manage("migrate", mt.Args{"database": "x", "settings": "a.b"}),
		manage("loaddata", mt.Args{"fixtures": "a b"}),
		manage("collectstatic", mt.Args{"clear": true, "link": true}),
		manage("shell -c 'a b'", mt.Args{}),
		manage("test", mt.Args{"fixtures": "a"}),
	}
	broken := manage("broken", mt.Args{}).Differing("Ansible lists Python's path too", "msg", "path", "syspath", "rc", "stdout")
	mt.Compare(t, append(cases, broken))
	for _, c := range append(cases, broken) {
		t.Run("again "+c.Name, func(t *testing.T) {
			dir := t.TempDir()
			c.Files.Make(t, dir)
			if r := c.Run(t, dir, true); !r.Skipped {
				t.Errorf("check mode ran it: %v %s", r.Failed, r.Msg)
			}
		})
	}
}
