package remote

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"goplay/engine/remote/sshdtest"
)

// users makes throw-away users of this machine: one who logs in and may
// use sudo with a password, and one without rights to become.
func users(t testing.TB, s *sshdtest.Server) (login, other string) {
	t.Helper()
	root(t)
	if _, err := exec.LookPath("sudo"); err != nil {
		t.Skip("NOT TESTED: sudo is not installed")
	}
	login, other = fmt.Sprintf("gplogin%d", os.Getpid()), fmt.Sprintf("gpother%d", os.Getpid())
	for _, name := range []string{login, other} {
		run1(t, "useradd", "-m", "-s", "/bin/bash", name)
		t.Cleanup(func() { exec.Command("userdel", "-rf", name).Run() })
		cmd := exec.Command("chpasswd")
		cmd.Stdin = strings.NewReader(name + ":s3cret:" + "\n")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("chpasswd: %v: %s", err, out)
		}
	}
	must(t, os.Chmod(s.Dir, 0o755))
	return login, other
}

func sudoers(t testing.TB, lines string) {
	t.Helper()
	file := filepath.Join("/etc/sudoers.d", "goplay-test")
	must(t, os.WriteFile(file, []byte(lines+"\n"), 0o440))
	t.Cleanup(func() { os.Remove(file) })
}

// became expects a runner of the user, or an error that starts with want.
func became(t *testing.T, p *Pool, target Target, user, want string) {
	t.Helper()
	r, err := sh(t, p, target, "echo $(id -un) $HOME")
	var failed *BecomeFailed
	switch {
	case want != "" && (!errors.As(err, &failed) || !strings.HasPrefix(failed.Msg, want)):
		t.Errorf("got %v, want %s", err, want)
	case want == "" && err != nil:
		t.Error(err)
	case want == "":
		if out := fmt.Sprint(field(r, "stdout")); !strings.HasPrefix(out, user+" ") {
			t.Errorf("became %q", out)
		}
	}
}

func TestSudo(t *testing.T) {
	t.Parallel()
	s := sshdtest.Start(t, "PasswordAuthentication yes")
	login, other := users(t, s)
	p := newPool(t, Options{SSHConfig: []string{s.Config}})
	target := func(b Become) Target { return Target{Host: "web", User: login, Become: &b} }
	sudoers(t, login+" ALL=(ALL) ALL")
	became(t, p, target(Become{}), "", "Missing sudo password")
	became(t, p, target(Become{Password: "wrong"}), "", "Incorrect sudo password")
	became(t, p, target(Become{Password: "s3cret:"}), "root", "")
	became(t, p, target(Become{Password: "s3cret:", User: other}), other, "")
	became(t, p, target(Become{Password: "s3cret:", User: "nobody"}), "nobody", "")
	became(t, p, target(Become{Password: "s3cret:", User: "nosuch"}), "", "cannot become nosuch with sudo: sudo: ")
	became(t, p, target(Become{User: "-x;reboot"}), "", "cannot become the user")
	became(t, p, target(Become{Method: "magic"}), "", "Invalid become method")
	became(t, p, Target{Host: "web", User: other, Password: "s3cret:", Become: &Become{Password: "s3cret:"}}, "", "cannot become root with sudo: ")

	sudoers(t, login+" ALL=(ALL) NOPASSWD: ALL")
	must(t, p.Reset(Target{Host: "web", User: login}))
	for _, b := range []Become{{}, {Flags: "-H -S -n"}, {Flags: "-i"}, {Flags: "-E"}, {Password: "not needed"},
		{Method: "ansible.builtin.sudo"}, {Exe: "/usr/bin/sudo"}, {Method: "community.general.sudosu"}} {
		became(t, p, target(b), "root", "")
	}
	rc, out, _, err := p.Exec(t.Context(), target(Become{}), "id -un; echo \"it's\"; exit 4", nil)
	if rc != 4 || string(out) != "root\nit's\n" || err != nil {
		t.Errorf("exec: %d, %q, %v", rc, out, err)
	}

	// The agent has to go through the terminal too.
	must(t, os.RemoveAll("/home/"+other+"/.cache"))
	sudoers(t, "Defaults:"+login+" requiretty\n"+login+" ALL=(ALL) ALL")
	must(t, p.Reset(Target{Host: "web", User: login}))
	became(t, p, target(Become{Password: "s3cret:", User: other}), other, "")
	must(t, p.Reset(Target{Host: "web", User: login}))
	became(t, p, target(Become{Password: "wrong"}), "", "Incorrect sudo password")
}

// No secret may be seen by others on the host.
func TestPasswordIsNowhere(t *testing.T) {
	s := sshdtest.Start(t)
	login, _ := users(t, s)
	sudoers(t, login+" ALL=(ALL) ALL")
	p := newPool(t, Options{SSHConfig: []string{s.Config}})
	r, err := sh(t, p, Target{Host: "web", User: login, Become: &Become{Password: "s3cret:"}},
		"grep -la 's3cret[:]' /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null; grep -rIl 's3cret[:]' ~"+login+" ~/.cache/goplay; true")
	if err != nil || fmt.Sprint(field(r, "stdout")) != "" {
		t.Errorf("the password is in %v, %v", field(r, "stdout"), err)
	}
}

