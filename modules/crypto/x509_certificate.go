package crypto

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"regexp"
	"strconv"
	"time"

	"goplay/modules"
	"goplay/modules/fsys"
)

type certificateArgs struct {
	State         string `arg:"state" enum:"absent,present" default:"present" doc:"Whether the certificate is to be there."`
	Provider      string `arg:"provider" enum:"ownca,selfsigned" doc:"Who signs: a CA of one's own, or the key itself."`
	CSRPath       string `arg:"csr_path" type:"path" doc:"File of the request."`
	CSRContent    string `arg:"csr_content" doc:"The request itself."`
	SelfNotBefore string `arg:"selfsigned_not_before" alias:"selfsigned_notBefore" default:"+0s" doc:"From when a self-signed one holds: a time as YYYYMMDDHHMMSSZ, or from now as +[w][d][h][m][s]."`
	SelfNotAfter  string `arg:"selfsigned_not_after" alias:"selfsigned_notAfter" default:"+3650d" doc:"Until when a self-signed one holds."`
	CAPath        string `arg:"ownca_path" type:"path" doc:"File of the CA's certificate."`
	CAContent     string `arg:"ownca_content" doc:"The CA's certificate itself."`
	CAKeyPath     string `arg:"ownca_privatekey_path" type:"path" doc:"File of the CA's private key."`
	CAKeyContent  string `arg:"ownca_privatekey_content,secret" doc:"The CA's private key itself."`
	CAPassphrase  string `arg:"ownca_privatekey_passphrase,secret" doc:"Passphrase of the CA's private key."`
	CANotBefore   string `arg:"ownca_not_before" default:"+0s" doc:"From when the certificate holds."`
	CANotAfter    string `arg:"ownca_not_after" default:"+3650d" doc:"Until when the certificate holds."`
	keySource
	output
}

