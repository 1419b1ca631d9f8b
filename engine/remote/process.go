package remote

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// conn is a way to start commands on a host, as the login user.
type conn interface {
	// start runs a command through the login shell, on a terminal if pty is set.
	start(ctx context.Context, command string, pty bool) (*process, error)
	// terminals reports whether pty can be set.
	terminals() bool
	Close() error
}

// process is a command that runs on a host.
type process struct {
	stdin  io.WriteCloser
	stdout io.Reader
	stderr io.Reader
	// wait gives the exit status; the error is for a command that ended without
	// one. What is not read of stdout by then may be lost.
	wait func() (int, error)
	kill func()
}

// discard ends the command and takes its end.
func (p *process) discard() {
	p.kill()
	go func() { _, _ = p.wait() }()
}

// leave takes the end of a command that has said its last line, and ends it if
// it stays or nobody waits any more. To kill it at once would be quicker by
// nothing, and Dropbear loses a session that is opened while it closes another one.
func (p *process) leave(ctx context.Context) {
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = p.stdin.Close() // where a shell has been given the command on it
		_, _ = p.wait()
	}()
	select {
	case <-over:
	case <-ctx.Done():
		p.kill()
	case <-time.After(leaveTimeout):
		p.kill()
	}
}

// commandConn starts commands through a program that runs here: sh itself, or
// a container engine's command line.
type commandConn struct{ argv []string }

func (c commandConn) terminals() bool { return false }
func (c commandConn) Close() error    { return nil }

func (c commandConn) start(_ context.Context, command string, _ bool) (*process, error) {
	cmd := exec.Command(c.argv[0], append(c.argv[1:len(c.argv):len(c.argv)], command)...)
	// A ^C on the terminal is for goplay, which then ends the agents.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p, err := pipes(cmd)
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p.wait = sync.OnceValues(func() (int, error) {
		err := cmd.Wait()
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.Exited() {
			return exit.ExitCode(), nil
		}
		return 0, err
	})
	p.kill = func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return p, nil
}

func pipes(cmd *exec.Cmd) (*process, error) {
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	stderr, err := cmd.StderrPipe()
	return &process{stdin: stdin, stdout: stdout, stderr: stderr}, err
}

// localConn runs commands on this machine.
func localConn() conn { return commandConn{[]string{"/bin/sh", "-c"}} }

// containerConn runs commands in a container, through docker or podman.
func containerConn(engine string, args []string, container, user string) (conn, error) {
	path, err := exec.LookPath(engine)
	if err != nil {
		return nil, &Unreachable{Msg: engine + " command not found in PATH", Err: err}
	}
	argv := append([]string{path}, args...)
	argv = append(argv, "exec", "-i")
	if user != "" {
		argv = append(argv, "-u", user)
	}
	return commandConn{append(argv, container, "/bin/sh", "-c")}, nil
}

// tail keeps the last of what a program prints.
type tail struct {
	mu   sync.Mutex
	buf  bytes.Buffer
	all  bool          // keep everything
	done chan struct{} // closed at the stream's end
}

const tailSize = 16 << 10

// follow reads r to its end; seen is called with what is kept after each piece.
func follow(r io.Reader, seen func(kept []byte)) *tail {
	t := &tail{done: make(chan struct{})}
	go func() {
		defer close(t.done)
		buf := make([]byte, 4096)
		for {
			n, err := r.Read(buf)
			t.mu.Lock()
			t.buf.Write(buf[:n])
			if over := t.buf.Len() - tailSize; over > 0 && !t.all {
				t.buf.Next(over)
			}
			kept := t.buf.Bytes()
			t.mu.Unlock()
			if seen != nil && n > 0 {
				seen(kept) // nobody else writes to it
			}
			if err != nil {
				return
			}
		}
	}()
	return t
}

// keepAll keeps the whole of what comes from now on.
func (t *tail) keepAll() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = true
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.String()
}

// whole waits a moment for the stream's end, since the reason of a failure may
// come after it, and returns what is kept.
func (t *tail) whole() string {
	select {
	case <-t.done:
	case <-time.After(2 * time.Second):
	}
	return t.String()
}
