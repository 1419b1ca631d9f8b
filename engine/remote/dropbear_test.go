package remote

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"goplay/engine/remote/sshdtest"
)

// TestDropbear reaches a host whose server is Dropbear, as small systems have
// it: by key and by password, as another user, with an upload, and again after
// a reset. Nothing is left running.
func TestDropbear(t *testing.T) {
	program, err := exec.LookPath("dropbear")
	if err != nil {
		program = "/usr/sbin/dropbear"
	}
	if _, err := os.Stat(program); err != nil {
		t.Skip("NOT TESTED: dropbear is not installed (dropbear-bin)")
	}
	s := sshdtest.Start(t) // for its keys, and the folder that users can reach
	login, _ := users(t, s)
	sudoers(t, login+" ALL=(ALL) ALL")
	pub, err := os.ReadFile(s.Key + ".pub")
	must(t, err)
	ssh := filepath.Join("/home", login, ".ssh")
	must(t, os.Mkdir(ssh, 0o700))
	must(t, os.WriteFile(filepath.Join(ssh, "authorized_keys"), pub, 0o600))
	run1(t, "chown", "-R", login, ssh)
	hostKey := filepath.Join(t.TempDir(), "key")
	run1(t, "dropbearkey", "-t", "ed25519", "-f", hostKey)
	shown, err := exec.Command("dropbearkey", "-y", "-f", hostKey).Output()
	must(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	address := l.Addr().String()
	must(t, l.Close())
	var said bytes.Buffer
	server := exec.Command(program, "-F", "-E", "-p", address, "-r", hostKey, "-P", filepath.Join(t.TempDir(), "pid"))
	server.Stderr = &said
	must(t, server.Start())
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
		if t.Failed() {
			t.Logf("dropbear said:\n%s", &said)
		}
	})
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			break
		} else if time.Now().After(end) {
			t.Fatal(err)
		}
	}
	_, port, _ := net.SplitHostPort(address)
	number, _ := strconv.Atoi(port)
	known := filepath.Join(t.TempDir(), "known")
	for line := range strings.Lines(string(shown)) {
		if strings.HasPrefix(line, "ssh-ed25519 ") {
			must(t, os.WriteFile(known, []byte("["+"127.0.0.1]:"+port+" "+line), 0o600))
		}
	}
	p := newPool(t, Options{})
	base := Target{Host: "127.0.0.1", Port: number, User: login, SSHArgs: "-o UserKnownHostsFile=" + known + " -o IdentityAgent=none"}
	byKey, byPassword := base, base
	byKey.PrivateKeyFile = s.Key
	byPassword.Password, byPassword.SSHArgs = "s3cret:", base.SSHArgs+" -o PubkeyAuthentication=no"
	for _, target := range []Target{byKey, byPassword} {
		expect(t, p, target, "id -un", login)
		if got := pull(t, p, target, 8<<20); got != int64(8<<20) {
			t.Errorf("of the upload arrived %v", got)
		}
		asRoot := target
		asRoot.Become = &Become{Password: "s3cret:"}
		expect(t, p, asRoot, "id -un", "root")
		must(t, p.Reset(target))
		expect(t, p, target, "echo back", "back")
		must(t, p.Reset(target))
	}
	wrong := byPassword
	wrong.Password = "wrong"
	if _, err := sh(t, p, wrong, "true"); err == nil || !strings.Contains(err.Error(), "Permission denied") {
		t.Errorf("with a wrong password: %v", err)
	}
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		out, err := exec.Command("pgrep", "-a", "-u", login).Output()
		if err != nil {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("still running: %s", out)
		}
	}
}
