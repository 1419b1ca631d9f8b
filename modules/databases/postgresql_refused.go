package databases

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/lib/pq"
)

// connectionError says why there is no connection as libpq does: a line for
// each address that the server's name has.
func connectionError(host, port string, err error) string {
	var unknown *net.DNSError
	if errors.As(err, &unknown) {
		return fmt.Sprintf("could not translate host name %q to address: Name or service not known\n", host)
	}
	why, hint := libpqError("", err), ""
	var refused *pq.Error
	var errno syscall.Errno
	switch {
	case errors.As(err, &refused):
		why = refused.Severity + ":  " + why
	case errors.As(err, &errno):
		why = strings.ToUpper(errno.Error()[:1]) + errno.Error()[1:] + "\n"
		hint = "\tIs the server running on that host and accepting TCP/IP connections?\n"
	case errors.Is(err, pq.ErrSSLNotSupported):
		why = "server does not support SSL, but SSL was required\n"
	}
	if strings.HasPrefix(host, "/") {
		if hint != "" {
			hint = "\tIs the server running locally and accepting connections on that socket?\n"
		}
		return fmt.Sprintf("connection to server on socket %q failed: %s%s", filepath.Join(host, ".s.PGSQL."+port), why, hint)
	}
	addresses := []string{host}
	if net.ParseIP(host) == nil && hint != "" {
		if known, err := net.LookupHost(host); err == nil {
			addresses = known
		}
	}
	var out strings.Builder
	for _, address := range addresses {
		at := fmt.Sprintf("%q", host)
		if address != host {
			at += " (" + address + ")"
		}
		fmt.Fprintf(&out, "connection to server at %s, port %s failed: %s%s", at, port, why, hint)
	}
	return out.String()
}
