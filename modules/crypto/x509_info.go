package crypto

import (
	"crypto/x509"
	"time"

	"goplay/internal/value"
	"goplay/modules"
)

type encodedNames struct {
	Encoding string `arg:"name_encoding" enum:"ignore,idna,unicode" default:"ignore" doc:"How names of hosts are written: as they are, in IDNA, or in Unicode."`
}

type csrInfoArgs struct {
	inspected
	encodedNames
}

type csrInfoResult struct {
	SignatureValid bool        `json:"signature_valid" doc:"Whether the request is signed by its own key."`
	Subject        *value.Dict `json:"subject" doc:"The subject; of several parts of a kind the last."`
	SubjectOrdered [][]string  `json:"subject_ordered" doc:"The parts of the subject, each a name and a text."`
	Permitted      any         `json:"name_constraints_permitted" type:"list" doc:"Names that a CA may sign for."`
	Excluded       any         `json:"name_constraints_excluded" type:"list" doc:"Names that it may not."`
	ConstraintCrit bool        `json:"name_constraints_critical" doc:"Whether these are critical."`
	extensionFacts
	keyFactsResult
}

type certificateInfoArgs struct {
	inspected
	encodedNames
	ValidAt *value.Dict `arg:"valid_at" doc:"Times by a name of one's own; the result says of each whether the certificate holds then."`
}

type certificateInfoResult struct {
	Expired        bool              `json:"expired" doc:"Whether its time is over."`
	NotBefore      string            `json:"not_before" doc:"From when it holds."`
	NotAfter       string            `json:"not_after" doc:"Until when it holds."`
	ValidAt        *value.Dict       `json:"valid_at,omitempty" doc:"Whether it holds at the times that were asked for."`
	Subject        *value.Dict       `json:"subject" doc:"The subject; of several parts of a kind the last."`
	SubjectOrdered [][]string        `json:"subject_ordered" doc:"The parts of the subject, each a name and a text."`
	Issuer         *value.Dict       `json:"issuer" doc:"The issuer; of several parts of a kind the last."`
	IssuerOrdered  [][]string        `json:"issuer_ordered" doc:"The parts of the issuer, each a name and a text."`
	Serial         any               `json:"serial_number" type:"int" doc:"Its serial number."`
	Version        int               `json:"version" doc:"Version of its form."`
	Algorithm      string            `json:"signature_algorithm" doc:"How it is signed, in OpenSSL's words."`
	Fingerprints   map[string]string `json:"fingerprints" doc:"Digests of the certificate."`
	OCSP           any               `json:"ocsp_uri" type:"str" doc:"Where to ask whether it is revoked."`
	IssuerURI      any               `json:"issuer_uri" type:"str" doc:"Where to get the issuer's certificate."`
	extensionFacts
	keyFactsResult
}

func init() {
	oneOf := [][]string{{"path", "content"}}
	modules.Register(modules.Spec{
		Name: "community.crypto.openssl_csr_info", Summary: "Tell about a certificate request",
		OneOf: oneOf, Exclusive: oneOf,
		Example: "- name: What is asked for\n  community.crypto.openssl_csr_info:\n    path: /etc/ssl/site.csr\n  register: request\n",
	}, csrInfo)
	modules.Register(modules.Spec{
		Name: "community.crypto.x509_certificate_info", Summary: "Tell about a certificate",
		OneOf: oneOf, Exclusive: oneOf,
		Example: "- name: How long a certificate is good\n  community.crypto.x509_certificate_info:\n    path: /etc/ssl/site.crt\n    valid_at:\n      in_a_month: +30d\n  register: certificate\n",
	}, certificateInfo)
}

func csrInfo(_ *modules.Context, a csrInfoArgs) (csrInfoResult, error) {
	data, err := a.read("CSR")
	if err != nil {
		return csrInfoResult{}, err
	}
	q, err := x509.ParseCertificateRequest(blockOf(data))
	if err != nil {
		return csrInfoResult{}, modules.Fail("Unable to load request: %w", err)
	}
	r := describeRequest(q, a.Encoding)
	if !r.SignatureValid {
		return csrInfoResult{}, modules.Fail("CSR signature is invalid!")
	}
	return r, nil
}

