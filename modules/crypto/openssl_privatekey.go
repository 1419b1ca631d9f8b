package crypto

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"

	"goplay/modules"
	"goplay/modules/fsys"
)

type keyOptions struct {
	Size       int    `arg:"size" default:"4096" doc:"Bits of an RSA key."`
	Type       string `arg:"type" enum:"DSA,ECC,Ed25519,Ed448,RSA,X25519,X448" default:"RSA" doc:"Kind of key: RSA, ECC or Ed25519."`
	Curve      string `arg:"curve" doc:"Curve of an ECC key: secp224r1, secp256r1, secp384r1 or secp521r1."`
	Passphrase string `arg:"passphrase,secret" doc:"Passphrase that encrypts the key."`
	Cipher     string `arg:"cipher" default:"auto" doc:"Cipher of the encryption; auto, which is AES-256, is the one there is."`
	Format     string `arg:"format" enum:"auto,auto_ignore,pkcs1,pkcs8,raw" default:"auto_ignore" doc:"Form of the file: pkcs1 (RSA and ECC keys of their own), pkcs8; auto takes pkcs1 for these and pkcs8 else, auto_ignore leaves what is there."`
	Mismatch   string `arg:"format_mismatch" enum:"convert,regenerate" default:"regenerate" doc:"What to do with a key in another form."`
	Backend    string `arg:"select_crypto_backend" enum:"auto,cryptography" default:"auto" doc:"Unused."`
	Regenerate string `arg:"regenerate" enum:"always,fail,full_idempotence,never,partial_idempotence" default:"full_idempotence" doc:"When a key that is there is replaced: never, not but fail, when it does not fit (partial), also when it cannot be read (full), always."`
}

type privatekeyArgs struct {
	State string `arg:"state" enum:"absent,present" default:"present" doc:"Whether the key is to be there."`
	keyOptions
	output
}

