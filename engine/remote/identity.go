package remote

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/crypto/ssh"
	sshagent "golang.org/x/crypto/ssh/agent"
)

// defaultIdentities are what ssh tries when nothing is said, in ~/.ssh.
var defaultIdentities = []string{"id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk", "id_dsa"}

// keyring holds the private keys that a pool has opened, so that a passphrase
// is asked for once, whatever the number of hosts.
type keyring struct {
	mu     sync.Mutex
	opened map[string]ssh.Signer
}

// maxAsk is how often a passphrase is asked for.
const maxAsk = 3

// identities gathers the keys to log in with, in OpenSSH's order: certificates,
// the agent's keys that are configured, the agent's others, then files. Notes
// say what could not be used and why; they matter only if the login fails.
type identities struct {
	ctx   context.Context
	ring  *keyring
	ask   func(prompt string) (string, error)
	pass  string // the passphrase that is known
	notes []string

	agent io.Closer // the connection to ssh-agent, while logging in
	keys  sshagent.ExtendedAgent
}

func (i *identities) note(format string, args ...any) {
	i.notes = append(i.notes, fmt.Sprintf(format, args...))
}

func (i *identities) close() {
	if i.agent != nil {
		_ = i.agent.Close()
	}
}

// openAgent connects to ssh-agent: at the socket that is configured, or at SSH_AUTH_SOCK.
func (i *identities) openAgent(configured string, path func(string) string) {
	switch {
	case configured == "none":
		return
	case configured == "" || configured == "SSH_AUTH_SOCK":
		configured = os.Getenv("SSH_AUTH_SOCK")
	case strings.HasPrefix(configured, "$") && !strings.HasPrefix(configured, "${"):
		configured = os.Getenv(configured[1:])
	default:
		configured = path(configured)
	}
	if configured == "" {
		return
	}
	conn, err := net.Dial("unix", configured)
	if err != nil {
		i.note("ssh-agent does not answer: %v", err)
		return
	}
	i.agent, i.keys = conn, sshagent.NewClient(conn)
}

func (i *identities) signers(files, certs []string, configuredOnly bool) []ssh.Signer {
	var held []ssh.Signer
	if i.keys != nil {
		var err error
		if held, err = i.keys.Signers(); err != nil {
			i.note("ssh-agent: %v", err)
		}
	}
	var certified, configured, others, fromFiles []ssh.Signer
	used := map[string]bool{}
	for _, file := range files {
		pub := publicKey(file)
		if at := slices.IndexFunc(held, func(s ssh.Signer) bool { return pub != nil && sameKey(s.PublicKey(), pub) }); at >= 0 {
			configured = append(configured, held[at])
			used[string(held[at].PublicKey().Marshal())] = true
			certified = append(certified, i.certify(held[at], file+"-cert.pub")...)
			continue
		}
		if s := i.open(file, pub); s != nil {
			fromFiles = append(fromFiles, s)
			certified = append(certified, i.certify(s, file+"-cert.pub")...)
		}
	}
	for _, s := range held {
		if !configuredOnly && !used[string(s.PublicKey().Marshal())] {
			others = append(others, s)
		}
	}
	all := slices.Concat(configured, others, fromFiles)
	for _, cert := range certs {
		for _, s := range all {
			certified = append(certified, i.certify(s, cert)...)
		}
	}
	return append(certified, all...)
}

func sameKey(a, b ssh.PublicKey) bool { return string(a.Marshal()) == string(b.Marshal()) }

// publicKey reads the .pub beside a private key; nil when there is none.
func publicKey(file string) ssh.PublicKey {
	data, err := os.ReadFile(strings.TrimSuffix(file, ".pub") + ".pub")
	if err != nil {
		return nil
	}
	key, _, _, _, err := ssh.ParseAuthorizedKey(data)
	if err != nil {
		return nil
	}
	return key
}

// certify makes a signer that shows the certificate, if it is one for the key.
func (i *identities) certify(s ssh.Signer, file string) []ssh.Signer {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	key, _, _, _, err := ssh.ParseAuthorizedKey(data)
	cert, ok := key.(*ssh.Certificate)
	if err != nil || !ok || !sameKey(cert.Key, s.PublicKey()) {
		return nil
	}
	certified, err := ssh.NewCertSigner(cert, s)
	if err != nil {
		i.note("certificate %s: %v", file, err)
		return nil
	}
	return []ssh.Signer{certified}
}

