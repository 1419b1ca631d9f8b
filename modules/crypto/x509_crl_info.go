package crypto

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"time"

	"goplay/internal/value"
	"goplay/modules"
)

type crlInfoArgs struct {
	inspectedFile
	encodedNames
	List bool `arg:"list_revoked_certificates" default:"true" doc:"Tell what is revoked, which may be much."`
}

type crlInfoResult struct {
	Format        string      `json:"format" doc:"Form of the list: pem or der."`
	Issuer        *value.Dict `json:"issuer" doc:"Who made the list; of several parts of a kind the last."`
	IssuerOrdered [][]string  `json:"issuer_ordered" doc:"The parts of the issuer, each a name and a text."`
	LastUpdate    string      `json:"last_update" doc:"When the list was made."`
	NextUpdate    any         `json:"next_update" type:"str" doc:"When there will be another."`
	Digest        string      `json:"digest" doc:"How it is signed, in OpenSSL's words."`
	Revoked       any         `json:"revoked_certificates,omitempty" type:"list" doc:"What is revoked, when and why."`
}

func init() {
	oneOf := [][]string{{"path", "content"}}
	modules.Register(modules.Spec{
		Name: "community.crypto.x509_crl_info", Summary: "Tell about a list of revoked certificates",
		OneOf: oneOf, Exclusive: oneOf,
		Example: "- name: What was revoked\n  community.crypto.x509_crl_info:\n    path: /etc/ssl/ca.crl\n  register: revoked\n",
	}, crlInfo)
}

func crlInfo(_ *modules.Context, a crlInfoArgs) (crlInfoResult, error) {
	data, err := a.read("CRL")
	if err != nil {
		return crlInfoResult{}, err
	}
	r := crlInfoResult{Format: "der"}
	if block, _ := pem.Decode(data); block != nil {
		r.Format, data = "pem", block.Bytes
	} else if a.Content != "" {
		if data, err = base64.StdEncoding.DecodeString(string(bytes.TrimSpace(data))); err != nil {
			return crlInfoResult{}, modules.Fail("Error while Base64 decoding content: %w", err)
		}
	}
	crl, err := x509.ParseRevocationList(data)
	if err != nil {
		return crlInfoResult{}, modules.Fail("Error while decoding CRL: %w", err)
	}
	r.describe(crl, a.Encoding, a.List)
	return r, nil
}

// describe tells of a list, and with all of what it revokes.
func (r *crlInfoResult) describe(crl *x509.RevocationList, encoding string, all bool) {
	issuer := readName(crl.RawIssuer)
	r.Issuer, r.IssuerOrdered, r.Digest = byName(issuer), ordered(issuer), signatureNames[crl.SignatureAlgorithm]
	r.LastUpdate = stamp(crl.ThisUpdate)
	if !crl.NextUpdate.IsZero() {
		r.NextUpdate = stamp(crl.NextUpdate)
	}
	if all {
		list := value.NewList()
		for _, e := range crl.RevokedCertificateEntries {
			list.Append(describeRevoked(e, encoding))
		}
		r.Revoked = list
	}
}

// revocationReasons are the names of the reasons, by their numbers.
var revocationReasons = map[int]string{0: "unspecified", 1: "key_compromise", 2: "ca_compromise", 3: "affiliation_changed", 4: "superseded",
	5: "cessation_of_operation", 6: "certificate_hold", 8: "remove_from_crl", 9: "privilege_withdrawn", 10: "aa_compromise"}

// describeRevoked tells of one certificate that is revoked.
func describeRevoked(e x509.RevocationListEntry, encoding string) *value.Dict {
	d := value.DictOf("serial_number", value.Int(e.SerialNumber), "revocation_date", stamp(e.RevocationTime),
		"issuer", nil, "issuer_critical", false, "reason", nil, "reason_critical", false, "invalidity_date", nil, "invalidity_date_critical", false)
	set := func(name string, v any, critical bool) {
		d.Set(name, v)
		d.Set(name+"_critical", critical)
	}
	for _, x := range e.Extensions {
		switch x.Id.String() {
		case "2.5.29.21":
			set("reason", revocationReasons[e.ReasonCode], x.Critical)
		case "2.5.29.24":
			var at time.Time
			if _, err := asn1.UnmarshalWithParams(x.Value, &at, "generalized"); err == nil {
				set("invalidity_date", stamp(at), x.Critical)
			}
		case "2.5.29.29":
			set("issuer", value.Of(readNames(x.Value, encoding)), x.Critical)
		}
	}
	return d
}
