package remote

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"goplay/engine/remote/sshdtest"
)

// Match blocks decide how a real server is reached: by the name that the task
// has, by what a command says, and by who logs in.
func TestMatchBlocks(t *testing.T) {
	s, _ := start(t)
	file := filepath.Join(t.TempDir(), "config")
	text := fmt.Sprintf(`Match originalhost web,db exec "test %%n = web"
  Port %d
  HostName 127.0.0.1
Match originalhost db
  ProxyCommand echo "no way through" >&2; false
Match user %s
  IdentityFile %s
Match all
  UserKnownHostsFile %s
  GlobalKnownHostsFile none
`, s.Port, s.User, s.Key, s.KnownHosts)
	must(t, os.WriteFile(file, []byte(text), 0o600))
	p := newPool(t, Options{SSHConfig: []string{file}})
	expect(t, p, Target{Host: "web", User: s.User}, "echo in", "in")
	if _, err := sh(t, p, Target{Host: "db", User: s.User}, "true"); err == nil || !strings.Contains(err.Error(), "no way through") {
		t.Errorf("db: got %v", err)
	}
	if _, err := sh(t, newPool(t, Options{SSHConfig: []string{file}}), Target{Host: "web", User: "nobody-else"}, "true"); err == nil || !strings.Contains(err.Error(), "Permission denied") {
		t.Errorf("another user has the key of %s: %v", s.User, err)
	}
}

// Without a word about keys those in ~/.ssh are tried.
func TestDefaultIdentities(t *testing.T) {
	s, _ := start(t)
	for _, kind := range []string{"ed25519", "rsa", "ecdsa"} {
		home := t.TempDir()
		t.Setenv("HOME", home)
		must(t, os.Mkdir(filepath.Join(home, ".ssh"), 0o700))
		key := filepath.Join(home, ".ssh", "id_"+kind)
		must(t, s.NewKey(key, kind, ""))
		if _, err := sh(t, newPool(t, config(t, s)), Target{Host: "a"}, "true"); err == nil {
			t.Errorf("%s: it was let in too early", kind)
		}
		must(t, s.Authorize(key+".pub"))
		expect(t, newPool(t, config(t, s)), Target{Host: "a"}, "echo in", "in")
	}
}

// Contents go through the agent's channel: where SFTP is off, and scp has
// nothing to run, nothing is missed.
func TestNoSFTP(t *testing.T) {
	s, p := start(t)
	out, err := exec.Command("sftp", "-F", s.Config, "-b", "/dev/null", "web").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "subsystem request failed") {
		t.Fatalf("the server has SFTP: %v: %s", err, out)
	}
	if r := pull(t, p, Target{Host: "web"}, 1<<20); r != int64(1<<20) {
		t.Errorf("%v bytes arrived", r)
	}
	s = sshdtest.Start(t, "SetEnv XDG_CACHE_HOME="+t.TempDir())
	if _, err := sh(t, newPool(t, Options{SSHConfig: []string{s.Config}}), Target{Host: "web", TransferMethod: "sftp"}, "true"); err == nil || !strings.Contains(err.Error(), "the host has no SFTP") {
		t.Errorf("transfer_method sftp: got %v", err)
	}
}

// A wrong password is given once, however often sudo asks: more would lock an account.
func TestWrongPasswordIsGivenOnce(t *testing.T) {
	s := sshdtest.Start(t)
	login, _ := users(t, s)
	given, sudo := filepath.Join(s.Dir, "given"), filepath.Join(s.Dir, "sudo")
	must(t, os.WriteFile(given, nil, 0o666))
	must(t, os.Chmod(given, 0o666))
	must(t, os.WriteFile(sudo, []byte("#!/bin/sh\ntee -a "+given+" | sudo \"$@\"\n"), 0o755))
	sudoers(t, "Defaults:"+login+" passwd_tries=3\n"+login+" ALL=(ALL) ALL")
	p := newPool(t, Options{SSHConfig: []string{s.Config}})
	became(t, p, Target{Host: "web", User: login, Become: &Become{Exe: sudo, Password: "wrong"}}, "", "Incorrect sudo password")
	text, err := os.ReadFile(given)
	must(t, err)
	if string(text) != "wrong\n" {
		t.Errorf("sudo was given %q", text)
	}
}

