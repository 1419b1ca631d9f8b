package crypto

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"os"

	"goplay/modules"
	"goplay/modules/fsys"
)

type signatureArgs struct {
	Path    string `arg:"path,required" type:"path" doc:"The file to sign."`
	Backend string `arg:"select_crypto_backend" enum:"auto,cryptography" default:"auto" doc:"Unused: there is one way."`
	keySource
}

type signatureResult struct {
	Signature string `json:"signature" doc:"The signature in Base64."`
}

type signatureInfoArgs struct {
	Path        string `arg:"path,required" type:"path" doc:"The file that is signed."`
	Signature   string `arg:"signature,required" doc:"The signature in Base64."`
	Certificate string `arg:"certificate_path" type:"path" doc:"File of the signer's certificate."`
	Content     string `arg:"certificate_content" doc:"The certificate itself."`
	Backend     string `arg:"select_crypto_backend" enum:"auto,cryptography" default:"auto" doc:"Unused: there is one way."`
}

type signatureInfoResult struct {
	Valid bool `json:"valid" doc:"Whether it is the file's signature by the certificate's key."`
}

func init() {
	keys, certs := [][]string{{"privatekey_path", "privatekey_content"}}, [][]string{{"certificate_path", "certificate_content"}}
	modules.Register(modules.Spec{
		Name: "community.crypto.openssl_signature", Summary: "Sign a file", Exclusive: keys, OneOf: keys,
		Example: "- name: A signature of the archive\n  community.crypto.openssl_signature:\n    path: /srv/app.tar\n    privatekey_path: /etc/ssl/private/site.key\n  register: signed\n",
	}, sign)
	modules.Register(modules.Spec{
		Name: "community.crypto.openssl_signature_info", Summary: "See whether a signature is a file's", Exclusive: certs, OneOf: certs,
		Example: "- name: The archive is ours\n  community.crypto.openssl_signature_info:\n    path: /srv/app.tar\n    certificate_path: /etc/ssl/site.crt\n    signature: \"{{ signed.signature }}\"\n  register: signature\n",
	}, signatureInfo)
}

func sign(_ *modules.Context, a signatureArgs) (signatureResult, error) {
	if a.KeyContent == "" && !fsys.Exists(a.KeyPath) {
		return signatureResult{}, modules.Fail("[Errno 2] No such file or directory: '%s'", a.KeyPath)
	}
	data, err := signed(a.Path)
	if err != nil {
		return signatureResult{}, err
	}
	key, err := a.signer()
	if err != nil {
		return signatureResult{}, err
	}
	// Keys of Ed25519 sign the file itself, others its SHA-256.
	text, options := data, crypto.SignerOpts(crypto.Hash(0))
	if _, ok := key.(ed25519.PrivateKey); !ok {
		text, options = sum256(data), crypto.SHA256
	}
	signature, err := key.Sign(rand.Reader, text, options)
	return signatureResult{base64.StdEncoding.EncodeToString(signature)}, err
}

func signed(path string) ([]byte, error) {
	if !fsys.Exists(path) {
		return nil, modules.Fail("The file %s does not exist", path).With("name", path)
	}
	return os.ReadFile(path)
}

func signatureInfo(_ *modules.Context, a signatureInfoArgs) (signatureInfoResult, error) {
	if a.Content == "" && !fsys.Exists(a.Certificate) {
		return signatureInfoResult{}, modules.Fail("The certificate %s does not exist", a.Certificate)
	}
	data, err := signed(a.Path)
	if err != nil {
		return signatureInfoResult{}, err
	}
	cert, err := loadCertificate(a.Certificate, a.Content)
	if err != nil {
		return signatureInfoResult{}, err
	}
	signature, err := base64.StdEncoding.DecodeString(a.Signature)
	if err != nil {
		return signatureInfoResult{}, modules.Fail("the signature is not in Base64: %w", err)
	}
	switch key := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		return signatureInfoResult{rsa.VerifyPKCS1v15(key, crypto.SHA256, sum256(data), signature) == nil}, nil
	case *ecdsa.PublicKey:
		return signatureInfoResult{ecdsa.VerifyASN1(key, sum256(data), signature)}, nil
	case ed25519.PublicKey:
		return signatureInfoResult{ed25519.Verify(key, data, signature)}, nil
	}
	return signatureInfoResult{}, modules.Fail("Unsupported public key type %T", cert.PublicKey)
}