func TestSu(t *testing.T) {
	s := sshdtest.Start(t)
	login, other := users(t, s)
	p := newPool(t, Options{SSHConfig: []string{s.Config}})
	target := func(b Become) Target { b.Method = "su"; return Target{Host: "web", User: login, Become: &b} }
	became(t, p, target(Become{User: other}), "", "Missing su password")
	became(t, p, target(Become{User: other, Password: "wrong"}), "", "Incorrect su password")
	became(t, p, target(Become{User: other, Password: "s3cret:"}), other, "")
	// root needs no password
	became(t, p, Target{Host: "web", User: "root", Become: &Become{Method: "su", User: other, Flags: "-l"}}, other, "")
}

func TestDoas(t *testing.T) {
	if _, err := exec.LookPath("doas"); err != nil {
		t.Skip("NOT TESTED: doas is not installed")
	}
	s := sshdtest.Start(t)
	login, other := users(t, s)
	if _, err := os.Stat("/etc/doas.conf"); err == nil {
		t.Skip("NOT TESTED: this machine has a doas.conf of its own")
	}
	must(t, os.WriteFile("/etc/doas.conf", []byte("permit "+login+" as "+other+"\npermit nopass "+login+" as root\n"), 0o600))
	t.Cleanup(func() { os.Remove("/etc/doas.conf") })
	p := newPool(t, Options{SSHConfig: []string{s.Config}})
	target := func(b Become) Target { b.Method = "doas"; return Target{Host: "web", User: login, Become: &b} }
	became(t, p, target(Become{}), "root", "")
	became(t, p, target(Become{User: other}), "", "Missing doas password")
	became(t, p, target(Become{User: other, Password: "s3cret:"}), other, "")
	must(t, p.Reset(Target{Host: "web", User: login}))
	became(t, p, target(Become{User: other, Password: "wrong"}), "", "Incorrect doas password")
}

func TestLocalBecome(t *testing.T) {
	s := sshdtest.Start(t)
	_, other := users(t, s)
	p := newPool(t, Options{})
	became(t, p, Target{Connection: "local", Become: &Become{User: other}}, other, "")
}

// A login shell is what it is: not POSIX, and talkative.
func TestLoginShells(t *testing.T) {
	s := sshdtest.Start(t)
	login, other := users(t, s)
	sudoers(t, login+" ALL=(ALL) NOPASSWD: ALL")
	home := "/home/" + login
	greeting := "echo Welcome; echo '50% off!' >&2; printf 'no newline'"
	for shell, rc := range map[string]string{"bash": ".bashrc", "fish": ".config/fish/config.fish", "csh": ".cshrc", "dash": "", "tcsh": ".tcshrc"} {
		t.Run(shell, func(t *testing.T) {
			path, err := exec.LookPath(shell)
			if err != nil {
				t.Skip("NOT TESTED: not installed")
			}
			run1(t, "usermod", "-s", path, login)
			if rc != "" {
				file := filepath.Join(home, rc)
				must(t, os.MkdirAll(filepath.Dir(file), 0o755))
				text := greeting
				if strings.HasSuffix(shell, "csh") {
					text = "echo Welcome\nprintf 'no newline'"
				}
				must(t, os.WriteFile(file, []byte(text+"\n"), 0o644))
				run1(t, "chown", "-R", login, home)
			}
			p := newPool(t, Options{SSHConfig: []string{s.Config}})
			target := Target{Host: "web", User: login}
			expect(t, p, target, `echo "a'b!"`, "a'b!")
			for _, b := range []Become{{}, {User: other}, {Method: "sudosu"}} {
				target.Become = &b
				if r, err := sh(t, p, target, "id -un"); err != nil || r.Failed {
					t.Errorf("%+v: %+v, %v", b, r, err)
				}
			}
		})
	}
	t.Run("that does not work", func(t *testing.T) {
		run1(t, "usermod", "-s", "/usr/sbin/nologin", login)
		p := newPool(t, Options{SSHConfig: []string{s.Config}})
		_, err := sh(t, p, Target{Host: "web", User: login}, "true")
		var lost *Unreachable
		if !errors.As(err, &lost) || lost.Msg != viaSSH+"This account is currently not available." {
			t.Errorf("got %v", err)
		}
	})
}

func TestBecomePromptThatNeverComes(t *testing.T) {
	s, p := start(t)
	fake := filepath.Join(s.Dir, "sudo")
	must(t, os.WriteFile(fake, []byte("#!/bin/sh\necho Verification code: >&2\nexec sleep 30\n"), 0o755))
	begin := time.Now()
	_, err := sh(t, p, Target{Host: "web", Timeout: time.Second, Become: &Become{Exe: fake, Password: "x"}}, "true")
	if err == nil || err.Error() != "Timeout (1s) waiting for privilege escalation prompt: Verification code:" || time.Since(begin) > 20*time.Second {
		t.Errorf("after %v: %v", time.Since(begin), err)
	}
}
