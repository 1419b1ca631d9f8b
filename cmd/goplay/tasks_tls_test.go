package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// taskServers are those that cases talk to. In the tasks {{ url }} is an HTTP
// server; {{ tls }} has a certificate that {{ certs }}/ca.pem signed, and
// {{ mutual }} wants one of its clients besides, which client.pem and client.key
// are; {{ socket }} is one in the file system.
type taskServers struct{ url, tls, mutual, socket, certs string }

func (s taskServers) vars() map[string]any {
	return map[string]any{"url": s.url, "tls": s.tls, "mutual": s.mutual, "socket": s.socket, "certs": s.certs}
}

// startServers starts them, with the certificates below a folder.
func startServers(t *testing.T, root string) taskServers {
	t.Helper()
	plain := httptest.NewServer(taskServer())
	t.Cleanup(plain.Close)
	s := taskServers{url: plain.URL, certs: filepath.Join(root, "certs")}
	if err := os.Mkdir(s.certs, 0o755); err != nil {
		t.Fatal(err)
	}
	authority, key := s.certificate(t, "ca", nil, nil)
	s.certificate(t, "client", authority, key)
	s.certificate(t, "server", authority, key)
	own, err := tls.LoadX509KeyPair(filepath.Join(s.certs, "server.pem"), filepath.Join(s.certs, "server.key"))
	if err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{own}, ClientCAs: x509.NewCertPool()}
	config.ClientCAs.AddCert(authority)
	s.tls = startTLS(t, config)
	config = config.Clone()
	config.ClientAuth = tls.RequireAndVerifyClientCert
	s.mutual = startTLS(t, config)

	// The path of a socket has to be short.
	folder, err := os.MkdirTemp("", "socket")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	s.socket = filepath.Join(folder, "s")
	listener, err := net.Listen("unix", s.socket)
	if err != nil {
		t.Fatal(err)
	}
	inFiles := &http.Server{Handler: taskServer()}
	go func() { _ = inFiles.Serve(listener) }()
	t.Cleanup(func() { _ = inFiles.Close() })
	return s
}

func startTLS(t *testing.T, config *tls.Config) string {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.TLS.PeerCertificates) > 0 {
			_, _ = fmt.Fprintf(w, "you are %s\n", r.TLS.PeerCertificates[0].Subject.CommonName)
			return
		}
		_, _ = io.WriteString(w, "content\n")
	}))
	server.TLS = config
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL
}

// certificate makes a certificate and its key in files, signed by another or by itself.
func (s taskServers) certificate(t *testing.T, name string, by *x509.Certificate, signs *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	made := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, BasicConstraintsValid: true, IsCA: by == nil,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	if by == nil {
		by, signs = made, key
	}
	der, err := x509.CreateCertificate(rand.Reader, made, by, &key.PublicKey, signs)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{".pem": {Type: "CERTIFICATE", Bytes: der}, ".key": {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(filepath.Join(s.certs, name+file), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return out, key
}
