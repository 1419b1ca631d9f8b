package crypto

import (
	"crypto"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"goplay/modules"
)

// requestExtensions are the options of what a request asks to be in the
// certificate.
type requestExtensions struct {
	SAN            []string   `arg:"subject_alt_name" alias:"subjectAltName" doc:"Further names: DNS:, IP:, email:, URI:, RID:, dirName: or otherName: and the name."`
	SANCritical    bool       `arg:"subject_alt_name_critical" alias:"subjectAltName_critical" default:"false" doc:"Who does not know the extension has to refuse."`
	CNForSAN       bool       `arg:"use_common_name_for_san" alias:"useCommonNameForSAN" default:"true" doc:"Without subject_alt_name take the common name as a DNS name."`
	KeyUsage       []string   `arg:"key_usage" alias:"keyUsage" doc:"What the key may be used for, such as digitalSignature and keyCertSign."`
	KeyUsageCrit   bool       `arg:"key_usage_critical" alias:"keyUsage_critical" default:"false" doc:"Who does not know the extension has to refuse."`
	ExtUsage       []string   `arg:"extended_key_usage" alias:"extKeyUsage,extendedKeyUsage" doc:"Further uses, such as serverAuth and clientAuth."`
	ExtUsageCrit   bool       `arg:"extended_key_usage_critical" alias:"extKeyUsage_critical,extendedKeyUsage_critical" default:"false" doc:"Who does not know the extension has to refuse."`
	Basic          []string   `arg:"basic_constraints" alias:"basicConstraints" doc:"CA:TRUE or CA:FALSE, and pathlen:N."`
	BasicCritical  bool       `arg:"basic_constraints_critical" alias:"basicConstraints_critical" default:"false" doc:"Who does not know the extension has to refuse."`
	Staple         bool       `arg:"ocsp_must_staple" alias:"ocspMustStaple" default:"false" doc:"A server has to staple an OCSP answer."`
	StapleCritical bool       `arg:"ocsp_must_staple_critical" alias:"ocspMustStaple_critical" default:"false" doc:"Who does not know the extension has to refuse."`
	Permitted      []string   `arg:"name_constraints_permitted" doc:"Names that the CA may sign for, with their kinds as in subject_alt_name."`
	Excluded       []string   `arg:"name_constraints_excluded" doc:"Names that the CA may not sign for."`
	ConstraintCrit bool       `arg:"name_constraints_critical" default:"false" doc:"Who does not know the extension has to refuse."`
	MakeSKI        bool       `arg:"create_subject_key_identifier" default:"false" doc:"Take the identifier of the subject's key from the key."`
	SKI            string     `arg:"subject_key_identifier" doc:"Identifier of the subject's key, bytes in hexadecimal with colons between."`
	AKI            string     `arg:"authority_key_identifier" doc:"Identifier of the issuer's key, in the same form."`
	AuthIssuer     []string   `arg:"authority_cert_issuer" doc:"Names of the issuer of the issuer's certificate."`
	AuthSerial     *int       `arg:"authority_cert_serial_number" doc:"Serial number of the issuer's certificate."`
	CRLPoints      []crlPoint `arg:"crl_distribution_points" doc:"Where lists of what is revoked are to be had."`
}

// extensionList collects extensions; the first error stays.
type extensionList struct {
	all []pkix.Extension
	err error
}

func (l *extensionList) add(id asn1.ObjectIdentifier, critical bool, v any, err error) {
	if l.err == nil {
		l.err = err
	}
	if l.err != nil {
		return
	}
	var der []byte
	der, l.err = asn1.Marshal(v)
	l.all = append(l.all, pkix.Extension{Id: id, Critical: critical, Value: der})
}

// build makes the extensions of a request for a key; names are the further ones.
func (q requestExtensions) build(pub crypto.PublicKey, names []string) ([]pkix.Extension, error) {
	var l extensionList
	if len(names) > 0 {
		san, err := generalNames(names, "Subject Alternative Name")
		l.add(extAltName, q.SANCritical, san, err)
	}
	if len(q.KeyUsage) > 0 {
		bits, err := usageBits(q.KeyUsage)
		l.add(extKeyUsage, q.KeyUsageCrit, bits, err)
	}
	if len(q.ExtUsage) > 0 {
		var oids []asn1.ObjectIdentifier
		var err error
		for _, name := range q.ExtUsage {
			oid, e := oidOf(usageNames, name)
			if oids = append(oids, oid); err == nil {
				err = e
			}
		}
		l.add(extExtUsage, q.ExtUsageCrit, oids, err)
	}
	if len(q.Basic) > 0 {
		basic, err := basicConstraints(q.Basic)
		l.add(extBasic, q.BasicCritical, basic, err)
	}
	if q.Staple {
		l.add(extMustStaple, q.StapleCritical, []int{5}, nil)
	}
	if q.Permitted != nil || q.Excluded != nil {
		constraints, err := q.constraints()
		l.add(extConstraints, q.ConstraintCrit, constraints, err)
	}
	q.addKeyIDs(&l, pub)
	if len(q.CRLPoints) > 0 {
		points, err := distributionPoints(q.CRLPoints)
		l.add(extCRLPoints, false, points, err)
	}
	return l.all, l.err
}

