package crypto

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"slices"
	"strconv"
	"time"

	"goplay/internal/lazy"
	"goplay/modules"
)

// signing is who signs a certificate for what request, and for how long.
type signing struct {
	request      *x509.CertificateRequest
	issuer       *x509.Certificate // nil: itself
	key          crypto.Signer
	algorithm    x509.SignatureAlgorithm
	before, till time.Time
	anyTime      bool   // a certificate with other times fits
	makeSKI      string // when the identifier of the key is made
	makeAKI      bool
}

// extensions are the request's, with identifiers of keys as the options say.
func (s signing) extensions() ([]pkix.Extension, error) {
	all := slices.Clone(s.request.Extensions)
	has := func(id asn1.ObjectIdentifier) bool {
		return slices.ContainsFunc(all, func(e pkix.Extension) bool { return e.Id.Equal(id) })
	}
	drop := func(id asn1.ObjectIdentifier) {
		all = slices.DeleteFunc(all, func(e pkix.Extension) bool { return e.Id.Equal(id) })
	}
	l := extensionList{}
	if s.makeSKI == "always_create" || s.makeSKI == "create_if_not_provided" && !has(extSubjectKeyID) {
		drop(extSubjectKeyID)
		id, err := keyID(s.request.PublicKey)
		l.add(extSubjectKeyID, false, id, err)
	}
	if s.issuer != nil && s.makeAKI {
		drop(extAuthorityKeyID)
		id := s.issuer.SubjectKeyId
		var err error
		if len(id) == 0 {
			id, err = keyID(s.issuer.PublicKey)
		}
		l.add(extAuthorityKeyID, false, authority{ID: id}, err)
	}
	return append(all, l.all...), l.err
}

// fitting is the certificate that is there, if it is for the request and by
// the signer.
func (s signing) fitting(data []byte) *x509.Certificate {
	cert, err := x509.ParseCertificate(blockOf(data))
	if err != nil || !bytes.Equal(cert.RawSubjectPublicKeyInfo, s.request.RawSubjectPublicKeyInfo) || !bytes.Equal(cert.RawSubject, s.request.RawSubject) {
		return nil
	}
	wanted, err := s.extensions()
	if err != nil || !holds(cert.Extensions, wanted) || len(wanted) != len(cert.Extensions) {
		return nil
	}
	issuer := s.issuer
	if issuer == nil {
		issuer = cert
	}
	signed := issuer.CheckSignature(cert.SignatureAlgorithm, cert.RawTBSCertificate, cert.Signature)
	if signed != nil || !bytes.Equal(cert.RawIssuer, issuer.RawSubject) {
		return nil
	}
	if !s.anyTime && (stamp(cert.NotBefore) != stamp(s.before) || stamp(cert.NotAfter) != stamp(s.till)) {
		return nil
	}
	return cert
}

func (s signing) sign(serial *big.Int) (*x509.Certificate, error) {
	extensions, err := s.extensions()
	if err != nil {
		return nil, err
	}
	t := &x509.Certificate{SerialNumber: serial, RawSubject: s.request.RawSubject, NotBefore: s.before, NotAfter: s.till,
		ExtraExtensions: extensions, SignatureAlgorithm: s.algorithm}
	issuer := t
	if s.issuer != nil {
		// Without the issuer's own identifier, which is among the extensions
		// where it is asked for.
		issuer = &x509.Certificate{RawSubject: s.issuer.RawSubject, PublicKey: s.issuer.PublicKey}
	}
	der, err := x509.CreateCertificate(rand.Reader, t, issuer, s.request.PublicKey, s.key)
	if err != nil {
		return nil, modules.Fail("sign the certificate: %w", err)
	}
	return x509.ParseCertificate(der)
}

func emptyRequest(key private) (*x509.CertificateRequest, error) {
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificateRequest(der)
}

func randomBelow(bits uint) (*big.Int, error) {
	return rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), bits))
}

var relativeTime = lazy.Regexp(`^([+-])(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?$`)

// moment reads a time, or one that is relative to now. option names it in errors.
func moment(text, option string, now time.Time) (time.Time, error) {
	m := relativeTime.FindStringSubmatch(text)
	if m == nil {
		for _, form := range []string{"20060102150405Z", "200601021504Z", "20060102150405-0700"} {
			if t, err := time.Parse(form, text); err == nil {
				return t, nil
			}
		}
		return time.Time{}, modules.Fail("The time spec %q for %s is invalid", text, option)
	}
	var d time.Duration
	for i, unit := range []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute, time.Second} {
		n, _ := strconv.Atoi("0" + m[i+2])
		d += time.Duration(n) * unit
	}
	if m[1] == "-" {
		d = -d
	}
	return now.Add(d), nil
}
