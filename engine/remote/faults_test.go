package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"goplay/engine/remote/sshdtest"
	"goplay/modules"
)

// nothingRuns waits until the server's sessions are empty of what matches.
func nothingRuns(t *testing.T, s *sshdtest.Server, pattern string) {
	t.Helper()
	var lines []string
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		all, err := s.Running()
		must(t, err)
		lines = nil
		for _, l := range all {
			if regexp.MustCompile(pattern).MatchString(l) {
				lines = append(lines, l)
			}
		}
		// What has left its session is no descendant of sshd's any more.
		if exec.Command("pgrep", "-f", pattern).Run() != nil && len(lines) == 0 {
			return
		}
	}
	t.Errorf("still running: %q", lines)
}

// zeros is a content of n bytes that tells when it is being read.
type zeros struct {
	n     int64
	begun chan struct{}
}

func (z *zeros) Read(p []byte) (int, error) {
	if z.begun != nil {
		close(z.begun)
		z.begun = nil
	}
	if z.n <= 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), z.n)
	clear(p[:n])
	z.n -= n
	return int(n), nil
}

func (z *zeros) Close() error { return nil }

// pull sends a content of a size to the target, and returns how much of it arrived there.
func pull(t *testing.T, p *Pool, target Target, size int64) any {
	t.Helper()
	r, err := p.Runner(t.Context(), target)
	must(t, err)
	got, err := r.Run(t.Context(), modules.Call{Module: "test.remote.pull",
		Content: func(string) (io.ReadCloser, error) { return &zeros{n: size}, nil }})
	must(t, err)
	return field(got, "size")
}

func TestCancelLeavesNothingRunning(t *testing.T) {
	s, p := start(t)
	r, err := p.Runner(t.Context(), Target{Host: "web"})
	must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	file := filepath.Join(s.Dir, "started")
	done := make(chan modules.Result, 1)
	go func() {
		got, _ := r.Run(ctx, modules.Call{Module: "test.remote.sh", Args: map[string]any{"cmd": "touch " + file + "; sleep 4711 & sleep 4711"}})
		done <- got
	}()
	awaitFile(t, file)
	cancel()
	if got := <-done; !got.Failed {
		t.Errorf("got %+v", got)
	}
	nothingRuns(t, s, "sleep 471[1]")
	expect(t, p, Target{Host: "web"}, "echo still here", "still here")
}

func awaitFile(t *testing.T, file string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(file); err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s does not come", file)
		}
	}
}

func TestCloseLeavesNothingRunning(t *testing.T) {
	agents := regexp.QuoteMeta(shared) + "/goplay/agent-" // others may run on this machine
	s := sshdtest.Start(t, "SetEnv XDG_CACHE_HOME="+shared)
	p := NewPool(Options{SSHConfig: []string{s.Config}})
	r, err := p.Runner(t.Context(), Target{Host: "web"})
	must(t, err)
	file := filepath.Join(s.Dir, "started")
	lost := make(chan error, 1)
	go func() {
		_, err := r.Run(context.Background(), modules.Call{Module: "test.remote.sh", Args: map[string]any{"cmd": "touch " + file + "; sleep 4712 & sleep 4712"}})
		lost <- err
	}()
	awaitFile(t, file)
	must(t, p.Close())
	<-lost
	nothingRuns(t, s, "sleep 471[2]|"+agents)
}

func TestConnectionCutDuringUpload(t *testing.T) {
	agents := regexp.QuoteMeta(shared) + "/goplay/agent-" // others may run on this machine
	s, p := start(t)
	target := Target{Name: "staging", Host: "web"}
	r, err := p.Runner(t.Context(), target)
	must(t, err)
	src := &zeros{n: 4 << 30, begun: make(chan struct{})}
	begun := src.begun
	lost := make(chan error, 1)
	go func() {
		_, err := r.Run(context.Background(), modules.Call{Module: "test.remote.pull",
			Content: func(string) (io.ReadCloser, error) { return src, nil }})
		lost <- err
	}()
	<-begun
	must(t, s.Cut())
	var gone *Unreachable
	if err := <-lost; !errors.As(err, &gone) || !strings.HasPrefix(gone.Msg, viaSSH+"the connection to staging was lost") || strings.Contains(gone.Msg, "\n") {
		t.Errorf("got %v", err)
	}
	nothingRuns(t, s, agents)
	expect(t, p, target, "echo back", "back")
}

