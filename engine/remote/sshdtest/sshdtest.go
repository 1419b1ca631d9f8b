// Package sshdtest runs a real OpenSSH server on loopback for tests, with fresh
// keys and a configuration of its own, as the present user. It touches nothing
// outside its folder but /run/sshd, which sshd wants when it is root's.
package sshdtest

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Server is a running sshd.
type Server struct {
	Dir        string // holds everything of it
	Port       int
	User       string // who may log in with Key
	Key        string // file of a private key that is let in
	HostKey    string // file of the host's private key; HostKey+".pub" is beside it
	KnownHosts string // file that knows the host's key
	Config     string // file of an ssh_config that reaches it, whatever the name of the host

	cmd  *exec.Cmd
	gone chan struct{}
	log  *syncBuffer
}

// ErrNoSSHD is returned where OpenSSH's server or client is not installed.
var ErrNoSSHD = errors.New("sshd and ssh-keygen are not installed (apt-get install openssh-server)")

// Start runs a server for the length of a test, with further lines of
// sshd_config, which come first and so win. Without sshd the test is skipped, and
// fails where CI is set.
func Start(t testing.TB, lines ...string) *Server {
	t.Helper()
	// A test's own folder is closed to the other users that may log in.
	dir, err := os.MkdirTemp("", "sshd")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	s, err := New(dir, lines...)
	if errors.Is(err, ErrNoSSHD) && os.Getenv("CI") == "" {
		t.Skip("NOT TESTED: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close()
		if t.Failed() {
			t.Logf("sshd said:\n%s", s.Log())
		}
	})
	return s
}

// New runs a server in a folder until it is closed.
func New(dir string, lines ...string) (*Server, error) {
	sshd, err := find("sshd")
	if err != nil {
		return nil, err
	}
	if _, err := find("ssh-keygen"); err != nil {
		return nil, err
	}
	me, err := user.Current()
	if err != nil {
		return nil, err
	}
	s := &Server{Dir: dir, User: me.Username, Key: filepath.Join(dir, "id_ed25519"), HostKey: filepath.Join(dir, "host_ed25519"),
		KnownHosts: filepath.Join(dir, "known_hosts"), Config: filepath.Join(dir, "ssh_config"), log: &syncBuffer{}, gone: make(chan struct{})}
	if err := s.prepare(lines); err != nil {
		return nil, err
	}
	s.cmd = exec.Command(sshd, "-D", "-e", "-f", filepath.Join(dir, "sshd_config"))
	s.cmd.Stderr = s.log
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { _ = s.cmd.Wait(); close(s.gone) }()
	if err := s.await(); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func find(program string) (string, error) {
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin", "/usr/local/sbin", "/usr/libexec") {
		if path := filepath.Join(dir, program); exec.Command("test", "-x", path).Run() == nil {
			return path, nil
		}
	}
	return "", ErrNoSSHD
}

// withEnvironment joins what lines set in the environment of sessions, for sshd
// heeds one SetEnv alone, and adds a depth of shells at which bash takes no
// notice of the account's .bashrc: tests are not to depend on whose machine it is.
func withEnvironment(lines []string) []string {
	set := "SetEnv SHLVL=2"
	var others []string
	for _, line := range lines {
		if pairs, ok := strings.CutPrefix(line, "SetEnv "); ok {
			set += " " + pairs
			continue
		}
		others = append(others, line)
	}
	return append(others, set)
}

