package docker

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// private is set in the process that has namespaces of its own, to a folder
// for its engine.
const private = "GOPLAY_TEST_PRIVATE"

// TestMain runs the tests where nothing else is: as root, in a process with a
// network, mounts and processes of its own, where they start an engine of their
// own. What other containers the machine has, what networks and ports they
// take and who prunes them makes no difference, swarms may be made, and when
// the process ends its engine and every container ends with it, however it
// ends. Where that cannot be, the machine's own engine is used, with names of
// our own only.
func TestMain(m *testing.M) {
	_, err := exec.LookPath("dockerd")
	switch {
	case os.Getenv("PERMISSION_SOCKET") != "": // one test, run again by itself
	case os.Getenv(private) == "" && err == nil && os.Getuid() == 0:
		os.Exit(runPrivately())
	case os.Getenv(private) != "":
		if err := settle(); err != nil {
			fmt.Fprintln(os.Stderr, "make a place for the tests:", err)
			os.Exit(1)
		}
	}
	code := m.Run()
	if cleanUp != nil {
		cleanUp()
	}
	os.Exit(code)
}

// runPrivately runs this very test again in new namespaces.
func runPrivately() int {
	dir, err := os.MkdirTemp("", "dockerd")
	if err != nil {
		fmt.Fprintln(os.Stderr, "make a folder for the tests:", err)
		return 1
	}
	defer os.RemoveAll(dir)
	runtime.LockOSThread() // Pdeathsig is sent when this thread ends
	again := exec.Command("/proc/self/exe", os.Args[1:]...)
	again.Env = append(os.Environ(), private+"="+dir)
	again.Stdin, again.Stdout, again.Stderr = os.Stdin, os.Stdout, os.Stderr
	again.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID,
		Pdeathsig:  syscall.SIGKILL,
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGQUIT)
	if err := again.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "run the tests in namespaces of their own:", err)
		return 1
	}
	go func() {
		for s := range signals {
			_ = again.Process.Signal(s)
		}
	}()
	_ = again.Wait()
	return again.ProcessState.ExitCode()
}

// settle makes the namespaces usable: mounts that reach nobody else, a /proc of
// our processes, and a loopback interface.
func settle() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	if err := unix.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return fmt.Errorf("mount /proc: %w", err)
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	lo.SetUint16(unix.IFF_UP)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo); err != nil {
		return fmt.Errorf("bring lo up: %w", err)
	}
	return nil
}

// TestPrivate: what the tests leave is nobody's concern only if it is nobody's.
func TestPrivate(t *testing.T) {
	if os.Getenv(private) == "" {
		t.Skip("NOT TESTED: it needs root and dockerd to have an engine of its own")
	}
	h := testHost(t)
	all, err := h.list(t.Context(), "/containers/json", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if names := strings.Join(textsAt(c, "Names"), " "); !strings.Contains(names, mark) {
			t.Errorf("the engine has somebody else's container: %s", names)
		}
	}
	if h.env["DOCKER_HOST"] == "" {
		t.Error("the machine's engine is used")
	}
}
