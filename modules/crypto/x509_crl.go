package crypto

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"slices"
	"time"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

type crlArgs struct {
	State         string        `arg:"state" enum:"absent,present" default:"present" doc:"Whether the list is to be there."`
	Path          string        `arg:"path,required" type:"path" doc:"The file."`
	CRLMode       string        `arg:"crl_mode" enum:"generate,update" doc:"With update what is on the list stays on it."`
	Mode          string        `arg:"mode" enum:"generate,update" doc:"The old name of crl_mode: it is no mode of the file."`
	Force         bool          `arg:"force" default:"false" doc:"Make it anew although it fits."`
	Format        string        `arg:"format" enum:"pem,der" default:"pem" doc:"Form of the file. One that fits but for this is converted."`
	Issuer        *value.Dict   `arg:"issuer" doc:"Parts of the issuer's name, such as CN and O; a part may be a list."`
	IssuerOrdered []*value.Dict `arg:"issuer_ordered" doc:"Parts of the issuer's name in an order that counts, each a dict of one part."`
	LastUpdate    string        `arg:"last_update" default:"+0s" doc:"When the list is made: a time as YYYYMMDDHHMMSSZ, or one from now on such as +1d2h."`
	NextUpdate    string        `arg:"next_update" doc:"When there will be another."`
	Digest        string        `arg:"digest" default:"sha256" doc:"Digest of the signature: sha1, sha256, sha384 or sha512."`
	IgnoreTimes   bool          `arg:"ignore_timestamps" default:"false" doc:"A list with other times fits too."`
	ReturnContent bool          `arg:"return_content" default:"false" doc:"Return what the file holds."`
	Revoked       []revokedArgs `arg:"revoked_certificates" doc:"What is revoked."`
	encodedNames
	keySource
	fsys.Backup
	Owner        string `arg:"owner" doc:"User who owns the file."`
	Group        string `arg:"group" doc:"Group of the file."`
	SEUser       string `arg:"seuser" doc:"User part of the SELinux context."`
	SERole       string `arg:"serole" doc:"Role part of the SELinux context."`
	SEType       string `arg:"setype" doc:"Type part of the SELinux context."`
	SELevel      string `arg:"selevel" doc:"Level part of the SELinux context."`
	Attributes   string `arg:"attributes" alias:"attr" doc:"Flags as chattr takes them."`
	UnsafeWrites bool   `arg:"unsafe_writes" default:"false" doc:"Where the file cannot be replaced as a whole, write into it in place."`
}

type revokedArgs struct {
	Path           string   `arg:"path" type:"path" doc:"File of the certificate, in PEM."`
	Content        string   `arg:"content" doc:"The certificate itself, in PEM."`
	Serial         any      `arg:"serial_number" type:"int" doc:"Its serial number."`
	Date           string   `arg:"revocation_date" default:"+0s" doc:"When it was revoked."`
	Issuer         []string `arg:"issuer" doc:"Names of who issued it, such as DNS:ca.example.org, where not who issues the list."`
	IssuerCritical bool     `arg:"issuer_critical" default:"false" doc:"Whether readers have to know about them."`
	Reason         string   `arg:"reason" enum:"unspecified,key_compromise,ca_compromise,affiliation_changed,superseded,cessation_of_operation,certificate_hold,privilege_withdrawn,aa_compromise,remove_from_crl" doc:"Why."`
	ReasonCritical bool     `arg:"reason_critical" default:"false" doc:"Whether readers have to know about the reason."`
	Invalid        string   `arg:"invalidity_date" doc:"Since when it was not to be trusted."`
	InvalidCrit    bool     `arg:"invalidity_date_critical" default:"false" doc:"Whether readers have to know about that."`
}

type crlResult struct {
	Filename   string `json:"filename" doc:"The file."`
	Backup     string `json:"backup_file,omitempty" doc:"The copy that was kept of the previous file."`
	PrivateKey any    `json:"privatekey" type:"path" doc:"File of the private key."`
	crlInfoResult
	Content string `json:"crl,omitempty" doc:"The list, in Base64 where it is in DER, with return_content."`
}

