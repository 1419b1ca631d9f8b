package crypto

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"slices"
	"strings"

	"goplay/modules"
)

// crlPoint is a place where a list of what is revoked is to be had.
type crlPoint struct {
	FullName []string `arg:"full_name" doc:"Names of the list, such as URI:https://ca.example.org/ca.crl."`
	Relative []string `arg:"relative_name" doc:"The name relative to the issuer's, parts as CN=x."`
	Issuer   []string `arg:"crl_issuer" doc:"Names of who makes the list."`
	Reasons  []string `arg:"reasons" enum:"key_compromise,ca_compromise,affiliation_changed,superseded,cessation_of_operation,certificate_hold,privilege_withdrawn,aa_compromise" doc:"What the list is about."`
}

// crlReasons are the bits of the reasons in a distribution point.
var crlReasons = []string{"", "key_compromise", "ca_compromise", "affiliation_changed", "superseded", "cessation_of_operation", "certificate_hold", "privilege_withdrawn", "aa_compromise"}

type distributionName struct {
	Full     []asn1.RawValue                   `asn1:"optional,tag:0"`
	Relative pkix.RelativeDistinguishedNameSET `asn1:"optional,tag:1"`
}

type distributionPoint struct {
	Name    distributionName `asn1:"optional,tag:0"`
	Reasons asn1.BitString   `asn1:"optional,tag:1"`
	Issuer  []asn1.RawValue  `asn1:"optional,tag:2"`
}

func distributionPoints(given []crlPoint) ([]distributionPoint, error) {
	var out []distributionPoint
	for i, p := range given {
		point, err := p.build()
		if err != nil {
			return nil, modules.Fail("Error while parsing CRL distribution point #%d: %w", i, err)
		}
		out = append(out, point)
	}
	return out, nil
}

func (p crlPoint) build() (d distributionPoint, err error) {
	if p.FullName != nil && p.Relative != nil {
		return d, modules.Fail("parameters are mutually exclusive: full_name|relative_name found in crl_distribution_points")
	}
	if d.Name.Full, err = generalNames(p.FullName, "full name"); err != nil {
		return d, err
	}
	for _, part := range p.Relative {
		name, text, _ := strings.Cut(part, "=")
		rdn, err := attribute{strings.TrimSpace(name), strings.TrimSpace(text)}.rdn()
		if err != nil {
			return d, err
		}
		d.Name.Relative = append(d.Name.Relative, rdn...)
	}
	if d.Issuer, err = generalNames(p.Issuer, "CRL issuer"); err != nil {
		return d, err
	}
	if len(p.Reasons) > 0 {
		d.Reasons = bitsOf(p.Reasons, crlReasons)
	}
	return d, nil
}

// bitsOf sets the bits that stand where some names are in a list of all, as
// DER wants them: without zeros at the end.
func bitsOf(some, all []string) asn1.BitString {
	var bits [2]byte
	last := 0
	for _, name := range some {
		at := slices.Index(all, name)
		bits[at/8] |= 0x80 >> (at % 8)
		last = max(last, at)
	}
	return asn1.BitString{Bytes: bits[:last/8+1], BitLength: last + 1}
}