func TestCommandsEndWithTheConnection(t *testing.T) {
	s, p := start(t)
	r, err := p.Runner(t.Context(), Target{Host: "web"})
	must(t, err)
	file := filepath.Join(s.Dir, "started")
	lost := make(chan error, 1)
	go func() {
		_, err := r.Run(context.Background(), modules.Call{Module: "test.remote.sh", Args: map[string]any{"cmd": "touch " + file + "; sleep 4713"}})
		lost <- err
	}()
	awaitFile(t, file)
	must(t, s.Cut())
	if err := <-lost; err == nil {
		t.Error("a call on a cut connection came back")
	}
	nothingRuns(t, s, "sleep 471[3]")
}

func TestAgentKilled(t *testing.T) {
	_, p := start(t)
	target := Target{Name: "staging", Host: "web"}
	r := expect(t, p, target, "echo up", "up")
	must(t, syscall.Kill(int(field(r, "pid").(int64)), syscall.SIGKILL))
	// Whether the loss is seen before the next call or during it, the one after works.
	if _, err := sh(t, p, target, "sleep 1"); err != nil && !strings.Contains(err.Error(), "the connection to staging was lost") {
		t.Errorf("got %v", err)
	}
	expect(t, p, target, "echo up again", "up again")
}

func TestContentOfAnySizeTakesLittleMemory(t *testing.T) {
	_, p := start(t)
	r, err := p.Runner(t.Context(), Target{Host: "web"})
	must(t, err)
	const size = 200 << 20
	var peak uint64
	measure := func(done int64) {
		if done%(16<<20) == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapInuse)
		}
	}
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	got, err := r.Run(t.Context(), modules.Call{Module: "test.remote.pull",
		Content:  func(string) (io.ReadCloser, error) { return &zeros{n: size}, nil },
		Progress: func(_ string, done int64) { measure(done) }})
	if err != nil || field(got, "size") != int64(size) {
		t.Fatalf("%+v, %v", got, err)
	}
	if grown := int64(peak) - int64(before.HeapInuse); grown > 32<<20 {
		t.Errorf("the controller grew by %d MB", grown>>20)
	}
	status := expect(t, p, Target{Host: "web"}, "grep -c . /proc/$PPID/status >/dev/null; sed -n 's/^VmHWM:[^0-9]*\\([0-9]*\\) kB/\\1/p' /proc/$PPID/status | wc -l", "1")
	hwm, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", field(status, "pid")))
	must(t, err)
	kb, err := strconv.Atoi(regexp.MustCompile(`VmHWM:\s*(\d+) kB`).FindStringSubmatch(string(hwm))[1])
	must(t, err)
	if kb > 64<<10 {
		t.Errorf("the agent took %d MB", kb>>10)
	}
}

