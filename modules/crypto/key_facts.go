package crypto

import (
	"crypto"
	//lint:ignore SA1019 keys of this kind are told about, never made
	"crypto/dsa"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"

	"goplay/internal/value"
)

// private is a private key, of which all kinds have a public half; those that
// can sign are a crypto.Signer too.
type private interface{ Public() crypto.PublicKey }

// curveNames are the names by which TLS knows curves.
var curveNames = map[elliptic.Curve]string{elliptic.P224(): "secp224r1", elliptic.P256(): "secp256r1", elliptic.P384(): "secp384r1", elliptic.P521(): "secp521r1"}

// publicFacts tell of a public key its kind and its numbers.
func publicFacts(pub crypto.PublicKey) (kind string, data *value.Dict) {
	data = value.NewDict()
	set := func(name string, v any) { data.Set(name, value.Of(v)) }
	switch k := pub.(type) {
	case *rsa.PublicKey:
		set("size", k.N.BitLen())
		set("modulus", k.N)
		set("exponent", k.E)
		return "RSA", data
	case *dsa.PublicKey:
		set("size", k.P.BitLen())
		set("p", k.P)
		set("q", k.Q)
		set("g", k.G)
		set("y", k.Y)
		return "DSA", data
	case *ecdsa.PublicKey:
		set("curve", curveNames[k.Curve])
		set("exponent_size", k.Curve.Params().N.BitLen())
		if point, err := k.Bytes(); err == nil {
			half := (len(point) - 1) / 2
			set("x", new(big.Int).SetBytes(point[1:1+half]))
			set("y", new(big.Int).SetBytes(point[1+half:]))
		}
		return "ECC", data
	case ed25519.PublicKey:
		return "Ed25519", data
	case *ecdh.PublicKey:
		return "X25519", data
	}
	return "unknown", data
}

// privateFacts tell the secret numbers of a key.
func privateFacts(key private) *value.Dict {
	data := value.NewDict()
	set := func(name string, v any) { data.Set(name, value.Of(v)) }
	switch k := key.(type) {
	case *rsa.PrivateKey:
		set("p", k.Primes[0])
		set("q", k.Primes[1])
		set("exponent", k.D)
	case *ecdsa.PrivateKey:
		if secret, err := k.Bytes(); err == nil {
			set("multiplier", new(big.Int).SetBytes(secret))
		}
	}
	return data
}

// consistent says whether the numbers of a key belong together; nil where
// there is nothing to check.
func consistent(key private) any {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return k.Validate() == nil
	case *ecdsa.PrivateKey:
		_, err := k.ECDH()
		return err == nil
	case ed25519.PrivateKey:
		return ed25519.NewKeyFromSeed(k.Seed()).Equal(k)
	}
	return nil
}

func publicPEM(pub crypto.PublicKey) string {
	der, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return ""
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// keyDiff is a private key as a diff shows it: all of its public half.
func keyDiff(data []byte, passphrase string) *value.Dict {
	d := value.NewDict()
	if data == nil {
		return d
	}
	key, err := parseKey(data, passphrase)
	d.Set("can_parse_key", err == nil)
	d.Set("key_is_consistent", nil)
	if err == nil {
		kind, facts := publicFacts(key.Public())
		d.Set("type", kind)
		d.Set("public_data", facts)
		d.Set("public_key", publicPEM(key.Public()))
		d.Set("public_key_fingerprints", value.Of(short(fingerprint(key.Public()))))
	}
	return d
}

// publicDiff is a public key as a diff shows it.
func publicDiff(data []byte) *value.Dict {
	d := value.NewDict()
	if data == nil {
		return d
	}
	pub, err := parsePublic(data)
	d.Set("can_parse_key", err == nil)
	if err == nil {
		kind, facts := publicFacts(pub)
		d.Set("type", kind)
		d.Set("public_data", facts)
		d.Set("fingerprints", value.Of(short(fingerprint(pub))))
	}
	return d
}
