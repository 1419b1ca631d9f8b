package crypto

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"strconv"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

// named is an object identifier with OpenSSL's names of it, the one that is
// shown first.
type named struct {
	oid   string
	names []string
}

var (
	attributeNames = []named{
		{"2.5.4.3", []string{"commonName", "CN"}}, {"2.5.4.6", []string{"countryName", "C"}},
		{"2.5.4.8", []string{"stateOrProvinceName", "ST"}}, {"2.5.4.7", []string{"localityName", "L"}},
		{"2.5.4.10", []string{"organizationName", "O"}}, {"2.5.4.11", []string{"organizationalUnitName", "OU"}},
		{"1.2.840.113549.1.9.1", []string{"emailAddress", "E"}}, {"2.5.4.5", []string{"serialNumber"}},
		{"2.5.4.4", []string{"surname", "SN"}}, {"2.5.4.42", []string{"givenName", "GN"}}, {"2.5.4.12", []string{"title"}},
		{"2.5.4.43", []string{"initials"}}, {"2.5.4.44", []string{"generationQualifier"}}, {"2.5.4.46", []string{"dnQualifier"}},
		{"2.5.4.65", []string{"pseudonym"}}, {"2.5.4.9", []string{"streetAddress", "street"}}, {"2.5.4.17", []string{"postalCode"}},
		{"2.5.4.16", []string{"postalAddress"}}, {"2.5.4.13", []string{"description"}}, {"2.5.4.15", []string{"businessCategory"}},
		{"2.5.4.20", []string{"telephoneNumber"}}, {"2.5.4.41", []string{"name"}}, {"2.5.4.45", []string{"x500UniqueIdentifier"}},
		{"2.5.4.97", []string{"organizationIdentifier"}},
		{"0.9.2342.19200300.100.1.25", []string{"domainComponent", "DC"}}, {"0.9.2342.19200300.100.1.1", []string{"userId", "UID"}},
		{"1.2.840.113549.1.9.2", []string{"unstructuredName"}}, {"1.2.840.113549.1.9.8", []string{"unstructuredAddress"}},
		{"1.3.6.1.4.1.311.60.2.1.1", []string{"jurisdictionLocalityName", "jurisdictionL"}},
		{"1.3.6.1.4.1.311.60.2.1.2", []string{"jurisdictionStateOrProvinceName", "jurisdictionST"}},
		{"1.3.6.1.4.1.311.60.2.1.3", []string{"jurisdictionCountryName", "jurisdictionC"}},
	}
	usageNames = []named{
		{"1.3.6.1.5.5.7.3.1", []string{"TLS Web Server Authentication", "serverAuth"}},
		{"1.3.6.1.5.5.7.3.2", []string{"TLS Web Client Authentication", "clientAuth"}},
		{"1.3.6.1.5.5.7.3.3", []string{"Code Signing", "codeSigning"}},
		{"1.3.6.1.5.5.7.3.4", []string{"E-mail Protection", "emailProtection"}},
		{"1.3.6.1.5.5.7.3.5", []string{"IPSec End System", "ipsecEndSystem"}},
		{"1.3.6.1.5.5.7.3.6", []string{"IPSec Tunnel", "ipsecTunnel"}},
		{"1.3.6.1.5.5.7.3.7", []string{"IPSec User", "ipsecUser"}},
		{"1.3.6.1.5.5.7.3.8", []string{"Time Stamping", "timeStamping"}},
		{"1.3.6.1.5.5.7.3.9", []string{"OCSP Signing", "OCSPSigning"}},
		{"1.3.6.1.5.5.7.3.10", []string{"dvcs", "DVCS"}},
		{"1.3.6.1.5.5.7.3.17", []string{"ipsec Internet Key Exchange", "ipsecIKE"}},
		{"1.3.6.1.5.5.7.1.2", []string{"Biometric Info", "biometricInfo"}},
		{"1.3.6.1.4.1.311.2.1.21", []string{"Microsoft Individual Code Signing", "msCodeInd"}},
		{"1.3.6.1.4.1.311.2.1.22", []string{"Microsoft Commercial Code Signing", "msCodeCom"}},
		{"1.3.6.1.4.1.311.10.3.1", []string{"Microsoft Trust List Signing", "msCTLSign"}},
		{"1.3.6.1.4.1.311.10.3.4", []string{"Microsoft Encrypted File System", "msEFS"}},
		{"1.3.6.1.4.1.311.20.2.2", []string{"Microsoft Smartcard Login", "msSmartcardLogin"}},
		{"1.3.6.1.5.2.3.4", []string{"PKINIT Client Auth", "pkInitClientAuth"}},
		{"1.3.6.1.5.2.3.5", []string{"Signing KDC Response", "pkInitKDC"}},
		{"1.3.6.1.5.5.7.3.21", []string{"SSH Client", "secureShellClient"}},
		{"1.3.6.1.5.5.7.3.22", []string{"SSH Server", "secureShellServer"}},
		{"2.5.29.37.0", []string{"Any Extended Key Usage", "anyExtendedKeyUsage"}},
	}
	signatureNames = map[x509.SignatureAlgorithm]string{
		x509.MD5WithRSA: "md5WithRSAEncryption", x509.SHA1WithRSA: "sha1WithRSAEncryption", x509.SHA256WithRSA: "sha256WithRSAEncryption",
		x509.SHA384WithRSA: "sha384WithRSAEncryption", x509.SHA512WithRSA: "sha512WithRSAEncryption", x509.DSAWithSHA1: "dsaWithSHA1",
		x509.DSAWithSHA256: "dsa_with_SHA256", x509.ECDSAWithSHA1: "ecdsa-with-SHA1", x509.ECDSAWithSHA256: "ecdsa-with-SHA256",
		x509.ECDSAWithSHA384: "ecdsa-with-SHA384", x509.ECDSAWithSHA512: "ecdsa-with-SHA512", x509.SHA256WithRSAPSS: "rsassaPss",
		x509.SHA384WithRSAPSS: "rsassaPss", x509.SHA512WithRSAPSS: "rsassaPss", x509.PureEd25519: "ED25519",
	}
)

