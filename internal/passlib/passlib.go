// Package passlib hashes passwords for shadow files, web servers and databases
// with the names, defaults and limits that Python's passlib has.
package passlib

import (
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"

	"github.com/go-crypt/x/bcrypt"
	"github.com/go-crypt/x/crypt"
	"golang.org/x/crypto/pbkdf2"
)

// saltLetters are what the salts of crypt(3) are made of.
const saltLetters = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// Options refine how a password is hashed; zero fields are the scheme's defaults.
type Options struct {
	Salt, Ident      string
	SaltSize, Rounds int
}

// scheme is one way of hashing passwords, with the limits passlib has.
type scheme struct {
	saltMin, saltMax int
	saltSize         int // of a salt that is made here
	rounds           int // by default
	minRounds        int
	maxRounds        int // more would take minutes; 0 where there are none
	hash             func(secret, salt string, o Options) (string, error)
}

var schemeNames = map[string]string{
	"md5": "md5_crypt", "blowfish": "bcrypt", "sha256": "sha256_crypt", "sha512": "sha512_crypt",
}

// manyRounds is thirty times what passlib does by default: some ten seconds.
// passlib itself would go on for hours at its own limit.
const manyRounds = 20_000_000

var schemes = map[string]*scheme{
	"sha512_crypt":     {saltMax: 16, saltSize: 16, rounds: 656000, minRounds: 1000, maxRounds: manyRounds, hash: shaCrypt("6", sha512.New)},
	"sha256_crypt":     {saltMax: 16, saltSize: 16, rounds: 535000, minRounds: 1000, maxRounds: manyRounds, hash: shaCrypt("5", sha256.New)},
	"md5_crypt":        {saltMax: 8, saltSize: 8, hash: md5Crypt},
	"bcrypt":           {saltMin: 22, saltMax: 22, saltSize: 22, rounds: 12, minRounds: 4, maxRounds: 18, hash: bcryptHash},
	"sha1_crypt":       {saltMax: 64, saltSize: 8, rounds: 480000, minRounds: 1, maxRounds: manyRounds, hash: sha1Crypt},
	"pbkdf2_sha256":    {saltMax: 1024, saltSize: 16, rounds: 29000, minRounds: 1, maxRounds: manyRounds, hash: pbkdf2Hash("sha256", sha256.New, 32)},
	"pbkdf2_sha512":    {saltMax: 1024, saltSize: 16, rounds: 25000, minRounds: 1, maxRounds: manyRounds, hash: pbkdf2Hash("sha512", sha512.New, 64)},
	"ldap_salted_sha1": {saltMin: 4, saltMax: 16, saltSize: 8, hash: ldapSHA1},
	"mysql41":          {hash: mysql41},
	"apr_md5_crypt":    {saltMax: 8, saltSize: 8, hash: aprCrypt},
	"ldap_sha1":        {hash: plainSHA1},
	"plaintext":        {hash: plaintext},
}

// Known says whether a hash of that kind can be made.
func Known(kind string) bool {
	return schemes[kind] != nil || schemes[schemeNames[kind]] != nil
}

// Hash hashes a secret: sha512, sha256, md5, blowfish and the names passlib has
// for these and others, with a random salt when none is given.
func Hash(secret, kind string, o Options) (string, error) {
	name := kind
	if full := schemeNames[kind]; full != "" {
		name = full
	}
	s := schemes[name]
	if s == nil {
		return "", fmt.Errorf("passlib does not support '%s' algorithm", kind)
	}
	size := s.saltSize
	if o.SaltSize > 0 {
		size = o.SaltSize
	}
	if o.Salt == "" && s.saltMax > 0 {
		salt, err := randomSalt(min(size, s.saltMax))
		if err != nil {
			return "", err
		}
		o.Salt = salt
	}
	if strings.Trim(o.Salt, saltLetters) != "" && strings.HasSuffix(name, "crypt") {
		return "", fmt.Errorf("Could not hash the secret.. invalid characters in %s salt", name)
	}
	switch {
	case len(o.Salt) > s.saltMax:
		return "", fmt.Errorf("Could not hash the secret.. salt too large (%s requires %s %d chars)", name, bound(s, "<="), s.saltMax)
	case len(o.Salt) < s.saltMin:
		return "", fmt.Errorf("Could not hash the secret.. salt too small (%s requires %s %d chars)", name, bound(s, ">="), s.saltMin)
	}
	if o.Rounds == 0 {
		o.Rounds = s.rounds
	}
	if o.Rounds < s.minRounds {
		return "", fmt.Errorf("Could not hash the secret.. rounds too low (%s requires >= %d rounds)", name, s.minRounds)
	}
	if name == "bcrypt" && o.Rounds > 31 {
		return "", fmt.Errorf("Could not hash the secret.. rounds too high (bcrypt requires <= 31 rounds)")
	}
	if s.maxRounds > 0 && o.Rounds > s.maxRounds {
		return "", fmt.Errorf("Could not hash the secret.. rounds too high (%s requires <= %d rounds)", name, s.maxRounds)
	}
	return s.hash(secret, o.Salt, o)
}

