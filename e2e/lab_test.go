//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	staging = "staging.example.com" // goplay's host
	twin    = "ansible.example.com" // ansible-playbook's
)

var (
	goplay string // the program under test
	folder string // the lab's
)

func TestMain(m *testing.M) {
	os.Exit(func() int {
		done, err := setUp()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer done()
		return m.Run()
	}())
}

// setUp makes the program, unless GOPLAY names one, and fresh hosts. E2E_KEEP
// leaves them for a look afterwards.
func setUp() (done func(), err error) {
	tmp, err := os.MkdirTemp("", "goplay-e2e-")
	if err != nil {
		return nil, err
	}
	if goplay = os.Getenv("GOPLAY"); goplay == "" {
		goplay = filepath.Join(tmp, "goplay")
		build := exec.Command("go", "build", "-trimpath", "-o", goplay, "../cmd/goplay")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return nil, fmt.Errorf("build goplay: %w", err)
		}
	}
	out, err := lab("dir").Output()
	if err != nil {
		return nil, fmt.Errorf("lab dir: %w", err)
	}
	folder = strings.TrimSpace(string(out))
	hosts := []string{staging}
	if _, err := exec.LookPath("ansible-playbook"); err == nil {
		hosts = append(hosts, twin)
	} else if os.Getenv("CI") == "true" {
		return nil, fmt.Errorf("ansible-playbook is not installed: %w", err)
	}
	done = func() {
		if os.Getenv("E2E_KEEP") == "" {
			_ = lab(append([]string{"down"}, hosts...)...).Run()
		}
		_ = os.RemoveAll(tmp)
	}
	up := lab(append([]string{"up"}, hosts...)...)
	up.Stderr = os.Stderr
	if err := up.Run(); err != nil {
		done()
		return nil, fmt.Errorf("lab up: %w", err)
	}
	return done, nil
}

func lab(args ...string) *exec.Cmd { return exec.Command("./lab", args...) }

// onHost runs a shell command as root on a host, past ssh.
func onHost(t *testing.T, host, command string) string {
	t.Helper()
	cmd := lab("exec", host, "sh", "-c", command)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %s: %v\n%s", host, command, err, &said)
	}
	return strings.TrimSpace(string(out))
}

// eventually waits for what a host comes to say by itself.
func eventually(t *testing.T, host, command, want string) {
	t.Helper()
	got := ""
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if got = onHost(t, host, command); got == want {
			return
		}
	}
	t.Errorf("%s: %s:\n got %q\nwant %q", host, command, got, want)
}

func address(t *testing.T, host string) string {
	t.Helper()
	out, err := lab("address", host).Output()
	ip := strings.TrimSpace(string(out))
	if err != nil || net.ParseIP(ip) == nil {
		t.Fatalf("address of %s: %q, %v", host, ip, err)
	}
	return ip
}
