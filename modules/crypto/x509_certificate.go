package crypto

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"time"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

// certificateOptions say what certificate is to be made, and by whom.
type certificateOptions struct {
	Provider         string `arg:"provider" enum:"ownca,selfsigned" doc:"Who signs: a CA of one's own, or the key itself."`
	CSRPath          string `arg:"csr_path" type:"path" doc:"File of the request."`
	CSRContent       string `arg:"csr_content" doc:"The request itself."`
	IgnoreTimestamps bool   `arg:"ignore_timestamps" default:"true" doc:"A certificate whose times are others than these fits, too."`
	SelfNotBefore    string `arg:"selfsigned_not_before" alias:"selfsigned_notBefore" default:"+0s" doc:"From when a self-signed one holds: a time as YYYYMMDDHHMMSSZ, or from now as +[w][d][h][m][s]."`
	SelfNotAfter     string `arg:"selfsigned_not_after" alias:"selfsigned_notAfter" default:"+3650d" doc:"Until when a self-signed one holds."`
	SelfDigest       string `arg:"selfsigned_digest" default:"sha256" doc:"Digest of a self-signed one's signature."`
	SelfVersion      int    `arg:"selfsigned_version" default:"3" doc:"Version of a self-signed one; there is only 3."`
	SelfSKI          string `arg:"selfsigned_create_subject_key_identifier" enum:"create_if_not_provided,always_create,never_create" default:"create_if_not_provided" doc:"When the identifier of the key is made from the key."`
	CAPath           string `arg:"ownca_path" type:"path" doc:"File of the CA's certificate."`
	CAContent        string `arg:"ownca_content" doc:"The CA's certificate itself."`
	CAKeyPath        string `arg:"ownca_privatekey_path" type:"path" doc:"File of the CA's private key."`
	CAKeyContent     string `arg:"ownca_privatekey_content,secret" doc:"The CA's private key itself."`
	CAPassphrase     string `arg:"ownca_privatekey_passphrase,secret" doc:"Passphrase of the CA's private key."`
	CANotBefore      string `arg:"ownca_not_before" default:"+0s" doc:"From when the certificate holds."`
	CANotAfter       string `arg:"ownca_not_after" default:"+3650d" doc:"Until when the certificate holds."`
	CADigest         string `arg:"ownca_digest" default:"sha256" doc:"Digest of the CA's signature."`
	CAVersion        int    `arg:"ownca_version" default:"3" doc:"Version of the certificate; there is only 3."`
	CASKI            string `arg:"ownca_create_subject_key_identifier" enum:"create_if_not_provided,always_create,never_create" default:"create_if_not_provided" doc:"When the identifier of the key is made from the key."`
	CAAKI            bool   `arg:"ownca_create_authority_key_identifier" default:"true" doc:"Put in the identifier of the CA's key, whatever the request says."`
	keySource
}

type certificateArgs struct {
	State string `arg:"state" enum:"absent,present" default:"present" doc:"Whether the certificate is to be there."`
	certificateOptions
	output
}

type certificatePipeArgs struct {
	Content string `arg:"content" doc:"The certificate as it is."`
	Force   bool   `arg:"force" default:"false" doc:"Make it anew although it fits."`
	Backend string `arg:"select_crypto_backend" enum:"auto,cryptography" default:"auto" doc:"Unused: there is one way."`
	certificateOptions
}

// certificateFacts are what both modules return of the certificate.
type certificateFacts struct {
	PrivateKey any    `json:"privatekey" type:"path" doc:"File of the private key."`
	CSR        any    `json:"csr" type:"path" doc:"File of the request."`
	Content    any    `json:"certificate,omitempty" type:"str" doc:"The certificate."`
	NotBefore  string `json:"notBefore,omitempty" doc:"From when it holds."`
	NotAfter   string `json:"notAfter,omitempty" doc:"Until when it holds."`
	Serial     any    `json:"serial_number,omitempty" type:"int" doc:"Its serial number."`
	CACert     any    `json:"ca_cert,omitempty" type:"path" doc:"File of the CA's certificate, with ownca."`
	CAKey      any    `json:"ca_privatekey,omitempty" type:"path" doc:"File of the CA's private key, with ownca."`
}