// What sudo says besides its prompt is in any language, and as long as it likes.
func TestSudoInAnotherLanguage(t *testing.T) {
	s := sshdtest.Start(t, "SetEnv LANG=de_DE.UTF-8")
	login, other := users(t, s)
	lecture := filepath.Join(s.Dir, "lecture")
	must(t, os.WriteFile(lecture, []byte(strings.Repeat("Wir gehen davon aus, dass der Administrator Ihnen die Grundregeln erklärt hat. Passwort: \n", 20)), 0o644))
	sudoers(t, "Defaults:"+login+" lecture=always, lecture_file="+lecture+", badpass_message=\"Das hat nicht funktioniert, bitte nochmal probieren.\", passprompt=\"[sudo] Passwort für %p: \"\n"+
		login+" ALL=(ALL) ALL")
	p := newPool(t, Options{SSHConfig: []string{s.Config}})
	became(t, p, Target{Host: "web", User: login, Become: &Become{User: other, Password: "s3cret:"}}, other, "")
	became(t, p, Target{Host: "web", User: login, Become: &Become{Password: "wrong"}}, "", "Incorrect sudo password")
	became(t, p, Target{Host: "web", User: login, Become: &Become{}}, "", "Missing sudo password")
}

// Whatever a host prints arrives as it is, and stays text.
func TestOutputs(t *testing.T) {
	_, p := start(t)
	for name, tt := range map[string]struct{ cmd, want string }{
		"escapes":       {`printf '\033[31mred\033[0m\033]0;title\007'`, "\x1b[31mred\x1b[0m\x1b]0;title\x07"},
		"invalid UTF-8": {`printf 'a\377\376b\303'`, "a\xff\xfeb\xc3"},
		"NUL":           {`printf 'a\000b'`, "a\x00b"},
		"a template":    {`printf '%s' '{{ lookup("pipe", "id") }}{% for x in y %}'`, `{{ lookup("pipe", "id") }}{% for x in y %}`},
		"a frame":       {`printf '\000\000\000\020\001\377\377'`, "\x00\x00\x00\x10\x01\xff\xff"},
	} {
		t.Run(name, func(t *testing.T) { expect(t, p, Target{Host: "web"}, tt.cmd, tt.want) })
	}
	t.Run("200 MB", func(t *testing.T) {
		const size = 200_000_000
		r, err := sh(t, p, Target{Host: "web"}, fmt.Sprintf(`head -c %d /dev/zero | tr '\0' x`, size))
		must(t, err)
		if out := field(r, "stdout").(string); len(out) != size || strings.Trim(out[:1<<20], "x") != "" {
			t.Errorf("%d bytes arrived: %s", len(out), r.Msg)
		}
	})
	expect(t, p, Target{Host: "web"}, "echo still well", "still well")
}

// Where SFTP is asked for the agent goes by it, whole, and nothing is left beside it.
func TestAgentBySFTP(t *testing.T) {
	server := ""
	for _, path := range []string{"/usr/lib/openssh/sftp-server", "/usr/libexec/openssh/sftp-server", "/usr/lib/ssh/sftp-server", "/usr/libexec/sftp-server"} {
		if _, err := os.Stat(path); err == nil {
			server = path
		}
	}
	if server == "" {
		t.Skip("there is no sftp-server")
	}
	cache := t.TempDir()
	s := sshdtest.Start(t, "Subsystem sftp "+server, "SetEnv XDG_CACHE_HOME="+cache)
	expect(t, newPool(t, Options{SSHConfig: []string{s.Config}}), Target{Host: "web", TransferMethod: "sftp"}, "echo in", "in")
	kept, err := os.ReadDir(filepath.Join(cache, "goplay"))
	must(t, err)
	if len(kept) != 1 || !strings.HasPrefix(kept[0].Name(), "agent-") {
		t.Errorf("the folder holds %v", kept)
	}
}
