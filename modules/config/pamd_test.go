package config

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	mt "goplay/modules/modulestest"
)

const pamText = "#%PAM\nauth  required   pam_env.so\n-session optional pam_x.so  y\naccount\t[success=1 default=ignore]\tpam_unix.so nullok\n@include common\n"

// What Ansible's module made of that text in three steps; the time is cut out.
const pamEdited = "#%PAM\n# Updated by Ansible - TIME\nauth       sufficient pam_x.so q\nauth       required pam_env.so a b=1\n-session   optional pam_x.so y\naccount    required pam_unix.so nullok\n@include common\n"

func TestPamdAsAnsible(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "p"), []byte(pamText), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range []mt.Args{
		{"type": "auth", "control": "required", "module_path": "pam_env.so", "state": "args_present", "module_arguments": []any{"a", "b=1"}},
		{"type": "auth", "control": "required", "module_path": "pam_env.so", "state": "before", "new_type": "auth", "new_control": "sufficient", "new_module_path": "pam_x.so", "module_arguments": "q"},
		{"type": "account", "control": "[success=1 default=ignore]", "module_path": "pam_unix.so", "new_control": "required"},
		{"type": "auth", "control": "required", "module_path": "none.so", "state": "absent"},
	} {
		args["path"], args["name"] = dir, "p"
		c := mt.Case{Module: general + "pamd", Args: args}
		if r := c.Run(t, dir, false); r.Failed || r.Changed != (args["state"] != "absent") {
			t.Errorf("%v: changed=%v %s", args, r.Changed, r.Msg)
		}
	}
	got, _ := os.ReadFile(filepath.Join(dir, "p"))
	if text := regexp.MustCompile(`(Ansible - )\S+`).ReplaceAllString(string(got), "${1}TIME"); text != pamEdited {
		t.Errorf("the file is\n%s\nwant\n%s", text, pamEdited)
	}
}

func TestPamd(t *testing.T) {
	rule := func(name string, args mt.Args) mt.Case {
		args["path"], args["name"] = "{dir}", "p"
		if args["type"] == nil {
			args["type"], args["control"], args["module_path"] = "auth", "required", "pam_env.so"
		}
		return mt.Case{Name: name, Module: general + "pamd", Files: mt.Files{"p: " + pamText}, Args: args}
	}
	missing := rule("missing file", mt.Args{})
	missing.Files = nil
	mt.Conform(t, []mt.Case{
		rule("arguments", mt.Args{"state": "args_present", "module_arguments": []any{"a=1", "[x=y z]"}}),
		rule("argument replaced", mt.Args{"type": "-session", "control": "optional", "module_path": "pam_x.so", "state": "args_absent", "module_arguments": []any{"y"}}),
		rule("after", mt.Args{"state": "after", "new_type": "auth", "new_control": "sufficient", "new_module_path": "pam_x.so", "backup": true}),
		rule("before", mt.Args{"state": "before", "new_type": "auth", "new_control": "sufficient", "new_module_path": "pam_x.so"}),
		rule("new arguments", mt.Args{"module_arguments": []any{"only"}}),
		rule("absent", mt.Args{"state": "absent"}),
		rule("nothing to say", mt.Args{"state": "before"}),
		missing,
	})
}
