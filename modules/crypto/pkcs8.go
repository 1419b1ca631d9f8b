package crypto

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"hash"
)

var (
	oidPBES2  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
	oidSHA256 = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}
	oidAES256 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}
	aesSizes  = map[string]int{"2.16.840.1.101.3.4.1.2": 16, "2.16.840.1.101.3.4.1.22": 24, "2.16.840.1.101.3.4.1.42": 32}
)

type encryptedKey struct {
	Algorithm pkix.AlgorithmIdentifier
	Data      []byte
}

type pbes2 struct{ KDF, Cipher pkix.AlgorithmIdentifier }

type pbkdf2Params struct {
	Salt   []byte
	Rounds int
	Length int                      `asn1:"optional"`
	PRF    pkix.AlgorithmIdentifier `asn1:"optional"`
}

// maxRounds bounds the work that a file can ask for.
const maxRounds = 10_000_000

// decryptPKCS8 reads a key that is encrypted by PBES2 with AES, as OpenSSL and
// Ansible write it.
func decryptPKCS8(der []byte, passphrase string) (any, error) {
	var e encryptedKey
	var p pbes2
	var k pbkdf2Params
	var iv []byte
	if _, err := asn1.Unmarshal(der, &e); err != nil {
		return nil, fmt.Errorf("read the encrypted private key: %w", err)
	}
	if !e.Algorithm.Algorithm.Equal(oidPBES2) {
		return nil, fmt.Errorf("the private key is encrypted by %s, which is not supported", e.Algorithm.Algorithm)
	}
	for _, part := range []struct {
		data []byte
		to   any
	}{{e.Algorithm.Parameters.FullBytes, &p}} {
		if _, err := asn1.Unmarshal(part.data, part.to); err != nil {
			return nil, fmt.Errorf("read the encrypted private key: %w", err)
		}
	}
	if _, err := asn1.Unmarshal(p.KDF.Parameters.FullBytes, &k); err != nil {
		return nil, fmt.Errorf("read the encrypted private key: %w", err)
	}
	if _, err := asn1.Unmarshal(p.Cipher.Parameters.FullBytes, &iv); err != nil {
		return nil, fmt.Errorf("read the encrypted private key: %w", err)
	}
	size := aesSizes[p.Cipher.Algorithm.String()]
	if !p.KDF.Algorithm.Equal(oidPBKDF2) || size == 0 || len(iv) != aes.BlockSize || k.Rounds < 1 || k.Rounds > maxRounds {
		return nil, fmt.Errorf("the private key's encryption is not supported")
	}
	if passphrase == "" {
		return nil, errPassphrase
	}
	digest := sha1.New
	if k.PRF.Algorithm.Equal(oidSHA256) {
		digest = sha256.New
	}
	plain, err := unlock(digest, passphrase, k, size, iv, e.Data)
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKCS8PrivateKey(plain)
	if err != nil {
		return nil, passphraseError(passphrase)
	}
	return key, nil
}

func unlock(digest func() hash.Hash, passphrase string, k pbkdf2Params, size int, iv, data []byte) ([]byte, error) {
	if len(data) == 0 || len(data)%aes.BlockSize != 0 {
		return nil, passphraseError(passphrase)
	}
	secret, err := pbkdf2.Key(digest, passphrase, k.Salt, k.Rounds, size)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, err
	}
	plain := make([]byte, len(data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, data)
	pad := int(plain[len(plain)-1])
	if pad < 1 || pad > aes.BlockSize || !hmac.Equal(plain[len(plain)-pad:], bytes.Repeat([]byte{byte(pad)}, pad)) {
		return nil, passphraseError(passphrase)
	}
	return plain[:len(plain)-pad], nil
}

// encryptPKCS8 is the other way: AES-256 with a key by PBKDF2.
func encryptPKCS8(der []byte, passphrase string) ([]byte, error) {
	salt, iv := make([]byte, 16), make([]byte, aes.BlockSize)
	_, _ = rand.Read(salt)
	_, _ = rand.Read(iv)
	const rounds = 20000
	secret, err := pbkdf2.Key(sha256.New, passphrase, salt, rounds, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, err
	}
	pad := aes.BlockSize - len(der)%aes.BlockSize
	data := append(bytes.Clone(der), bytes.Repeat([]byte{byte(pad)}, pad)...)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(data, data)
	kdf, err := algorithm(oidPBKDF2, pbkdf2Params{Salt: salt, Rounds: rounds, PRF: pkix.AlgorithmIdentifier{Algorithm: oidSHA256, Parameters: asn1.NullRawValue}})
	if err != nil {
		return nil, err
	}
	aes256, err := algorithm(oidAES256, iv)
	if err != nil {
		return nil, err
	}
	whole, err := algorithm(oidPBES2, pbes2{kdf, aes256})
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(encryptedKey{whole, data})
}

func algorithm(oid asn1.ObjectIdentifier, params any) (pkix.AlgorithmIdentifier, error) {
	der, err := asn1.Marshal(params)
	return pkix.AlgorithmIdentifier{Algorithm: oid, Parameters: asn1.RawValue{FullBytes: der}}, err
}

// asPrivate brings a key that was read into the one form of its kind.
func asPrivate(key any) (private, error) {
	if p, ok := key.(*ed25519.PrivateKey); ok {
		key = *p
	}
	p, ok := key.(private)
	if !ok {
		return nil, fmt.Errorf("keys of type %T are not supported", key)
	}
	return p, nil
}
