package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/crypto/ssh"
	sshagent "golang.org/x/crypto/ssh/agent"
)

// login is one attempt to log in, with what it has seen, so that a failure
// can be explained.
type login struct {
	config  ssh.ClientConfig
	ids     *identities
	keys    *hostKeys
	allowed []string // the methods that the host takes
}

func (d *dialer) login(ctx context.Context, dog *watchdog) *login {
	ask := dog.asking(asker(ctx, d.pool.ask()))
	l := &login{
		ids:  &identities{ctx: ctx, ring: d.pool.keyring, ask: ask, pass: d.keyPass},
		keys: d.hostKeys(ask),
	}
	l.config = ssh.ClientConfig{
		User:            d.cfg.User(),
		HostKeyCallback: l.keys.check,
		BannerCallback:  func(string) error { return nil },
		ClientVersion:   "SSH-2.0-goplay",
		// It is asked before each attempt, and so learns what the host takes.
		AuthCallback: func(c *ssh.ClientAuthContext) (ssh.AuthMethod, error) {
			if len(c.AllowedMethods) > 0 {
				l.allowed = c.AllowedMethods
			}
			return nil, nil
		},
		Auth: d.methods(l),
	}
	setAlgorithms(&l.config, d.cfg)
	l.config.HostKeyAlgorithms = l.keys.order(l.config.HostKeyAlgorithms)
	return l
}

// methods are the ways to log in, in the order that is preferred.
func (d *dialer) methods(l *login) []ssh.AuthMethod {
	ways := map[string]ssh.AuthMethod{}
	if d.cfg.Yes("PubkeyAuthentication", true) {
		ways["publickey"] = ssh.PublicKeysCallback(func() ([]ssh.Signer, error) { return d.signers(l.ids), nil })
	}
	if d.pass != "" && d.cfg.Yes("KbdInteractiveAuthentication", d.cfg.Yes("ChallengeResponseAuthentication", true)) {
		ways["keyboard-interactive"] = ssh.KeyboardInteractive(d.answer)
	}
	if d.pass != "" && d.cfg.Yes("PasswordAuthentication", true) {
		ways["password"] = ssh.Password(d.pass)
	}
	order := []string{"publickey", "keyboard-interactive", "password"}
	if p := d.cfg.Get("PreferredAuthentications"); p != "" {
		order = strings.Split(p, ",")
	}
	var out []ssh.AuthMethod
	for _, name := range order {
		if m := ways[strings.TrimSpace(name)]; m != nil {
			out = append(out, m)
		}
	}
	return out
}

// answer gives the password to each question whose answer is not shown.
func (d *dialer) answer(_, _ string, questions []string, echos []bool) ([]string, error) {
	answers := make([]string, len(questions))
	for i := range questions {
		if !echos[i] {
			answers[i] = d.pass
		}
	}
	return answers, nil
}

func (d *dialer) signers(ids *identities) []ssh.Signer {
	ids.openAgent(d.cfg.Get("IdentityAgent"), d.cfg.Path)
	var files, certs []string
	for _, f := range d.cfg.All("IdentityFile") {
		if !strings.EqualFold(f, "none") {
			files = append(files, d.cfg.Path(f))
		}
	}
	if len(d.cfg.All("IdentityFile")) == 0 {
		for _, name := range defaultIdentities {
			files = append(files, filepath.Join(homeDir(), ".ssh", name))
		}
	}
	for _, f := range d.cfg.All("CertificateFile") {
		certs = append(certs, d.cfg.Path(f))
	}
	signers := ids.signers(unique(files), certs, d.cfg.Yes("IdentitiesOnly", false))
	if allowed := keyAlgorithms(d.cfg); allowed != nil {
		signers = restrict(signers, allowed)
	}
	return signers
}

// restrict keeps keys to the signatures that PubkeyAcceptedAlgorithms allows.
func restrict(signers []ssh.Signer, allowed []string) []ssh.Signer {
	var out []ssh.Signer
	for _, s := range signers {
		var fit []string
		for _, a := range allowed {
			if keyAlgorithm(a) == s.PublicKey().Type() {
				fit = append(fit, a)
			}
		}
		a, ok := s.(ssh.AlgorithmSigner)
		if len(fit) == 0 || !ok {
			continue
		}
		if m, err := ssh.NewSignerWithAlgorithms(a, fit); err == nil {
			out = append(out, m)
		}
	}
	return out
}