type privatekeyResult struct {
	Size        int               `json:"size,omitempty" doc:"Bits of the key."`
	Type        string            `json:"type" doc:"Kind of key."`
	Curve       string            `json:"curve,omitempty" doc:"Curve of an ECC key."`
	Filename    string            `json:"filename" doc:"The file."`
	Fingerprint map[string]string `json:"fingerprint" doc:"SHA-256 of the public key."`
	Backup      string            `json:"backup_file,omitempty" doc:"The copy that was kept of the previous file."`
	Content     string            `json:"privatekey,omitempty" doc:"The key, with return_content."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.crypto.openssl_privatekey", Summary: "Make private keys",
		Example: "- community.crypto.openssl_privatekey:\n    path: /etc/ssl/private/site.key\n    type: ECC\n    curve: secp384r1\n",
		Differs: []string{"Keys of DSA, X25519, X448, Ed448 and further curves are not made."},
	}, privatekey)
}

func privatekey(c *modules.Context, a privatekeyArgs) (privatekeyResult, error) {
	r := privatekeyResult{Size: a.Size, Type: a.Type, Curve: a.Curve, Filename: a.Path}
	if a.Type != "RSA" {
		r.Size = 0
	}
	var err error
	if a.State == "absent" {
		r.Backup, err = a.remove(c)
		return r, err
	}
	old, err := a.read()
	if err != nil {
		return r, err
	}
	key, data, err := a.settle(old)
	if err != nil {
		return r, err
	}
	if data == nil {
		data = old
		err = a.Attrs.Apply(c, a.Path)
	} else {
		r.Backup, err = a.write(c, data, 0o600)
	}
	r.Fingerprint = fingerprint(key.Public())
	if a.ReturnContent {
		r.Content = string(data)
	}
	return r, err
}

// settle finds the key that is to be in the file. data is nil when it is there
// already, in the form that is wanted.
func (a privatekeyArgs) settle(old []byte) (key crypto.Signer, data []byte, err error) {
	if old != nil && !a.Force && a.Regenerate != "always" {
		key, err = parseKey(old, a.Passphrase)
		switch {
		case err != nil && a.Regenerate != "full_idempotence":
			return nil, nil, modules.Fail("Unable to read the key. The key is protected with a another passphrase / no passphrase or broken. Will not proceed. (%w)", err)
		case err != nil:
		case !a.fits(key) && a.Regenerate == "fail":
			return nil, nil, modules.Fail("Key has wrong type and/or size. Will not proceed.")
		case a.fits(key) || a.Regenerate == "never":
			if a.formed(old) {
				return key, nil, nil
			}
			if a.Mismatch == "convert" || a.Regenerate == "never" {
				data, err = a.encode(key)
				return key, data, err
			}
		}
	}
	if key, err = a.generate(); err != nil {
		return nil, nil, err
	}
	data, err = a.encode(key)
	return key, data, err
}

var curves = map[string]elliptic.Curve{"secp224r1": elliptic.P224(), "secp256r1": elliptic.P256(), "prime256v1": elliptic.P256(), "secp384r1": elliptic.P384(), "secp521r1": elliptic.P521()}

func (a keyOptions) fits(key crypto.Signer) bool {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return a.Type == "RSA" && k.N.BitLen() == a.Size
	case *ecdsa.PrivateKey:
		return a.Type == "ECC" && curves[a.Curve] == k.Curve
	case ed25519.PrivateKey:
		return a.Type == "Ed25519"
	}
	return false
}

// formed reports whether a file has the form that is asked for.
func (a keyOptions) formed(old []byte) bool {
	block, _ := pem.Decode(old)
	pkcs8 := block.Type == "PRIVATE KEY" || block.Type == "ENCRYPTED PRIVATE KEY"
	switch a.Format {
	case "pkcs1":
		return !pkcs8
	case "pkcs8":
		return pkcs8
	case "auto":
		return pkcs8 == (a.Type != "RSA" && a.Type != "ECC" || a.Passphrase != "")
	}
	return true
}

func (a keyOptions) generate() (crypto.Signer, error) {
	switch a.Type {
	case "RSA":
		return rsa.GenerateKey(rand.Reader, a.Size)
	case "Ed25519":
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	case "ECC":
		curve, ok := curves[a.Curve]
		if !ok {
			return nil, modules.Fail("curve %q is not supported for type ECC", a.Curve)
		}
		return ecdsa.GenerateKey(curve, rand.Reader)
	}
	return nil, modules.Fail("keys of type %s are not supported", a.Type)
}

func (a keyOptions) encode(key crypto.Signer) ([]byte, error) {
	plain := a.Passphrase == "" && a.Format != "pkcs8"
	switch k := key.(type) {
	case *rsa.PrivateKey:
		if plain {
			return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(k)}), nil
		}
	case *ecdsa.PrivateKey:
		if plain {
			der, err := x509.MarshalECPrivateKey(k)
			return pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), err
		}
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil || a.Passphrase == "" {
		return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), err
	}
	der, err = encryptPKCS8(der, a.Passphrase)
	return pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der}), err
}

type publickeyArgs struct {
	State  string `arg:"state" enum:"absent,present" default:"present" doc:"Whether the public key is to be there."`
	Format string `arg:"format" enum:"OpenSSH,PEM" default:"PEM" doc:"Form of the file."`
	keySource
	output
}

type publickeyResult struct {
	PrivateKey  string            `json:"privatekey,omitempty" doc:"File of the private key."`
	Format      string            `json:"format" doc:"Form of the file."`
	Filename    string            `json:"filename" doc:"The file."`
	Fingerprint map[string]string `json:"fingerprint" doc:"SHA-256 of the public key."`
	Backup      string            `json:"backup_file,omitempty" doc:"The copy that was kept of the previous file."`
	Content     string            `json:"publickey,omitempty" doc:"The public key, with return_content."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.crypto.openssl_publickey", Summary: "Write the public key of a private key",
		Exclusive:  [][]string{{"privatekey_path", "privatekey_content"}},
		RequiredIf: []modules.RequiredIf{{Option: "state", Is: "present", Needs: []string{"privatekey_path", "privatekey_content"}, AnyOf: true}},
		Example:    "- community.crypto.openssl_publickey:\n    path: /etc/ssl/site.pub\n    privatekey_path: /etc/ssl/private/site.key\n",
	}, publickey)
}

func publickey(c *modules.Context, a publickeyArgs) (publickeyResult, error) {
	r := publickeyResult{PrivateKey: a.KeyPath, Format: a.Format, Filename: a.Path}
	var err error
	if a.State == "absent" {
		r.Backup, err = a.remove(c)
		return r, err
	}
	key, err := a.load()
	if err != nil {
		return r, err
	}
	data, err := encodePublic(key.Public(), a.Format)
	if err != nil {
		return r, err
	}
	old, err := os.ReadFile(a.Path)
	if err == nil && string(old) == string(data) && !a.Force {
		err = a.Attrs.Apply(c, a.Path)
	} else {
		r.Backup, err = a.write(c, data, 0o666&^fsys.Umask())
	}
	r.Fingerprint = fingerprint(key.Public())
	if a.ReturnContent {
		r.Content = string(data)
	}
	return r, err
}
