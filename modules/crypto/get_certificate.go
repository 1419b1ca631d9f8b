package crypto

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strconv"
	"time"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
	"goplay/modules/web"
)

type getCertArgs struct {
	Host      string   `arg:"host,required" doc:"Where to ask, by name or address."`
	Port      int      `arg:"port,required" doc:"Port."`
	CA        string   `arg:"ca_cert" type:"path" doc:"File of authorities, one of which has to have signed the certificate."`
	Name      string   `arg:"server_name" doc:"Name of the server that is asked for, where not host."`
	ProxyHost string   `arg:"proxy_host" doc:"Proxy that is gone through."`
	ProxyPort int      `arg:"proxy_port" default:"8080" doc:"Its port."`
	StartTLS  string   `arg:"starttls" enum:"mysql" doc:"Ask for TLS first, as this protocol does."`
	Timeout   int      `arg:"timeout" default:"10" doc:"Seconds to wait."`
	Backend   string   `arg:"select_crypto_backend" enum:"auto,cryptography" default:"auto" doc:"Unused: there is one way."`
	Ciphers   []string `arg:"ciphers" doc:"Ciphers to offer, by OpenSSL's names."`
	Base64    bool     `arg:"asn1_base64" default:"false" doc:"Return the contents of extensions in Base64, which bytes need that are no text."`
}