func init() {
	needs := func(any bool, options ...string) modules.RequiredIf {
		return modules.RequiredIf{Option: "state", Is: "present", Needs: options, AnyOf: any}
	}
	modules.Register(modules.Spec{
		Name: "community.crypto.x509_crl", Summary: "Keep a list of revoked certificates",
		Example: `- name: What our authority revoked
  community.crypto.x509_crl:
    path: /etc/ssl/ca.crl
    privatekey_path: /etc/ssl/private/ca.key
    issuer: {CN: ca.example.org}
    last_update: "20260101000000Z"
    next_update: "20270101000000Z"
    revoked_certificates:
      - {serial_number: 1234, revocation_date: "20260101000000Z", reason: superseded}
`,
		Differs: []string{
			"state=absent needs no more than the path.",
			"Check mode tells of the list as it would be, not of the options.",
		},
		RequiredIf: []modules.RequiredIf{needs(true, "privatekey_path", "privatekey_content"), needs(true, "issuer", "issuer_ordered"),
			needs(false, "next_update", "revoked_certificates")},
		Exclusive: [][]string{{"privatekey_path", "privatekey_content"}, {"issuer", "issuer_ordered"}},
	}, x509CRL)
}

// file is where the list is written; it has no mode of its own.
func (a crlArgs) file() output {
	return output{Path: a.Path, Backup: a.Backup, Attrs: fsys.Attrs{Owner: a.Owner, Group: a.Group, SEUser: a.SEUser, SERole: a.SERole,
		SEType: a.SEType, SELevel: a.SELevel, Attributes: a.Attributes, UnsafeWrites: a.UnsafeWrites}}
}

func x509CRL(c *modules.Context, a crlArgs) (crlResult, error) {
	r := crlResult{Filename: a.Path, PrivateKey: orNone(a.KeyPath)}
	if a.Mode != "" && a.CRLMode != "" {
		return crlResult{}, modules.Fail("You cannot use both `mode` and `crl_mode`. Use `crl_mode`.")
	}
	if a.Mode != "" {
		a.CRLMode = a.Mode
	}
	r.Format = a.Format
	data, err := a.file().read()
	if err != nil {
		return crlResult{}, err
	}
	old, format := readList(data)
	if a.State == "absent" {
		c.AddDiff(nothingTold())
		r.Backup, err = a.file().remove(c)
		r.fill(a, old, data)
		return r, err
	}
	list, made, err := a.make(old, data, format)
	if err != nil {
		return crlResult{}, err
	}
	data, r.Backup, err = a.file().settle(c, data, made, 0, func(data []byte) *value.Dict { return listDiff(readList(data)) })
	r.fill(a, list, data)
	return r, err
}

func (r *crlResult) fill(a crlArgs, list *x509.RevocationList, data []byte) {
	if list == nil {
		return
	}
	r.describe(list, a.Encoding, true)
	switch {
	case a.ReturnContent && a.Format == "der":
		r.Content = base64.StdEncoding.EncodeToString(data)
	case a.ReturnContent:
		r.Content = string(data)
	}
}

// readList reads a list in either form; nil where there is none.
func readList(data []byte) (*x509.RevocationList, string) {
	format := "der"
	if block, _ := pem.Decode(data); block != nil {
		format, data = "pem", block.Bytes
	}
	list, err := x509.ParseRevocationList(data)
	if err != nil {
		return nil, format
	}
	return list, format
}

func listDiff(list *x509.RevocationList, format string) *value.Dict {
	if list == nil {
		return value.NewDict()
	}
	d := diffOf("can_parse_crl", nil, func() any {
		r := crlInfoResult{Format: format}
		r.describe(list, "ignore", true)
		return r
	})
	d.Set("changed", false) // it is all that x509_crl_info returns
	return d
}

