package packages

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	mt "goplay/modules/modulestest"
)

const transaction = `Dependencies resolved.
================================================================================
 Package      Architecture   Version               Repository              Size
================================================================================
Installing:
 nginx        x86_64         1:1.20.1-14.el9       appstream               36 k
Upgrading:
 openssl      x86_64         1:3.0.7-25.el9        baseos                 1.2 M
Installing dependencies:
 nginx-core   x86_64         1:1.20.1-14.el9       appstream              566 k
Removing:
 httpd        noarch         2.4-1                 @appstream              10 M

Transaction Summary
================================================================================
Install  2 Packages
Operation aborted.
`

func TestParseTransaction(t *testing.T) {
	want := []dnfStep{{"nginx", "x86_64", "1:1.20.1-14.el9", false, false}, {"openssl", "x86_64", "1:3.0.7-25.el9", false, true},
		{"nginx-core", "x86_64", "1:1.20.1-14.el9", false, false}, {"httpd", "noarch", "2.4-1", true, false}}
	if got := parseTransaction(transaction); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	if got := want[1].nevra(); got != "openssl-1:3.0.7-25.el9.x86_64" {
		t.Errorf("%s", got)
	}
	if got := parseTransaction("Dependencies resolved.\nNothing to do.\nComplete!\n"); got != nil {
		t.Errorf("%v", got)
	}
}

func TestParseRepolist(t *testing.T) {
	got := parseRepolist("Last metadata expiration check: 0:00:01 ago\nrepo id       repo name      status\n!base/7/x86_64  CentOS-7  10\nlocal  local\nrepolist: 10\n")
	if !reflect.DeepEqual(got, []string{"base", "local"}) {
		t.Errorf("%q", got)
	}
}

func FuzzParseTransaction(f *testing.F) {
	f.Add(transaction)
	f.Fuzz(func(t *testing.T, text string) { parseTransaction(text) })
}

var yumRepositoryCases = []mt.Case{
	{Name: "new", Module: "yum_repository", Args: mt.Args{"reposdir": "{dir}", "name": "epel", "description": "Extra", "baseurl": "http://a/, http://b/", "gpgcheck": true, "enabled": false, "gpgkey": "http://k", "includepkgs": "a,b"}},
	{Name: "in a file with others", Module: "yum_repository", Files: mt.Files{"o.repo: [other]\nname = x\nbaseurl=http://x\n"}, Args: mt.Args{"reposdir": "{dir}", "name": "epel", "file": "o", "description": "Extra", "mirrorlist": "http://m", "priority": 5, "mode": "0600"}},
	{Name: "gone", Module: "yum_repository", Files: mt.Files{"epel.repo: [epel]\nname = x\n"}, Args: mt.Args{"reposdir": "{dir}", "name": "epel", "state": "absent"}},
	{Name: "gone from others", Module: "yum_repository", Files: mt.Files{"o.repo: [epel]\nname = x\n\n[other]\nname = y\n"}, Args: mt.Args{"reposdir": "{dir}", "file": "o", "name": "epel", "state": "absent"}},
	{Name: "never there", Module: "yum_repository", Args: mt.Args{"reposdir": "{dir}", "name": "epel", "state": "absent"}},
	{Name: "no address", Module: "yum_repository", Args: mt.Args{"reposdir": "{dir}", "name": "epel", "description": "x"}, Ignore: []string{"msg"}},
	{Name: "no folder", Module: "yum_repository", Args: mt.Args{"reposdir": "{dir}/none", "name": "epel", "description": "x", "baseurl": "http://a"}},
}

func TestYumRepository(t *testing.T)       { mt.Conform(t, yumRepositoryCases) }
func TestYumRepositoryOracle(t *testing.T) { mt.Compare(t, yumRepositoryCases) }

func TestDNFSwitchesStreams(t *testing.T) {
	for command, switches := range map[string]bool{"install @mod:2": true, "install @mod:2 one": true, "install one": false, "remove one": false} {
		j := &dnfJob{program: "dnf"}
		if argv := j.loud("-y", strings.Fields(command)); slices.Contains(argv, "--setopt=module_stream_switch=1") != switches {
			t.Errorf("%s: %q", command, argv)
		}
	}
}
