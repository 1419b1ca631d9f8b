package docker

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"os/exec"
	"strings"
	"sync"
	"time"

	"goplay/modules"
)

// dialSSH reaches an engine on another machine through the ssh command there
// is on this one, and through the docker command's relay on the other, as
// docker's own client does.
func dialSSH(c *modules.Context, host string) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) {
		argv, err := sshArgv(host)
		if err != nil {
			return nil, err
		}
		ssh, err := c.Find("ssh")
		if err != nil {
			return nil, err
		}
		p := exec.CommandContext(c, ssh, argv...)
		p.Env = c.Environ()
		modules.OwnGroup(p)
		return startPipe(p)
	}
}

func sshArgv(host string) ([]string, error) {
	u, err := url.Parse(host)
	if err != nil || u.Hostname() == "" || strings.HasPrefix(u.Hostname(), "-") {
		return nil, fmt.Errorf("docker_host %q is no ssh address", host)
	}
	argv := []string{"-T", "-o", "BatchMode=yes"}
	if name := u.User.Username(); name != "" {
		argv = append(argv, "-l", name)
	}
	if port := u.Port(); port != "" {
		argv = append(argv, "-p", port)
	}
	return append(argv, "--", u.Hostname(), "docker", "system", "dial-stdio"), nil
}

// pipeConn is a connection over a command's standard input and output.
type pipeConn struct {
	io.WriteCloser
	out io.ReadCloser
	cmd *exec.Cmd
	err *strings.Builder
	// wait waits for the command's end; whoever asks first does, for reading and
	// closing may find out at the same time.
	wait func() error
}

func startPipe(p *exec.Cmd) (net.Conn, error) {
	in, err := p.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := p.StdoutPipe()
	if err != nil {
		return nil, err
	}
	var said strings.Builder
	p.Stderr = &said
	if err := p.Start(); err != nil {
		return nil, fmt.Errorf("run ssh: %w", err)
	}
	return &pipeConn{in, out, p, &said, sync.OnceValue(p.Wait)}, nil
}

func (p *pipeConn) Read(b []byte) (int, error) {
	n, err := p.out.Read(b)
	if n == 0 && err != nil {
		err = p.reason(err)
	}
	return n, err
}

func (p *pipeConn) Write(b []byte) (int, error) {
	n, err := p.WriteCloser.Write(b)
	if err != nil {
		err = p.reason(err)
	}
	return n, err
}

// lastWords is how long a command whose streams have ended may take to say why.
const lastWords = 10 * time.Second

// reason is what a failed command said, where its end is why a stream broke:
// whether reading or writing finds out first is chance.
func (p *pipeConn) reason(broken error) error {
	ended := make(chan error, 1)
	go func() { ended <- p.wait() }()
	select {
	case err := <-ended:
		if err != nil {
			return fmt.Errorf("ssh: %s", strings.TrimSpace(p.err.String()))
		}
	case <-time.After(lastWords):
	}
	return broken
}

// CloseWrite tells the other end that nothing more is sent.
func (p *pipeConn) CloseWrite() error { return p.WriteCloser.Close() }

// Close ends the command and what it has started: a child that keeps its
// streams open would be waited for.
func (p *pipeConn) Close() error {
	_ = p.WriteCloser.Close()
	_ = p.cmd.Cancel()
	_ = p.wait()
	return nil
}

func (p *pipeConn) LocalAddr() net.Addr              { return pipeAddr{} }
func (p *pipeConn) RemoteAddr() net.Addr             { return pipeAddr{} }
func (p *pipeConn) SetDeadline(time.Time) error      { return nil }
func (p *pipeConn) SetReadDeadline(time.Time) error  { return nil }
func (p *pipeConn) SetWriteDeadline(time.Time) error { return nil }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "ssh" }
