package sshconfig

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func write(t testing.TB, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const sample = `
# comment
Host short
    HostName %h.example.com
    User = deploy
    Port 2222 # trailing
Host *.example.com !bad.example.com
	IdentityFile "~/.ssh/my key"
	IdentityFile ~/.ssh/%r@%h
    ProxyCommand ssh -W "%h:%p" bastion # kept
Match all
Include conf.d/*.conf
Match host target.internal user root
    ProxyJump none
Match originalhost short exec "test %n = short"
    ConnectTimeout 1m30
Match !localuser nobody final
    ServerAliveInterval 7
Host *
    User fallback
    StrictHostKeyChecking accept-new
`

func TestConfig(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "conf.d"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "conf.d"), "a.conf", "Host target\n  HostName target.internal\n  User root\nHost *\n ProxyJump a,b\n")
	path := write(t, dir, "config", strings.ReplaceAll(sample, "conf.d", dir+"/conf.d"))
	ssh, err := exec.LookPath("ssh")
	if err != nil {
		t.Log("ssh is not installed: the wants are not confirmed")
	}
	for _, tt := range []struct{ host, option, want string }{
		{"short", "HostName", "short.example.com"},
		{"short", "User", "deploy"},
		{"short", "Port", "2222"},
		{"short", "ConnectTimeout", "90"},
		{"short", "ServerAliveInterval", "7"},
		{"short", "ProxyJump", "a,b"},
		{"a.example.com", "User", "fallback"},
		{"a.example.com", "IdentityFile", "~/.ssh/my key"},
		{"a.example.com", "ProxyCommand", `ssh -W "%h:%p" bastion # kept`},
		{"bad.example.com", "StrictHostKeyChecking", "accept-new"},
		{"target", "User", "root"},
		{"target", "ProxyJump", "a,b"},
	} {
		c := New(tt.host, "me", "/home/me")
		if err := c.Load(path); err != nil {
			t.Fatal(err)
		}
		got := c.Get(tt.option)
		switch tt.option {
		case "HostName":
			got = c.HostName()
		case "ConnectTimeout":
			got = strings.TrimSuffix(c.Seconds(tt.option).Round(time.Second).String(), "s")
			if got == "1m30" {
				got = "90"
			}
		}
		if got != tt.want {
			t.Errorf("%s: %s is %q, want %q", tt.host, tt.option, got, tt.want)
		}
		if ssh == "" || tt.option == "ProxyCommand" { // ssh -G puts the tokens in
			continue
		}
		out, err := exec.Command(ssh, "-G", "-F", path, tt.host).Output()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(out), "\n"+strings.ToLower(tt.option)+" "+tt.want+"\n") &&
			!strings.HasPrefix(string(out), strings.ToLower(tt.option)+" "+tt.want+"\n") {
			t.Errorf("%s: ssh -G says another %s than %q", tt.host, tt.option, tt.want)
		}
	}
}

func TestExpand(t *testing.T) {
	c := New("web", "me", "/home/me")
	c.Set("HostName", "web.example.com")
	c.Set("User", "root")
	t.Setenv("KEYS", "/keys")
	if got := c.Path("~/%r@%h:%p-%n-%u%%h"); got != "/home/me/root@web.example.com:22-web-me%h" {
		t.Error(got)
	}
	if got := c.Path("${KEYS}/id"); got != "/keys/id" {
		t.Error(got)
	}
	if got := c.Path("${open"); got != "${open" {
		t.Error(got)
	}
}

func TestArgs(t *testing.T) {
	c := New("h", "me", "/")
	file, unsupported, err := c.SetArgs(`-o ControlMaster=auto -oStrictHostKeyChecking=no -C -o 'ProxyCommand=ssh -W %h:%p -q "b c"' ` +
		`-p2200 -i /k1 -o "IdentityFile /k2" -4A -F /dev/null -J a,b -vvv -L 80:x:80 -o LocalForward=1`)
	if err != nil || file != "/dev/null" {
		t.Errorf("%q, %v", file, err)
	}
	for name, want := range map[string]string{"StrictHostKeyChecking": "no", "ProxyCommand": `ssh -W %h:%p -q "b c"`,
		"Port": "2200", "AddressFamily": "inet", "ForwardAgent": "yes", "ProxyJump": "a,b", "ControlMaster": ""} {
		if got := c.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := strings.Join(c.All("identityfile"), " "); got != "/k1 /k2" {
		t.Errorf("IdentityFile is %q", got)
	}
	if got := strings.Join(unsupported, "|"); got != "-L 80:x:80|-o LocalForward=1" {
		t.Errorf("unsupported: %q", got)
	}
	if _, _, err := c.SetArgs(`-o "open`); err == nil {
		t.Error("an open quote was taken")
	}
	if _, _, err := c.SetArgs("-C word -p 22"); err == nil || !strings.Contains(err.Error(), `"word", which is no option`) {
		t.Errorf("a word that is no option: %v", err)
	}
}

func TestFaults(t *testing.T) {
	dir := t.TempDir()
	for text, want := range map[string]string{
		"Host a\nUser":                 "line 2: user: missing argument",
		"IdentityFile \"x":             "line 1: identityfile: a quote is not closed",
		"Match nosuch x":               "line 1: match: unsupported Match attribute nosuch",
		"Match host":                   "line 1: match: host needs an argument",
		"Include " + dir + "/config\n": "too many files include each other",
	} {
		path := write(t, dir, "config", text)
		err := New("h", "me", "/").Load(path)
		var fault *Fault
		if !errors.As(err, &fault) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
	if err := New("h", "me", "/").Load(filepath.Join(dir, "none")); err != nil {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestGlob(t *testing.T) {
	for _, tt := range []struct {
		pattern, name string
		want          bool
	}{
		{"*", "", true}, {"a*c", "abbc", true}, {"a*c", "abbd", false}, {"*.x.*", "a.x.b", true}, {"?", "", false},
		{"10.0.?.*", "10.0.1.22", true}, {"A", "a", true}, {"a", "ab", false}, {"*a*b", "xaxxab", true}, {"", "", true},
	} {
		if got := Glob(tt.pattern, tt.name); got != tt.want {
			t.Errorf("Glob(%q, %q) = %v", tt.pattern, tt.name, got)
		}
	}
}

func FuzzConfig(f *testing.F) {
	f.Add(sample, "-o A=b -p 22")
	f.Add("Match host=a,b !user c\nPort=1", "-F")
	f.Fuzz(func(t *testing.T, text, args string) {
		if strings.Contains(strings.ToLower(text), "exec") || strings.Contains(strings.ToLower(text), "include") {
			t.Skip()
		}
		c := New("h", "me", "/")
		_, _, _ = c.SetArgs(args)
		_ = c.Load(write(t, t.TempDir(), "config", text))
		_ = c.Path(c.Get("IdentityFile"))
	})
}
