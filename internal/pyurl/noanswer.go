// Package pyurl says in the words of Python's urllib why a request has no
// answer: playbooks look for them.
package pyurl

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
)

// Reason is an error in words that Python's urllib would have.
type Reason string

func (r Reason) Error() string { return string(r) }

// NoAnswer is the text of Python's URLError for an error of a HTTP client.
func NoAnswer(err error) string {
	var said Reason
	var no syscall.Errno
	var lookup *net.DNSError
	var header tls.RecordHeaderError
	reason := distrust(err)
	alert, _ := Alert(err)
	switch {
	case errors.As(err, &said):
		reason = string(said)
	case errors.As(err, &lookup):
		reason = "[Errno -2] Name or service not known"
	case errors.As(err, &no):
		reason = Errno(no)
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &header):
		reason = "[SSL: WRONG_VERSION_NUMBER] wrong version number"
	case alert != "":
		reason = alert
	case reason == "":
		reason = err.Error()
	}
	return "<urlopen error " + reason + ">"
}

// Errno is an error of the system as Python writes it.
func Errno(no syscall.Errno) string {
	words := no.Error()
	return fmt.Sprintf("[Errno %d] %s", int(no), strings.ToUpper(words[:1])+words[1:])
}

// Alert is what a server said when it ended a TLS connection, in the words of
// Python's ssl module; "" for other errors. With TLS 1.3 a server looks at a
// client's certificate when the client believes that all is well: late.
func Alert(err error) (said string, late bool) {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "remote error" {
		return "", false
	}
	words := strings.TrimPrefix(op.Err.Error(), "tls: ")
	kind := "tlsv1 alert "
	switch words {
	case "handshake failure", "illegal parameter":
		kind = "sslv3 alert "
	case "bad certificate", "unsupported certificate":
		kind, late = "sslv3 alert ", true
	case "expired certificate":
		kind, words, late = "sslv3 alert ", "certificate expired", true
	case "unknown certificate authority":
		words, late = "unknown ca", true
	case "certificate required":
		kind, late = "tlsv13 alert ", true
	case "protocol version not supported":
		words = "protocol version"
	case "unrecognized name":
		kind = "tlsv1 "
	}
	said = kind + words
	return "[SSL: " + strings.ToUpper(strings.ReplaceAll(said, " ", "_")) + "] " + said, late
}

// KeyPair says why a file with a certificate or a key cannot be used.
func KeyPair(err error) string {
	var no syscall.Errno
	switch {
	case errors.As(err, &no):
		return Errno(no)
	case strings.Contains(err.Error(), "does not match"):
		return "[X509: KEY_VALUES_MISMATCH] key values mismatch"
	}
	return "[SSL] PEM lib"
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
