package passlib

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base64"
	"strconv"
	"strings"
)

// aprCrypt is the MD5 of Apache: that of crypt(3) with a mark of its own.
func aprCrypt(secret, salt string, _ Options) (string, error) {
	const mark = "$apr1$"
	inner := md5.Sum([]byte(secret + salt + secret))
	text := []byte(secret + mark + salt)
	for n := len(secret); n > 0; n -= md5.Size {
		text = append(text, inner[:min(n, md5.Size)]...)
	}
	for n := len(secret); n > 0; n >>= 1 {
		if n&1 != 0 {
			text = append(text, 0)
		} else {
			text = append(text, secret[0])
		}
	}
	sum := md5.Sum(text)
	for i := range 1000 {
		sum = md5.Sum(aprRound(i, secret, salt, sum[:]))
	}
	return mark + salt + "$" + aprLetters(sum), nil
}

func aprRound(i int, secret, salt string, sum []byte) []byte {
	var b []byte
	add := func(odd bool) {
		if odd {
			b = append(b, secret...)
		} else {
			b = append(b, sum...)
		}
	}
	add(i&1 != 0)
	if i%3 != 0 {
		b = append(b, salt...)
	}
	if i%7 != 0 {
		b = append(b, secret...)
	}
	add(i&1 == 0)
	return b
}

// aprLetters writes a sum in crypt(3)'s letters and order.
func aprLetters(s [md5.Size]byte) string {
	var out []byte
	put := func(a, b, c byte, n int) {
		for v := uint32(a)<<16 | uint32(b)<<8 | uint32(c); n > 0; n, v = n-1, v>>6 {
			out = append(out, saltLetters[v&63])
		}
	}
	put(s[0], s[6], s[12], 4)
	put(s[1], s[7], s[13], 4)
	put(s[2], s[8], s[14], 4)
	put(s[3], s[9], s[15], 4)
	put(s[4], s[10], s[5], 4)
	put(0, 0, s[11], 2)
	return string(out)
}

func plainSHA1(secret, _ string, _ Options) (string, error) {
	sum := sha1.Sum([]byte(secret))
	return "{SHA}" + base64.StdEncoding.EncodeToString(sum[:]), nil
}

func plaintext(secret, _ string, _ Options) (string, error) { return secret, nil }

// Verify reports whether a hash is one of a secret, by whatever scheme the
// hash says it is made; one of no known form is the secret itself.
func Verify(secret, hash string) bool {
	made := secret
	var err error
	parts := strings.Split(hash, "$")
	switch {
	case strings.HasPrefix(hash, "$apr1$") && len(parts) == 4:
		made, err = aprCrypt(secret, parts[2], Options{})
	case strings.HasPrefix(hash, "$1$") && len(parts) == 4:
		made, err = md5Crypt(secret, parts[2], Options{})
	case strings.HasPrefix(hash, "{SHA}"):
		made, err = plainSHA1(secret, "", Options{})
	case strings.HasPrefix(hash, "{SSHA}"):
		raw, e := base64.StdEncoding.DecodeString(hash[len("{SSHA}"):])
		if e != nil || len(raw) < sha1.Size {
			return false
		}
		made, err = ldapSHA1(secret, string(raw[sha1.Size:]), Options{})
	case strings.HasPrefix(hash, "$2") && len(parts) == 4 && len(parts[3]) > 22:
		rounds, _ := strconv.Atoi(parts[2])
		made, err = bcryptHash(secret, parts[3][:22], Options{Ident: parts[1], Rounds: rounds})
	case (strings.HasPrefix(hash, "$5$") || strings.HasPrefix(hash, "$6$")) && len(parts) >= 4:
		o := Options{Rounds: 5000}
		if text, ok := strings.CutPrefix(parts[2], "rounds="); ok {
			o.Rounds, _ = strconv.Atoi(text)
		}
		made, err = schemes[map[string]string{"5": "sha256_crypt", "6": "sha512_crypt"}[parts[1]]].hash(secret, parts[len(parts)-2], o)
	}
	return err == nil && subtle.ConstantTimeCompare([]byte(made), []byte(hash)) == 1
}
