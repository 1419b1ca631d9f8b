package crypto

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"math/big"
	"slices"

	"goplay/internal/value"
)

// Extensions by their identifiers.
var (
	extSubjectKeyID   = asn1.ObjectIdentifier{2, 5, 29, 14}
	extKeyUsage       = asn1.ObjectIdentifier{2, 5, 29, 15}
	extAltName        = asn1.ObjectIdentifier{2, 5, 29, 17}
	extBasic          = asn1.ObjectIdentifier{2, 5, 29, 19}
	extConstraints    = asn1.ObjectIdentifier{2, 5, 29, 30}
	extCRLPoints      = asn1.ObjectIdentifier{2, 5, 29, 31}
	extAuthorityKeyID = asn1.ObjectIdentifier{2, 5, 29, 35}
	extExtUsage       = asn1.ObjectIdentifier{2, 5, 29, 37}
	extMustStaple     = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}
)

// extensionFacts are what requests and certificates both have to tell. What is
// not there is none.
type extensionFacts struct {
	Basic        any         `json:"basic_constraints" type:"list" doc:"Basic constraints, as CA:TRUE and pathlen:N."`
	BasicCrit    bool        `json:"basic_constraints_critical" doc:"Whether they are critical."`
	Usage        any         `json:"key_usage" type:"list" doc:"What the key may be used for, in OpenSSL's words."`
	UsageCrit    bool        `json:"key_usage_critical" doc:"Whether that is critical."`
	ExtUsage     any         `json:"extended_key_usage" type:"list" doc:"Further uses, in OpenSSL's words."`
	ExtUsageCrit bool        `json:"extended_key_usage_critical" doc:"Whether these are critical."`
	SAN          any         `json:"subject_alt_name" type:"list" doc:"Further names, each with its kind in front."`
	SANCrit      bool        `json:"subject_alt_name_critical" doc:"Whether these are critical."`
	Staple       any         `json:"ocsp_must_staple" type:"bool" doc:"True where a server has to staple an OCSP answer."`
	StapleCrit   bool        `json:"ocsp_must_staple_critical" doc:"Whether that is critical."`
	SubjectKeyID any         `json:"subject_key_identifier" type:"str" doc:"Identifier of the subject's key."`
	AuthKeyID    any         `json:"authority_key_identifier" type:"str" doc:"Identifier of the issuer's key."`
	AuthIssuer   any         `json:"authority_cert_issuer" type:"list" doc:"Names of the issuer of the issuer's certificate."`
	AuthSerial   any         `json:"authority_cert_serial_number" type:"int" doc:"Serial number of the issuer's certificate."`
	ByOID        *value.Dict `json:"extensions_by_oid" doc:"All extensions by their identifiers: critical, and value in Base64."`
}

// keyFactsResult is what they tell of their public key.
type keyFactsResult struct {
	PublicKey string            `json:"public_key" doc:"The public key, in PEM."`
	KeyType   string            `json:"public_key_type" doc:"Kind of key."`
	KeyData   *value.Dict       `json:"public_key_data" doc:"Numbers of the public key, by its kind."`
	Prints    map[string]string `json:"public_key_fingerprints" doc:"Digests of the public key."`
}

func keyFacts(pub any) (k keyFactsResult) {
	k.PublicKey, k.Prints = publicPEM(pub), fingerprint(pub)
	k.KeyType, k.KeyData = publicFacts(pub)
	return k
}