type certificateResult struct {
	Filename string `json:"filename" doc:"The file."`
	Backup   string `json:"backup_file,omitempty" doc:"The copy that was kept of the previous file."`
	certificateFacts
}

func init() {
	exclusive := [][]string{{"csr_path", "csr_content"}, {"privatekey_path", "privatekey_content"}, {"ownca_path", "ownca_content"}, {"ownca_privatekey_path", "ownca_privatekey_content"}}
	differs := []string{"Of the providers selfsigned and ownca are there; acme and entrust need services of others."}
	modules.Register(modules.Spec{
		Name: "community.crypto.x509_certificate", Summary: "Make certificates",
		Exclusive:  exclusive,
		RequiredIf: []modules.RequiredIf{{Option: "state", Is: "present", Needs: []string{"provider"}}},
		Example:    "- name: A certificate signed with its own key\n  community.crypto.x509_certificate:\n    path: /etc/ssl/site.crt\n    privatekey_path: /etc/ssl/private/site.key\n    csr_path: /etc/ssl/site.csr\n    provider: selfsigned\n",
		Differs:    differs,
	}, orNothing(certificate))
	modules.Register(modules.Spec{
		Name: "community.crypto.x509_certificate_pipe", Summary: "Make certificates without a file",
		Exclusive: exclusive, OneOf: [][]string{{"provider"}},
		Example: "- name: A certificate of our own authority\n  community.crypto.x509_certificate_pipe:\n    csr_content: \"{{ request.csr }}\"\n    provider: ownca\n    ownca_path: /etc/ssl/ca.crt\n    ownca_privatekey_path: /etc/ssl/private/ca.key\n  register: made\n",
		Differs: differs,
	}, certificatePipe)
}

func certificate(c *modules.Context, a certificateArgs) (certificateResult, error) {
	r := certificateResult{Filename: a.Path, certificateFacts: a.facts()}
	if a.State == "absent" {
		if a.ReturnContent {
			r.Content = content(nil)
		}
		var err error
		r.Backup, err = a.remove(c)
		return r, err
	}
	old, err := a.read()
	if err != nil {
		return r, err
	}
	cert, wanted, err := a.make(old, a.output.Force)
	if err != nil {
		return certificateResult{}, err
	}
	data, backup, err := a.settle(c, old, wanted, 0o666&^fsys.Umask(), certificateDiff)
	r.Backup = backup
	r.fill(cert)
	if a.ReturnContent {
		r.Content = content(data)
	}
	return r, err
}

func certificatePipe(c *modules.Context, a certificatePipeArgs) (certificateFacts, error) {
	r := a.facts()
	var old []byte
	if a.Content != "" {
		old = []byte(a.Content)
	}
	cert, data, err := a.make(old, a.Force)
	if err != nil {
		return certificateFacts{}, err
	}
	r.fill(cert)
	r.Content, err = pipe(c, old, data, certificateDiff)
	return r, err
}

func (a certificateOptions) facts() certificateFacts {
	r := certificateFacts{PrivateKey: orNone(a.KeyPath), CSR: orNone(a.CSRPath)}
	if a.Provider == "ownca" {
		r.CACert, r.CAKey = orNone(a.CAPath), orNone(a.CAKeyPath)
	}
	return r
}

func (r *certificateFacts) fill(cert *x509.Certificate) {
	r.NotBefore, r.NotAfter, r.Serial = stamp(cert.NotBefore), stamp(cert.NotAfter), value.Int(cert.SerialNumber)
}

// make makes the certificate; data is nil when the old one fits.
func (a certificateOptions) make(old []byte, force bool) (cert *x509.Certificate, data []byte, err error) {
	s, err := a.signing(time.Now())
	if err != nil {
		return nil, nil, err
	}
	if old != nil && !force {
		if cert = s.fitting(old); cert != nil {
			return cert, nil, nil
		}
	}
	serial, err := randomBelow(159)
	if err != nil {
		return nil, nil, err
	}
	if cert, err = s.sign(serial); err != nil {
		return nil, nil, err
	}
	return cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}), nil
}

