package crypto

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"os"
	"slices"

	"goplay/modules"
	"goplay/modules/fsys"
)

type pkcs12Args struct {
	State       string   `arg:"state" enum:"absent,present" default:"present" doc:"Whether the archive is to be there."`
	Action      string   `arg:"action" enum:"export,parse" default:"export" doc:"Make an archive, or write the contents of one in PEM."`
	Src         string   `arg:"src" type:"path" doc:"The archive to parse."`
	Certificate string   `arg:"certificate_path" type:"path" doc:"File of the certificate."`
	Others      []string `arg:"other_certificates" alias:"ca_certificates" type:"path" doc:"Files of further certificates."`
	ParseAll    bool     `arg:"other_certificates_parse_all" default:"false" doc:"Each of these files may hold several certificates, or none."`
	Name        string   `arg:"friendly_name" alias:"name" doc:"Name of the key and its certificate."`
	Passphrase  string   `arg:"passphrase,secret" doc:"Passphrase of the archive."`
	Level       string   `arg:"encryption_level" enum:"auto,compatibility2022" default:"auto" doc:"How it is encrypted: AES-256 and SHA-256, or with compatibility2022 triple DES and SHA-1, which old readers know."`
	Rounds      *int     `arg:"iter_size" doc:"How often the passphrase is hashed, with compatibility2022."`
	MACRounds   *int     `arg:"maciter_size" doc:"Unused: as often as iter_size says."`
	keySource
	output
}

type pkcs12Result struct {
	Filename   string `json:"filename" doc:"The file."`
	PrivateKey any    `json:"privatekey_path,omitempty" type:"path" doc:"File of the private key."`
	Mode       string `json:"mode,omitempty" doc:"Permissions of the file."`
	Backup     string `json:"backup_file,omitempty" doc:"The copy that was kept of the previous file."`
	Content    string `json:"pkcs12,omitempty" doc:"The archive in Base64, with return_content."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.crypto.openssl_pkcs12", Summary: "Make and unpack PKCS#12 archives of keys and certificates",
		Exclusive:  [][]string{{"privatekey_path", "privatekey_content"}},
		RequiredIf: []modules.RequiredIf{{Option: "action", Is: "parse", Needs: []string{"src"}}},
		Example:    "- name: The site's key and certificate in one file\n  community.crypto.openssl_pkcs12:\n    path: /etc/ssl/private/site.p12\n    friendly_name: site\n    privatekey_path: /etc/ssl/private/site.key\n    certificate_path: /etc/ssl/site.crt\n    passphrase: \"{{ archive_passphrase }}\"\n",
	}, orNothing(openssl12))
}

func openssl12(c *modules.Context, a pkcs12Args) (pkcs12Result, error) {
	r := pkcs12Result{Filename: a.Path, PrivateKey: orNone(a.KeyPath)}
	old, err := a.read()
	if err != nil {
		return r, err
	}
	if a.State == "absent" {
		r.Backup, err = a.remove(c)
		return r, err
	}
	wanted, err := a.make(old)
	if err != nil {
		return pkcs12Result{}, err
	}
	if wanted != nil && a.Action == "export" && a.Name == "" {
		return r, modules.Fail("Friendly_name is required")
	}
	if a.Mode == nil {
		a.Mode = "0400"
	}
	data, backup, err := a.settle(c, old, wanted, 0o400, untold)
	r.Backup, r.Mode = backup, "0400"
	if st, err := fsys.StatFollow(a.Path); err == nil {
		r.Mode = fsys.FormatMode(st.Mode)
	}
	if a.ReturnContent {
		r.Content = base64.StdEncoding.EncodeToString(data)
	}
	return r, err
}

// make is what the file is to hold; nil where it does.
func (a pkcs12Args) make(old []byte) ([]byte, error) {
	if a.Action == "parse" {
		return a.unpack(old)
	}
	wanted, err := a.contents()
	if err != nil {
		return nil, err
	}
	if old != nil && !a.Force {
		if have, err := decodeArchive(old, a.Passphrase); err == nil && have.same(wanted) {
			return nil, nil
		}
	}
	s := sealing{a.Passphrase, a.Level == "compatibility2022", defaultP12Rounds}
	if s.old {
		s.rounds = 50000
	}
	if a.Rounds != nil {
		s.rounds = *a.Rounds
	}
	return wanted.encode(s)
}

// same compares what archives hold. Which certificate is the key's own is
// known without being written.
func (a archive) same(b archive) bool {
	return a.name == b.name && sameKey(a.key, b.key) && slices.Equal(a.raw(), b.raw())
}

func (a archive) raw() []string {
	var out []string
	for _, c := range append([]*x509.Certificate{a.cert}, a.others...) {
		if c != nil {
			out = append(out, string(c.Raw))
		}
	}
	slices.Sort(out)
	return out
}

func sameKey(a, b private) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return publicPEM(a.Public()) == publicPEM(b.Public())
}

// contents reads what is to be in the archive.
func (a pkcs12Args) contents() (w archive, err error) {
	w.name = a.Name
	if a.KeyPath != "" || a.KeyContent != "" {
		if w.key, err = a.load(); err != nil {
			return w, err
		}
	}
	if a.Certificate != "" {
		certs, err := certificatesIn(a.Certificate)
		if err != nil {
			return w, err
		}
		if len(certs) == 0 {
			return w, modules.Fail("%s holds no certificate in PEM", a.Certificate)
		}
		w.cert = certs[0]
	}
	for _, path := range a.Others {
		certs, err := certificatesIn(path)
		if err != nil {
			return w, err
		}
		if !a.ParseAll {
			certs = certs[:min(1, len(certs))]
		}
		w.others = append(w.others, certs...)
	}
	if w.key == nil && w.cert == nil && len(w.others) == 0 {
		return w, modules.Fail("nothing to put in the archive: give a private key or certificates")
	}
	return w, nil
}

func certificatesIn(path string) ([]*x509.Certificate, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	certs, err := certificatesOf(data)
	if err != nil {
		return nil, modules.Fail("%s: %w", path, err)
	}
	return certs, nil
}

// certificatesOf reads all certificates of a text in PEM.
func certificatesOf(rest []byte) (out []*x509.Certificate, err error) {
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return out, nil
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		out = append(out, cert)
	}
}

// unpack writes the key and the certificates of an archive in PEM.
func (a pkcs12Args) unpack(old []byte) ([]byte, error) {
	data, err := os.ReadFile(a.Src)
	if err != nil {
		return nil, err
	}
	have, err := decodeArchive(data, a.Passphrase)
	if err != nil {
		return nil, modules.Fail("read %s: %w", a.Src, err)
	}
	var out bytes.Buffer
	if have.key != nil {
		text, err := keyOptions{Format: "auto"}.encode(have.key)
		if err != nil {
			return nil, err
		}
		out.Write(text)
	}
	for _, cert := range append([]*x509.Certificate{have.cert}, have.others...) {
		if cert != nil {
			_ = pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})
		}
	}
	if !a.Force && bytes.Equal(old, out.Bytes()) {
		return nil, nil
	}
	return out.Bytes(), nil
}