// bound is how a message says what a salt's length has to be.
func bound(s *scheme, op string) string {
	if s.saltMin == s.saltMax {
		return "exactly"
	}
	return op
}

func randomSalt(n int) (string, error) {
	raw := make([]byte, n)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("make a salt: %w", err)
	}
	for i, b := range raw {
		raw[i] = saltLetters[b&63]
	}
	return string(raw), nil
}

// implicitRounds are what sha*_crypt means when its hash names no rounds.
const implicitRounds = 5000

func shaCrypt(id string, new func() hash.Hash) func(secret, salt string, o Options) (string, error) {
	return func(secret, salt string, o Options) (string, error) {
		key := string(crypt.KeySHACrypt(new, []byte(secret), []byte(salt), o.Rounds))
		if o.Rounds == implicitRounds {
			return "$" + id + "$" + salt + "$" + key, nil
		}
		return fmt.Sprintf("$%s$rounds=%d$%s$%s", id, o.Rounds, salt, key), nil
	}
}

func md5Crypt(secret, salt string, _ Options) (string, error) {
	return "$1$" + salt + "$" + string(crypt.KeyMD5Crypt([]byte(secret), []byte(salt))), nil
}

func sha1Crypt(secret, salt string, o Options) (string, error) {
	return fmt.Sprintf("$sha1$%d$%s$%s", o.Rounds, salt, crypt.KeySHA1Crypt([]byte(secret), []byte(salt), uint32(o.Rounds))), nil
}

func bcryptHash(secret, salt string, o Options) (string, error) {
	ident := o.Ident
	if ident == "" {
		ident = "2b"
	}
	if ident = strings.Trim(ident, "$"); ident != "2a" && ident != "2b" && ident != "2y" {
		return "", fmt.Errorf("Could not hash the secret.. invalid ident: '%s'", ident)
	}
	raw, err := bcrypt.Base64Decode([]byte(salt))
	if err != nil || len(raw) != 16 {
		return "", fmt.Errorf("Could not hash the secret.. invalid characters in bcrypt salt")
	}
	// bcrypt reads 72 bytes, and the library refuses more than it reads.
	if len(secret) > 72 {
		secret = secret[:72]
	}
	key, err := bcrypt.Key([]byte(secret), raw, o.Rounds)
	if err != nil {
		return "", fmt.Errorf("hash the secret: %w", err)
	}
	return fmt.Sprintf("$%s$%02d$%s%s", ident, o.Rounds, bcrypt.Base64Encode(raw), key), nil
}

// passlib writes base64 without padding, and . for +.
func abBase64(data []byte) string {
	return strings.ReplaceAll(base64.RawStdEncoding.EncodeToString(data), "+", ".")
}

func pbkdf2Hash(name string, new func() hash.Hash, size int) func(secret, salt string, o Options) (string, error) {
	return func(secret, salt string, o Options) (string, error) {
		key := pbkdf2.Key([]byte(secret), []byte(salt), o.Rounds, size, new)
		return fmt.Sprintf("$pbkdf2-%s$%d$%s$%s", name, o.Rounds, abBase64([]byte(salt)), abBase64(key)), nil
	}
}

func ldapSHA1(secret, salt string, _ Options) (string, error) {
	sum := sha1.Sum([]byte(secret + salt))
	return "{SSHA}" + base64.StdEncoding.EncodeToString(append(sum[:], salt...)), nil
}

func mysql41(secret, _ string, _ Options) (string, error) {
	first := sha1.Sum([]byte(secret))
	second := sha1.Sum(first[:])
	return "*" + strings.ToUpper(hex.EncodeToString(second[:])), nil
}

// NewSalt makes a random salt for a scheme.
func NewSalt(kind string) (string, error) {
	name := kind
	if full := schemeNames[kind]; full != "" {
		name = full
	}
	s := schemes[name]
	if s == nil {
		return "", fmt.Errorf("passlib does not support '%s' algorithm", kind)
	}
	return randomSalt(s.saltSize)
}
