package files

import (
	"strings"
	"testing"

	mt "goplay/modules/modulestest"
)

const (
	patched   = "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n"
	twoFiles  = patched + "--- a/sub/g\n+++ b/sub/g\n@@ -1 +1,2 @@\n x\n+y\n--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+made\n"
	twice     = patched + "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n one\n-TWO\n+two!\n three\n"
	plainFile = "f 0640: one\ntwo\nthree\n"
)

// patchCase makes a case whose patch is a file of the target.
func patchCase(name, text string, files mt.Files, args mt.Args) mt.Case {
	args["src"], args["remote_src"] = "{dir}/the.patch", true
	return mt.Case{Name: name, Module: "ansible.posix.patch", Files: append(mt.Files{"the.patch: " + text}, files...), Args: args}
}

func TestPatch(t *testing.T) {
	dest := func(more mt.Args) mt.Args {
		args := mt.Args{"dest": "{dir}/f"}
		for k, v := range more {
			args[k] = v
		}
		return args
	}
	base := func(strip int, more mt.Args) mt.Args {
		args := mt.Args{"basedir": "{dir}", "strip": strip}
		for k, v := range more {
			args[k] = v
		}
		return args
	}
	all := mt.Files{plainFile, "sub/", "sub/g: x\n"}
	after := "f 0640: one\nTWO\nthree\n"
	local := patchCase("of the controller", "", mt.Files{plainFile}, dest(nil))
	local.Files, local.Content = mt.Files{"here/", "here/p: " + patched, plainFile}, map[string]string{"p": patched}
	local.Args = mt.Args{"dest": "{dir}/f", "src": "{dir}/here/p", "_content": "p"}
	local.Ansible = mt.Args{"dest": "{dir}/f", "src": "{dir}/here/p"}
	cases := []mt.Case{
		patchCase("one file", patched, mt.Files{plainFile}, dest(nil)),
		patchCase("checked", patched, mt.Files{plainFile}, dest(nil)).Checked(),
		patchCase("there", patched, mt.Files{after}, dest(nil)),
		patchCase("back", patched, mt.Files{after}, dest(mt.Args{"state": "absent"})),
		patchCase("not there to go back", patched, mt.Files{plainFile}, dest(mt.Args{"state": "absent"})),
		patchCase("several files", twoFiles, all, base(1, nil)),
		patchCase("several files back", twoFiles, mt.Files{after, "sub/", "sub/g: x\ny\n", "new: made\n"}, base(1, mt.Args{"state": "absent"})),
		patchCase("copies are kept", twoFiles, all, base(1, mt.Args{"backup": true})),
		patchCase("no patch", "just words\n", mt.Files{plainFile}, dest(nil)),
		patchCase("blanks may differ", patched, mt.Files{"f: one\ntwo \nthree  \n"}, dest(mt.Args{"ignore_whitespace": true})),
		patchCase("windows lines", strings.ReplaceAll(patched, "\n", "\r\n"), mt.Files{"f: one\r\ntwo\r\nthree\r\n"}, dest(mt.Args{"binary": true})),
		patchCase("both", patched, mt.Files{"it_is/", "it_is/f: one\ntwo\nthree\n"}, mt.Args{"dest": "{dir}/it_is/f", "basedir": "{dir}/it_is"}),
		patchCase("no such file", patched, nil, dest(nil)),
		patchCase("no such folder", patched, nil, mt.Args{"basedir": "{dir}/lost"}),
		patchCase("nowhere", patched, nil, mt.Args{}),
		{Name: "no such patch", Module: "ansible.posix.patch", Files: mt.Files{plainFile}, Args: mt.Args{"src": "{dir}/lost", "remote_src": true, "dest": "{dir}/f"}},
		local,
	}
	mt.Conform(t, cases)
	// What could be done of a patch that fails stays done, as with Ansible; and
	// of two changes to one file only the first can be tried.
	failing := []mt.Case{
		patchCase("names with folders", twoFiles, all, base(0, nil)),
		patchCase("one file twice", twice, mt.Files{plainFile}, dest(nil)).Changing(),
		patchCase("other text, checked", patched, mt.Files{"f: nothing\nof it\n"}, dest(nil)).Checked(),
		patchCase("other text", patched, mt.Files{"f: nothing\nof it\n"}, dest(nil)),
		patchCase("no such file in the folder", twoFiles, nil, base(1, nil)),
		patchCase("other blanks", patched, mt.Files{"f: one\ntwo \t\nthree  \n"}, dest(nil)),
		patchCase("windows lines as they are", strings.ReplaceAll(patched, "\n", "\r\n"), mt.Files{"f: one\r\ntwo\r\nthree\r\n"}, dest(nil)),
		patchCase("half of it", twoFiles, mt.Files{plainFile}, base(1, nil)),
	}
	mt.Compare(t, append(cases, failing...))
}
