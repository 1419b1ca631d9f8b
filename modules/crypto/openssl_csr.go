package crypto

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

// request are the options of a certificate request.
type request struct {
	Digest         string        `arg:"digest" default:"sha256" doc:"Digest of the signature: sha1, sha256, sha384 or sha512."`
	Version        int           `arg:"version" enum:"1" default:"1" doc:"Version of the request; there is only 1."`
	Subject        *value.Dict   `arg:"subject" doc:"Parts of the subject by name, such as CN and O; a part may be a list."`
	SubjectOrdered []*value.Dict `arg:"subject_ordered" doc:"Parts of the subject in an order that counts, each a dict of one part."`
	Country        string        `arg:"country_name" alias:"C,countryName" doc:"C of the subject."`
	Province       string        `arg:"state_or_province_name" alias:"ST,stateOrProvinceName" doc:"ST of the subject."`
	Locality       string        `arg:"locality_name" alias:"L,localityName" doc:"L of the subject."`
	Organization   string        `arg:"organization_name" alias:"O,organizationName" doc:"O of the subject."`
	Unit           string        `arg:"organizational_unit_name" alias:"OU,organizationalUnitName" doc:"OU of the subject."`
	CommonName     string        `arg:"common_name" alias:"CN,commonName" doc:"CN of the subject."`
	Email          string        `arg:"email_address" alias:"E,emailAddress" doc:"E-mail address of the subject."`
	requestExtensions
	keySource
}

type csrArgs struct {
	State string `arg:"state" enum:"absent,present" default:"present" doc:"Whether the request is to be there."`
	output
	request
}

type csrPipeArgs struct {
	Content string `arg:"content" doc:"The request as it is."`
	Backend string `arg:"select_crypto_backend" enum:"auto,cryptography" default:"auto" doc:"Unused: there is one way."`
	request
}

// requestFacts are what both modules return of the request.
type requestFacts struct {
	PrivateKey any        `json:"privatekey" type:"path" doc:"File of the private key."`
	Subject    [][]string `json:"subject" doc:"Parts of the subject, each a name and a text."`
	SAN        any        `json:"subjectAltName" type:"list" doc:"Further names."`
	Usage      any        `json:"keyUsage" type:"list" doc:"What the key may be used for."`
	ExtUsage   any        `json:"extendedKeyUsage" type:"list" doc:"Further uses."`
	Basic      any        `json:"basicConstraints" type:"list" doc:"Basic constraints."`
	Staple     bool       `json:"ocspMustStaple" doc:"Whether a server has to staple an OCSP answer."`
	Permitted  []string   `json:"name_constraints_permitted" doc:"Names that a CA may sign for."`
	Excluded   []string   `json:"name_constraints_excluded" doc:"Names that it may not."`
	CSR        any        `json:"csr,omitempty" type:"str" doc:"The request."`
}

type csrResult struct {
	Filename string `json:"filename" doc:"The file."`
	Backup   string `json:"backup_file,omitempty" doc:"The copy that was kept of the previous file."`
	requestFacts
}

func init() {
	exclusive := [][]string{{"privatekey_path", "privatekey_content"}}
	together := [][]string{{"authority_cert_issuer", "authority_cert_serial_number"}}
	modules.Register(modules.Spec{
		Name: "community.crypto.openssl_csr", Summary: "Make certificate requests",
		Exclusive: exclusive, Together: together,
		RequiredIf: []modules.RequiredIf{{Option: "state", Is: "present", Needs: exclusive[0], AnyOf: true}},
		Example:    "- name: A request for a certificate\n  community.crypto.openssl_csr:\n    path: /etc/ssl/site.csr\n    privatekey_path: /etc/ssl/private/site.key\n    common_name: www.example.org\n    subject_alt_name: [DNS:www.example.org, DNS:example.org]\n",
	}, orNothing(csr))
	modules.Register(modules.Spec{
		Name: "community.crypto.openssl_csr_pipe", Summary: "Make certificate requests without a file",
		Exclusive: exclusive, Together: together, OneOf: exclusive,
		Example: "- name: A request that no file keeps\n  community.crypto.openssl_csr_pipe:\n    privatekey_path: /etc/ssl/private/site.key\n    common_name: www.example.org\n  register: request\n",
	}, csrPipe)
}

func csr(c *modules.Context, a csrArgs) (csrResult, error) {
	r := csrResult{Filename: a.Path}
	old, err := a.read()
	if err != nil {
		return r, err
	}
	if r.requestFacts, err = a.facts(); err != nil {
		return csrResult{}, err
	}
	if a.State == "absent" {
		c.AddDiff(nothingTold())
		r.Backup, err = a.remove(c)
		return r, err
	}
	wanted, err := a.make(old, a.output.Force)
	if err != nil {
		return csrResult{}, err
	}
	data, backup, err := a.settle(c, old, wanted, 0o666&^fsys.Umask(), requestDiff)
	r.Backup = backup
	if a.ReturnContent {
		r.CSR = content(data)
	}
	return r, err
}

