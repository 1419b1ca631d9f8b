package crypto

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"

	"goplay/internal/value"
	"goplay/modules"
)

type keyOptions struct {
	Size       int    `arg:"size" default:"4096" doc:"Bits of an RSA key."`
	Type       string `arg:"type" enum:"DSA,ECC,Ed25519,Ed448,RSA,X25519,X448" default:"RSA" doc:"Kind of key: RSA, ECC, Ed25519 or X25519."`
	Curve      string `arg:"curve" enum:"secp224r1,secp256k1,secp256r1,secp384r1,secp521r1,secp192r1,brainpoolP256r1,brainpoolP384r1,brainpoolP512r1,sect163k1,sect163r2,sect233k1,sect233r1,sect283k1,sect283r1,sect409k1,sect409r1,sect571k1,sect571r1" doc:"Curve of an ECC key; those that can be made are secp224r1, secp256r1, secp384r1 and secp521r1."`
	Passphrase string `arg:"passphrase,secret" doc:"Passphrase that encrypts the key."`
	Cipher     string `arg:"cipher" doc:"Cipher of the encryption; auto, which is AES-256, is the one there is."`
	Format     string `arg:"format" enum:"auto,auto_ignore,pkcs1,pkcs8,raw" default:"auto_ignore" doc:"Form of the file: pkcs1 (RSA and ECC keys of their own), pkcs8, raw (the bytes of an X25519 or Ed25519 key); auto takes pkcs1 for these and pkcs8 else, auto_ignore leaves what is there."`
	Mismatch   string `arg:"format_mismatch" enum:"convert,regenerate" default:"regenerate" doc:"What to do with a key in another form."`
	Regenerate string `arg:"regenerate" enum:"always,fail,full_idempotence,never,partial_idempotence" default:"full_idempotence" doc:"When a key that is there is replaced: never, not but fail, when it does not fit (partial), also when it cannot be read (full), always."`
}

type privatekeyArgs struct {
	State string `arg:"state" enum:"absent,present" default:"present" doc:"Whether the key is to be there."`
	keyOptions
	output
}

// keyFactsOut are what both modules return of the key.
type keyFactsOut struct {
	Size        int               `json:"size" doc:"Bits of an RSA key; of others what the option says."`
	Type        string            `json:"type" doc:"Kind of key."`
	Curve       string            `json:"curve,omitempty" doc:"Curve of an ECC key."`
	Fingerprint map[string]string `json:"fingerprint,omitempty" doc:"Digests of the public key."`
	Content     string            `json:"privatekey,omitempty" doc:"The key; in Base64 where it is raw."`
}

type privatekeyResult struct {
	Filename string `json:"filename" doc:"The file."`
	Backup   string `json:"backup_file,omitempty" doc:"The copy that was kept of the previous file."`
	keyFactsOut
}

type privatekeyPipeArgs struct {
	Content       string `arg:"content,secret" doc:"The key as it is; without it a key is made each time."`
	Base64        bool   `arg:"content_base64" default:"false" doc:"content is in Base64."`
	ReturnCurrent bool   `arg:"return_current_key" default:"false" doc:"Return the key also where it is the one that was given."`
	Backend       string `arg:"select_crypto_backend" enum:"auto,cryptography" default:"auto" doc:"Unused: there is one way."`
	keyOptions
}

func init() {
	differs := []string{"Keys of DSA, X448 and Ed448 and on the curves of brainpool, on sect* and secp192r1 and secp256k1 are not made: Go has none of these.",
		"A passphrase needs no cipher beside it: auto is the default, as in newer versions of the collection."}
	needs := []modules.RequiredIf{{Option: "type", Is: "ECC", Needs: []string{"curve"}}}
	modules.Register(modules.Spec{
		Name: "community.crypto.openssl_privatekey", Summary: "Make private keys",
		RequiredIf: needs,
		Example:    "- name: The key of the site\n  community.crypto.openssl_privatekey:\n    path: /etc/ssl/private/site.key\n    type: ECC\n    curve: secp384r1\n",
		Differs:    differs,
	}, orNothing(privatekey))
	modules.Register(modules.Spec{
		Name: "community.crypto.openssl_privatekey_pipe", Summary: "Make private keys without a file",
		RequiredIf: needs,
		Example:    "- name: A key that no file keeps\n  community.crypto.openssl_privatekey_pipe:\n    content: \"{{ site_key | default(omit) }}\"\n    type: Ed25519\n  register: made\n  no_log: true\n",
		Differs:    differs,
	}, privatekeyPipe)
}

