package system

import (
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	mt "goplay/modules/modulestest"
)

// The cases work on files of their own and ask nothing of the real system.
var fileCases = []mt.Case{
	{Name: "sysctl new", Module: "ansible.posix.sysctl", Args: mt.Args{"name": "net.ipv4.ip_forward", "value": "1", "sysctl_file": "{dir}/s.conf", "reload": false}},
	{Name: "sysctl replaced", Module: "ansible.posix.sysctl", Files: mt.Files{`s.conf: # c\n`}, Args: mt.Args{"name": "a.b", "value": "x y", "sysctl_file": "{dir}/s.conf", "reload": false}},
	{Name: "sysctl boolean", Module: "ansible.posix.sysctl", Args: mt.Args{"name": "a.b", "value": true, "sysctl_file": "{dir}/s.conf", "reload": false}},
	{Name: "sysctl absent", Module: "ansible.posix.sysctl", Args: mt.Args{"name": "a.b", "state": "absent", "sysctl_file": "{dir}/s.conf", "reload": false}},
	{Name: "sysctl without value", Module: "ansible.posix.sysctl", Args: mt.Args{"name": "a.b", "sysctl_file": "{dir}/s.conf", "reload": false}},
	mt.Case{Name: "mount present", Module: "ansible.posix.mount", Args: mt.Args{"path": "/mnt/x", "src": "/dev/a b", "fstype": "ext4", "opts": "noatime", "state": "present", "fstab": "{dir}/fstab"}, Files: mt.Files{"fstab: # x"}}.Differing("the change of fstab is shown", "diff"),
	mt.Case{Name: "mount not at boot", Module: "ansible.posix.mount", Args: mt.Args{"path": "/mnt/x", "src": "tmpfs", "fstype": "tmpfs", "boot": false, "state": "present", "fstab": "{dir}/fstab"}, Files: mt.Files{"fstab: "}}.
		Differing("the documentation promises noauto; Ansible's module forgets it where opts is not given", "diff", "opts", "tree"),
	{Name: "mount without source", Module: "ansible.posix.mount", Args: mt.Args{"path": "/mnt/x", "state": "present", "fstab": "{dir}/fstab"}, Files: mt.Files{"fstab: "}},
	{Name: "wait for text", Module: "wait_for", Files: mt.Files{"log: ready 7"}, Args: mt.Args{"path": "{dir}/log", "search_regex": `(?P<word>\w+) (\d)`}},
	{Name: "wait for file that goes", Module: "wait_for", Args: mt.Args{"path": "{dir}/none", "state": "absent"}},
	{Name: "wait in vain", Module: "wait_for", Args: mt.Args{"path": "{dir}/none", "timeout": 1}},
	{Name: "wait with own words", Module: "wait_for", Args: mt.Args{"path": "{dir}/none", "timeout": 1, "msg": "not today"}},
	{Name: "wait for nothing after a delay", Module: "wait_for", Args: mt.Args{"timeout": 1, "delay": 1}},
	{Name: "wait for both", Module: "wait_for", Args: mt.Args{"path": "{dir}/none", "port": 1}},
	{Name: "wait for closed port", Module: "wait_for", Args: mt.Args{"port": 1, "state": "stopped"}},
	{Name: "wait for drained port", Module: "wait_for", Args: mt.Args{"port": 1, "state": "drained"}},
	{Name: "ping", Module: "ping"},
	{Name: "ping with data", Module: "ping", Args: mt.Args{"data": "x"}},
}

func TestFiles(t *testing.T)       { mt.Conform(t, fileCases) }
func TestFilesOracle(t *testing.T) { mt.Compare(t, fileCases) }

// cronCases need no crontab program, which Ansible's module does.
var cronCases = []mt.Case{
	{Name: "job", Module: "cron", Args: mt.Args{"name": "a", "job": "ls", "minute": "5", "user": "root", "cron_file": "{dir}/tab"}},
	{Name: "job replaced", Module: "cron", Files: mt.Files{"tab: #Ansible: a"}, Args: mt.Args{"name": "a", "job": "ls", "special_time": "daily", "user": "root", "cron_file": "{dir}/tab"}},
	{Name: "variable", Module: "cron", Args: mt.Args{"name": "A", "job": "b", "env": true, "cron_file": "{dir}/tab"}},
	{Name: "no user", Module: "cron", Args: mt.Args{"name": "a", "job": "ls", "cron_file": "{dir}/tab"}},
	{Name: "system's own", Module: "cron", Args: mt.Args{"name": "a", "job": "ls", "user": "root", "cron_file": "/etc/crontab"}},
	{Name: "gone already", Module: "cron", Args: mt.Args{"name": "a", "state": "absent", "cron_file": "{dir}/tab"}},
	{Name: "cronvar", Module: "community.general.cronvar", Args: mt.Args{"name": "A", "value": "b", "cron_file": "{dir}/tab"}},
}