func csrPipe(c *modules.Context, a csrPipeArgs) (requestFacts, error) {
	r, err := a.facts()
	if err != nil {
		return r, err
	}
	var old []byte
	if a.Content != "" {
		old = []byte(a.Content)
	}
	data, err := a.make(old, false)
	if err != nil {
		return requestFacts{}, err
	}
	r.CSR, err = pipe(c, old, data, requestDiff)
	return r, err
}

func (q request) facts() (requestFacts, error) {
	subject, err := q.subject()
	return requestFacts{PrivateKey: orNone(q.KeyPath), Subject: ordered(subject), SAN: listOrNone(q.names()), Usage: listOrNone(q.KeyUsage),
		ExtUsage: listOrNone(q.ExtUsage), Basic: listOrNone(q.Basic), Staple: q.Staple, Permitted: append([]string{}, q.Permitted...), Excluded: append([]string{}, q.Excluded...)}, err
}

// listOrNone is a list that is none where it was not given.
func listOrNone(list []string) any {
	if list == nil {
		return nil
	}
	return list
}

// make makes the request; nil when the old one says the same.
func (q request) make(old []byte, force bool) ([]byte, error) {
	if q.KeyContent == "" && !fsys.Exists(q.KeyPath) {
		return nil, modules.Fail("[Errno 2] No such file or directory: '%s'", q.KeyPath)
	}
	key, err := q.signer()
	if err != nil {
		return nil, err
	}
	parts, err := q.subject()
	if err != nil {
		return nil, err
	}
	subject, err := rawName(parts)
	if err != nil {
		return nil, err
	}
	extensions, err := q.build(key.Public(), q.names())
	if err != nil {
		return nil, err
	}
	algorithm, err := signatureFor(key, q.Digest, `Unsupported digest "%s"`)
	if err != nil {
		return nil, err
	}
	template := &x509.CertificateRequest{RawSubject: subject, ExtraExtensions: extensions, SignatureAlgorithm: algorithm}
	der, err := x509.CreateCertificateRequest(rand.Reader, template, key)
	if err != nil {
		return nil, modules.Fail("make the request: %w", err)
	}
	if old != nil && !force && q.same(blockOf(old), der) {
		return nil, nil
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}), nil
}

// same compares requests: the order of a subject counts where it was asked for.
func (q request) same(old, wanted []byte) bool {
	a, err := x509.ParseCertificateRequest(old)
	if err != nil || a.CheckSignature() != nil {
		return false
	}
	b, err := x509.ParseCertificateRequest(wanted)
	return err == nil && sameName(a.RawSubject, b.RawSubject, q.SubjectOrdered != nil) && string(a.RawSubjectPublicKeyInfo) == string(b.RawSubjectPublicKeyInfo) &&
		len(a.Extensions) == len(b.Extensions) && holds(a.Extensions, b.Extensions)
}

// subject are the parts of the subject, each option's before those of the dict.
func (q request) subject() ([]attribute, error) {
	var out []attribute
	for _, p := range []attribute{{"C", q.Country}, {"ST", q.Province}, {"L", q.Locality}, {"O", q.Organization}, {"OU", q.Unit}, {"CN", q.CommonName}, {"emailAddress", q.Email}} {
		if p.text != "" {
			out = append(out, p)
		}
	}
	if q.SubjectOrdered != nil {
		if len(out) > 0 || q.Subject.Len() > 0 {
			return nil, modules.Fail("subject_ordered cannot be combined with any other subject field")
		}
		return givenOrder(q.SubjectOrdered, "subject_ordered")
	}
	more, err := givenName(q.Subject, "subject")
	return append(out, more...), err
}

// names are those of the subject_alt_name, or the common name in their place.
func (q request) names() []string {
	if q.SAN != nil || !q.CNForSAN {
		return q.SAN
	}
	parts, _ := q.subject()
	for _, p := range parts {
		if p.name == "CN" || p.name == "commonName" {
			return []string{"DNS:" + p.text}
		}
	}
	return nil
}

// signatureFor finds the algorithm for a key and a digest; message says which
// digest it does not know.
func signatureFor(key crypto.Signer, digest, message string) (x509.SignatureAlgorithm, error) {
	kind, _ := publicFacts(key.Public())
	if kind == "Ed25519" {
		return x509.PureEd25519, nil
	}
	rsa := map[string]x509.SignatureAlgorithm{"sha1": x509.SHA1WithRSA, "sha256": x509.SHA256WithRSA, "sha384": x509.SHA384WithRSA, "sha512": x509.SHA512WithRSA}
	ecc := map[string]x509.SignatureAlgorithm{"sha1": x509.ECDSAWithSHA1, "sha256": x509.ECDSAWithSHA256, "sha384": x509.ECDSAWithSHA384, "sha512": x509.ECDSAWithSHA512}
	table := rsa
	if kind == "ECC" {
		table = ecc
	}
	algorithm, ok := table[digest]
	if !ok {
		return 0, modules.Fail(message, digest)
	}
	return algorithm, nil
}
