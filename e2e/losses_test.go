//go:build e2e

package e2e

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// upload is a large file on its way to the host, where an old one stands.
type upload struct {
	playbook, dest string
	old, sum       string // checksums: of what stands there, and of what is sent
}

const megabyte = 1 << 20

// newUpload writes a playbook that copies noise, which cannot be compressed.
func newUpload(t *testing.T, dir string, size int) upload {
	t.Helper()
	noise := make([]byte, size)
	rand.NewChaCha8([32]byte{1}).Read(noise)
	src := filepath.Join(t.TempDir(), "noise")
	if err := os.WriteFile(src, noise, 0o600); err != nil {
		t.Fatal(err)
	}
	sum := sha1.Sum(noise)
	u := upload{dest: dir + "/noise", sum: hex.EncodeToString(sum[:]), playbook: filepath.Join(t.TempDir(), "upload.yaml")}
	text := fmt.Sprintf("- hosts: %s\n  gather_facts: false\n  tasks:\n    - name: Upload\n      copy: {src: %s, dest: %s, mode: '0600'}\n", staging, src, u.dest)
	if err := os.WriteFile(u.playbook, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	onHost(t, staging, fmt.Sprintf("mkdir -p %s && echo old >%s/noise && chown -R elspeth %s", dir, dir, dir))
	u.old = u.onHost(t)
	return u
}

func (u upload) onHost(t *testing.T) string {
	t.Helper()
	return onHost(t, staging, "sha1sum "+u.dest+" | cut -d' ' -f1")
}

// untouched holds the host to the old file, alone in its folder, with no agent
// left that could still do something.
func (u upload) untouched(t *testing.T) {
	t.Helper()
	eventually(t, staging, "pgrep -u elspeth -f 'agent-[0-9a-f]* agent' || echo none", "none")
	eventually(t, staging, "ls -A "+filepath.Dir(u.dest), "noise")
	if got := u.onHost(t); got != u.old {
		t.Errorf("the old file is %s, want %s", got, u.old)
	}
}

// completes runs it again, undisturbed.
func (u upload) completes(t *testing.T) {
	t.Helper()
	play(t, u.playbook).want(t, 0).wantStatuses(t, "Upload: changed\nok=1 changed=1 unreachable=0 failed=0 skipped=0 rescued=0 ignored=0")
	if got := u.onHost(t); got != u.sum {
		t.Errorf("the new file is %s, want %s", got, u.sum)
	}
	if got := onHost(t, staging, "ls -A "+filepath.Dir(u.dest)); got != "noise" {
		t.Errorf("beside the file stands more: %s", got)
	}
}

const unreachable = "Upload: fatal\nok=0 changed=0 unreachable=1 failed=0 skipped=0 rescued=0 ignored=0"

func TestFullDisk(t *testing.T) {
	u := newUpload(t, "/mnt/small", 1)
	onHost(t, staging, "mount -t tmpfs -o size=8m tmpfs /mnt/small && chown elspeth /mnt/small")
	t.Cleanup(func() { onHost(t, staging, "umount /mnt/small") })
	u = newUpload(t, "/mnt/small", 16*megabyte)
	r := play(t, u.playbook).want(t, 2)
	r.wantStatuses(t, "Upload: fatal\nok=0 changed=0 unreachable=0 failed=1 skipped=0 rescued=0 ignored=0")
	if !strings.Contains(r.stdout.String(), "no space left on device") && !strings.Contains(r.stdout.String(), "No space left on device") {
		t.Errorf("the screen does not say that the disk is full:\n%s", &r.stdout)
	}
	u.untouched(t)
	onHost(t, staging, "mount -o remount,size=64m /mnt/small")
	u.completes(t)
}

func TestConnectionCutInTheMiddle(t *testing.T) {
	u := newUpload(t, "/home/elspeth/cut", 24*megabyte)
	play(t, u.ping(t)).want(t, 0) // the agent is there
	l := newLink(t, staging, 12*megabyte)
	r := command(t, goplay, "-i", l.inventory(t, staging), u.playbook).start(t)
	l.await(t)
	l.cut()
	r.end(t).want(t, 4).wantStatuses(t, unreachable)
	u.untouched(t)
	u.completes(t)
}

func TestSilentHost(t *testing.T) {
	u := newUpload(t, "/home/elspeth/silent", 24*megabyte)
	play(t, u.ping(t)).want(t, 0)
	l := newLink(t, staging, 12*megabyte)
	options := []string{"-o ServerAliveInterval=1", "-o ServerAliveCountMax=2"}
	r := command(t, goplay, "-i", l.inventory(t, staging, options...), u.playbook).start(t)
	l.await(t)
	if err := lab("pause", staging).Run(); err != nil {
		t.Fatal(err)
	}
	r.end(t)
	if err := lab("resume", staging).Run(); err != nil {
		t.Fatal(err)
	}
	r.want(t, 4).wantStatuses(t, unreachable)
	u.untouched(t)
	u.completes(t)
}

func TestInterrupted(t *testing.T) {
	u := newUpload(t, "/home/elspeth/interrupted", 24*megabyte)
	play(t, u.ping(t)).want(t, 0)
	l := newLink(t, staging, 12*megabyte)
	r := command(t, goplay, "-i", l.inventory(t, staging), u.playbook).start(t)
	l.await(t)
	if err := r.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	r.end(t).want(t, 99)
	u.untouched(t)
	u.completes(t)
}

func TestAgentKilled(t *testing.T) {
	u := newUpload(t, "/home/elspeth/killed", 300*megabyte)
	play(t, u.ping(t)).want(t, 0)
	l := newLink(t, staging, 150*megabyte)
	r := command(t, goplay, "-i", l.inventory(t, staging), u.playbook).start(t)
	l.await(t)
	onHost(t, staging, "pkill -KILL -u elspeth -f 'agent-[0-9a-f]* agent'")
	close(l.open)
	r.end(t).want(t, 4).wantStatuses(t, unreachable)
	if got := u.onHost(t); got != u.old {
		t.Errorf("the old file is %s, want %s", got, u.old)
	}
	u.completes(t)
}

// TestInterruptedCommand: what a task has started ends with it.
func TestInterruptedCommand(t *testing.T) {
	playbook := filepath.Join(t.TempDir(), "sleep.yaml")
	text := "- hosts: " + staging + "\n  gather_facts: false\n  tasks:\n    - shell: sleep 4711 & sleep 4711\n"
	if err := os.WriteFile(playbook, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r := command(t, goplay, playbook).start(t)
	eventually(t, staging, "pgrep -c -x sleep || true", "2")
	if err := r.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	r.end(t).want(t, 99)
	eventually(t, staging, "pgrep -c -x sleep || true", "0")
}

// ping is a playbook that brings the agent to the host, so that the bytes that
// pass a link afterwards are those of the upload.
func (u upload) ping(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ping.yaml")
	if err := os.WriteFile(file, []byte("- hosts: "+staging+"\n  gather_facts: false\n  tasks:\n    - ping:\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// await waits until half of an upload has passed.
func (l *link) await(t *testing.T) {
	t.Helper()
	select {
	case <-l.reached:
	case <-time.After(time.Minute):
		t.Fatal("the upload does not come to its middle")
	}
}