func privatekey(c *modules.Context, a privatekeyArgs) (privatekeyResult, error) {
	r := privatekeyResult{Filename: a.Path, keyFactsOut: a.facts()}
	old, err := a.read()
	if err != nil {
		return r, err
	}
	if a.State == "absent" {
		c.AddDiff(nothingTold())
		r.Backup, err = a.remove(c)
		return r, err
	}
	key, data, err := a.keep(old, a.Force)
	if err != nil {
		return privatekeyResult{}, err
	}
	if key == nil {
		return a.make(c, r, old)
	}
	data, r.Backup, err = a.settle(c, old, data, 0o600, func(data []byte) *value.Dict { return keyDiff(data, a.Passphrase) })
	r.Fingerprint = fingerprint(key.Public())
	if a.ReturnContent {
		r.Content = shown(data)
	}
	return r, err
}

// make writes a new key. What it is like is known when it has been made: until
// then the result tells of the one that is there.
func (a privatekeyArgs) make(c *modules.Context, r privatekeyResult, old []byte) (privatekeyResult, error) {
	if err := a.folder(); err != nil {
		return privatekeyResult{}, err
	}
	if err := a.possible(); err != nil {
		return privatekeyResult{}, err
	}
	var diff modules.Diff
	after := keyDiff(old, a.Passphrase)
	if c.WantsDiff() {
		diff = modules.Diff{Before: keyDiff(old, a.Passphrase), After: after}
	}
	data := old
	if have, err := a.parse(old); old != nil && err == nil {
		r.Fingerprint = fingerprint(have.Public())
	}
	err := c.Change(diff, func() error {
		key, err := a.generate()
		if err != nil {
			return err
		}
		if data, err = a.encode(key); err != nil {
			return err
		}
		r.Fingerprint = fingerprint(key.Public())
		for k, v := range keyDiff(data, a.Passphrase).All() {
			after.Set(k, v)
		}
		r.Backup, err = a.write(c, data, 0o600)
		return err
	})
	if err != nil {
		return privatekeyResult{}, err
	}
	if a.ReturnContent && data != nil {
		r.Content = shown(data)
	}
	return r, nil
}

func privatekeyPipe(c *modules.Context, a privatekeyPipeArgs) (keyFactsOut, error) {
	r := a.facts()
	var old []byte
	if a.Content != "" {
		old = []byte(a.Content)
		if a.Base64 {
			var err error
			if old, err = base64.StdEncoding.DecodeString(a.Content); err != nil {
				return r, modules.Fail("Cannot decode Base64 encoded data: %w", err)
			}
		}
	}
	key, data, err := a.settleKey(old, false)
	if err != nil {
		return keyFactsOut{}, err
	}
	r.Fingerprint = fingerprint(key.Public())
	if data != nil {
		r.Content = shown(data)
		return r, c.Change(a.diff(c, old, data), func() error { return nil })
	}
	if a.ReturnCurrent {
		r.Content = shown(old)
		c.Returns(r.Content)
	}
	return r, nil
}

func (a keyOptions) facts() keyFactsOut {
	r := keyFactsOut{Size: a.Size, Type: a.Type}
	if a.Type == "ECC" {
		r.Curve = a.Curve
	}
	return r
}

func (a keyOptions) diff(c *modules.Context, old, data []byte) modules.Diff {
	if data == nil || !c.WantsDiff() {
		return modules.Diff{}
	}
	return modules.Diff{Before: keyDiff(old, a.Passphrase), After: keyDiff(data, a.Passphrase)}
}

// shown is a key as a result has it.
func shown(data []byte) string {
	if block, _ := pem.Decode(data); block == nil {
		return base64.StdEncoding.EncodeToString(data)
	}
	return string(data)
}

// settleKey finds the key that is to be there. data is nil when it is there
// already, in the form that is wanted.
func (a keyOptions) settleKey(old []byte, force bool) (key private, data []byte, err error) {
	if key, data, err = a.keep(old, force); key != nil || err != nil {
		return key, data, err
	}
	if key, err = a.generate(); err != nil {
		return nil, nil, err
	}
	data, err = a.encode(key)
	return key, data, err
}

