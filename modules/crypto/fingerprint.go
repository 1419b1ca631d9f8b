package crypto

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"crypto/x509"
	"encoding/hex"
	"hash"
	"io"
	"strings"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/blake2s"
)

// digests are the algorithms that fingerprints are given in: those that every
// Python has.
var digests = map[string]func() hash.Hash{
	"md5": md5.New, "sha1": sha1.New, "sha224": sha256.New224, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New,
	"sha3_224": sha3of(sha3.New224), "sha3_256": sha3of(sha3.New256), "sha3_384": sha3of(sha3.New384), "sha3_512": sha3of(sha3.New512),
	"blake2b": keyless(blake2b.New512), "blake2s": keyless(blake2s.New256),
}

func sha3of(make func() *sha3.SHA3) func() hash.Hash { return func() hash.Hash { return make() } }

func keyless(make func([]byte) (hash.Hash, error)) func() hash.Hash {
	return func() hash.Hash {
		h, err := make(nil)
		if err != nil {
			panic(err) // only a key can be wrong
		}
		return h
	}
}

// fingerprintsOf are the digests of some data, as openssl prints them.
func fingerprintsOf(data []byte) map[string]string {
	out := map[string]string{}
	for name, make := range digests {
		h := make()
		h.Write(data)
		out[name] = colons(h.Sum(nil))
	}
	for name, shake := range map[string]*sha3.SHAKE{"shake_128": sha3.NewSHAKE128(), "shake_256": sha3.NewSHAKE256()} {
		sum := make([]byte, 32)
		_, _ = shake.Write(data)
		_, _ = io.ReadFull(shake, sum)
		out[name] = colons(sum)
	}
	return out
}

// fingerprint is that of a public key.
func fingerprint(pub any) map[string]string {
	der, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return nil
	}
	return fingerprintsOf(der)
}

// short leaves of fingerprints the one that a diff shows.
func short(prints map[string]string) map[string]string {
	return map[string]string{"sha256": prints["sha256"]}
}

func colons(data []byte) string {
	parts := make([]string, len(data))
	for i, b := range data {
		parts[i] = hex.EncodeToString([]byte{b})
	}
	return strings.Join(parts, ":")
}

func sum256(data []byte) []byte {
	sum := sha256.Sum256(data)
	return sum[:]
}
