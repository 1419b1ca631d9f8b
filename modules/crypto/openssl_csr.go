package crypto

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"net"
	"net/url"
	"strconv"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

// request are the options of a certificate request.
type request struct {
	Subject       *value.Dict `arg:"subject" doc:"Parts of the subject by name, such as CN and O."`
	Country       string      `arg:"country_name" alias:"C,countryName" doc:"C of the subject."`
	Province      string      `arg:"state_or_province_name" alias:"ST,stateOrProvinceName" doc:"ST of the subject."`
	Locality      string      `arg:"locality_name" alias:"L,localityName" doc:"L of the subject."`
	Organization  string      `arg:"organization_name" alias:"O,organizationName" doc:"O of the subject."`
	Unit          string      `arg:"organizational_unit_name" alias:"OU,organizationalUnitName" doc:"OU of the subject."`
	CommonName    string      `arg:"common_name" alias:"CN,commonName" doc:"CN of the subject."`
	Email         string      `arg:"email_address" alias:"E,emailAddress" doc:"E-mail address of the subject."`
	SAN           []string    `arg:"subject_alt_name" alias:"subjectAltName" doc:"Further names: DNS:, IP:, email: or URI: and the name."`
	SANCritical   bool        `arg:"subject_alt_name_critical" alias:"subjectAltName_critical" default:"false" doc:"Who does not know the extension has to refuse."`
	CNForSAN      bool        `arg:"use_common_name_for_san" alias:"useCommonNameForSAN" default:"true" doc:"Without subject_alt_name take the common name as a DNS name."`
	KeyUsage      []string    `arg:"key_usage" alias:"keyUsage" doc:"What the key may be used for, such as digitalSignature and keyCertSign."`
	KeyUsageCrit  bool        `arg:"key_usage_critical" alias:"keyUsage_critical" default:"false" doc:"Who does not know the extension has to refuse."`
	ExtUsage      []string    `arg:"extended_key_usage" alias:"extKeyUsage,extendedKeyUsage" doc:"Further uses, such as serverAuth and clientAuth."`
	ExtUsageCrit  bool        `arg:"extended_key_usage_critical" alias:"extKeyUsage_critical,extendedKeyUsage_critical" default:"false" doc:"Who does not know the extension has to refuse."`
	Basic         []string    `arg:"basic_constraints" alias:"basicConstraints" doc:"CA:TRUE or CA:FALSE, and pathlen:N."`
	BasicCritical bool        `arg:"basic_constraints_critical" alias:"basicConstraints_critical" default:"false" doc:"Who does not know the extension has to refuse."`
	keySource
}

type csrArgs struct {
	State string `arg:"state" enum:"absent,present" default:"present" doc:"Whether the request is to be there."`
	output
	request
}

type csrPipeArgs struct {
	Content string `arg:"content" doc:"The request as it is."`
	Force   bool   `arg:"force" default:"false" doc:"Make it anew although it fits."`
	request
}

