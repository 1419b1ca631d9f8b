// Package pyurl says in the words of Python's urllib why a request has no
// answer: playbooks look for them.
package pyurl

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"
)

// NoAnswer is the text of Python's URLError for an error of a HTTP client.
func NoAnswer(err error) string {
	var no syscall.Errno
	var lookup *net.DNSError
	reason := distrust(err)
	switch {
	case errors.As(err, &lookup):
		reason = "[Errno -2] Name or service not known"
	case errors.As(err, &no):
		words := no.Error()
		reason = fmt.Sprintf("[Errno %d] %s", int(no), strings.ToUpper(words[:1])+words[1:])
	case reason == "":
		reason = err.Error()
	}
	return "<urlopen error " + reason + ">"
}

// distrust is why a server's certificate was refused, in the words of Python's
// ssl module; "" when err is about something else.
func distrust(err error) string {
	reason := ""
	var name x509.HostnameError
	var authority x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &name):
		kind := "Hostname"
		if _, notIP := netip.ParseAddr(name.Host); notIP == nil {
			kind = "IP address"
		}
		reason = fmt.Sprintf("%s mismatch, certificate is not valid for '%s'.", kind, name.Host)
	case errors.As(err, &authority):
		reason = "unable to get local issuer certificate"
		if c := authority.Cert; c != nil && c.Issuer.String() == c.Subject.String() {
			reason = "self-signed certificate"
		}
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		reason = "certificate has expired"
	case errors.As(err, &invalid):
		reason = invalid.Error()
	default:
		return ""
	}
	return "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: " + reason
}