func TestHostsThatAreNarrow(t *testing.T) {
	t.Parallel()
	for name, lines := range map[string][]string{
		"one session":  {"MaxSessions 1"},
		"few logins":   {"MaxStartups 1:100:1"},
		"banner":       {"Banner /etc/passwd"},
		"no terminals": {"PermitTTY no"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, p := start(t, lines...)
			errs := make(chan error, 12)
			for i := range 12 {
				target := Target{Host: fmt.Sprintf("web%d", i%4)}
				if i%3 == 0 && os.Getuid() == 0 {
					target.Become = &Become{Method: "su", User: "root"}
				}
				go func() {
					_, err := sh(t, p, target, "true")
					errs <- err
				}()
			}
			for range 12 {
				if err := <-errs; err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestPassword(t *testing.T) {
	s := sshdtest.Start(t, "PasswordAuthentication yes", "KbdInteractiveAuthentication yes")
	login, _ := users(t, s)
	o := config(t, s, "IdentityFile none")
	expect(t, newPool(t, o), Target{Host: "a", User: login, Password: "s3cret:"}, "id -un", login)
	_, err := sh(t, newPool(t, o), Target{Host: "a", User: login, Password: "wrong"}, "true")
	if err == nil || !strings.HasPrefix(err.Error(), viaSSH+login+"@127.0.0.1: Permission denied (publickey,password") {
		t.Errorf("got %v", err)
	}
}

// mount puts a file system of its own at a new folder.
func mount(t *testing.T, options string) string {
	t.Helper()
	root(t)
	dir, err := os.MkdirTemp("", "goplay-mount")
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", options+",mode=0700", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("NOT TESTED: mount: %v: %s", err, out)
	}
	t.Cleanup(func() { exec.Command("umount", "-l", dir).Run() })
	return dir
}

func TestFoldersThatCannotHoldTheAgent(t *testing.T) {
	t.Parallel()
	fallback := fmt.Sprintf("/var/tmp/goplay-%d", os.Getuid())
	_ = os.Remove(fallback) // what a test that was killed has left, if there is nothing in it
	if _, err := os.Stat(fallback); err == nil {
		t.Skipf("NOT TESTED: %s is in use", fallback)
	}
	stranger, err := os.MkdirTemp("", "goplay-stranger")
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(stranger) })
	root(t)
	must(t, os.Mkdir(filepath.Join(stranger, "goplay"), 0o777))
	must(t, os.Chown(filepath.Join(stranger, "goplay"), 65534, 65534))
	linked, err := os.MkdirTemp("", "goplay-linked")
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(linked) })
	must(t, os.Symlink(t.TempDir(), filepath.Join(linked, "goplay")))
	for name, dir := range map[string]string{
		"noexec":                               mount(t, "noexec"),
		"full":                                 mount(t, "size=1m"),
		"read-only":                            mount(t, "ro"),
		"a stranger's":                         stranger,
		"a link":                               linked,
		"not a folder":                         "/dev/null",
		"in a place where nothing can be made": "/proc",
	} {
		t.Run(name, func(t *testing.T) {
			t.Cleanup(func() { os.RemoveAll(fallback) })
			s := sshdtest.Start(t, "SetEnv XDG_CACHE_HOME="+dir)
			p := newPool(t, Options{SSHConfig: []string{s.Config}})
			expect(t, p, Target{Host: "web"}, "readlink /proc/$PPID/exe | xargs dirname", fallback)
			if left, _ := filepath.Glob(filepath.Join(dir, "goplay", "*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
	t.Run("remote_tmp", func(t *testing.T) {
		t.Cleanup(func() { os.RemoveAll(fallback) })
		s := sshdtest.Start(t, "SetEnv XDG_CACHE_HOME=/proc")
		p := newPool(t, Options{SSHConfig: []string{s.Config}})
		expect(t, p, Target{Host: "web", RemoteTmp: s.Dir}, "readlink /proc/$PPID/exe | xargs dirname", s.Dir+"/goplay-0")
	})
}

// What is kept and does not start is replaced.
func TestBrokenAgentIsReplaced(t *testing.T) {
	line, dir := cache(t)
	s := sshdtest.Start(t, line)
	b, err := itself()
	must(t, err)
	must(t, os.Mkdir(filepath.Join(dir, "goplay"), 0o700))
	must(t, os.WriteFile(filepath.Join(dir, "goplay", "agent-"+b.Hash), []byte("\x7fELF half"), 0o700))
	expect(t, newPool(t, Options{SSHConfig: []string{s.Config}}), Target{Host: "web"}, "echo whole", "whole")
}

func TestNoAgentForTheSystem(t *testing.T) {
	s := sshdtest.Start(t, "SetEnv XDG_CACHE_HOME=/nonexistent")
	p := newPool(t, Options{SSHConfig: []string{s.Config}, Agents: func(goos, goarch string) (*Binary, error) {
		return Agents("plan9", goarch)
	}})
	_, err := sh(t, p, Target{Host: "web"}, "true")
	if err == nil || !strings.Contains(err.Error(), "make build AGENTS=plan9/"+runtime.GOARCH) {
		t.Errorf("got %v", err)
	}
}

func TestScriptsSuitEveryLoginShell(t *testing.T) {
	for _, script := range []string{startScript("t", "h", "~/x", true), pushScript("t", "h", "/x", 1, "xz", 0, 9, false), pushScript("t", "h", "/x", 1, "xz", 0, 0, true)} {
		if strings.ContainsAny(script, "'\\!\n") {
			t.Errorf("a script has what csh or fish read otherwise: %s", script)
		}
		for _, sh := range [][]string{{"sh"}, {"dash"}, {"bash", "--posix"}, {"busybox", "sh"}} {
			if _, err := exec.LookPath(sh[0]); err != nil {
				continue
			}
			if out, err := exec.Command(sh[0], append(sh[1:], "-n", "-c", script)...).CombinedOutput(); err != nil {
				t.Errorf("%v: %v: %s", sh, err, out)
			}
		}
	}
}

func TestPlatform(t *testing.T) {
	for uname, want := range map[string]string{"Linux x86_64": "linux/amd64", "Linux aarch64": "linux/arm64", "Linux armv7l": "linux/arm",
		"Darwin arm64": "darwin/arm64", "FreeBSD amd64": "freebsd/amd64", "Linux i686": "linux/386", "Linux vax": "/"} {
		system, machine, _ := strings.Cut(uname, " ")
		goos, goarch, err := platform(system, machine)
		if goos+"/"+goarch != want || (want == "/") != (err != nil) {
			t.Errorf("%s is %s/%s, %v", uname, goos, goarch, err)
		}
	}
}