type csrResult struct {
	PrivateKey string     `json:"privatekey,omitempty" doc:"File of the private key."`
	Filename   string     `json:"filename,omitempty" doc:"The file."`
	Subject    [][]string `json:"subject" doc:"Parts of the subject, each a name and a text."`
	SAN        []string   `json:"subjectAltName,omitempty" doc:"Further names."`
	Backup     string     `json:"backup_file,omitempty" doc:"The copy that was kept of the previous file."`
	CSR        string     `json:"csr,omitempty" doc:"The request."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.crypto.openssl_csr", Summary: "Make certificate requests",
		Example: "- community.crypto.openssl_csr:\n    path: /etc/ssl/site.csr\n    privatekey_path: /etc/ssl/private/site.key\n    common_name: www.example.org\n    subject_alt_name: [DNS:www.example.org, DNS:example.org]\n",
	}, csr)
	modules.Register(modules.Spec{
		Name: "community.crypto.openssl_csr_pipe", Summary: "Make certificate requests without a file",
		Example: "- community.crypto.openssl_csr_pipe:\n    privatekey_path: /etc/ssl/private/site.key\n    common_name: www.example.org\n  register: request\n",
	}, csrPipe)
}

func csr(c *modules.Context, a csrArgs) (csrResult, error) {
	r := csrResult{PrivateKey: a.KeyPath, Filename: a.Path, Subject: a.subject(), SAN: a.names()}
	var err error
	if a.State == "absent" {
		r.Backup, err = a.remove(c)
		return r, err
	}
	old, err := a.read()
	if err != nil {
		return r, err
	}
	data, err := a.settle(old, a.output.Force)
	if err != nil {
		return r, err
	}
	if data == nil {
		data = old
		err = a.Attrs.Apply(c, a.Path)
	} else {
		r.Backup, err = a.write(c, data, 0o666&^fsys.Umask())
	}
	if a.ReturnContent {
		r.CSR = string(data)
	}
	return r, err
}

func csrPipe(c *modules.Context, a csrPipeArgs) (csrResult, error) {
	r := csrResult{PrivateKey: a.KeyPath, Subject: a.subject(), SAN: a.names(), CSR: a.Content}
	data, err := a.settle([]byte(a.Content), a.Force)
	if err != nil || data == nil {
		return r, err
	}
	r.CSR = string(data)
	return r, c.Change(modules.Diff{}, func() error { return nil })
}

// settle makes the request; nil when the old one says the same.
func (q request) settle(old []byte, force bool) ([]byte, error) {
	key, err := q.load()
	if err != nil {
		return nil, err
	}
	subject, err := q.rawSubject()
	if err != nil {
		return nil, err
	}
	extensions, err := q.extensions()
	if err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{RawSubject: subject, ExtraExtensions: extensions}, key)
	if err != nil {
		return nil, modules.Fail("make the request: %w", err)
	}
	if block, _ := pem.Decode(old); block != nil && !force && sameRequest(block.Bytes, der) {
		return nil, nil
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}), nil
}

func sameRequest(old, wanted []byte) bool {
	a, err := x509.ParseCertificateRequest(old)
	if err != nil || a.CheckSignature() != nil {
		return false
	}
	b, err := x509.ParseCertificateRequest(wanted)
	return err == nil && bytes.Equal(a.RawSubject, b.RawSubject) && bytes.Equal(a.RawSubjectPublicKeyInfo, b.RawSubjectPublicKeyInfo) &&
		len(a.Extensions) == len(b.Extensions) && holds(a.Extensions, b.Extensions)
}

// holds reports whether all of some extensions are among others.
func holds(all, some []pkix.Extension) bool {
	for _, want := range some {
		found := false
		for _, e := range all {
			found = found || e.Id.Equal(want.Id) && e.Critical == want.Critical && bytes.Equal(e.Value, want.Value)
		}
		if !found {
			return false
		}
	}
	return true
}

var subjectOIDs = map[string]asn1.ObjectIdentifier{
	"C": {2, 5, 4, 6}, "countryName": {2, 5, 4, 6}, "ST": {2, 5, 4, 8}, "stateOrProvinceName": {2, 5, 4, 8},
	"L": {2, 5, 4, 7}, "localityName": {2, 5, 4, 7}, "O": {2, 5, 4, 10}, "organizationName": {2, 5, 4, 10},
	"OU": {2, 5, 4, 11}, "organizationalUnitName": {2, 5, 4, 11}, "CN": {2, 5, 4, 3}, "commonName": {2, 5, 4, 3},
	"emailAddress": {1, 2, 840, 113549, 1, 9, 1}, "E": {1, 2, 840, 113549, 1, 9, 1}, "serialNumber": {2, 5, 4, 5}, "DC": {0, 9, 2342, 19200300, 100, 1, 25},
}

func (q request) subject() [][]string {
	out := [][]string{}
	for _, p := range [][]string{{"C", q.Country}, {"ST", q.Province}, {"L", q.Locality}, {"O", q.Organization}, {"OU", q.Unit}, {"CN", q.CommonName}, {"emailAddress", q.Email}} {
		if p[1] != "" {
			out = append(out, p)
		}
	}
	for k, v := range q.Subject.All() {
		texts := []any{v}
		if l, ok := v.(*value.List); ok {
			texts = l.Items
		}
		for _, text := range texts {
			out = append(out, []string{value.Str(k), value.Str(text)})
		}
	}
	return out
}

func (q request) rawSubject() ([]byte, error) {
	var name pkix.RDNSequence
	for _, p := range q.subject() {
		oid, ok := subjectOIDs[p[0]]
		if !ok {
			return nil, modules.Fail("subject: %s is not supported", p[0])
		}
		name = append(name, pkix.RelativeDistinguishedNameSET{{Type: oid, Value: utf8String(p[1], oid)}})
	}
	return asn1.Marshal(name)
}

// utf8String gives texts the type that Ansible gives them: UTF-8, but for the
// country, which is printable, and e-mail addresses.
func utf8String(text string, oid asn1.ObjectIdentifier) any {
	tag := asn1.TagUTF8String
	switch {
	case oid.Equal(subjectOIDs["C"]):
		tag = asn1.TagPrintableString
	case oid.Equal(subjectOIDs["E"]):
		tag = asn1.TagIA5String
	}
	return asn1.RawValue{Tag: tag, Bytes: []byte(text)}
}

func (q request) names() []string {
	if len(q.SAN) == 0 && q.CNForSAN && q.CommonName != "" {
		return []string{"DNS:" + q.CommonName}
	}
	return q.SAN
}

func (q request) extensions() ([]pkix.Extension, error) {
	var out []pkix.Extension
	add := func(critical bool, last int, v any, err error) error {
		if err != nil {
			return err
		}
		der, err := asn1.Marshal(v)
		out = append(out, pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, last}, Critical: critical, Value: der})
		return err
	}
	if names := q.names(); len(names) > 0 {
		san, err := sanValues(names)
		if err := add(q.SANCritical, 17, san, err); err != nil {
			return nil, err
		}
	}
	if len(q.KeyUsage) > 0 {
		bits, err := usageBits(q.KeyUsage)
		if err := add(q.KeyUsageCrit, 15, bits, err); err != nil {
			return nil, err
		}
	}
	if len(q.ExtUsage) > 0 {
		oids, err := usageOIDs(q.ExtUsage)
		if err := add(q.ExtUsageCrit, 37, oids, err); err != nil {
			return nil, err
		}
	}
	if len(q.Basic) > 0 {
		basic, err := basicConstraints(q.Basic)
		if err := add(q.BasicCritical, 19, basic, err); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func sanValues(names []string) ([]asn1.RawValue, error) {
	var out []asn1.RawValue
	for _, name := range names {
		kind, text, _ := strings.Cut(name, ":")
		v := asn1.RawValue{Class: asn1.ClassContextSpecific, Bytes: []byte(text)}
		switch strings.ToUpper(kind) {
		case "DNS":
			v.Tag = 2
		case "EMAIL":
			v.Tag = 1
		case "URI":
			v.Tag = 6
			if _, err := url.Parse(text); err != nil {
				return nil, modules.Fail("Cannot parse Subject Alternative Name %q: %w", name, err)
			}
		case "IP":
			ip := net.ParseIP(text)
			if ip == nil {
				return nil, modules.Fail("Cannot parse Subject Alternative Name %q", name)
			}
			if v4 := ip.To4(); v4 != nil {
				ip = v4
			}
			v.Tag, v.Bytes = 7, ip
		default:
			return nil, modules.Fail("Cannot parse Subject Alternative Name %q (potentially unsupported by cryptography backend)", name)
		}
		out = append(out, v)
	}
	return out, nil
}

var usages = [][]string{{"digitalSignature", "Digital Signature"}, {"nonRepudiation", "Non Repudiation"}, {"keyEncipherment", "Key Encipherment"},
	{"dataEncipherment", "Data Encipherment"}, {"keyAgreement", "Key Agreement"}, {"keyCertSign", "Certificate Sign"}, {"cRLSign", "CRL Sign"},
	{"encipherOnly", "Encipher Only"}, {"decipherOnly", "Decipher Only"}}

func usageBits(names []string) (asn1.BitString, error) {
	var bits [2]byte
	last := 0
	for _, name := range names {
		at := -1
		for i, u := range usages {
			if strings.EqualFold(name, u[0]) || strings.EqualFold(name, u[1]) {
				at = i
			}
		}
		if at < 0 {
			return asn1.BitString{}, modules.Fail("Unknown key usage %q", name)
		}
		bits[at/8] |= 0x80 >> (at % 8)
		last = max(last, at)
	}
	return asn1.BitString{Bytes: bits[:last/8+1], BitLength: last + 1}, nil
}

var extUsages = map[string]asn1.ObjectIdentifier{
	"serverauth": {1, 3, 6, 1, 5, 5, 7, 3, 1}, "tls web server authentication": {1, 3, 6, 1, 5, 5, 7, 3, 1},
	"clientauth": {1, 3, 6, 1, 5, 5, 7, 3, 2}, "tls web client authentication": {1, 3, 6, 1, 5, 5, 7, 3, 2},
	"codesigning": {1, 3, 6, 1, 5, 5, 7, 3, 3}, "code signing": {1, 3, 6, 1, 5, 5, 7, 3, 3},
	"emailprotection": {1, 3, 6, 1, 5, 5, 7, 3, 4}, "e-mail protection": {1, 3, 6, 1, 5, 5, 7, 3, 4},
	"timestamping": {1, 3, 6, 1, 5, 5, 7, 3, 8}, "ocspsigning": {1, 3, 6, 1, 5, 5, 7, 3, 9}, "anyextendedkeyusage": {2, 5, 29, 37, 0},
}

func usageOIDs(names []string) ([]asn1.ObjectIdentifier, error) {
	var out []asn1.ObjectIdentifier
	for _, name := range names {
		oid, ok := extUsages[strings.ToLower(name)]
		if !ok {
			return nil, modules.Fail("Unknown extended key usage %q", name)
		}
		out = append(out, oid)
	}
	return out, nil
}

type constraints struct {
	CA      bool `asn1:"optional"`
	PathLen int  `asn1:"optional,default:-1"`
}

func basicConstraints(parts []string) (constraints, error) {
	out := constraints{PathLen: -1}
	for _, part := range parts {
		name, v, _ := strings.Cut(strings.ReplaceAll(part, " ", ""), ":")
		switch {
		case strings.EqualFold(name, "CA"):
			out.CA = strings.EqualFold(v, "TRUE")
		case strings.EqualFold(name, "pathlen"):
			n, err := strconv.Atoi(v)
			if err != nil {
				return out, modules.Fail("Cannot parse path length constraint %q", v)
			}
			out.PathLen = n
		default:
			return out, modules.Fail("Unknown basic constraint %q", part)
		}
	}
	return out, nil
}