func (a certificateOptions) signing(now time.Time) (s signing, err error) {
	digest, before, till, version := a.SelfDigest, a.SelfNotBefore, a.SelfNotAfter, a.SelfVersion
	option := "selfsigned"
	s.makeSKI, s.anyTime = a.SelfSKI, a.IgnoreTimestamps
	if a.Provider == "ownca" {
		option, digest, before, till, version = "ownca", a.CADigest, a.CANotBefore, a.CANotAfter, a.CAVersion
		s.makeSKI, s.makeAKI = a.CASKI, a.CAAKI
		if err = a.authority(&s); err != nil {
			return s, err
		}
	} else {
		if a.KeyPath == "" && a.KeyContent == "" {
			return s, modules.Fail("One of privatekey_path and privatekey_content must be specified for the selfsigned provider.")
		}
		if a.KeyContent == "" && !fsys.Exists(a.KeyPath) {
			return s, modules.Fail("The private key file %s does not exist", a.KeyPath)
		}
		if s.key, err = a.signer(); err != nil {
			return s, err
		}
	}
	if version != 3 {
		return s, modules.Fail("%s_version must be 3: certificates of other versions are not made", option)
	}
	if s.algorithm, err = signatureFor(s.key, digest, "The digest %s is not supported with the cryptography backend"); err != nil {
		return s, err
	}
	if s.before, err = moment(before, option+"_not_before", now); err != nil {
		return s, err
	}
	if s.till, err = moment(till, option+"_not_after", now); err != nil {
		return s, err
	}
	s.request, err = a.loadRequest(s.key)
	return s, err
}

// authority loads the CA's certificate and key, which have to belong together.
func (a certificateOptions) authority(s *signing) (err error) {
	switch {
	case a.CSRPath == "" && a.CSRContent == "":
		return modules.Fail("csr_path or csr_content is required for ownca provider")
	case a.CAContent == "" && a.CAPath == "":
		return modules.Fail("One of ownca_path and ownca_content must be specified for the ownca provider.")
	case a.CAKeyContent == "" && a.CAKeyPath == "":
		return modules.Fail("One of ownca_privatekey_path and ownca_privatekey_content must be specified for the ownca provider.")
	case a.CAContent == "" && !fsys.Exists(a.CAPath):
		return modules.Fail("The CA certificate file %s does not exist", a.CAPath)
	case a.CAKeyContent == "" && !fsys.Exists(a.CAKeyPath):
		return modules.Fail("The CA private key file %s does not exist", a.CAKeyPath)
	}
	if s.key, err = (keySource{a.CAKeyPath, a.CAKeyContent, a.CAPassphrase}).signer(); err != nil {
		return err
	}
	if s.issuer, err = loadCertificate(a.CAPath, a.CAContent); err != nil {
		return err
	}
	if publicPEM(s.issuer.PublicKey) != publicPEM(s.key.Public()) {
		return modules.Fail("The CA private key does not belong to the CA certificate")
	}
	return nil
}

// loadRequest reads the request; a self-signed certificate needs none.
func (a certificateOptions) loadRequest(key private) (*x509.CertificateRequest, error) {
	text := []byte(a.CSRContent)
	if a.CSRPath != "" {
		var err error
		if text, err = os.ReadFile(a.CSRPath); err != nil {
			return nil, modules.Fail("The certificate signing request file %s does not exist", a.CSRPath)
		}
	}
	if len(text) == 0 {
		return emptyRequest(key)
	}
	q, err := x509.ParseCertificateRequest(blockOf(text))
	if err != nil {
		return nil, modules.Fail("Unable to load request: %w", err)
	}
	return q, q.CheckSignature()
}

func loadCertificate(path, content string) (*x509.Certificate, error) {
	data := []byte(content)
	if content == "" {
		var err error
		if data, err = os.ReadFile(path); err != nil {
			return nil, err
		}
	}
	cert, err := x509.ParseCertificate(blockOf(data))
	if err != nil {
		return nil, modules.Fail("Unable to load certificate: %w", err)
	}
	return cert, nil
}