// open reads a private key. One that is encrypted is decrypted when the host
// asks for its signature, and no earlier.
func (i *identities) open(file string, pub ssh.PublicKey) ssh.Signer {
	i.ring.mu.Lock()
	known := i.ring.opened[file]
	i.ring.mu.Unlock()
	if known != nil {
		return known
	}
	info, err := os.Stat(file)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) || !slices.Contains(defaultIdentities, filepath.Base(file)) {
			i.note("no such identity: %v", err)
		}
		return nil
	}
	if owned(info) && info.Mode().Perm()&0o077 != 0 {
		i.note("the key %s is left out: its mode %#o lets others read it (chmod 600)", file, info.Mode().Perm())
		return nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		i.note("identity %v", err)
		return nil
	}
	signer, err := ssh.ParsePrivateKey(data)
	var locked *ssh.PassphraseMissingError
	switch {
	case err == nil:
		return i.keep(file, signer)
	case !errors.As(err, &locked):
		i.note("the key %s cannot be read: %v", file, err)
		return nil
	}
	if locked.PublicKey != nil {
		pub = locked.PublicKey
	}
	if i.pass == "" && i.ask == nil {
		i.note("the key %s is encrypted and there is no terminal to ask for its passphrase: use ssh-agent", file)
		return nil
	}
	lazy := &lockedKey{i: i, file: file, data: data, pub: pub}
	if pub == nil { // an old form, which does not even say which key it is
		signer, err := lazy.unlock()
		if err != nil {
			i.note("the key %s: %v", file, err)
			return nil
		}
		return signer
	}
	return lazy
}

func (i *identities) keep(file string, s ssh.Signer) ssh.Signer {
	i.ring.mu.Lock()
	defer i.ring.mu.Unlock()
	i.ring.opened[file] = s
	return s
}

// lockedKey is a key whose passphrase is asked for when it has to sign.
type lockedKey struct {
	i    *identities
	file string
	data []byte
	pub  ssh.PublicKey
}

func (k *lockedKey) PublicKey() ssh.PublicKey { return k.pub }

func (k *lockedKey) Sign(rand io.Reader, data []byte) (*ssh.Signature, error) {
	return k.SignWithAlgorithm(rand, data, "")
}

func (k *lockedKey) SignWithAlgorithm(rand io.Reader, data []byte, algorithm string) (*ssh.Signature, error) {
	s, err := k.unlock()
	if err != nil {
		k.i.note("the key %s: %v", k.file, err)
		return nil, err
	}
	if a, ok := s.(ssh.AlgorithmSigner); ok && algorithm != "" {
		return a.SignWithAlgorithm(rand, data, algorithm)
	}
	return s.Sign(rand, data)
}

// unlock decrypts the key with the passphrase that is known, or with one that
// the user is asked for. Many hosts may want the key at once: one asks.
func (k *lockedKey) unlock() (ssh.Signer, error) {
	k.i.ring.mu.Lock()
	defer k.i.ring.mu.Unlock()
	if s := k.i.ring.opened[k.file]; s != nil {
		return s, nil
	}
	if k.i.pass != "" {
		if s, err := ssh.ParsePrivateKeyWithPassphrase(k.data, []byte(k.i.pass)); err == nil {
			k.i.ring.opened[k.file] = s
			return s, nil
		}
	}
	if k.i.ask == nil {
		return nil, errors.New("the passphrase is wrong")
	}
	for range maxAsk {
		pass, err := k.i.ask(fmt.Sprintf("Enter passphrase for key '%s': ", k.file))
		if err != nil {
			return nil, err
		}
		s, err := ssh.ParsePrivateKeyWithPassphrase(k.data, []byte(pass))
		if err == nil {
			k.i.ring.opened[k.file] = s
			return s, nil
		}
		if !errors.Is(err, x509.IncorrectPasswordError) {
			return nil, err
		}
	}
	return nil, errors.New("the passphrase was wrong")
}