func TestCron(t *testing.T) { mt.Conform(t, cronCases) }

func TestCrontabEntries(t *testing.T) {
	tab := filepath.Join(t.TempDir(), "tab")
	for _, step := range []struct {
		args mt.Args
		want string
	}{
		{mt.Args{"name": "a", "job": "ls", "minute": "5", "user": "root"}, "#Ansible: a\n5 * * * * root ls\n"},
		{mt.Args{"name": "A", "env": true, "value": "b"}, "A=\"b\"\n#Ansible: a\n5 * * * * root ls\n"},
		{mt.Args{"name": "b", "special_time": "daily", "job": "x", "disabled": true, "user": "root"}, "A=\"b\"\n#Ansible: a\n5 * * * * root ls\n#Ansible: b\n#@daily root x\n"},
		{mt.Args{"name": "a", "state": "absent"}, "A=\"b\"\n#Ansible: b\n#@daily root x\n"},
	} {
		step.args["cron_file"] = tab
		c := mt.Case{Name: "step", Module: "cron", Args: step.args}
		if r := c.Run(t, "", false); r.Failed || !r.Changed {
			t.Fatalf("%v: failed=%v changed=%v %s", step.args, r.Failed, r.Changed, r.Msg)
		}
		if data, _ := os.ReadFile(tab); string(data) != step.want {
			t.Errorf("%v gives\n%s, want\n%s", step.args, data, step.want)
		}
	}
}

func TestEditSysctl(t *testing.T) {
	for _, tc := range []struct {
		text, name, value, want string
		present                 bool
	}{
		{"", "a", "1", "a=1\n", true},
		{"# a=2\nb = 3", "a", "1", "# a=2\nb = 3\na=1\n", true},
		{"a = 1\n", "a", "1", "a = 1\n", true},
		{"a=2\nb=1\na=3\n", "a", "1", "b=1\na=1\n", true},
		{"a=2\nb=1\n", "a", "", "b=1\n", false},
	} {
		if got := editSysctl(tc.text, tc.name, tc.value, tc.present); got != tc.want {
			t.Errorf("%q with %s=%s is %q, want %q", tc.text, tc.name, tc.value, got, tc.want)
		}
	}
}

func TestFstab(t *testing.T) {
	e := fstabEntry{"/dev/a b", "/mnt", "ext4", "defaults", "0", "0"}
	text := setFstab("# c\n/dev/x /mnt ext4 ro", e)
	if want := "# c\n/dev/a\\040b /mnt ext4 defaults 0 0\n"; text != want {
		t.Errorf("replaced: %q, want %q", text, want)
	}
	if again := setFstab(text, e); again != text {
		t.Errorf("the second time: %q", again)
	}
	if got := dropFstab(text, "/mnt", nil); got != "# c\n" {
		t.Errorf("dropped: %q", got)
	}
	swap := "/dev/s1"
	if got := dropFstab("/dev/s1 none swap sw 0 0\n/dev/s2 none swap sw 0 0\n", "none", &swap); got != "/dev/s2 none swap sw 0 0\n" {
		t.Errorf("swap: %q", got)
	}
}

func FuzzFstab(f *testing.F) {
	f.Add("/dev/a /b ext4 ro 0 0\n# c\n")
	f.Add("a b c d e f g\n\n")
	f.Fuzz(func(t *testing.T, table string) {
		e := fstabEntry{"s", "/p", "k", "o", "0", "0"}
		once := setFstab(table, e)
		if twice := setFstab(once, e); once != twice {
			t.Errorf("%q becomes %q and then %q", table, once, twice)
		}
		if !strings.Contains(setFstab(table, e), e.line()) {
			t.Errorf("%q does not get the entry", table)
		}
	})
}

func TestParseConnections(t *testing.T) {
	got := parseConnections("  sl  local_address rem_address   st\n   0: 0100007F:1F90 0200000A:C001 01 00000000:00000000\n")
	want := []connection{{netip.MustParseAddrPort("127.0.0.1:8080"), netip.MustParseAddrPort("10.0.0.2:49153"), "ESTABLISHED"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