// readExtensions tells what extensions say, with names written as encoding asks.
func readExtensions(all []pkix.Extension, encoding string) extensionFacts {
	f := extensionFacts{ByOID: value.NewDict()}
	for _, e := range all {
		one := value.NewDict()
		one.Set("critical", e.Critical)
		one.Set("value", base64.StdEncoding.EncodeToString(e.Value))
		f.ByOID.Set(e.Id.String(), one)
		switch {
		case e.Id.Equal(extBasic):
			f.Basic, f.BasicCrit = readBasic(e.Value), e.Critical
		case e.Id.Equal(extKeyUsage):
			f.Usage, f.UsageCrit = readUsage(e.Value), e.Critical
		case e.Id.Equal(extExtUsage):
			f.ExtUsage, f.ExtUsageCrit = readExtUsage(e.Value), e.Critical
		case e.Id.Equal(extAltName):
			f.SAN, f.SANCrit = readNames(e.Value, encoding), e.Critical
		case e.Id.Equal(extMustStaple):
			f.Staple, f.StapleCrit = readStaple(e.Value), e.Critical
		case e.Id.Equal(extSubjectKeyID):
			var id []byte
			_, _ = asn1.Unmarshal(e.Value, &id)
			f.SubjectKeyID = colons(id)
		case e.Id.Equal(extAuthorityKeyID):
			f.readAuthority(e.Value, encoding)
		}
	}
	return f
}

func readBasic(der []byte) []string {
	b := constraints{PathLen: -1}
	_, _ = asn1.Unmarshal(der, &b)
	out := []string{"CA:FALSE"}
	if b.CA {
		out[0] = "CA:TRUE"
	}
	if b.PathLen >= 0 {
		out = append(out, fmt.Sprintf("pathlen:%d", b.PathLen))
	}
	return out
}

func readUsage(der []byte) []string {
	var bits asn1.BitString
	_, _ = asn1.Unmarshal(der, &bits)
	out := []string{}
	for i, names := range usages {
		if bits.At(i) != 0 {
			out = append(out, names[1])
		}
	}
	slices.Sort(out)
	return out
}

func readExtUsage(der []byte) []string {
	var oids []asn1.ObjectIdentifier
	_, _ = asn1.Unmarshal(der, &oids)
	out := []string{}
	for _, oid := range oids {
		out = append(out, nameOf(usageNames, oid))
	}
	slices.Sort(out)
	return out
}

func readNames(der []byte, encoding string) []string {
	var names []asn1.RawValue
	_, _ = asn1.Unmarshal(der, &names)
	return formatNames(names, encoding)
}

func formatNames(names []asn1.RawValue, encoding string) []string {
	out := []string{}
	for _, n := range names {
		out = append(out, formatGeneralName(n, encoding))
	}
	return out
}

// readStaple looks for the TLS feature that asks for stapling.
func readStaple(der []byte) bool {
	var features []int
	_, _ = asn1.Unmarshal(der, &features)
	return slices.Contains(features, 5) || slices.Contains(features, 17)
}

// authority is the extension that names the issuer's key.
type authority struct {
	ID     []byte          `asn1:"optional,tag:0"`
	Issuer []asn1.RawValue `asn1:"optional,tag:1"`
	Serial *big.Int        `asn1:"optional,tag:2"`
}

func (f *extensionFacts) readAuthority(der []byte, encoding string) {
	var a authority
	_, _ = asn1.Unmarshal(der, &a)
	if a.ID != nil {
		f.AuthKeyID = colons(a.ID)
	}
	if a.Issuer != nil {
		f.AuthIssuer = formatNames(a.Issuer, encoding)
	}
	if a.Serial != nil {
		f.AuthSerial = value.Int(a.Serial)
	}
}

// subtree is one of the names that constraints are about.
type subtree struct{ Base asn1.RawValue }

type nameConstraints struct {
	Permitted []subtree `asn1:"optional,tag:0"`
	Excluded  []subtree `asn1:"optional,tag:1"`
}

// readConstraints tells the names that a CA may and may not sign for.
func readConstraints(all []pkix.Extension, encoding string) (permitted, excluded any, critical bool) {
	format := func(trees []subtree) any {
		if trees == nil {
			return nil
		}
		out := []string{}
		for _, t := range trees {
			out = append(out, formatGeneralName(t.Base, encoding))
		}
		return out
	}
	for _, e := range all {
		if e.Id.Equal(extConstraints) {
			var c nameConstraints
			_, _ = asn1.Unmarshal(e.Value, &c)
			return format(c.Permitted), format(c.Excluded), e.Critical
		}
	}
	return nil, nil, false
}
