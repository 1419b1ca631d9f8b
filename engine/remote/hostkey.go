package remote

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
)

// hostKeys checks the key that a host shows, as StrictHostKeyChecking has it.
type hostKeys struct {
	name   string // as known_hosts has it
	host   string // as people know it
	port   int
	files  []string // the user's, then the system's
	own    string   // where new keys go
	known  []knownKey
	strict string // "yes", "ask", "accept-new" or "no"
	hashed bool
	ask    func(prompt string) (string, error) // nil without a terminal
	warn   func(msg string)

	refused error // why, when check has said no
}

// check is an ssh.HostKeyCallback.
func (h *hostKeys) check(_ string, _ net.Addr, key ssh.PublicKey) error {
	h.refused = h.verify(key)
	return h.refused
}

func (h *hostKeys) verify(key ssh.PublicKey) error {
	if k := h.find("@revoked", key); k != nil {
		return h.fault("its %s key is marked as revoked in %s line %d", keyName(key), k.file, k.line)
	}
	if cert, ok := key.(*ssh.Certificate); ok {
		if k := h.find("@revoked", cert.SignatureKey); k != nil {
			return h.fault("its certificate's authority is marked as revoked in %s line %d", k.file, k.line)
		}
		if h.find("@cert-authority", cert.SignatureKey) != nil {
			return h.verifyCert(cert)
		}
		// A certificate of an unknown authority is still a key.
		key = cert.Key
	}
	if h.find("", key) != nil {
		return nil
	}
	for _, k := range h.known {
		if k.marker == "" {
			return h.changed(key, k)
		}
	}
	return h.unknown(key)
}

func (h *hostKeys) find(marker string, key ssh.PublicKey) *knownKey {
	for i, k := range h.known {
		if k.marker == marker && bytes.Equal(k.key.Marshal(), key.Marshal()) {
			return &h.known[i]
		}
	}
	return nil
}

func (h *hostKeys) verifyCert(cert *ssh.Certificate) error {
	if cert.CertType != ssh.HostCert {
		return h.fault("its certificate is not one for hosts")
	}
	checker := ssh.CertChecker{SupportedCriticalOptions: []string{}}
	if err := checker.CheckCert(h.host, cert); err != nil {
		return h.fault("its certificate does not hold: %s", strings.TrimPrefix(err.Error(), "ssh: "))
	}
	return nil
}

func (h *hostKeys) fault(format string, args ...any) error {
	return &Unreachable{Msg: viaSSH + "Host key verification failed: " + h.where() + ": " + fmt.Sprintf(format, args...)}
}

func (h *hostKeys) where() string {
	if h.port == 22 {
		return h.host
	}
	return fmt.Sprintf("%s port %d", h.host, h.port)
}

func (h *hostKeys) changed(key ssh.PublicKey, k knownKey) error {
	if h.strict == "no" {
		h.warn(fmt.Sprintf("the %s key of %s (%s) is not the one in %s line %d, and is taken because host keys are not checked",
			keyName(key), h.where(), ssh.FingerprintSHA256(key), k.file, k.line))
		return nil
	}
	return h.fault("its %s key (%s) is not the one in %s line %d (%s, %s): the host was set up anew, or somebody is in between; "+
		"if the new key is right, take out the old one with: ssh-keygen -f %s -R '%s'",
		keyName(key), ssh.FingerprintSHA256(key), k.file, k.line, keyName(k.key), ssh.FingerprintSHA256(k.key), k.file, h.name)
}

func (h *hostKeys) unknown(key ssh.PublicKey) error {
	switch {
	case h.strict == "no" || h.strict == "accept-new":
	case h.strict == "ask" && h.ask != nil:
		answer, err := h.ask(fmt.Sprintf("The authenticity of host '%s' can't be established.\n%s key fingerprint is %s.\n"+
			"Are you sure you want to continue connecting (yes/no/[fingerprint])? ", h.where(), keyName(key), ssh.FingerprintSHA256(key)))
		if err != nil {
			return err
		}
		if answer = strings.TrimSpace(answer); answer != "yes" && answer != ssh.FingerprintSHA256(key) {
			return h.fault("its key was not accepted")
		}
	default:
		scan := "ssh-keyscan "
		if h.port != 22 {
			scan += fmt.Sprintf("-p %d ", h.port)
		}
		return h.fault("its %s key (%s) is in no known_hosts file; compare the fingerprint, then take it in with: %s%s >> %s",
			keyName(key), ssh.FingerprintSHA256(key), scan, h.host, h.own)
	}
	if h.own == "" || h.own == "/dev/null" {
		return nil
	}
	if err := remember(h.own, h.name, key, h.hashed); err != nil {
		h.warn(err.Error())
		return nil
	}
	if h.strict != "no" {
		h.warn(fmt.Sprintf("Permanently added '%s' (%s) to the list of known hosts.", h.name, keyName(key)))
	}
	return nil
}

// keyName is a key's kind as people name it: ED25519, ECDSA, RSA.
func keyName(key ssh.PublicKey) string {
	t := strings.TrimPrefix(key.Type(), "sk-")
	switch {
	case strings.HasPrefix(t, "ssh-ed25519"):
		return "ED25519"
	case strings.HasPrefix(t, "ecdsa"):
		return "ECDSA"
	case strings.HasPrefix(t, "ssh-rsa"), strings.HasPrefix(t, "rsa"):
		return "RSA"
	case strings.HasPrefix(t, "ssh-dss"):
		return "DSA"
	}
	return key.Type()
}

// order puts first the algorithms of the keys that are known, so that a host
// with several keys shows the one that can be checked.
func (h *hostKeys) order(algorithms []string) []string {
	var first []string
	for _, k := range h.known {
		for _, a := range algorithms {
			certified := strings.Contains(a, "-cert-")
			switch {
			case k.marker == "@cert-authority" && certified, k.marker == "" && !certified && keyAlgorithm(a) == k.key.Type():
				first = append(first, a)
			}
		}
	}
	// Without a known key: plain keys before certificates that nobody vouches for, Ed25519 before others.
	rest := slices.Clone(algorithms)
	slices.SortStableFunc(rest, func(a, b string) int { return rank(a) - rank(b) })
	return unique(append(first, rest...))
}

func rank(algorithm string) int {
	switch {
	case strings.Contains(algorithm, "-cert-"):
		return 2
	case algorithm == ssh.KeyAlgoED25519:
		return 0
	}
	return 1
}

// keyAlgorithm is the type of key that signs with an algorithm.
func keyAlgorithm(a string) string {
	if a == ssh.KeyAlgoRSASHA256 || a == ssh.KeyAlgoRSASHA512 {
		return ssh.KeyAlgoRSA
	}
	return a
}

func unique(names []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, n := range names {
		if !seen[n] {
			out = append(out, n)
		}
		seen[n] = true
	}
	return out
}

// asker binds a question to a context.
func asker(ctx context.Context, ask func(context.Context, string) (string, error)) func(string) (string, error) {
	if ask == nil {
		return nil
	}
	return func(prompt string) (string, error) { return ask(ctx, prompt) }
}
