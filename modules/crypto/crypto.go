// Package crypto holds the modules of community.crypto: private and public
// keys, requests and certificates, made and compared natively. What is there
// is parsed and held against the options; it is made anew only where it does
// not fit. Java's keystores are here too, which only its own tool knows.
package crypto

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/ssh"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

// output is what all modules of the room have that write a file.
type output struct {
	Path          string `arg:"path,required" type:"path" doc:"The file."`
	Force         bool   `arg:"force" default:"false" doc:"Make it anew although it fits."`
	ReturnContent bool   `arg:"return_content" default:"false" doc:"Return what the file holds."`
	Backend       string `arg:"select_crypto_backend" enum:"auto,cryptography" default:"auto" doc:"Unused: there is one way."`
	fsys.Attrs
	fsys.Backup
}

// read is the file as it is; nil when it is not there.
func (o output) read() ([]byte, error) {
	data, err := os.ReadFile(o.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// write replaces the file and returns the copy that was kept.
func (o output) write(c *modules.Context, data []byte, mode uint32) (string, error) {
	if err := o.folder(); err != nil {
		return "", err
	}
	done, err := fsys.Update{Path: o.Path, Data: data, Mode: mode, Attrs: &o.Attrs, Backup: o.Backup.Backup, HideAttrs: true}.Apply(c)
	return done.Backup, err
}

// folder fails where there is none for the file.
func (o output) folder() error {
	if dir := filepath.Dir(o.Path); !fsys.IsDir(dir) {
		return modules.Fail("The directory %s does not exist or the file is not a directory", dir).With("name", dir)
	}
	return nil
}

// settle writes the file where it is to be another, and else sees to its
// attributes. It returns what the file then holds. What tell says of a content is
// the diff: of what is only foreseen, nothing is said, nor of attributes.
func (o output) settle(c *modules.Context, old, wanted []byte, mode uint32, tell func([]byte) *value.Dict) (data []byte, backup string, err error) {
	if wanted == nil {
		known := tell(old)
		c.AddDiff(modules.Diff{Before: known, After: known})
		return old, "", o.Attrs.ApplyInto(c, o.Path, value.NewDict(), value.NewDict())
	}
	data = old
	err = replaced(c, old, wanted, tell, func() (err error) {
		data = wanted
		backup, err = o.write(c, wanted, mode)
		return err
	})
	return data, backup, err
}

// replaced is Context.Change for one content in the place of another.
func replaced(c *modules.Context, old, wanted []byte, tell func([]byte) *value.Dict, do func() error) error {
	var diff modules.Diff
	after := tell(old)
	if c.WantsDiff() {
		diff = modules.Diff{Before: tell(old), After: after}
	}
	return c.Change(diff, func() error {
		for _, k := range after.Keys() {
			after.Delete(k)
		}
		after.Update(tell(wanted))
		return do()
	})
}

// pipe is settle for contents that no file keeps.
func pipe(c *modules.Context, old, wanted []byte, tell func([]byte) *value.Dict) (any, error) {
	data := old
	if wanted == nil {
		known := tell(old)
		c.AddDiff(modules.Diff{Before: known, After: known})
		return content(data), nil
	}
	err := replaced(c, old, wanted, tell, func() error { data = wanted; return nil })
	return content(data), err
}

// nothingTold is the diff of a file that goes.
func nothingTold() modules.Diff { return modules.Diff{Before: value.NewDict(), After: value.NewDict()} }

// untold is said of contents that no diff describes.
func untold([]byte) *value.Dict { return value.NewDict() }

// content is a file's content as a result has it: none where there is no file.
func content(data []byte) any {
	if data == nil {
		return (*string)(nil)
	}
	return string(data)
}

// remove takes the file away. Of what it held no diff tells.
func (o output) remove(c *modules.Context) (backup string, err error) {
	if !fsys.Exists(o.Path) {
		return "", nil
	}
	err = c.Change(modules.Diff{}, func() error {
		if o.Backup.Backup {
			if backup, err = fsys.MakeBackup(c, o.Path); err != nil {
				return err
			}
		}
		return os.Remove(o.Path)
	})
	return backup, err
}

// keySource is where a module takes a private key from.
type keySource struct {
	KeyPath       string `arg:"privatekey_path" type:"path" doc:"File of the private key."`
	KeyContent    string `arg:"privatekey_content,secret" doc:"The private key itself, in PEM."`
	KeyPassphrase string `arg:"privatekey_passphrase,secret" doc:"Passphrase of the private key."`
}

func (k keySource) load() (private, error) {
	data := []byte(k.KeyContent)
	if k.KeyContent == "" {
		var err error
		if data, err = os.ReadFile(k.KeyPath); err != nil {
			return nil, modules.Fail("The private key %s does not exist", k.KeyPath)
		}
	}
	return parseKey(data, k.KeyPassphrase)
}

// signer is load for a key that has to sign.
func (k keySource) signer() (crypto.Signer, error) {
	key, err := k.load()
	if err != nil {
		return nil, err
	}
	s, ok := key.(crypto.Signer)
	if !ok {
		return nil, modules.Fail("keys of this kind (%T) cannot sign", key)
	}
	return s, nil
}

var errPassphrase = errors.New("Wrong or empty passphrase provided for private key") //nolint:staticcheck // Ansible's words

// passphraseError says what is wrong with a passphrase.
func passphraseError(given string) error {
	if given == "" {
		return errPassphrase
	}
	return errors.New("Wrong passphrase provided for private key") //nolint:staticcheck // Ansible's words
}

// parseKey reads a private key in PEM: PKCS#1, SEC 1, PKCS#8, encrypted or not,
// or OpenSSH's.
func parseKey(data []byte, passphrase string) (private, error) {
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, modules.Fail("the private key is not in PEM")
	}
	var key any
	var err error
	switch {
	case block.Type == "ENCRYPTED PRIVATE KEY":
		key, err = decryptPKCS8(block.Bytes, passphrase)
	case block.Type == "OPENSSH PRIVATE KEY" && passphrase != "":
		key, err = ssh.ParseRawPrivateKeyWithPassphrase(data, []byte(passphrase))
	case strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED"):
		key, err = ssh.ParseRawPrivateKeyWithPassphrase(data, []byte(passphrase))
		if err != nil {
			err = passphraseError(passphrase)
		}
	case passphrase != "":
		return nil, errors.New("Passphrase provided, but private key is not password-protected!") //nolint:staticcheck // Ansible's words
	case block.Type == "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	default:
		key, err = ssh.ParseRawPrivateKey(data)
	}
	if err != nil {
		return nil, err
	}
	return asPrivate(key)
}

// parsePublic reads a public key in PEM or DER.
func parsePublic(data []byte) (crypto.PublicKey, error) {
	der := blockOf(data)
	if key, err := x509.ParsePKCS1PublicKey(der); err == nil {
		return key, nil
	}
	return x509.ParsePKIXPublicKey(der)
}

// encodePublic writes a public key in PEM, or as a line of OpenSSH's.
func encodePublic(pub crypto.PublicKey, format string) ([]byte, error) {
	if format == "OpenSSH" {
		key, err := ssh.NewPublicKey(pub)
		if err != nil {
			return nil, err
		}
		return []byte(strings.TrimSuffix(string(ssh.MarshalAuthorizedKey(key)), "\n")), nil
	}
	der, err := x509.MarshalPKIXPublicKey(pub)
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), err
}

// orNothing makes a module that failed tell nothing of the file.
func orNothing[A, R any](run func(*modules.Context, A) (R, error)) func(*modules.Context, A) (R, error) {
	return func(c *modules.Context, a A) (R, error) {
		r, err := run(c, a)
		if err != nil {
			var nothing R
			return nothing, err
		}
		return r, nil
	}
}
