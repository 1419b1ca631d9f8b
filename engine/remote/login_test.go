package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/crypto/ssh"
	sshagent "golang.org/x/crypto/ssh/agent"

	"goplay/engine/remote/sshdtest"
)

// config writes an ssh_config that reaches the server without saying which key.
func config(t testing.TB, s *sshdtest.Server, lines ...string) Options {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config")
	text := fmt.Sprintf("Host *\nHostName 127.0.0.1\nPort %d\nUser %s\nGlobalKnownHostsFile none\n%s\nUserKnownHostsFile %s\n",
		s.Port, s.User, strings.Join(lines, "\n"), s.KnownHosts)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Options{SSHConfig: []string{path}}
}

func newKey(t testing.TB, s *sshdtest.Server, name, kind, pass string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := s.NewKey(path, kind, pass); err != nil {
		t.Fatal(err)
	}
	return path
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func run1(t testing.TB, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v: %s", name, strings.Join(args, " "), err, out)
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	s, _ := start(t)
	for _, kind := range []string{"rsa", "ecdsa", "ed25519"} {
		plain, locked := newKey(t, s, "k", kind, ""), newKey(t, s, "l", kind, "open sesame")
		must(t, s.Authorize(plain+".pub"))
		must(t, s.Authorize(locked+".pub"))
		t.Run(kind, func(t *testing.T) {
			expect(t, newPool(t, config(t, s, "IdentityFile none")), Target{Host: "a", PrivateKeyFile: plain}, "echo in", "in")
		})
		t.Run(kind+", encrypted", func(t *testing.T) {
			var asked atomic.Int32
			o := config(t, s)
			o.Ask = func(_ context.Context, prompt string) (string, error) {
				if want := "Enter passphrase for key '" + locked + "': "; prompt != want {
					t.Errorf("asked %q", prompt)
				}
				if asked.Add(1) == 1 {
					return "wrong", nil
				}
				return "open sesame", nil
			}
			p := newPool(t, o)
			for _, host := range []string{"a", "b"} {
				expect(t, p, Target{Host: host, PrivateKeyFile: locked}, "echo in", "in")
			}
			if asked.Load() != 2 {
				t.Errorf("asked %d times", asked.Load())
			}
		})
		t.Run(kind+", passphrase known", func(t *testing.T) {
			expect(t, newPool(t, config(t, s)), Target{Host: "a", PrivateKeyFile: locked, PrivateKeyPassphrase: "open sesame"}, "echo in", "in")
		})
		t.Run(kind+", encrypted, no terminal", func(t *testing.T) {
			_, err := sh(t, newPool(t, config(t, s)), Target{Host: "a", PrivateKeyFile: locked}, "true")
			if err == nil || !strings.Contains(err.Error(), "Permission denied (publickey). (the key "+locked+" is encrypted") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestKeyThatOthersCanRead(t *testing.T) {
	s, _ := start(t)
	must(t, os.Chmod(s.Key, 0o644))
	_, err := sh(t, newPool(t, config(t, s)), Target{Host: "a", PrivateKeyFile: s.Key}, "true")
	if err == nil || !strings.Contains(err.Error(), "its mode 0644 lets others read it") {
		t.Errorf("got %v", err)
	}
}

func TestCertificate(t *testing.T) {
	s0 := t.TempDir()
	ca := filepath.Join(s0, "ca")
	run1(t, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", ca)
	s, _ := start(t, "TrustedUserCAKeys "+ca+".pub")
	key := newKey(t, s, "k", "rsa", "")
	if _, err := sh(t, newPool(t, config(t, s)), Target{Host: "a", PrivateKeyFile: key}, "true"); err == nil {
		t.Fatal("the key was let in without its certificate")
	}
	run1(t, "ssh-keygen", "-q", "-s", ca, "-I", "me", "-n", s.User, key+".pub")
	expect(t, newPool(t, config(t, s)), Target{Host: "a", PrivateKeyFile: key}, "echo in", "in")
	moved := filepath.Join(s0, "moved.pub")
	must(t, os.Rename(key+"-cert.pub", moved))
	expect(t, newPool(t, config(t, s, "CertificateFile "+moved)), Target{Host: "a", PrivateKeyFile: key}, "echo in", "in")
}

// agentSocket serves an ssh-agent with one key.
func agentSocket(t testing.TB, key string) string {
	t.Helper()
	data, err := os.ReadFile(key)
	must(t, err)
	raw, err := ssh.ParseRawPrivateKey(data)
	must(t, err)
	ring := sshagent.NewKeyring()
	must(t, ring.Add(sshagent.AddedKey{PrivateKey: raw}))
	dir, err := os.MkdirTemp("", "agent") // the path of a socket has to be short
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	l, err := net.Listen("unix", filepath.Join(dir, "s"))
	must(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { defer c.Close(); _ = sshagent.ServeAgent(ring, c) }()
		}
	}()
	return filepath.Join(dir, "s")
}

func TestSSHAgent(t *testing.T) {
	s, _ := start(t)
	socket := agentSocket(t, s.Key)
	none := newKey(t, s, "none", "ed25519", "")
	t.Run("SSH_AUTH_SOCK", func(t *testing.T) {
		p := newPool(t, config(t, s))
		t.Setenv("SSH_AUTH_SOCK", socket)
		expect(t, p, Target{Host: "a", PrivateKeyFile: none}, "echo in", "in")
	})
	t.Run("IdentityAgent", func(t *testing.T) {
		expect(t, newPool(t, config(t, s, "IdentityAgent "+socket)), Target{Host: "a", PrivateKeyFile: none}, "echo in", "in")
	})
	t.Run("IdentitiesOnly", func(t *testing.T) {
		if _, err := sh(t, newPool(t, config(t, s, "IdentityAgent "+socket, "IdentitiesOnly yes")), Target{Host: "a", PrivateKeyFile: none}, "true"); err == nil {
			t.Error("another key of the agent's was used")
		}
	})
	t.Run("forwarded", func(t *testing.T) {
		p := newPool(t, config(t, s, "IdentityAgent "+socket, "ForwardAgent yes"))
		r, err := sh(t, p, Target{Host: "a"}, "ssh-add -l")
		if err != nil || r.Failed || !strings.Contains(fmt.Sprint(field(r, "stdout")), "ED25519") {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

func TestHostKeys(t *testing.T) {
	t.Parallel()
	s, _ := start(t)
	pub, err := os.ReadFile(s.HostKey + ".pub")
	must(t, err)
	other := newKey(t, s, "other", "ed25519", "")
	otherPub, err := os.ReadFile(other + ".pub")
	must(t, err)
	fields := strings.Fields(string(pub))
	right, wrong := fields[0]+" "+fields[1]+"\n", string(otherPub)
	name := s.KnownName()
	hashed := filepath.Join(t.TempDir(), "hashed")
	must(t, os.WriteFile(hashed, []byte(name+" "+right), 0o600))
	run1(t, "ssh-keygen", "-q", "-H", "-f", hashed)
	hashedText, err := os.ReadFile(hashed)
	must(t, err)
	const fails = "Failed to connect to the host via ssh: Host key verification failed: "
	for label, tt := range map[string]struct {
		known  string
		line   string
		want   string // of the error
		after  string // what the file then holds
		answer string
	}{
		"known":                {known: name + " " + right},
		"known on port 22":     {known: "127.0.0.1 " + right},
		"hashed":               {known: string(hashedText)},
		"wildcard":             {known: "[127.0.0.*]:*,!x " + right},
		"among broken lines":   {known: "# c\n\nbroken\n" + name + " ssh-rsa zzz\n" + name + " " + right},
		"alias":                {known: "web.internal " + right, line: "HostKeyAlias web.internal"},
		"negated":              {known: "*,!" + name + ",!127.0.0.1 " + right, want: "is in no known_hosts file"},
		"unknown":              {want: "is in no known_hosts file; compare the fingerprint"},
		"unknown, strict":      {line: "StrictHostKeyChecking yes", want: "is in no known_hosts file"},
		"unknown, accept-new":  {line: "StrictHostKeyChecking accept-new", after: name + " " + right},
		"unknown, hashed":      {line: "StrictHostKeyChecking accept-new\nHashKnownHosts yes", after: "|1|"},
		"unknown, no checking": {line: "StrictHostKeyChecking no", after: name + " " + right},
		"unknown, yes":         {answer: "yes", after: name + " " + right},
		"unknown, no":          {answer: "no", want: "its key was not accepted"},
		"changed":              {known: "# one\n" + name + " " + wrong, want: "is not the one in FILE line 2 ("},
		"changed, accept-new":  {known: name + " " + wrong, line: "StrictHostKeyChecking accept-new", want: "is not the one in FILE line 1 ("},
		"changed, no checking": {known: name + " " + wrong, line: "StrictHostKeyChecking no"},
		"revoked":              {known: "@revoked * " + right + name + " " + right, want: "is marked as revoked in FILE line 1"},
	} {
		t.Run(label, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "known")
			must(t, os.WriteFile(file, []byte(tt.known), 0o600))
			o := config(t, s, "UserKnownHostsFile "+file, tt.line)
			if tt.answer != "" {
				o.Ask = func(context.Context, string) (string, error) { return tt.answer, nil }
			}
			_, err := sh(t, newPool(t, o), Target{Host: "a", PrivateKeyFile: s.Key}, "true")
			want := strings.ReplaceAll(tt.want, "FILE", file)
			var lost *Unreachable
			switch {
			case want == "" && err != nil:
				t.Error(err)
			case want != "" && (!errors.As(err, &lost) || !strings.HasPrefix(lost.Msg, fails) || !strings.Contains(lost.Msg, want)):
				t.Errorf("got  %v\nwant %s", err, want)
			}
			text, _ := os.ReadFile(file)
			if !strings.Contains(string(text), tt.after) {
				t.Errorf("known_hosts is %q", text)
			}
		})
	}
}

func TestNoHostKeyChecking(t *testing.T) {
	s, _ := start(t)
	file := filepath.Join(t.TempDir(), "known")
	p := newPool(t, config(t, s, "UserKnownHostsFile "+file))
	expect(t, p, Target{Host: "a", PrivateKeyFile: s.Key, NoHostKeyChecking: true}, "echo in", "in")
}

func TestHostCertificate(t *testing.T) {
	dir := t.TempDir()
	ca, host := filepath.Join(dir, "ca"), filepath.Join(dir, "host")
	for _, k := range []string{ca, host} {
		run1(t, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", k)
	}
	pub, err := os.ReadFile(ca + ".pub")
	must(t, err)
	for principal, want := range map[string]string{"127.0.0.1": "", "elsewhere": "its certificate does not hold"} {
		must(t, errors.Join(os.RemoveAll(host+"-cert.pub")))
		run1(t, "ssh-keygen", "-q", "-h", "-s", ca, "-I", "host", "-n", principal, host+".pub")
		s, _ := start(t, "HostKey "+host, "HostCertificate "+host+"-cert.pub")
		known := filepath.Join(t.TempDir(), "known")
		must(t, os.WriteFile(known, append([]byte("@cert-authority * "), pub...), 0o600))
		_, err := sh(t, newPool(t, config(t, s, "UserKnownHostsFile "+known)), Target{Host: "a", PrivateKeyFile: s.Key}, "true")
		if got := fmt.Sprint(err); want == "" && err != nil || !strings.Contains(got, want) {
			t.Errorf("%s: %v", principal, err)
		}
	}
}

// A host with several keys shows the one that known_hosts has.
func TestHostKeyOrder(t *testing.T) {
	dir := t.TempDir()
	lines := []string{}
	var rsa string
	for _, kind := range []string{"ecdsa", "rsa"} {
		key := filepath.Join(dir, kind)
		run1(t, "ssh-keygen", "-q", "-t", kind, "-N", "", "-f", key)
		lines = append(lines, "HostKey "+key)
		rsa = key + ".pub"
	}
	s, _ := start(t, lines...)
	pub, err := os.ReadFile(rsa)
	must(t, err)
	known := filepath.Join(dir, "known")
	must(t, os.WriteFile(known, []byte(s.KnownName()+" "+string(pub)), 0o600))
	expect(t, newPool(t, config(t, s, "UserKnownHostsFile "+known)), Target{Host: "a", PrivateKeyFile: s.Key}, "echo in", "in")
}

func TestOldAlgorithms(t *testing.T) {
	s, _ := start(t, "KexAlgorithms diffie-hellman-group14-sha1", "Ciphers aes128-cbc")
	target := Target{Host: "a", PrivateKeyFile: s.Key}
	_, err := sh(t, newPool(t, config(t, s)), target, "true")
	if err == nil || !strings.Contains(err.Error(), "Unable to negotiate with 127.0.0.1 port") || !strings.Contains(err.Error(), "Their offer: ") {
		t.Errorf("got %v", err)
	}
	expect(t, newPool(t, config(t, s, "KexAlgorithms +diffie-hellman-group14-sha1", "Ciphers +aes128-cbc")), target, "echo in", "in")
}

func TestProxies(t *testing.T) {
	t.Parallel()
	s, _ := start(t)
	bastion := sshdtest.Start(t)
	must(t, bastion.Authorize(s.Key+".pub"))
	hostKey, err := os.ReadFile(bastion.HostKey + ".pub")
	must(t, err)
	known, err := os.ReadFile(s.KnownHosts)
	must(t, err)
	both := filepath.Join(t.TempDir(), "known")
	must(t, os.WriteFile(both, append(known, []byte(bastion.KnownName()+" "+string(hostKey))...), 0o600))
	o := func(lines ...string) Options {
		path := filepath.Join(t.TempDir(), "config")
		text := fmt.Sprintf("%s\nHost bastion*\nPort %d\nHost *\nPort %d\nHostName 127.0.0.1\nUserKnownHostsFile %s\nGlobalKnownHostsFile none\nIdentityFile %s\n",
			strings.Join(lines, "\n"), bastion.Port, s.Port, both, s.Key)
		must(t, os.WriteFile(path, []byte(text), 0o600))
		return Options{SSHConfig: []string{path}}
	}
	for name, tt := range map[string]struct {
		config []string
		target Target
		logins int // of the bastion
	}{
		"jump":             {[]string{"Host web*\nProxyJump bastion"}, Target{}, 1},
		"jump in args":     {nil, Target{SSHCommonArgs: "-o ProxyJump=" + s.User + "@bastion"}, 1},
		"chain":            {nil, Target{SSHCommonArgs: "-J bastion,bastion2"}, 2},
		"none":             {[]string{"Host web*\nProxyJump none\nHost *\nProxyJump bastion"}, Target{}, 0},
		"command in args":  {nil, Target{SSHCommonArgs: `-o ProxyCommand="ssh -F CONFIG -W %h:%p -q bastion"`}, 1},
		"jump of the jump": {[]string{"Host web*\nProxyJump bastion\nHost bastion\nProxyJump bastion2"}, Target{}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			options := o(tt.config...)
			before := bastion.Logins()
			p := newPool(t, options)
			for _, host := range []string{"web1", "web2"} {
				target := tt.target
				target.Host = host
				target.SSHCommonArgs = strings.ReplaceAll(target.SSHCommonArgs, "CONFIG", options.SSHConfig[0])
				expect(t, p, target, "echo $SSH_CONNECTION | cut -d' ' -f4", fmt.Sprint(s.Port))
			}
			want := tt.logins
			if strings.Contains(name, "command") {
				want *= 2 // nothing is shared between commands
			}
			if n := bastion.Logins() - before; n != want {
				t.Errorf("%d logins on the way, want %d", n, want)
			}
		})
	}
	t.Run("refused", func(t *testing.T) {
		_, err := sh(t, newPool(t, o()), Target{Host: "x", SSHCommonArgs: "-J bastion -o Port=1"}, "true")
		if err == nil || !strings.Contains(err.Error(), "bastion cannot reach 127.0.0.1:1: ") {
			t.Errorf("got %v", err)
		}
	})
}