func (q requestExtensions) addKeyIDs(l *extensionList, pub crypto.PublicKey) {
	if q.MakeSKI {
		id, err := keyID(pub)
		l.add(extSubjectKeyID, false, id, err)
	} else if q.SKI != "" {
		id, err := unhex(q.SKI)
		if err != nil {
			err = modules.Fail("Cannot parse subject_key_identifier: %w", err)
		}
		l.add(extSubjectKeyID, false, id, err)
	}
	if q.AKI == "" && q.AuthIssuer == nil && q.AuthSerial == nil {
		return
	}
	var a authority
	var err error
	if q.AKI != "" {
		if a.ID, err = unhex(q.AKI); err != nil {
			err = modules.Fail("Cannot parse authority_key_identifier: %w", err)
		}
	}
	if q.AuthIssuer != nil && err == nil {
		a.Issuer, err = generalNames(q.AuthIssuer, "authority cert issuer")
	}
	if q.AuthSerial != nil {
		a.Serial = big.NewInt(int64(*q.AuthSerial))
	}
	l.add(extAuthorityKeyID, false, a, err)
}

// keyID is the identifier that is made of a key: the SHA-1 of its bits.
func keyID(pub crypto.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return nil, err
	}
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(der, &info); err != nil {
		return nil, err
	}
	sum := sha1.Sum(info.Key.Bytes)
	return sum[:], nil
}

func generalNames(names []string, what string) ([]asn1.RawValue, error) {
	var out []asn1.RawValue
	for _, name := range names {
		v, err := parseGeneralName(name, what)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func (q requestExtensions) constraints() (c nameConstraints, err error) {
	if c.Permitted, err = subtrees(q.Permitted, "name constraints permitted"); err != nil {
		return c, modules.Fail("Error while parsing name constraint: %w", err)
	}
	if c.Excluded, err = subtrees(q.Excluded, "name constraints excluded"); err != nil {
		return c, modules.Fail("Error while parsing name constraint: %w", err)
	}
	return c, nil
}

func subtrees(names []string, what string) ([]subtree, error) {
	list, err := generalNames(names, what)
	var out []subtree
	for _, n := range list {
		out = append(out, subtree{n})
	}
	return out, err
}

// sameName compares distinguished names, part by part or as sets.
func sameName(a, b []byte, inOrder bool) bool {
	x, y := readName(a), readName(b)
	if !inOrder {
		order := func(p, q attribute) int { return strings.Compare(p.name+"="+p.text, q.name+"="+q.text) }
		slices.SortFunc(x, order)
		slices.SortFunc(y, order)
	}
	return slices.Equal(x, y)
}

// holds reports whether all of some extensions are among others. The order of
// names and of uses says nothing.
func holds(all, some []pkix.Extension) bool {
	return !slices.ContainsFunc(some, func(want pkix.Extension) bool {
		return !slices.ContainsFunc(all, func(e pkix.Extension) bool {
			return e.Id.Equal(want.Id) && e.Critical == want.Critical && normal(e) == normal(want)
		})
	})
}

func normal(e pkix.Extension) string {
	if !e.Id.Equal(extAltName) && !e.Id.Equal(extExtUsage) {
		return string(e.Value)
	}
	var items []asn1.RawValue
	if _, err := asn1.Unmarshal(e.Value, &items); err != nil {
		return string(e.Value)
	}
	var parts []string
	for _, item := range items {
		parts = append(parts, string(item.FullBytes))
	}
	slices.Sort(parts)
	return strings.Join(parts, "")
}

var usages = [][2]string{{"digitalSignature", "Digital Signature"}, {"nonRepudiation", "Non Repudiation"}, {"keyEncipherment", "Key Encipherment"},
	{"dataEncipherment", "Data Encipherment"}, {"keyAgreement", "Key Agreement"}, {"keyCertSign", "Certificate Sign"}, {"cRLSign", "CRL Sign"},
	{"encipherOnly", "Encipher Only"}, {"decipherOnly", "Decipher Only"}}

func usageBits(names []string) (asn1.BitString, error) {
	var all, some []string
	for _, u := range usages {
		all = append(all, u[0])
	}
	for _, name := range names {
		at := slices.IndexFunc(usages, func(u [2]string) bool { return strings.EqualFold(name, u[0]) || strings.EqualFold(name, u[1]) })
		if at < 0 {
			return asn1.BitString{}, modules.Fail("Unknown key usage %q", name)
		}
		some = append(some, usages[at][0])
	}
	return bitsOf(some, all), nil
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
		case name == "CA":
			if v != "TRUE" && v != "FALSE" {
				return out, modules.Fail("Unknown basic constraint value %q for CA", v)
			}
			out.CA = v == "TRUE"
		case strings.EqualFold(name, "pathlen"):
			n, err := strconv.Atoi(v)
			if err != nil {
				return out, modules.Fail("Cannot parse path length constraint %q (invalid literal for int() with base 10: '%s')", v, v)
			}
			out.PathLen = n
		default:
			return out, modules.Fail("Unknown basic constraint %q", part)
		}
	}
	return out, nil
}
