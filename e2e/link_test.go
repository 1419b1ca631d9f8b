//go:build e2e

package e2e

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// link is a connection to a host that goes bad: it passes so many bytes to the
// host, and then no more.
type link struct {
	listener net.Listener
	reached  chan struct{} // closed when the bytes have passed
	open     chan struct{} // closed when all may pass
	left     atomic.Int64

	mu    sync.Mutex
	conns []net.Conn
}

// newLink listens on loopback for a host.
func newLink(t *testing.T, host string, bytes int64) *link {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &link{listener: listener, reached: make(chan struct{}), open: make(chan struct{})}
	l.left.Store(bytes)
	target := net.JoinHostPort(address(t, host), "22")
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", target)
			if err != nil {
				_ = near.Close()
				continue
			}
			l.mu.Lock()
			l.conns = append(l.conns, near, far)
			l.mu.Unlock()
			go l.toHost(near, far)
			go pass(near, far)
		}
	}()
	t.Cleanup(l.cut)
	return l
}

// toHost passes bytes until it holds them. What it holds is little: ssh sends
// no more than a window ahead. A near end that goes is noticed all the same.
func (l *link) toHost(near, far net.Conn) {
	defer far.Close()
	chunks := make(chan []byte)
	go read(near, chunks)
	var held []byte
	for {
		select {
		case chunk, ok := <-chunks:
			if !ok {
				return
			}
			left := l.left.Add(-int64(len(chunk)))
			if left <= 0 && left+int64(len(chunk)) > 0 {
				close(l.reached)
			}
			if held = append(held, chunk...); left <= 0 && !l.opened() {
				continue
			}
		case <-l.open:
			if held == nil {
				l.rest(chunks, far)
				return
			}
		}
		if _, err := far.Write(held); err != nil {
			return
		}
		held = nil
	}
}

func (l *link) opened() bool {
	select {
	case <-l.open:
		return true
	default:
		return false
	}
}

func (l *link) rest(chunks <-chan []byte, far net.Conn) {
	for chunk := range chunks {
		if _, err := far.Write(chunk); err != nil {
			return
		}
	}
}

// read passes on what comes until it ends.
func read(from io.Reader, to chan<- []byte) {
	defer close(to)
	for {
		buf := make([]byte, 32<<10)
		n, err := from.Read(buf)
		if n > 0 {
			to <- buf[:n]
		}
		if err != nil {
			return
		}
	}
}

func pass(to io.WriteCloser, from io.Reader) {
	defer to.Close()
	_, _ = io.Copy(to, from)
}

// cut closes every connection, as a router that restarts.
func (l *link) cut() {
	_ = l.listener.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.conns {
		_ = c.Close()
	}
}

// inventory writes one that reaches the host through the link.
func (l *link) inventory(t *testing.T, host string, options ...string) string {
	t.Helper()
	port := l.listener.Addr().(*net.TCPAddr).Port
	key, err := os.ReadFile(filepath.Join(folder, "ssh_host_ed25519_key.pub"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	known := filepath.Join(dir, "known_hosts")
	line := "[127.0.0.1]:" + strconv.Itoa(port) + " " + string(key)
	args := append([]string{"-o UserKnownHostsFile=" + known}, options...)
	inventory := host + " ansible_host=127.0.0.1 ansible_port=" + strconv.Itoa(port) + " ansible_user=elspeth" +
		" ansible_ssh_private_key_file=" + filepath.Join(folder, "id_ed25519") +
		" ansible_ssh_common_args='" + strings.Join(args, " ") + "'\n"
	file := filepath.Join(dir, "inventory")
	if err := os.WriteFile(known, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(inventory), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