type getCertResult struct {
	Cert       string        `json:"cert" doc:"The certificate, in PEM."`
	Subject    *value.Dict   `json:"subject" doc:"Whom it is for, by short names."`
	Expired    bool          `json:"expired" doc:"Whether its time is over."`
	Extensions []*value.Dict `json:"extensions" doc:"Its extensions: name, critical and asn1_data."`
	Issuer     *value.Dict   `json:"issuer" doc:"Who signed it, by short names."`
	NotAfter   string        `json:"not_after" doc:"The end of its time."`
	NotBefore  string        `json:"not_before" doc:"The beginning of its time."`
	Serial     any           `json:"serial_number" type:"int" doc:"Its serial number."`
	Signature  string        `json:"signature_algorithm" doc:"How it is signed, in OpenSSL's words."`
	Version    int           `json:"version" doc:"Its version, counted from 0."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.crypto.get_certificate", Summary: "Tell about the certificate that a server shows",
		Example: "- name: The certificate that the server shows\n  community.crypto.get_certificate:\n    host: www.example.org\n    port: 443\n  register: shown\n- name: It is still good\n  ansible.builtin.assert:\n    that: not shown.expired\n",
		Notes:   []string{"Nobody checks that the certificate is for the host; with ca_cert, that it is signed."},
		Differs: []string{"Runs in check mode too: it changes nothing.", "What went wrong with TLS is said in other words.", "A certificate that is in ca_cert itself is trusted."},
	}, getCertificate)
}

func getCertificate(c *modules.Context, a getCertArgs) (getCertResult, error) {
	if a.CA != "" && !fsys.Exists(a.CA) {
		return getCertResult{}, modules.Fail("ca_cert file does not exist")
	}
	cert, err := a.fetch(c)
	if err != nil {
		via := ""
		if a.ProxyHost != "" {
			via = fmt.Sprintf(" via proxy %s:%d", a.ProxyHost, a.ProxyPort)
		}
		return getCertResult{}, modules.Fail("Failed to get cert%s from %s:%d, error: %s", via, a.Host, a.Port, fsys.OSError(err))
	}
	r := getCertResult{Cert: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})), Extensions: []*value.Dict{},
		Subject: byShortName(cert.RawSubject), Issuer: byShortName(cert.RawIssuer), Expired: time.Now().After(cert.NotAfter),
		NotAfter: stamp(cert.NotAfter), NotBefore: stamp(cert.NotBefore), Serial: value.Int(cert.SerialNumber),
		Signature: signatureNames[cert.SignatureAlgorithm], Version: cert.Version - 1}
	for _, e := range cert.Extensions {
		data := string(e.Value)
		if a.Base64 {
			data = base64.StdEncoding.EncodeToString(e.Value)
		}
		r.Extensions = append(r.Extensions, value.DictOf("critical", e.Critical, "asn1_data", data, "name", shortName(extensionNames, nameOf(extensionNames, e.Id))))
	}
	return r, nil
}

// extensionNames are what OpenSSL calls extensions.
var extensionNames = []named{
	{"2.5.29.9", []string{"subjectDirectoryAttributes"}}, {"2.5.29.14", []string{"subjectKeyIdentifier"}}, {"2.5.29.15", []string{"keyUsage"}},
	{"2.5.29.17", []string{"subjectAltName"}}, {"2.5.29.18", []string{"issuerAltName"}}, {"2.5.29.19", []string{"basicConstraints"}},
	{"2.5.29.30", []string{"nameConstraints"}}, {"2.5.29.31", []string{"crlDistributionPoints"}}, {"2.5.29.32", []string{"certificatePolicies"}},
	{"2.5.29.33", []string{"policyMappings"}}, {"2.5.29.35", []string{"authorityKeyIdentifier"}}, {"2.5.29.36", []string{"policyConstraints"}},
	{"2.5.29.37", []string{"extendedKeyUsage"}}, {"2.5.29.46", []string{"freshestCRL"}}, {"2.5.29.54", []string{"inhibitAnyPolicy"}},
	{"1.3.6.1.5.5.7.1.1", []string{"authorityInfoAccess"}}, {"1.3.6.1.5.5.7.1.11", []string{"subjectInfoAccess"}},
	{"1.3.6.1.5.5.7.1.24", []string{"tlsfeature"}}, {"1.3.6.1.4.1.11129.2.4.2", []string{"ct_precert_scts"}},
	{"2.16.840.1.113730.1.1", []string{"nsCertType"}}, {"2.16.840.1.113730.1.13", []string{"nsComment"}},
}

// shortName is the shortest of OpenSSL's names of what it calls name.
func shortName(table []named, name string) string {
	if name == "emailAddress" {
		return name
	}
	for _, n := range table {
		if n.names[0] == name {
			return n.names[len(n.names)-1]
		}
	}
	return name
}

func byShortName(raw []byte) *value.Dict {
	d := value.NewDict()
	for _, p := range readName(raw) {
		d.Set(shortName(attributeNames, p.name), p.text)
	}
	return d
}

// fetch asks the server for its certificate.
func (a getCertArgs) fetch(c *modules.Context) (*x509.Certificate, error) {
	ctx := context.Context(c)
	if a.Timeout > 0 {
		limited, cancel := context.WithTimeout(c, time.Duration(a.Timeout)*time.Second)
		defer cancel()
		ctx = limited
	}
	config, err := a.config()
	if err != nil {
		return nil, err
	}
	address := net.JoinHostPort(a.Host, strconv.Itoa(a.Port))
	to := address
	if a.ProxyHost != "" {
		to = net.JoinHostPort(a.ProxyHost, strconv.Itoa(a.ProxyPort))
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", to)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if until, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(until)
	}
	if a.ProxyHost != "" {
		if err := exchange(conn, []byte("CONNECT "+address+" HTTP/1.0\r\n\r\n"), true); err != nil {
			return nil, err
		}
	}
	if a.StartTLS == "mysql" {
		if err := exchange(conn, mysqlWantsTLS, false); err != nil {
			return nil, err
		}
	}
	secured := tls.Client(conn, config)
	if err := secured.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	return secured.ConnectionState().PeerCertificates[0], nil
}

// mysqlWantsTLS is what a client of MySQL answers to its greeting.
var mysqlWantsTLS = append([]byte{32, 0, 0, 1, 0x85, 0xae, 0x7f, 0, 0, 0, 0, 1, 33}, make([]byte, 23)...)

// exchange says something and hears the answer, or hears something first.
func exchange(conn io.ReadWriter, say []byte, first bool) error {
	if first {
		if _, err := conn.Write(say); err != nil {
			return err
		}
	}
	if _, err := conn.Read(make([]byte, 8192)); err != nil {
		return err
	}
	if first {
		return nil
	}
	_, err := conn.Write(say)
	return err
}

func (a getCertArgs) config() (*tls.Config, error) {
	config := &tls.Config{ServerName: a.Name, InsecureSkipVerify: true, MinVersion: tls.VersionTLS12} //nolint:gosec // the certificate is what is asked for
	if a.Name == "" {
		config.ServerName = a.Host
	}
	chosen, err := web.Suites(a.Ciphers)
	if err != nil {
		return nil, err
	}
	if config.CipherSuites = chosen; chosen == nil {
		for _, s := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
			config.CipherSuites = append(config.CipherSuites, s.ID)
		}
	}
	if a.CA == "" {
		return config, nil
	}
	data, err := os.ReadFile(a.CA)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(data) {
		return nil, errors.New("[X509] no certificate or crl found")
	}
	config.VerifyConnection = func(s tls.ConnectionState) error {
		between := x509.NewCertPool()
		for _, cert := range s.PeerCertificates[1:] {
			between.AddCert(cert)
		}
		_, err := s.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
		return err
	}
	return config, nil
}
