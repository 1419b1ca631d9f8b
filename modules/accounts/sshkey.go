package accounts

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/crypto/ssh"

	"goplay/modules"
)

// newKey makes a private key of ssh-keygen's kinds; 0 bits is its default.
func newKey(kind string, bits int) (crypto.Signer, error) {
	switch kind {
	case "rsa":
		if bits == 0 {
			bits = 3072
		}
		return rsa.GenerateKey(rand.Reader, bits)
	case "ecdsa":
		curve, ok := map[int]elliptic.Curve{0: elliptic.P256(), 256: elliptic.P256(), 384: elliptic.P384(), 521: elliptic.P521()}[bits]
		if !ok {
			return nil, fmt.Errorf("make an ecdsa key: %d bits, but it has 256, 384 or 521", bits)
		}
		return ecdsa.GenerateKey(curve, rand.Reader)
	case "ed25519":
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	}
	return nil, fmt.Errorf("make an SSH key: kind %q is not supported, but rsa, ecdsa and ed25519", kind)
}

// keyPair is a private key as a file has it and the line of its public half.
type keyPair struct {
	private []byte
	public  ssh.PublicKey
	comment string
}

func makeKeyPair(kind string, bits int, comment, passphrase string) (keyPair, error) {
	key, err := newKey(kind, bits)
	if err != nil {
		return keyPair{}, err
	}
	public, err := ssh.NewPublicKey(key.Public())
	if err != nil {
		return keyPair{}, err
	}
	var block *pem.Block
	if passphrase != "" {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(key, comment, []byte(passphrase))
	} else {
		block, err = ssh.MarshalPrivateKey(key, comment)
	}
	if err != nil {
		return keyPair{}, err
	}
	return keyPair{pem.EncodeToMemory(block), public, comment}, nil
}

func (k keyPair) line() string {
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(k.public))) + " " + k.comment
}

// keySize is a public key's size in bits.
func keySize(key ssh.PublicKey) int {
	if c, ok := key.(ssh.CryptoPublicKey); ok {
		switch k := c.CryptoPublicKey().(type) {
		case *rsa.PublicKey:
			return k.N.BitLen()
		case *ecdsa.PublicKey:
			return k.Curve.Params().BitSize
		}
	}
	return 256
}

// keyKind is a public key's kind as ssh-keygen takes it.
func keyKind(key ssh.PublicKey) string {
	switch t := key.Type(); {
	case t == "ssh-rsa":
		return "rsa"
	case t == "ssh-ed25519":
		return "ed25519"
	case strings.HasPrefix(t, "ecdsa-"):
		return "ecdsa"
	default:
		return strings.TrimPrefix(t, "ssh-")
	}
}

// describeKey is what ssh-keygen -l prints of a public key's line.
func describeKey(line string) string {
	key, comment, _, _, err := ssh.ParseAuthorizedKey([]byte(line))
	if err != nil {
		return ""
	}
	if comment == "" {
		comment = "no comment"
	}
	return fmt.Sprintf("%d %s %s (%s)", keySize(key), ssh.FingerprintSHA256(key), comment, strings.ToUpper(keyKind(key)))
}

// settleKey makes the user's SSH key and reports it.
func (j *userJob) settleKey() error {
	if !j.GenerateKey {
		return nil
	}
	path := j.keyPath()
	if path == "" {
		return modules.Fail("Failed to get home directory: user %s has none", j.Name)
	}
	_, err := os.Stat(path)
	if err != nil || j.Force {
		if err := j.c.Change(modules.Diff{}, func() error { return j.writeKey(path) }); err != nil {
			return err
		}
	}
	j.r.KeyFile = path
	public, err := os.ReadFile(path + ".pub")
	if err != nil {
		j.r.KeyFingerprint, j.r.PublicKey = ptr(""), nil
		return nil
	}
	line := strings.TrimSpace(string(public))
	j.r.KeyFingerprint, j.r.PublicKey = ptr(describeKey(line)), line
	return nil
}

func (j *userJob) keyPath() string {
	home := j.have[5]
	switch {
	case j.KeyFile != nil && filepath.IsAbs(*j.KeyFile):
		return *j.KeyFile
	case home == "":
		return ""
	case j.KeyFile != nil:
		return filepath.Join(home, *j.KeyFile)
	}
	return filepath.Join(home, ".ssh", "id_"+j.KeyType)
}

func (j *userJob) writeKey(path string) error {
	host, _ := os.Hostname()
	comment, passphrase, bits := "ansible-generated on "+host, "", 0
	if j.KeyComment != nil {
		comment = *j.KeyComment
	}
	if j.KeyPassphrase != nil {
		passphrase = *j.KeyPassphrase
	}
	if j.KeyBits != nil {
		bits = *j.KeyBits
	}
	pair, err := makeKeyPair(j.KeyType, bits, comment, passphrase)
	if err != nil {
		return err
	}
	uid, err := strconv.Atoi(j.have[2])
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(j.have[3])
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if _, err := os.Stat(dir); err != nil {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		if err := os.Chown(dir, uid, gid); err != nil {
			return err
		}
	}
	for _, f := range []struct {
		path string
		data []byte
		mode os.FileMode
	}{{path, pair.private, 0o600}, {path + ".pub", []byte(pair.line() + "\n"), 0o644}} {
		// A file that was there keeps no wider mode than a key may have.
		if err := os.RemoveAll(f.path); err != nil {
			return err
		}
		if err := os.WriteFile(f.path, f.data, f.mode); err != nil {
			return err
		}
		if err := os.Chown(f.path, uid, gid); err != nil {
			return err
		}
	}
	return nil
}
