package packages

import (
	"os/exec"
	"reflect"
	"testing"
)

var versionOrder = []string{"0~a", "0", "0a", "1.0~rc1-1", "1.0~rc1-1+b1", "1.0-0", "1.0-1", "1.0-1.1", "1.0+dfsg-1", "1.0.1", "1.5", "1.10", "2", "1:0.1", "10:0"}

func TestCompareVersions(t *testing.T) {
	for i, a := range versionOrder {
		for k, b := range versionOrder {
			if got := sign(compareVersions(a, b)); got != sign(i-k) {
				t.Errorf("%s against %s: %d", a, b, got)
			}
		}
	}
}

func sign(n int) int { return min(1, max(-1, n)) }

func TestCompareVersionsAsDpkg(t *testing.T) {
	dpkg, err := exec.LookPath("dpkg")
	if err != nil {
		t.Skip("dpkg is not installed")
	}
	for _, pair := range [][2]string{{"1.2", "1.2-0"}, {"00", "0"}, {"1~~", "1~"}, {"1.a", "1.+"}, {"2:1-1", "1:9-1"}, {"1-1-1", "1-1-2"}, {"5.2.15-2+b13", "5.2.15-2"}} {
		op := map[int]string{-1: "lt", 0: "eq", 1: "gt"}[sign(compareVersions(pair[0], pair[1]))]
		if err := exec.Command(dpkg, "--compare-versions", pair[0], op, pair[1]).Run(); err != nil {
			t.Errorf("dpkg does not say %s %s %s", pair[0], op, pair[1])
		}
	}
}

func FuzzCompareVersions(f *testing.F) {
	f.Add("1.0-1", "1.0~")
	f.Fuzz(func(t *testing.T, a, b string) {
		if sign(compareVersions(a, b)) != -sign(compareVersions(b, a)) {
			t.Errorf("%q and %q: one is not less than the other", a, b)
		}
	})
}

const statusText = `Package: dpkg
Status: install ok installed
Architecture: amd64
Version: 1.21.22

Package: libc6
Status: install ok installed
Architecture: i386
Version: 2.36

Package: libc6
Status: hold ok installed
Architecture: amd64
Version: 2.37
Provides: libc6-2.37, virt (= 1)
Description: text
 Status: not a field

Package: gone
Status: deinstall ok config-files
Architecture: all
Version: 1
`

func TestDpkgStatus(t *testing.T) {
	s := parseDpkgStatus([]byte(statusText))
	if s.Native != "amd64" {
		t.Errorf("native is %s", s.Native)
	}
	for name, want := range map[string]string{"libc6": "2.37", "libc6:amd64": "2.37", "libc6:i386": "2.36", "gone": "1", "gone:amd64": "1"} {
		if p := s.Find(name); p == nil || p.Version != want {
			t.Errorf("%s: %+v", name, p)
		}
	}
	if s.Find("libc6:arm64") != nil || s.Find("none") != nil {
		t.Error("found what is not there")
	}
	if p := s.Find("gone"); p.Installed() {
		t.Error("a removed package is installed")
	}
	if list := s.Providers("virt"); len(list) != 1 || list[0].Want != "hold" {
		t.Errorf("providers: %v", list)
	}
}

func FuzzDpkgStatus(f *testing.F) {
	f.Add([]byte(statusText))
	f.Fuzz(func(t *testing.T, data []byte) { parseDpkgStatus(data) })
}

func TestParsePolicy(t *testing.T) {
	got := parsePolicy(`curl:
  Installed: (none)
  Candidate: 7.88.1-10
  Version table:
     7.88.1-11 500
        500 http://deb.debian.org/debian bookworm/main amd64 Packages
 *** 7.88.1-10 990
        990 http://deb.debian.org/debian-security bookworm-security/main amd64 Packages
        100 /var/lib/dpkg/status
virt:
  Installed: (none)
  Candidate: (none)
  Version table:
`)
	want := map[string]candidate{"curl": {Candidate: "7.88.1-10", Versions: []string{"7.88.1-11", "7.88.1-10"}}, "virt": {}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

func TestSplitSpec(t *testing.T) {
	for spec, want := range map[string][3]string{"a": {"a"}, "a=1": {"a", "=", "1"}, "a>=1": {"a", ">=", "1"}, "a:i386=1:2": {"a:i386", "=", "1:2"}} {
		n, op, v := splitSpec(spec)
		if got := [3]string{n, op, v}; got != want {
			t.Errorf("%s: %v", spec, got)
		}
	}
}