// nameOf is what OpenSSL calls an identifier; one that is unknown stays as it is.
func nameOf(table []named, oid asn1.ObjectIdentifier) string {
	text := oid.String()
	for _, n := range table {
		if n.oid == text {
			return n.names[0]
		}
	}
	return text
}

// oidOf finds an identifier by one of its names, in any case, or by its numbers.
func oidOf(table []named, name string) (asn1.ObjectIdentifier, error) {
	for _, n := range table {
		for _, known := range n.names {
			if strings.EqualFold(known, name) {
				return parseOID(n.oid), nil
			}
		}
	}
	if oid := parseOID(name); oid != nil {
		return oid, nil
	}
	return nil, modules.Fail("Cannot find OID for %q", name)
}

// parseOID reads numbers with dots between; nil where they are none.
func parseOID(text string) asn1.ObjectIdentifier {
	parts := strings.Split(text, ".")
	if len(parts) < 2 {
		return nil
	}
	oid := make(asn1.ObjectIdentifier, len(parts))
	for i, part := range parts {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return nil
		}
		oid[i] = n
	}
	return oid
}

// attribute is one part of a distinguished name.
type attribute struct{ name, text string }

// rawName writes a distinguished name.
func rawName(parts []attribute) ([]byte, error) {
	name := pkix.RDNSequence{}
	for _, p := range parts {
		one, err := p.rdn()
		if err != nil {
			return nil, err
		}
		name = append(name, one)
	}
	return asn1.Marshal(name)
}

func (p attribute) rdn() (pkix.RelativeDistinguishedNameSET, error) {
	oid, err := oidOf(attributeNames, p.name)
	if oid.String() == "2.5.4.6" && len(p.text) != 2 {
		return nil, modules.Fail("Country name must be a 2 character country code")
	}
	return pkix.RelativeDistinguishedNameSET{{Type: oid, Value: typedText(p.text, oid)}}, err
}

// typedText gives texts the type that they have to have: UTF-8, but for the
// country, which is printable, and e-mail addresses and domains.
func typedText(text string, oid asn1.ObjectIdentifier) asn1.RawValue {
	tag := asn1.TagUTF8String
	switch oid.String() {
	case "2.5.4.6", "2.5.4.5", "2.5.4.46", "1.3.6.1.4.1.311.60.2.1.3":
		tag = asn1.TagPrintableString
	case "1.2.840.113549.1.9.1", "0.9.2342.19200300.100.1.25":
		tag = asn1.TagIA5String
	}
	return asn1.RawValue{Tag: tag, Bytes: []byte(text)}
}

// readName reads a distinguished name, part by part.
func readName(raw []byte) []attribute {
	var name pkix.RDNSequence
	if _, err := asn1.Unmarshal(raw, &name); err != nil {
		return nil
	}
	out := []attribute{}
	for _, set := range name {
		for _, p := range set {
			out = append(out, attribute{nameOf(attributeNames, p.Type), value.Str(value.Of(p.Value))})
		}
	}
	return out
}

// ordered is a name as a list of pairs.
func ordered(parts []attribute) [][]string {
	out := [][]string{}
	for _, p := range parts {
		out = append(out, []string{p.name, p.text})
	}
	return out
}

// byName is a name as a dict, of which the last of several parts of a kind stays.
func byName(parts []attribute) *value.Dict {
	d := value.NewDict()
	for _, p := range parts {
		d.Set(p.name, p.text)
	}
	return d
}

// givenName reads a name as users write one: a dict, of which a value may be a
// list, or a list of such dicts.
func givenName(parts *value.Dict, option string) ([]attribute, error) {
	var out []attribute
	for k, v := range parts.All() {
		texts := []any{v}
		if l, ok := v.(*value.List); ok {
			texts = l.Items
		}
		for _, text := range texts {
			s, ok := text.(string)
			if !ok {
				return nil, modules.Fail("Value for %s must be either a string or a list of strings in %s", value.Str(k), option)
			}
			if s == "" {
				return nil, modules.Fail("Value for %s must not be an empty string in %s", value.Str(k), option)
			}
			out = append(out, attribute{value.Str(k), s})
		}
	}
	return out, nil
}

func givenOrder(entries []*value.Dict, option string) ([]attribute, error) {
	var out []attribute
	for i, entry := range entries {
		if entry.Len() != 1 {
			return nil, modules.Fail("Entry #%d in %s must be a dictionary with exactly one key-value pair", i+1, option)
		}
		parts, err := givenName(entry, option)
		if err != nil {
			return nil, modules.Fail("Error while processing entry #%d in %s: %w", i+1, option, err)
		}
		out = append(out, parts...)
	}
	return out, nil
}
