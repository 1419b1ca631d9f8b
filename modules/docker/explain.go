package docker

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"os/user"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/moby/moby/client"
)

// explain says of an engine that cannot be reached which one it is and what
// to do about it.
func explain(host string, err error) error {
	path, local := strings.CutPrefix(host, "unix://")
	switch {
	case local && errors.Is(probe(path), fs.ErrNotExist):
		return fmt.Errorf("no Docker engine listens at %s: No such file or directory. Install docker and start it, or set docker_host", path)
	case local && errors.Is(probe(path), fs.ErrPermission):
		return fmt.Errorf("%s: Permission denied for user %s. Add the user to the group %s and reset the connection, or use become",
			path, userName(), groupOf(path))
	case local && errors.Is(probe(path), syscall.ECONNREFUSED):
		return fmt.Errorf("no Docker engine listens at %s: Connection refused. Start it (systemctl start docker)", path)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("the engine at %s gives no answer: Read timed out. Look at its log, or raise timeout", host)
	case strings.Contains(err.Error(), "HTTP request to an HTTPS server"):
		return fmt.Errorf("the engine at %s speaks TLS: %w. Set tls or validate_certs", host, daemonError(err))
	case client.IsErrConnectionFailed(err) && !local:
		return fmt.Errorf("no Docker engine answers at %s: %w. Check docker_host, tls and the firewall", host, dialCause(host, err))
	}
	return daemonError(err)
}

func probe(path string) error {
	conn, err := net.Dial("unix", path)
	if err == nil {
		_ = conn.Close()
	}
	return err
}

// dialCause asks the network again, for the client drops its reason.
func dialCause(host string, err error) error {
	u, perr := url.Parse(host)
	if perr != nil || u.Scheme != "tcp" {
		return err
	}
	conn, derr := net.DialTimeout("tcp", u.Host, 2*time.Second)
	if derr == nil {
		_ = conn.Close()
		return err
	}
	var op *net.OpError
	if errors.As(derr, &op) {
		return op.Err
	}
	return derr
}

func userName() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return strconv.Itoa(os.Getuid())
}

func groupOf(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return "docker"
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		gid := strconv.Itoa(int(st.Gid))
		if g, err := user.LookupGroupId(gid); err == nil && g.Gid != "0" {
			return g.Name
		}
	}
	return "docker"
}
