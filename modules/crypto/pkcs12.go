package crypto

import (
	"bytes"
	"crypto/cipher"
	"crypto/des"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"hash"
	"math/big"
	"unicode/utf16"

	pkcs12lib "software.sslmate.com/src/go-pkcs12"
)

// PKCS#12 (RFC 7292) is written here, because the library that reads it cannot
// give what is inside a friendly name.
var (
	oidData         = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidEncrypted    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 6}
	oidShroudedKey  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 10, 1, 2}
	oidCertBag      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 10, 1, 3}
	oidX509         = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 22, 1}
	oidFriendlyName = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 20}
	oidLocalKeyID   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 21}
	oidTripleDES    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 1, 3}
	oidDigestSHA1   = asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}
	oidDigestSHA256 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
)

const defaultP12Rounds = 20000

// archive is what a PKCS#12 file holds.
type archive struct {
	key    private
	cert   *x509.Certificate
	others []*x509.Certificate
	name   string // friendly name of the key and its certificate
}

type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"tag:0,explicit,optional"`
}

type p12Attribute struct {
	ID    asn1.ObjectIdentifier
	Value asn1.RawValue
}

type safeBag struct {
	ID         asn1.ObjectIdentifier
	Value      asn1.RawValue  `asn1:"tag:0,explicit"`
	Attributes []p12Attribute `asn1:"set,optional"`
}

type certBag struct {
	ID   asn1.ObjectIdentifier
	Data []byte `asn1:"tag:0,explicit"`
}

type encryptedContent struct {
	Type      asn1.ObjectIdentifier
	Algorithm pkix.AlgorithmIdentifier
	Data      []byte `asn1:"tag:0"`
}

type encryptedData struct {
	Version int
	Content encryptedContent
}

type macData struct {
	Digest struct {
		Algorithm pkix.AlgorithmIdentifier
		Sum       []byte
	}
	Salt   []byte
	Rounds int
}

type pfx struct {
	Version int
	Auth    contentInfo
	MAC     macData
}

// sealing is how an archive is encrypted: by what every reader of 2022 knows,
// or as is good today.
type sealing struct {
	passphrase string
	old        bool
	rounds     int
}

// encode writes the archive.
func (a archive) encode(s sealing) ([]byte, error) {
	var certs, keys []safeBag
	var id []byte
	if a.cert != nil && a.key != nil {
		sum := sha1.Sum(a.cert.Raw)
		id = sum[:]
	}
	if a.cert != nil {
		certs = append(certs, bagOf(oidCertBag, certBag{oidX509, a.cert.Raw}, a.name, id))
	}
	for _, c := range a.others {
		certs = append(certs, bagOf(oidCertBag, certBag{oidX509, c.Raw}, "", nil))
	}
	if a.key != nil {
		der, err := x509.MarshalPKCS8PrivateKey(a.key)
		if err != nil {
			return nil, err
		}
		algorithm, data, err := s.seal(der)
		if err != nil {
			return nil, err
		}
		keys = append(keys, bagOf(oidShroudedKey, encryptedKey{algorithm, data}, a.name, id))
	}
	algorithm, data, err := s.seal(mustDER(certs))
	if err != nil {
		return nil, err
	}
	// Readers expect both parts, also where one is empty.
	content := mustDER([]contentInfo{{oidEncrypted, explicit(encryptedData{Content: encryptedContent{oidData, algorithm, data}})}, {oidData, explicit(mustDER(keys))}})
	mac, err := s.mac(content)
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(pfx{3, contentInfo{oidData, explicit(content)}, mac})
}

// mustDER writes what is of types that can be written.
func mustDER(v any) []byte {
	der, err := asn1.Marshal(v)
	if err != nil {
		panic(err)
	}
	return der
}

func explicit(v any) asn1.RawValue {
	return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: mustDER(v)}
}

func bagOf(id asn1.ObjectIdentifier, v any, name string, keyID []byte) safeBag {
	bag := safeBag{ID: id, Value: explicit(v)}
	set := func(id asn1.ObjectIdentifier, v any) {
		bag.Attributes = append(bag.Attributes, p12Attribute{id, asn1.RawValue{Tag: asn1.TagSet, IsCompound: true, Bytes: mustDER(v)}})
	}
	if name != "" {
		set(oidFriendlyName, asn1.RawValue{Tag: asn1.TagBMPString, Bytes: bmp(name)})
	}
	if keyID != nil {
		set(oidLocalKeyID, keyID)
	}
	return bag
}

// bmp writes text in two bytes a character.
func bmp(text string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(text)) {
		out = append(out, byte(u>>8), byte(u))
	}
	return out
}

func (s sealing) seal(plain []byte) (pkix.AlgorithmIdentifier, []byte, error) {
	if !s.old {
		der, err := encryptPKCS8(plain, s.passphrase)
		if err != nil {
			return pkix.AlgorithmIdentifier{}, nil, err
		}
		var e encryptedKey
		_, err = asn1.Unmarshal(der, &e)
		return e.Algorithm, e.Data, err
	}
	salt := make([]byte, 8)
	_, _ = rand.Read(salt)
	block, err := des.NewTripleDESCipher(p12Key(sha1.New, salt, s.passphrase, 1, s.rounds, 24))
	if err != nil {
		return pkix.AlgorithmIdentifier{}, nil, err
	}
	pad := des.BlockSize - len(plain)%des.BlockSize
	data := append(bytes.Clone(plain), bytes.Repeat([]byte{byte(pad)}, pad)...)
	cipher.NewCBCEncrypter(block, p12Key(sha1.New, salt, s.passphrase, 2, s.rounds, 8)).CryptBlocks(data, data)
	a, err := algorithm(oidTripleDES, struct {
		Salt   []byte
		Rounds int
	}{salt, s.rounds})
	return a, data, err
}

// mac signs the content with the passphrase.
func (s sealing) mac(content []byte) (m macData, err error) {
	digest, id, size := sha256.New, oidDigestSHA256, sha256.Size
	if s.old {
		digest, id, size = sha1.New, oidDigestSHA1, sha1.Size
	}
	m.Salt, m.Rounds = make([]byte, 8), s.rounds
	_, _ = rand.Read(m.Salt)
	h := hmac.New(digest, p12Key(digest, m.Salt, s.passphrase, 3, m.Rounds, size))
	h.Write(content)
	m.Digest.Algorithm, m.Digest.Sum = pkix.AlgorithmIdentifier{Algorithm: id, Parameters: asn1.NullRawValue}, h.Sum(nil)
	return m, nil
}

// p12Key makes key material of a passphrase: RFC 7292, appendix B.2.
func p12Key(digest func() hash.Hash, salt []byte, passphrase string, purpose byte, rounds, size int) []byte {
	h := digest()
	u, v := h.Size(), h.BlockSize()
	d := bytes.Repeat([]byte{purpose}, v)
	i := append(stretch(salt, v), stretch(append(bmp(passphrase), 0, 0), v)...)
	var out []byte
	for len(out) < size {
		a := append(bytes.Clone(d), i...)
		for range rounds {
			h.Reset()
			h.Write(a)
			a = h.Sum(nil)
		}
		out = append(out, a...)
		b := new(big.Int).SetBytes(stretch(a[:u], v)[:v])
		b.Add(b, big.NewInt(1))
		mod := new(big.Int).Lsh(big.NewInt(1), uint(v)*8)
		for at := 0; at < len(i); at += v {
			sum := new(big.Int).Add(new(big.Int).SetBytes(i[at:at+v]), b)
			sum.Mod(sum, mod).FillBytes(i[at : at+v])
		}
	}
	return out[:size]
}

// stretch repeats bytes to a multiple of a length.
func stretch(b []byte, v int) []byte {
	if len(b) == 0 {
		return nil
	}
	size := (len(b) + v - 1) / v * v
	return bytes.Repeat(b, size/len(b)+1)[:size]
}

// decodeArchive reads a PKCS#12 file.
func decodeArchive(data []byte, passphrase string) (a archive, err error) {
	//lint:ignore SA1019 the others lose the friendly name
	blocks, err := pkcs12lib.ToPEM(data, passphrase)
	if err != nil {
		return a, err
	}
	keyID := ""
	for _, b := range blocks {
		if b.Type == "PRIVATE KEY" {
			if a.key, err = decodedKey(b); err != nil {
				return a, err
			}
			keyID, a.name = b.Headers["localKeyId"], b.Headers["friendlyName"]
		}
	}
	for _, b := range blocks {
		if b.Type != "CERTIFICATE" {
			continue
		}
		cert, err := x509.ParseCertificate(b.Bytes)
		if err != nil {
			return a, err
		}
		if a.cert == nil && (a.key == nil || b.Headers["localKeyId"] == keyID) {
			a.cert = cert
			if a.name == "" {
				a.name = b.Headers["friendlyName"]
			}
		} else {
			a.others = append(a.others, cert)
		}
	}
	return a, nil
}

// decodedKey is the key of a block, which has the form of its kind.
func decodedKey(b *pem.Block) (private, error) {
	if key, err := x509.ParsePKCS1PrivateKey(b.Bytes); err == nil {
		return key, nil
	}
	if key, err := x509.ParseECPrivateKey(b.Bytes); err == nil {
		return key, nil
	}
	key, err := x509.ParsePKCS8PrivateKey(b.Bytes)
	if err != nil {
		return nil, err
	}
	return asPrivate(key)
}
