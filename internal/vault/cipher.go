package vault

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

const (
	saltLength = 32
	iterations = 10000
)

var errWrongSecret = errors.New("HMAC verification failed")

// keys are what a password and a salt are stretched to.
type keys struct{ cipher, mac, iv []byte }

func derive(password, salt []byte) (keys, error) {
	k, err := pbkdf2.Key(sha256.New, string(password), salt, iterations, 80)
	if err != nil {
		return keys{}, fmt.Errorf("derive keys: %w", err)
	}
	return keys{cipher: k[:32], mac: k[32:64], iv: k[64:80]}, nil
}

func (k keys) stream(dst, src []byte) error {
	block, err := aes.NewCipher(k.cipher)
	if err != nil {
		return err
	}
	cipher.NewCTR(block, k.iv).XORKeyStream(dst, src)
	return nil
}

func (k keys) sum(ciphertext []byte) []byte {
	mac := hmac.New(sha256.New, k.mac)
	mac.Write(ciphertext)
	return mac.Sum(nil)
}

// parts are the three fields within a body.
type parts struct{ salt, mac, ciphertext []byte }

func (e envelope) parts() (parts, error) {
	inner, err := unhex(e.body)
	if err != nil {
		return parts{}, err
	}
	fields := bytes.SplitN(inner, []byte("\n"), 3)
	if len(fields) < 3 {
		return parts{}, malformed("Vault vaulttext format error: not enough values to unpack (expected 3, got %d)", len(fields))
	}
	var p parts
	for i, to := range []*[]byte{&p.salt, &p.mac, &p.ciphertext} {
		if *to, err = unhex(fields[i]); err != nil {
			return parts{}, err
		}
	}
	return p, nil
}

func unhex(digits []byte) ([]byte, error) {
	out := make([]byte, hex.DecodedLen(len(digits)))
	n, err := hex.Decode(out, digits)
	switch {
	case errors.Is(err, hex.ErrLength):
		return nil, malformed("Vault format unhexlify error: Odd-length string")
	case err != nil:
		return nil, malformed("Vault format unhexlify error: Non-hexadecimal digit found")
	}
	return out[:n], nil
}

// open decrypts, or fails with errWrongSecret before anything is decrypted.
func (p parts) open(password []byte) ([]byte, error) {
	k, err := derive(password, p.salt)
	if err != nil {
		return nil, err
	}
	if !hmac.Equal(k.sum(p.ciphertext), p.mac) {
		return nil, errWrongSecret
	}
	plain := make([]byte, len(p.ciphertext))
	if err := k.stream(plain, p.ciphertext); err != nil {
		return nil, err
	}
	return unpad(plain)
}

// Encrypt makes a vault file of plain; a secret whose id is not "default" is
// named in its header (format 1.2).
func Encrypt(plain []byte, s Secret) ([]byte, error) {
	salt := make([]byte, saltLength)
	if _, err := rand.Read(salt); err != nil {
		return nil, fmt.Errorf("make a salt: %w", err)
	}
	return seal(plain, s, salt)
}

func seal(plain []byte, s Secret, salt []byte) ([]byte, error) {
	k, err := derive(s.Password, salt)
	if err != nil {
		return nil, err
	}
	text := pad(plain)
	if err := k.stream(text, text); err != nil {
		return nil, err
	}
	inner := bytes.Join([][]byte{
		hex.AppendEncode(nil, salt),
		hex.AppendEncode(nil, k.sum(text)),
		hex.AppendEncode(nil, text),
	}, []byte("\n"))
	return envelope{cipher: cipher256, id: s.ID, body: hex.AppendEncode(nil, inner)}.format(), nil
}

func pad(plain []byte) []byte {
	n := aes.BlockSize - len(plain)%aes.BlockSize
	return append(bytes.Clone(plain), bytes.Repeat([]byte{byte(n)}, n)...)
}

func unpad(text []byte) ([]byte, error) {
	if len(text) == 0 {
		return nil, malformed("Vault format error: no padding")
	}
	n := int(text[len(text)-1])
	if n == 0 || n > aes.BlockSize || n > len(text) {
		return nil, malformed("Vault format error: invalid padding")
	}
	return text[:len(text)-n], nil
}