type certificateResult struct {
	Filename   string `json:"filename" doc:"The file."`
	PrivateKey string `json:"privatekey,omitempty" doc:"File of the private key."`
	CSR        string `json:"csr,omitempty" doc:"File of the request."`
	Backup     string `json:"backup_file,omitempty" doc:"The copy that was kept of the previous file."`
	Content    string `json:"certificate,omitempty" doc:"The certificate, with return_content."`
	NotBefore  string `json:"notBefore,omitempty" doc:"From when it holds."`
	NotAfter   string `json:"notAfter,omitempty" doc:"Until when it holds."`
	Serial     string `json:"serial_number,omitempty" doc:"Its serial number."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.crypto.x509_certificate", Summary: "Make certificates",
		Exclusive:  [][]string{{"csr_path", "csr_content"}, {"privatekey_path", "privatekey_content"}},
		RequiredIf: []modules.RequiredIf{{Option: "state", Is: "present", Needs: []string{"provider"}}},
		Example:    "- community.crypto.x509_certificate:\n    path: /etc/ssl/site.crt\n    privatekey_path: /etc/ssl/private/site.key\n    csr_path: /etc/ssl/site.csr\n    provider: selfsigned\n",
		Differs:    []string{"Of the providers selfsigned and ownca are there."},
	}, certificate)
}

// signing is who signs a certificate for what request, and for how long.
type signing struct {
	request      *x509.CertificateRequest
	issuer       *x509.Certificate // nil: itself
	key          crypto.Signer
	before, till time.Time
}

func certificate(c *modules.Context, a certificateArgs) (certificateResult, error) {
	r := certificateResult{Filename: a.Path, PrivateKey: a.KeyPath, CSR: a.CSRPath}
	var err error
	if a.State == "absent" {
		r.Backup, err = a.remove(c)
		return r, err
	}
	s, err := a.signing(time.Now())
	if err != nil {
		return r, err
	}
	data, err := a.read()
	if err != nil {
		return r, err
	}
	cert := s.fitting(data)
	if cert == nil || a.Force {
		if cert, err = s.sign(); err != nil {
			return r, err
		}
		data = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})
		r.Backup, err = a.write(c, data, 0o666&^fsys.Umask())
	} else {
		err = a.Attrs.Apply(c, a.Path)
	}
	const stamp = "20060102150405Z"
	r.NotBefore, r.NotAfter, r.Serial = cert.NotBefore.UTC().Format(stamp), cert.NotAfter.UTC().Format(stamp), cert.SerialNumber.String()
	if a.ReturnContent {
		r.Content = string(data)
	}
	return r, err
}

func (a certificateArgs) signing(now time.Time) (s signing, err error) {
	before, till := a.SelfNotBefore, a.SelfNotAfter
	if a.Provider == "ownca" {
		before, till = a.CANotBefore, a.CANotAfter
		if s.key, err = (keySource{a.CAKeyPath, a.CAKeyContent, a.CAPassphrase}).load(); err != nil {
			return s, err
		}
		if s.issuer, err = loadCertificate(a.CAPath, a.CAContent); err != nil {
			return s, err
		}
	} else if s.key, err = a.load(); err != nil {
		return s, err
	}
	if s.before, err = moment(before, now); err != nil {
		return s, err
	}
	if s.till, err = moment(till, now); err != nil {
		return s, err
	}
	s.request, err = a.loadRequest(s.key)
	return s, err
}

// loadRequest reads the request; a self-signed certificate needs none.
func (a certificateArgs) loadRequest(key crypto.Signer) (*x509.CertificateRequest, error) {
	text := []byte(a.CSRContent)
	if a.CSRPath != "" {
		var err error
		if text, err = os.ReadFile(a.CSRPath); err != nil {
			return nil, modules.Fail("The certificate signing request file %s does not exist", a.CSRPath)
		}
	}
	if len(text) == 0 && a.Provider == "selfsigned" {
		der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
		if err != nil {
			return nil, err
		}
		return x509.ParseCertificateRequest(der)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, modules.Fail("csr_path or csr_content with a request in PEM is required for the %s provider", a.Provider)
	}
	q, err := x509.ParseCertificateRequest(block.Bytes)
	if err == nil {
		err = q.CheckSignature()
	}
	return q, err
}

func loadCertificate(path, content string) (*x509.Certificate, error) {
	data := []byte(content)
	if content == "" {
		var err error
		if data, err = os.ReadFile(path); err != nil {
			return nil, modules.Fail("The CA certificate %s does not exist", path)
		}
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, modules.Fail("%s holds no certificate in PEM", path)
	}
	return x509.ParseCertificate(block.Bytes)
}

var relativeTime = regexp.MustCompile(`^([+-])(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?$`)

// moment reads a time, or one that is relative to now.
func moment(text string, now time.Time) (time.Time, error) {
	m := relativeTime.FindStringSubmatch(text)
	if m == nil {
		for _, form := range []string{"20060102150405Z", "200601021504Z", "20060102150405-0700"} {
			if t, err := time.Parse(form, text); err == nil {
				return t, nil
			}
		}
		return time.Time{}, modules.Fail("The time spec %q is invalid", text)
	}
	var d time.Duration
	for i, unit := range []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute, time.Second} {
		n, _ := strconv.Atoi("0" + m[i+2])
		d += time.Duration(n) * unit
	}
	if m[1] == "-" {
		d = -d
	}
	return now.Add(d), nil
}

// fitting is the certificate that is there, if it is for the request and by
// the signer.
func (s signing) fitting(data []byte) *x509.Certificate {
	block, _ := pem.Decode(data)
	if block == nil {
		return nil
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil || !bytes.Equal(cert.RawSubjectPublicKeyInfo, s.request.RawSubjectPublicKeyInfo) ||
		!bytes.Equal(cert.RawSubject, s.request.RawSubject) || !holds(cert.Extensions, s.request.Extensions) {
		return nil
	}
	issuer := s.issuer
	if issuer == nil {
		issuer = cert
	}
	signed := issuer.CheckSignature(cert.SignatureAlgorithm, cert.RawTBSCertificate, cert.Signature)
	if signed != nil || !bytes.Equal(cert.RawIssuer, issuer.RawSubject) {
		return nil
	}
	return cert
}

func (s signing) sign() (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 158))
	if err != nil {
		return nil, err
	}
	keyID := sum256(s.request.RawSubjectPublicKeyInfo)[:20]
	t := &x509.Certificate{SerialNumber: serial, RawSubject: s.request.RawSubject, NotBefore: s.before, NotAfter: s.till,
		ExtraExtensions: s.request.Extensions, SubjectKeyId: keyID}
	issuer := s.issuer
	if issuer == nil {
		issuer = t
	}
	der, err := x509.CreateCertificate(rand.Reader, t, issuer, s.request.PublicKey, s.key)
	if err != nil {
		return nil, modules.Fail("sign the certificate: %w", err)
	}
	return x509.ParseCertificate(der)
}
