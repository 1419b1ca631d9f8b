package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

const viaSSH = "Failed to connect to the host via ssh: "

// dialTCP opens a connection; its errors are as ssh says them.
func dialTCP(ctx context.Context, host string, port int, family, bind string, timeout time.Duration) (net.Conn, error) {
	d := net.Dialer{Timeout: timeout, KeepAlive: 15 * time.Second}
	if bind != "" {
		addr, err := net.ResolveTCPAddr("tcp", net.JoinHostPort(bind, "0"))
		if err != nil {
			return nil, unreachable(err, "ssh: bind address %s: %s", bind, reason(err))
		}
		d.LocalAddr = addr
	}
	network := map[string]string{"inet": "tcp4", "inet6": "tcp6"}[strings.ToLower(family)]
	if network == "" {
		network = "tcp"
	}
	conn, err := d.DialContext(ctx, network, net.JoinHostPort(host, strconv.Itoa(port)))
	if err == nil {
		return conn, nil
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		why := "Name or service not known"
		if dns.IsTimeout || dns.IsTemporary && !dns.IsNotFound {
			why = "Temporary failure in name resolution"
		}
		return nil, unreachable(err, "ssh: Could not resolve hostname %s: %s", host, why)
	}
	return nil, unreachable(err, "ssh: connect to host %s port %d: %s", host, port, reason(err))
}

func unreachable(err error, format string, args ...any) *Unreachable {
	return &Unreachable{Msg: viaSSH + fmt.Sprintf(format, args...), Err: err}
}

// reason is the system's word for an error, as C programs print it.
func reason(err error) string {
	var timeout interface{ Timeout() bool }
	var errno syscall.Errno
	switch {
	case errors.As(err, &errno) && errno != syscall.ETIMEDOUT:
		s := errno.Error()
		return strings.ToUpper(s[:1]) + s[1:]
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, syscall.ETIMEDOUT):
		return "Connection timed out"
	}
	return err.Error()
}

// commandPipe is a connection through a ProxyCommand. It has no deadlines: who
// waits too long closes it.
type commandPipe struct {
	*process
	errs  *tail
	ended atomic.Bool // the command has closed its side
}

func dialCommand(command string) (net.Conn, error) {
	p, err := commandConn{[]string{"/bin/sh", "-c"}}.start(context.Background(), "exec "+command, false)
	if err != nil {
		return nil, fmt.Errorf("start the ProxyCommand: %w", err)
	}
	return &commandPipe{process: p, errs: follow(p.stderr, nil)}, nil
}

func (c *commandPipe) Read(b []byte) (int, error) {
	n, err := c.stdout.Read(b)
	c.ended.CompareAndSwap(false, err != nil)
	return n, err
}

func (c *commandPipe) Write(b []byte) (int, error) {
	n, err := c.stdin.Write(b)
	c.ended.CompareAndSwap(false, err != nil)
	return n, err
}

func (c *commandPipe) Close() error {
	_ = c.stdin.Close()
	if c.ended.Load() {
		_ = c.errs.whole() // a command that gives up may say why after it has closed its output
	}
	c.kill()
	_ = c.errs.whole() // waiting for its end cuts off what is not read yet
	_, err := c.wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) { // it was killed
		return nil
	}
	return err
}

func (c *commandPipe) LocalAddr() net.Addr              { return pipeAddr{} }
func (c *commandPipe) RemoteAddr() net.Addr             { return pipeAddr{} }
func (c *commandPipe) SetDeadline(time.Time) error      { return nil }
func (c *commandPipe) SetReadDeadline(time.Time) error  { return nil }
func (c *commandPipe) SetWriteDeadline(time.Time) error { return nil }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "proxy" }
