package crypto

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"strings"
	"time"

	"goplay/internal/value"
	"goplay/modules"
)

// Lists are written here, because crypto/x509 makes none without a number that
// grows and the identifier of the issuer's key.

// crlPlan is a list that is to be signed.
type crlPlan struct {
	issuer      []byte
	from, until time.Time
	entries     []x509.RevocationListEntry
	key         crypto.Signer
	algorithm   x509.SignatureAlgorithm
}

type tbsList struct {
	Version   int
	Signature pkix.AlgorithmIdentifier
	Issuer    asn1.RawValue
	From      time.Time
	Until     time.Time
	Revoked   []asn1.RawValue `asn1:"optional"`
}

type signedList struct {
	TBS       asn1.RawValue
	Algorithm pkix.AlgorithmIdentifier
	Signature asn1.BitString
}

type revokedEntry struct {
	Serial     *big.Int
	Date       time.Time
	Extensions []pkix.Extension `asn1:"optional"`
}

var (
	extReason     = asn1.ObjectIdentifier{2, 5, 29, 21}
	extInvalidity = asn1.ObjectIdentifier{2, 5, 29, 24}
	extCertIssuer = asn1.ObjectIdentifier{2, 5, 29, 29}
)

// signatures are the identifiers of the algorithms, and their hashes.
var signatures = map[x509.SignatureAlgorithm]struct {
	oid  asn1.ObjectIdentifier
	hash crypto.Hash
}{
	x509.SHA1WithRSA:     {asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 5}, crypto.SHA1},
	x509.SHA256WithRSA:   {asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, crypto.SHA256},
	x509.SHA384WithRSA:   {asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 12}, crypto.SHA384},
	x509.SHA512WithRSA:   {asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 13}, crypto.SHA512},
	x509.ECDSAWithSHA1:   {asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 1}, crypto.SHA1},
	x509.ECDSAWithSHA256: {asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}, crypto.SHA256},
	x509.ECDSAWithSHA384: {asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 3}, crypto.SHA384},
	x509.ECDSAWithSHA512: {asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 4}, crypto.SHA512},
	x509.PureEd25519:     {asn1.ObjectIdentifier{1, 3, 101, 112}, 0},
}

// sign writes the list.
func (p *crlPlan) sign() ([]byte, error) {
	how := signatures[p.algorithm]
	id := pkix.AlgorithmIdentifier{Algorithm: how.oid}
	if strings.HasSuffix(signatureNames[p.algorithm], "RSAEncryption") {
		id.Parameters = asn1.NullRawValue
	}
	// Whole seconds of UTC are all that it can say.
	tbs := tbsList{Version: 1, Signature: id, Issuer: asn1.RawValue{FullBytes: p.issuer}, From: p.from.UTC().Truncate(time.Second), Until: p.until.UTC().Truncate(time.Second)}
	for _, e := range p.entries {
		tbs.Revoked = append(tbs.Revoked, asn1.RawValue{FullBytes: e.Raw})
	}
	content, err := asn1.Marshal(tbs)
	if err != nil {
		return nil, err
	}
	digest := content
	if how.hash != 0 {
		h := how.hash.New()
		h.Write(content)
		digest = h.Sum(nil)
	}
	signature, err := p.key.Sign(rand.Reader, digest, how.hash)
	if err != nil {
		return nil, modules.Fail("sign the list: %w", err)
	}
	return asn1.Marshal(signedList{asn1.RawValue{FullBytes: content}, id, asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)}})
}

// entry is one certificate on the list.
func (a revokedArgs) entry(i int, now time.Time) (e x509.RevocationListEntry, err error) {
	prefix := "revoked_certificates[" + value.Str(int64(i)) + "]."
	if e.SerialNumber, err = a.serial(prefix); err != nil {
		return e, err
	}
	if e.RevocationTime, err = moment(a.Date, prefix+"revocation_date", now); err != nil {
		return e, err
	}
	e.RevocationTime = e.RevocationTime.UTC().Truncate(time.Second)
	l := extensionList{}
	if len(a.Issuer) > 0 {
		names, err := generalNames(a.Issuer, "issuer")
		l.add(extCertIssuer, a.IssuerCritical, names, err)
	}
	if a.Reason != "" {
		for code, name := range revocationReasons {
			if name == a.Reason {
				e.ReasonCode = code
			}
		}
		l.add(extReason, a.ReasonCritical, asn1.Enumerated(e.ReasonCode), nil)
	}
	if a.Invalid != "" {
		at, err := moment(a.Invalid, prefix+"invalidity_date", now)
		if err != nil {
			return e, err
		}
		der, err := asn1.MarshalWithParams(at.UTC().Truncate(time.Second), "generalized")
		l.add(extInvalidity, a.InvalidCrit, asn1.RawValue{FullBytes: der}, err)
	}
	if l.err != nil {
		return e, l.err
	}
	e.Extensions = l.all
	e.Raw, err = asn1.Marshal(revokedEntry{e.SerialNumber, e.RevocationTime, l.all})
	return e, err
}

func (a revokedArgs) serial(prefix string) (*big.Int, error) {
	if a.Path == "" && a.Content == "" {
		n, ok := new(big.Int).SetString(value.Str(a.Serial), 10)
		if !ok {
			return nil, modules.Fail("%sserial_number %s is no number", prefix, value.Str(a.Serial))
		}
		return n, nil
	}
	cert, err := loadCertificate(a.Path, a.Content)
	switch {
	case err != nil && a.Content != "":
		return nil, modules.Fail("Cannot parse certificate from %scontent: %w", prefix, err)
	case err != nil:
		return nil, modules.Fail("Cannot read certificate \"%s\" from %spath: %w", a.Path, prefix, err)
	}
	return cert.SerialNumber, nil
}

// Validate asks for exactly one way to name a certificate.
func (a crlArgs) Validate() error {
	for _, one := range a.Revoked {
		var given []string
		for name, there := range map[string]bool{"path": one.Path != "", "content": one.Content != "", "serial_number": one.Serial != nil} {
			if there {
				given = append(given, name)
			}
		}
		switch len(given) {
		case 0:
			return modules.Fail("one of the following is required: path, content, serial_number found in revoked_certificates")
		case 1:
		default:
			return modules.Fail("parameters are mutually exclusive: path|content|serial_number found in revoked_certificates")
		}
	}
	return nil
}