func describeRequest(q *x509.CertificateRequest, encoding string) csrInfoResult {
	subject := readName(q.RawSubject)
	r := csrInfoResult{SignatureValid: q.CheckSignature() == nil, Subject: byName(subject), SubjectOrdered: ordered(subject),
		extensionFacts: readExtensions(q.Extensions, encoding), keyFactsResult: keyFacts(q.PublicKey)}
	r.Permitted, r.Excluded, r.ConstraintCrit = readConstraints(q.Extensions, encoding)
	return r
}

func certificateInfo(_ *modules.Context, a certificateInfoArgs) (certificateInfoResult, error) {
	data, err := a.read("certificate")
	if err != nil {
		return certificateInfoResult{}, err
	}
	cert, err := x509.ParseCertificate(blockOf(data))
	if err != nil {
		return certificateInfoResult{}, modules.Fail("Unable to load certificate: %w", err)
	}
	now := time.Now()
	r := describeCertificate(cert, now, a.Encoding)
	r.ValidAt = value.NewDict()
	for name, text := range a.ValidAt.All() {
		s, ok := text.(string)
		if !ok {
			return certificateInfoResult{}, modules.Fail("The value for valid_at.%s must be of type string (got %s)", value.Str(name), value.TypeName(text))
		}
		at, err := moment(s, "valid_at."+value.Str(name), now)
		if err != nil {
			return certificateInfoResult{}, err
		}
		r.ValidAt.Set(name, !at.Before(cert.NotBefore) && !at.After(cert.NotAfter))
	}
	return r, nil
}

func describeCertificate(cert *x509.Certificate, now time.Time, encoding string) certificateInfoResult {
	subject, issuer := readName(cert.RawSubject), readName(cert.RawIssuer)
	r := certificateInfoResult{Expired: cert.NotAfter.Before(now), NotBefore: stamp(cert.NotBefore), NotAfter: stamp(cert.NotAfter),
		Subject: byName(subject), SubjectOrdered: ordered(subject), Issuer: byName(issuer), IssuerOrdered: ordered(issuer),
		Serial: value.Int(cert.SerialNumber), Version: cert.Version, Algorithm: signatureNames[cert.SignatureAlgorithm],
		Fingerprints: fingerprintsOf(cert.Raw), extensionFacts: readExtensions(cert.Extensions, encoding), keyFactsResult: keyFacts(cert.PublicKey)}
	if len(cert.OCSPServer) > 0 {
		r.OCSP = cert.OCSPServer[0]
	}
	if len(cert.IssuingCertificateURL) > 0 {
		r.IssuerURI = cert.IssuingCertificateURL[0]
	}
	return r
}

// stamp is a time as certificates write it.
func stamp(t time.Time) string { return t.UTC().Format("20060102150405Z") }

// requestDiff is a request as a diff shows it.
func requestDiff(data []byte) *value.Dict {
	if data == nil {
		return value.NewDict()
	}
	q, err := x509.ParseCertificateRequest(blockOf(data))
	return diffOf("can_parse_csr", err, func() any {
		r := describeRequest(q, "ignore")
		r.Prints = short(r.Prints)
		return r
	})
}

// certificateDiff is a certificate as a diff shows it.
func certificateDiff(data []byte) *value.Dict {
	if data == nil {
		return value.NewDict()
	}
	cert, err := x509.ParseCertificate(blockOf(data))
	return diffOf("can_parse_certificate", err, func() any {
		r := describeCertificate(cert, time.Now(), "ignore")
		r.Prints, r.Fingerprints = short(r.Prints), short(r.Fingerprints)
		return r
	})
}

func diffOf(flag string, err error, facts func() any) *value.Dict {
	d := value.NewDict()
	if err == nil {
		d, _ = value.Of(facts()).(*value.Dict)
	}
	d.Set(flag, err == nil)
	return d
}