func (d *dialer) hostKeys(ask func(string) (string, error)) *hostKeys {
	h := &hostKeys{host: d.cfg.HostName(), port: d.cfg.Port(), ask: ask, warn: d.pool.warn, hashed: d.cfg.Yes("HashKnownHosts", false)}
	own := []string{"~/.ssh/known_hosts", "~/.ssh/known_hosts2"}
	system := []string{"/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"}
	if v := d.cfg.Get("UserKnownHostsFile"); v != "" {
		own = strings.Fields(v)
	}
	if v := d.cfg.Get("GlobalKnownHostsFile"); v != "" {
		system = strings.Fields(v)
	}
	for _, f := range slices.Concat(own, system) {
		if f != "none" {
			h.files = append(h.files, d.cfg.Path(f))
		}
	}
	if own[0] != "none" {
		h.own = d.cfg.Path(own[0])
	}
	h.name = knownName(strings.ToLower(h.host), h.port)
	names := []string{h.name, strings.ToLower(h.host)}
	if alias := d.cfg.Get("HostKeyAlias"); alias != "" {
		h.name, h.host, names = alias, alias, []string{alias}
	}
	h.known = h.about(names)
	switch strings.ToLower(d.cfg.Get("StrictHostKeyChecking")) {
	case "no", "off", "false":
		h.strict = "no"
	case "accept-new":
		h.strict = "accept-new"
	case "yes", "true":
		h.strict = "yes"
	default:
		h.strict = "ask"
	}
	return h
}

// about reads what is known of a host. A key that is known for the host on
// port 22 is good on other ports too, if nothing is said of those.
func (h *hostKeys) about(names []string) []knownKey {
	for _, name := range names {
		if known := knownKeys(h.files, name); len(known) > 0 {
			return known
		}
	}
	return nil
}

// forward lets the host use ssh-agent here, where ForwardAgent wants that.
func (d *dialer) forward(c *ssh.Client) {
	if !d.forwards() {
		return
	}
	ids := &identities{ring: d.pool.keyring}
	socket := d.cfg.Get("ForwardAgent")
	if d.cfg.Yes("ForwardAgent", false) {
		socket = d.cfg.Get("IdentityAgent")
	}
	ids.openAgent(socket, d.cfg.Path)
	if ids.keys == nil {
		return
	}
	if err := sshagent.ForwardToAgent(c, ids.keys); err != nil {
		ids.close()
		return
	}
	go func() { _ = c.Wait(); ids.close() }()
}

func (d *dialer) forwards() bool {
	v := d.cfg.Get("ForwardAgent")
	return v != "" && !strings.EqualFold(v, "no")
}

// busyError is a connection that the host closed before its first word.
type busyError struct{ *Unreachable }

func (e *busyError) Unwrap() error { return e.Unreachable }

// deniedError is a login that was refused; another try would be refused too,
// or lock the account.
type deniedError struct{ *Unreachable }

func (e *deniedError) Unwrap() error { return e.Unreachable }

// explain makes a failed login one line, in the words that ssh has for it.
func (d *dialer) explain(err error, l *login, conn net.Conn, late bool) error {
	if l.keys.refused != nil {
		return l.keys.refused
	}
	host, port := d.cfg.HostName(), d.cfg.Port()
	text := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "ssh: handshake failed: "), "ssh: ")
	var negotiation *ssh.AlgorithmNegotiationError
	eof := errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrClosed) || strings.HasSuffix(text, "EOF") ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
	switch {
	case late && l.allowed == nil:
		return unreachable(err, "Connection timed out during banner exchange to %s port %d", host, port)
	case late:
		return unreachable(err, "Connection to %s port %d timed out while logging in", host, port)
	case errors.As(err, &negotiation):
		return unreachable(err, "Unable to negotiate with %s port %d: no matching %s found. Their offer: %s",
			host, port, negotiation.What, strings.Join(negotiation.RequestedAlgorithms, ","))
	case l.allowed != nil && !strings.HasPrefix(text, "disconnect") && !eof:
		return &deniedError{unreachable(err, "%s@%s: Permission denied (%s).%s", d.cfg.User(), host, strings.Join(l.allowed, ","), notes(l.ids.notes))}
	case strings.Contains(text, "Too many authentication failures"):
		return &deniedError{unreachable(err, "Received disconnect from %s port %d: Too many authentication failures; name the key with IdentityFile and set IdentitiesOnly yes", host, port)}
	case eof:
		if pipe, ok := conn.(*commandPipe); ok {
			if said := oneLine(pipe.errs.whole()); said != "" {
				return unreachable(err, "%s", said)
			}
		}
		return &busyError{unreachable(err, "kex_exchange_identification: Connection closed by remote host %s port %d", host, port)}
	}
	return unreachable(err, "%s", text)
}

func notes(notes []string) string {
	if len(notes) == 0 {
		return ""
	}
	return fmt.Sprintf(" (%s)", strings.Join(unique(notes), "; "))
}
