package files

import (
	"testing"

	mt "goplay/modules/modulestest"
)

func ini(name, text string, args mt.Args) mt.Case {
	return on("community.general.ini_file", name, text, args)
}

const someINI = "global = 1\n\n[a]\n# comment\nx = 1\n;y = 2\nz=3\n\n[b]\nx = 4\nx = 5\nflag\n"

var iniFileCases = []mt.Case{
	ini("changed", someINI, mt.Args{"section": "a", "option": "x", "value": "9"}),
	ini("there", someINI, mt.Args{"section": "a", "option": "x", "value": "1"}),
	ini("added", someINI, mt.Args{"section": "a", "option": "new", "value": "9"}),
	ini("commented out", someINI, mt.Args{"section": "a", "option": "y", "value": "7"}),
	ini("other spaces", someINI, mt.Args{"section": "a", "option": "z", "value": "3"}),
	ini("no extra spaces", someINI, mt.Args{"section": "a", "option": "x", "value": "2", "no_extra_spaces": true}),
	ini("new section", someINI, mt.Args{"section": "c", "option": "x", "value": "2"}),
	ini("new section only", someINI, mt.Args{"section": "c", "allow_no_value": true}),
	ini("without section", someINI, mt.Args{"option": "global", "value": "2"}),
	ini("new without section", someINI, mt.Args{"option": "other", "value": "2"}),
	ini("one value of several", someINI, mt.Args{"section": "b", "option": "x", "value": "5"}),
	ini("values", someINI, mt.Args{"section": "b", "option": "x", "values": []string{"5", "6", "7"}}),
	ini("values not exclusive", someINI, mt.Args{"section": "b", "option": "x", "values": []string{"6"}, "exclusive": false}),
	ini("option without value", someINI, mt.Args{"section": "b", "option": "flag", "allow_no_value": true}),
	ini("new option without value", someINI, mt.Args{"section": "a", "option": "flag", "allow_no_value": true}),
	ini("value forgotten", someINI, mt.Args{"section": "a", "option": "flag"}),
	ini("absent", someINI, mt.Args{"section": "b", "option": "x", "state": "absent"}),
	ini("absent value", someINI, mt.Args{"section": "b", "option": "x", "value": "4", "exclusive": false, "state": "absent"}),
	ini("absent section", someINI, mt.Args{"section": "a", "state": "absent"}),
	ini("absent already", someINI, mt.Args{"section": "a", "option": "none", "state": "absent"}),
	ini("absent section already", someINI, mt.Args{"section": "q", "state": "absent"}),
	ini("missing file", "-", mt.Args{"section": "a", "option": "x", "value": "1", "mode": "0600"}),
	ini("missing file not made", "-", mt.Args{"section": "a", "option": "x", "value": "1", "create": false}),
	ini("missing file absent", "-", mt.Args{"section": "a", "option": "x", "state": "absent"}).Differing("no file is made, so nothing is shown", "diff"),
	ini("empty file", "", mt.Args{"section": "a", "option": "x", "value": "1"}),
	ini("no newline at the end", "[a]\nx = 1", mt.Args{"section": "a", "option": "x", "value": "1"}),
	ini("backup and mode", someINI, mt.Args{"section": "a", "option": "x", "value": "9", "backup": true, "mode": "0600"}),
	ini("mode only", someINI, mt.Args{"section": "a", "option": "x", "value": "1", "mode": "0600"}),
	ini("special characters", "[a.b]\nx.y = 1\nxzy = 2\n", mt.Args{"section": "a.b", "option": "x.y", "value": "3"}),
}

func TestIniFile(t *testing.T)       { mt.Conform(t, iniFileCases) }
func TestIniFileOracle(t *testing.T) { mt.Compare(t, iniFileCases) }

// Options that came after the version that is compared with.
func TestIniFileLater(t *testing.T) {
	v := "9"
	a := iniFileArgs{Section: "a", Option: "y", Value: &v, State: "present", Exclusive: true}
	if got, _, _ := a.edit("[a]\n;y = 2\n"); got != "[a]\ny = 9\n;y = 2\n" {
		t.Errorf("modify_inactive_option=false gave %q", got)
	}
	v = "3"
	a = iniFileArgs{Section: "a", Option: "z", Value: &v, State: "present", Exclusive: true, IgnoreSpaces: true, ModifyInactiveOption: true}
	if _, _, changed := a.edit("[a]\nz=3\n"); changed {
		t.Error("ignore_spaces changed a line that differs in spaces only")
	}
}