// make is the list as it is to be, and what the file is to hold, nil where it does.
func (a crlArgs) make(old *x509.RevocationList, data []byte, format string) (*x509.RevocationList, []byte, error) {
	want, err := a.plan()
	if err != nil {
		return nil, nil, err
	}
	list := old
	if a.Force || old == nil || !a.fits(old, want) {
		if a.CRLMode == "update" && old != nil {
			want.keep(old, a.IgnoreTimes)
		}
		der, err := want.sign()
		if err != nil {
			return nil, nil, err
		}
		if list, err = x509.ParseRevocationList(der); err != nil {
			return nil, nil, err
		}
	} else if format == a.Format {
		return old, nil, nil
	}
	if a.Format == "der" {
		return list, list.Raw, nil
	}
	return list, pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: list.Raw}), nil
}

// plan reads the options.
func (a crlArgs) plan() (p *crlPlan, err error) {
	now := time.Now()
	p = &crlPlan{}
	parts, err := givenName(a.Issuer, "issuer")
	if a.IssuerOrdered != nil {
		parts, err = givenOrder(a.IssuerOrdered, "issuer_ordered")
	}
	if err != nil {
		return nil, err
	}
	if p.issuer, err = rawName(parts); err != nil {
		return nil, err
	}
	if p.from, err = moment(a.LastUpdate, "last_update", now); err != nil {
		return nil, err
	}
	if p.until, err = moment(a.NextUpdate, "next_update", now); err != nil {
		return nil, err
	}
	for i, given := range a.Revoked {
		e, err := given.entry(i, now)
		if err != nil {
			return nil, err
		}
		p.entries = append(p.entries, e)
	}
	var key crypto.Signer
	if key, err = a.signer(); err != nil {
		return nil, err
	}
	p.key = key
	p.algorithm, err = signatureFor(key, a.Digest, `The digest "%s" is not supported`)
	return p, err
}

// fits tells whether a list is as it is to be.
func (a crlArgs) fits(old *x509.RevocationList, want *crlPlan) bool {
	if old.SignatureAlgorithm != want.algorithm || !sameName(old.RawIssuer, want.issuer, a.IssuerOrdered != nil) {
		return false
	}
	if !a.IgnoreTimes && (stamp(old.ThisUpdate) != stamp(want.from) || stamp(old.NextUpdate) != stamp(want.until)) {
		return false
	}
	have, wanted := entryKeys(old.RevokedCertificateEntries, a.IgnoreTimes), entryKeys(want.entries, a.IgnoreTimes)
	if a.CRLMode != "update" {
		return slices.Equal(have, wanted)
	}
	for _, key := range wanted {
		i := slices.Index(have, key)
		if i < 0 {
			return false
		}
		have = slices.Delete(have, i, i+1)
	}
	return true
}

// entryKeys are texts by which entries are compared.
func entryKeys(entries []x509.RevocationListEntry, ignoreTimes bool) []string {
	out := make([]string, len(entries))
	for i, e := range entries {
		d := describeRevoked(e, "ignore")
		if ignoreTimes {
			d.Delete("revocation_date")
		}
		out[i] = value.Str(d)
	}
	return out
}

// keep puts what an older list has before what is asked for.
func (p *crlPlan) keep(old *x509.RevocationList, ignoreTimes bool) {
	wanted := entryKeys(p.entries, ignoreTimes)
	var kept []x509.RevocationListEntry
	for i, key := range entryKeys(old.RevokedCertificateEntries, ignoreTimes) {
		e := old.RevokedCertificateEntries[i]
		if !slices.Contains(wanted, key) && !slices.ContainsFunc(kept, func(k x509.RevocationListEntry) bool { return bytes.Equal(k.Raw, e.Raw) }) {
			kept = append(kept, e)
		}
	}
	p.entries = append(kept, p.entries...)
}