// keep is settleKey without making one: key is nil where it has to be new.
func (a keyOptions) keep(old []byte, force bool) (key private, data []byte, err error) {
	if old != nil && !force && a.Regenerate != "always" {
		key, err = a.parse(old)
		switch {
		case err != nil && a.Regenerate != "full_idempotence":
			return nil, nil, modules.Fail("Unable to read the key. The key is protected with a another passphrase / no passphrase or broken." +
				" Will not proceed. To force regeneration, call the module with `generate` set to `full_idempotence` or `always`, or with `force=true`.")
		case err != nil:
		case a.Regenerate == "never":
			return key, nil, nil
		case !a.fits(key):
			if a.Regenerate == "fail" {
				return nil, nil, modules.Fail("Key has wrong type and/or size." + willNotProceed)
			}
		case a.formed(old):
			return key, nil, nil
		case a.Mismatch == "convert":
			data, err = a.encode(key)
			return key, data, err
		case a.Regenerate == "fail":
			return nil, nil, modules.Fail("Key has wrong format." + willNotProceed)
		}
	}
	return nil, nil, nil
}

const willNotProceed = " Will not proceed. To force regeneration, call the module with `generate` set to `partial_idempotence`, `full_idempotence` or `always`, or with `force=true`."

// parse reads a key that is there, also the bytes of a raw one.
func (a keyOptions) parse(old []byte) (private, error) {
	if block, _ := pem.Decode(old); block == nil {
		return a.raw(old)
	}
	return parseKey(old, a.Passphrase)
}

func (a keyOptions) raw(seed []byte) (private, error) {
	switch {
	case len(seed) == ed25519.SeedSize && a.Type == "Ed25519":
		return ed25519.NewKeyFromSeed(seed), nil
	case len(seed) == ed25519.SeedSize && a.Type == "X25519":
		return ecdh.X25519().NewPrivateKey(seed)
	}
	return nil, modules.Fail("Cannot load raw key")
}

var curves = map[string]elliptic.Curve{"secp224r1": elliptic.P224(), "secp256r1": elliptic.P256(), "secp384r1": elliptic.P384(), "secp521r1": elliptic.P521()}

func (a keyOptions) fits(key private) bool {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return a.Type == "RSA" && k.N.BitLen() == a.Size
	case *ecdsa.PrivateKey:
		return a.Type == "ECC" && curves[a.Curve] == k.Curve
	case ed25519.PrivateKey:
		return a.Type == "Ed25519"
	case *ecdh.PrivateKey:
		return a.Type == "X25519"
	}
	return false
}

// formed reports whether a file has the form that is asked for.
func (a keyOptions) formed(old []byte) bool {
	block, _ := pem.Decode(old)
	if block == nil || a.Format == "raw" {
		return block == nil && (a.Format == "raw" || a.Format == "auto_ignore")
	}
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

func (a keyOptions) generate() (private, error) {
	switch a.Type {
	case "RSA":
		return rsa.GenerateKey(rand.Reader, a.Size)
	case "Ed25519":
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	case "X25519":
		return ecdh.X25519().GenerateKey(rand.Reader)
	case "ECC":
		curve, ok := curves[a.Curve]
		if !ok {
			return nil, modules.Fail("curve %q is not supported for type ECC", a.Curve)
		}
		return ecdsa.GenerateKey(curve, rand.Reader)
	}
	return nil, modules.Fail("keys of type %s are not supported", a.Type)
}

// possible fails where no such key can be made. RSA's take long, and so another
// stands for one.
func (a keyOptions) possible() error {
	if a.Type == "RSA" {
		if a.Format == "raw" {
			_, err := a.encodeRaw(nil)
			return err
		}
		a.Type, a.Format = "Ed25519", "pkcs8"
	}
	key, err := a.generate()
	if err == nil {
		_, err = a.encode(key)
	}
	return err
}

func (a keyOptions) encode(key private) ([]byte, error) {
	if a.Format == "raw" {
		return a.encodeRaw(key)
	}
	if a.Cipher != "" && a.Cipher != "auto" && a.Passphrase != "" {
		return nil, modules.Fail("Cryptography backend can only use \"auto\" for cipher option.")
	}
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
	default:
		if a.Format == "pkcs1" {
			return nil, modules.Fail("Cannot serialize the private key in the required format: %T has no pkcs1", key)
		}
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil || a.Passphrase == "" {
		return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), err
	}
	der, err = encryptPKCS8(der, a.Passphrase)
	return pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der}), err
}

func (a keyOptions) encodeRaw(key private) ([]byte, error) {
	switch k := key.(type) {
	case ed25519.PrivateKey:
		return k.Seed(), nil
	case *ecdh.PrivateKey:
		return k.Bytes(), nil
	}
	return nil, modules.Fail("Cannot serialize the private key in the required format: only X25519 and Ed25519 keys can be raw")
}