func (s *Server) prepare(lines []string) error {
	for _, key := range []string{s.Key, s.HostKey} {
		if err := s.NewKey(key, "ed25519", ""); err != nil {
			return err
		}
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	s.Port = port
	if os.Getuid() == 0 {
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil {
			return err
		}
	}
	// Its host key last, so that a test may put others before it.
	config := append(withEnvironment(lines),
		"ListenAddress 127.0.0.1", "Port "+strconv.Itoa(port), "HostKey "+s.HostKey, "PidFile none", "UsePAM no", "StrictModes no",
		"AuthorizedKeysFile "+filepath.Join(s.Dir, "authorized_keys"), "PermitRootLogin yes", "PasswordAuthentication no",
		"KbdInteractiveAuthentication no", "UseDNS no", "MaxStartups 100", "AcceptEnv GOPLAY_*", "LogLevel VERBOSE", "PrintMotd no", "")
	pub, err := os.ReadFile(s.Key + ".pub")
	if err != nil {
		return err
	}
	host, err := os.ReadFile(s.HostKey + ".pub")
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(s.Dir, "sshd_config"), []byte(strings.Join(config, "\n")), 0o600),
		os.WriteFile(filepath.Join(s.Dir, "authorized_keys"), pub, 0o644),
		os.WriteFile(s.KnownHosts, []byte(s.KnownName()+" "+string(host)), 0o600),
		os.WriteFile(s.Config, []byte(fmt.Sprintf("Host *\n  HostName 127.0.0.1\n  Port %d\n  User %s\n  IdentityFile %s\n"+
			"  IdentitiesOnly yes\n  IdentityAgent none\n  UserKnownHostsFile %s\n  GlobalKnownHostsFile none\n",
			port, s.User, s.Key, s.KnownHosts)), 0o600),
		os.Chmod(s.Dir, 0o755))
}

// KnownName is how known_hosts names the server.
func (s *Server) KnownName() string { return fmt.Sprintf("[127.0.0.1]:%d", s.Port) }

// NewKey makes a key pair of a kind, encrypted if there is a passphrase.
func (s *Server) NewKey(path, kind, passphrase string) error {
	out, err := exec.Command("ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "test", "-f", path).CombinedOutput()
	if err != nil {
		return fmt.Errorf("ssh-keygen: %w: %s", err, out)
	}
	return nil
}

// Authorize lets one more key in, by its public file.
func (s *Server) Authorize(pub string) error {
	line, err := os.ReadFile(pub)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(s.Dir, "authorized_keys"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(line)
	return errors.Join(err, f.Close())
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func (s *Server) await() error {
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		select {
		case <-s.gone:
			return fmt.Errorf("sshd ended: %s", s.Log())
		default:
		}
		conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port)))
		if err == nil {
			return conn.Close()
		}
	}
	return errors.New("sshd does not listen")
}

// Log is what the server has logged.
func (s *Server) Log() string { return s.log.String() }

// Logins counts the connections that were let in.
func (s *Server) Logins() int {
	n := 0
	for _, line := range strings.Split(s.Log(), "\n") {
		if strings.HasPrefix(line, "Accepted ") && strings.Contains(line, " from ") {
			n++
		}
	}
	return n
}

// Cut kills the processes that serve connections, as a lost line would.
func (s *Server) Cut() error {
	children, err := descendants(s.cmd.Process.Pid)
	if err != nil {
		return err
	}
	for _, pid := range children {
		name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
		if strings.HasPrefix(string(name), "sshd") {
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
				return err
			}
		}
	}
	return nil
}

// Running lists the command lines of what runs in the server's sessions.
func (s *Server) Running() ([]string, error) {
	children, err := descendants(s.cmd.Process.Pid)
	var lines []string
	for _, pid := range children {
		line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if text := strings.ReplaceAll(strings.TrimRight(string(line), "\x00"), "\x00", " "); text != "" && !strings.HasPrefix(text, "sshd") {
			lines = append(lines, text)
		}
	}
	return lines, err
}

// descendants reads from /proc which processes come from one.
func descendants(pid int) ([]int, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	parents := map[int][]int{}
	for _, e := range entries {
		child, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		stat, err := os.ReadFile(filepath.Join("/proc", e.Name(), "stat"))
		if err != nil {
			continue // it has ended meanwhile
		}
		_, rest, _ := strings.Cut(string(stat[bytes.LastIndexByte(stat, ')'):]), " ")
		if fields := strings.Fields(rest); len(fields) > 1 {
			parent, _ := strconv.Atoi(fields[1])
			parents[parent] = append(parents[parent], child)
		}
	}
	var all []int
	for next := parents[pid]; len(next) > 0; next = next[1:] {
		all = append(all, next[0])
		next = append(next, parents[next[0]]...)
	}
	return all, nil
}

// Close ends the server and all that it serves.
func (s *Server) Close() {
	children, _ := descendants(s.cmd.Process.Pid)
	for _, pid := range append(children, s.cmd.Process.Pid) {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	<-s.gone
}

type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
