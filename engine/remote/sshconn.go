package remote

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
	sshagent "golang.org/x/crypto/ssh/agent"
)

// sshConn starts commands over ssh. It is one connection, and more only where
// a host allows few sessions on each.
type sshConn struct {
	d *dialer

	mu      sync.Mutex
	clients []*ssh.Client
	closed  bool
}

func (c *sshConn) terminals() bool { return true }

// dialSSH opens the first connection.
func dialSSH(ctx context.Context, d *dialer) (*sshConn, error) {
	client, err := d.dial(ctx)
	if err != nil {
		return nil, err
	}
	c := &sshConn{d: d}
	c.add(client)
	return c, nil
}

var errClosed = errors.New("the connection was closed")

// add keeps a connection for as long as it lives.
func (c *sshConn) add(client *ssh.Client) {
	c.mu.Lock()
	closed := c.closed
	if !closed {
		c.clients = append(c.clients, client)
	}
	c.mu.Unlock()
	if closed {
		_ = client.Close()
		return
	}
	go func() {
		_ = client.Wait()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.clients = slices.DeleteFunc(c.clients, func(one *ssh.Client) bool { return one == client })
	}()
}

// session opens a channel on the first connection that takes one more.
func (c *sshConn) session(ctx context.Context) (*ssh.Session, error) {
	c.mu.Lock()
	clients, closed := slices.Clone(c.clients), c.closed
	c.mu.Unlock()
	if closed {
		return nil, errClosed
	}
	for _, client := range clients {
		s, err := newSession(ctx, client)
		if err == nil {
			return s, nil
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
	}
	client, err := c.d.dial(ctx)
	if err != nil {
		return nil, err
	}
	c.add(client)
	s, err := newSession(ctx, client)
	if err != nil {
		return nil, unreachable(err, "the host takes no session: %s", strings.TrimPrefix(err.Error(), "ssh: "))
	}
	return s, nil
}

// newSession is client.NewSession for a host that may never answer.
func newSession(ctx context.Context, client *ssh.Client) (*ssh.Session, error) {
	type opened struct {
		s   *ssh.Session
		err error
	}
	ch := make(chan opened, 1)
	go func() {
		s, err := client.NewSession()
		ch <- opened{s, err}
	}()
	select {
	case o := <-ch:
		return o.s, o.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (c *sshConn) start(ctx context.Context, command string, pty bool) (*process, error) {
	s, err := c.session(ctx)
	if err != nil {
		return nil, err
	}
	p, err := c.prepare(s, pty)
	if err == nil {
		err = s.Start(command)
	}
	if err != nil {
		_ = s.Close()
		return nil, unreachable(err, "start a command: %s", strings.TrimPrefix(err.Error(), "ssh: "))
	}
	return p, nil
}

func (c *sshConn) prepare(s *ssh.Session, pty bool) (*process, error) {
	for _, pair := range c.d.cfg.All("SetEnv") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			// A host refuses what its AcceptEnv does not name, as it does for ssh.
			_ = s.Setenv(name, strings.Trim(value, `"`))
		}
	}
	if c.d.forwards() {
		_ = sshagent.RequestAgentForwarding(s)
	}
	if pty {
		if err := s.RequestPty("dumb", 24, 80, ssh.TerminalModes{ssh.ECHO: 0}); err != nil {
			return nil, err
		}
	}
	stdin, err := s.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := s.StdoutPipe()
	if err != nil {
		return nil, err
	}
	stderr, err := s.StderrPipe()
	if err != nil {
		return nil, err
	}
	wait := sync.OnceValues(func() (int, error) {
		err := s.Wait()
		var exit *ssh.ExitError
		if errors.As(err, &exit) && exit.Signal() == "" {
			return exit.ExitStatus(), nil
		}
		return 0, err
	})
	in := io.WriteCloser(&sessionInput{WriteCloser: stdin, lock: newLock(), s: s})
	if pty {
		in = hangUp{stdin, s} // a raw terminal has no end of input
	}
	return &process{stdin: in, stdout: stdout, stderr: stderr, wait: wait, kill: func() {
		// Closing alone leaves the command running where there is no terminal to hang up.
		_ = s.Signal(ssh.SIGKILL)
		_ = s.Close()
	}}, nil
}

// sessionInput is a session's input that may be closed while it is written to,
// which ssh's own may not.
type sessionInput struct {
	io.WriteCloser
	lock lock
	s    *ssh.Session
}

func (i *sessionInput) Write(p []byte) (int, error) {
	i.lock <- struct{}{}
	defer i.lock.release()
	return i.WriteCloser.Write(p)
}

func (i *sessionInput) Close() error {
	select {
	case i.lock <- struct{}{}:
		defer i.lock.release()
		return i.WriteCloser.Close()
	case <-time.After(time.Second):
		return i.s.Close() // a write is stuck: the host takes nothing any more
	}
}

// hangUp closes a session where only closing its input would not be noticed.
type hangUp struct {
	io.Writer
	s *ssh.Session
}

func (h hangUp) Close() error {
	if err := h.s.Close(); !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

func (c *sshConn) Close() error {
	c.mu.Lock()
	c.closed = true
	clients := slices.Clone(c.clients)
	c.mu.Unlock()
	for _, client := range clients {
		_ = client.Close() // it may have gone already
	}
	return nil
}
