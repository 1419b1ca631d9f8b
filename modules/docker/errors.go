package docker

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	cerrdefs "github.com/containerd/errdefs"
)

// statusError is the engine's refusal of a request.
type statusError struct {
	status int
	msg    string
}

func (e *statusError) Error() string {
	kind := "Client"
	if e.status >= 500 {
		kind = "Server"
	}
	return fmt.Sprintf("%d %s Error: %s (%q)", e.status, kind, http.StatusText(e.status), unquoted(e.msg))
}

// unquoted is a string that %q shows as it is, between quotes: messages of the
// engine have quotes of their own, which users match without backslashes.
type unquoted string

func (s unquoted) Format(f fmt.State, _ rune) { fmt.Fprintf(f, `"%s"`, string(s)) }

const fromDaemon = "Error response from daemon: "

var statusOf = []struct {
	is     func(error) bool
	status int
}{
	{cerrdefs.IsNotFound, http.StatusNotFound},
	{cerrdefs.IsConflict, http.StatusConflict},
	{cerrdefs.IsInvalidArgument, http.StatusBadRequest},
	{cerrdefs.IsUnauthorized, http.StatusUnauthorized},
	{cerrdefs.IsPermissionDenied, http.StatusForbidden},
	{cerrdefs.IsUnavailable, http.StatusServiceUnavailable},
	{cerrdefs.IsInternal, http.StatusInternalServerError},
}

// daemonError words what the client reports of the engine's refusals as
// Ansible's modules do, so that playbooks that match on the text keep working.
func daemonError(err error) error {
	var refused *statusError
	if err == nil || errors.As(err, &refused) {
		return err
	}
	_, msg, ok := strings.Cut(err.Error(), fromDaemon)
	if !ok {
		return err
	}
	for _, s := range statusOf {
		if s.is(err) {
			return &statusError{s.status, msg}
		}
	}
	return errors.New(msg)
}

// missing reports whether the engine said that what was asked for is not there.
func missing(err error) bool {
	var refused *statusError
	if errors.As(err, &refused) {
		return refused.status == http.StatusNotFound
	}
	return cerrdefs.IsNotFound(err)
}

// inUse reports whether the engine refused because of a conflict.
func inUse(err error) bool {
	var refused *statusError
	if errors.As(err, &refused) {
		return refused.status == http.StatusConflict
	}
	return cerrdefs.IsConflict(err)
}

// isStatus reports whether the engine refused with that status.
func isStatus(err error, status int) bool {
	var refused *statusError
	return errors.As(err, &refused) && refused.status == status
}
