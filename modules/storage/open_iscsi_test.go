package storage

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	mt "goplay/modules/modulestest"
)

// pretendISCSI keeps its targets and sessions in files, as iscsiadm does.
const pretendISCSI = `
case "$*" in *--op=*|*--log*|*discovery*|*rescan*) note "$*";; esac
case "$*" in
'--mode node') [ -s nodes ] || { echo 'iscsiadm: No records found' >&2; exit 21; }; cat nodes;;
'--mode session') [ -s sessions ] || { echo 'iscsiadm: No active sessions.' >&2; exit 21; }; cat sessions;;
*discovery*) cp offered nodes; cat offered;;
*--login*) [ ! -f refuse ] || { echo 'iscsiadm: Could not login' >&2; exit 8; }; cp mine sessions;;
*--logout*) : >sessions;;
*--rescan*) echo Rescanning;;
*'--value automatic'*) echo 'node.startup = automatic' >startup;;
*'--value manual'*) echo 'node.startup = manual' >startup;;
*) echo '# BEGIN RECORD 2.1.8'; cat startup;;
esac
`

func TestOpenISCSI(t *testing.T) {
	udevNeeds = 0
	const disks, other = "iqn.2006-01.com.example:disks", "iqn.2006-01.com.example:disk"
	files := mt.Files{"nodes: 192.0.2.7:3260,1 " + disks + "\n192.0.2.8:3260,1 " + other + "\n", "sessions: ", "startup: node.startup = manual\n",
		"offered: 192.0.2.7:3260,1 " + disks + "\n192.0.2.7:3260,1 " + other + "\n", "mine: tcp: [1] 192.0.2.7:3260,1 " + disks + " (non-flash)\n"}
	of := func(name string, args mt.Args, more ...string) mt.Case {
		return mt.Case{Name: name, Module: "community.general.open_iscsi", Args: args, Files: append(slices.Clone(files), more...)}.
			WithTool("iscsiadm", pretendISCSI)
	}
	with := func(c mt.Case, line string) mt.Case {
		name, _, _ := cut(line)
		c.Files = slices.DeleteFunc(c.Files, func(f string) bool { have, _, _ := cut(f); return have == name })
		c.Files = append(c.Files, line)
		return c
	}
	session := "sessions: tcp: [1] 192.0.2.7:3260,1 " + disks + " (non-flash)\n"
	login := mt.Args{"portal": "192.0.2.7", "target": disks, "login": true}
	cases := []mt.Case{
		of("shown", mt.Args{"show_nodes": true}), of("shown of a portal", mt.Args{"show_nodes": true, "portal": "192.0.2.8"}),
		with(of("none", mt.Args{"show_nodes": true}), "nodes: "),
		of("discovered", mt.Args{"portal": "192.0.2.7", "discover": true, "show_nodes": true}),
		with(of("discovered again", mt.Args{"portal": "192.0.2.7", "discover": true}), "nodes: 192.0.2.7:3260,1 "+disks+"\n192.0.2.7:3260,1 "+other+"\n"),
		of("logged in", login), of("logged in by name", mt.Args{"portal": "192.0.2.7", "target": disks, "login": true, "node_user": "joe", "node_pass": "hush hush",
			"node_user_in": "them", "node_pass_in": "hush"}),
		with(of("logged in already", login), session), with(of("logged out", mt.Args{"target": disks, "login": false}), session),
		of("logged out already", mt.Args{"target": disks, "login": false}),
		of("the only one", mt.Args{"portal": "192.0.2.8", "login": false}),
		of("one of several", mt.Args{"login": true}), of("one that is not known", mt.Args{"target": "iqn.x", "login": true}),
		of("automatic", mt.Args{"target": disks, "auto_node_startup": true}), of("automatic of a portal", mt.Args{"portal": "192.0.2.7", "target": disks, "auto_portal_startup": true}),
		with(of("automatic already", mt.Args{"target": disks, "automatic": true}), "startup: node.startup = automatic\n"),
		with(of("manual", mt.Args{"target": disks, "auto_node_startup": false}), "startup: node.startup = automatic\n"),
		of("looked again", mt.Args{"rescan": true}).Changing(), of("looked again at one", mt.Args{"rescan": true, "target": disks}).Changing(),
		of("checked", login).Checked(),
		of("no portal", mt.Args{"discover": true}), of("half a user", mt.Args{"node_user": "x"}),
	}
	mt.Compare(t, append(slices.Clone(cases),
		with(of("refused", login), "refuse: x\n").Differing("the words of all modules", "cmd").Ignoring("stdout", "rc", "stderr")))
	mt.Conform(t, slices.DeleteFunc(cases, func(c mt.Case) bool { return c.Args["discover"] == true }))
}

func cut(line string) (name, text string, ok bool) {
	for i := range line {
		if line[i] == ':' {
			return line[:i], line[i+1:], true
		}
	}
	return line, "", false
}

func TestISCSIDevices(t *testing.T) {
	dir := t.TempDir()
	for link, to := range map[string]string{"ip-192.0.2.7:3260-iscsi-iqn.x:a-lun-0": "sdb", "ip-192.0.2.7:3260-iscsi-iqn.x:a-lun-0-part1": "sdb1",
		"ip-192.0.2.9:3260-iscsi-iqn.x:a-lun-0": "sdb", "pci-0": "sda"} {
		if err := os.WriteFile(filepath.Join(dir, to), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(filepath.Join(dir, to), filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	got, err := devicesOf(dir, "iqn.x:a")
	if want := []string{filepath.Join(real, "sdb")}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
}

func TestPortalOf(t *testing.T) {
	for text, want := range map[string][2]string{"192.0.2.7:3260,1": {"192.0.2.7", "3260"}, "[2001:db8::1]:3260,1": {"2001:db8::1", "3260"}} {
		if host, port := portalOf(text); host != want[0] || port != want[1] {
			t.Errorf("%s: %s %s", text, host, port)
		}
	}
}
