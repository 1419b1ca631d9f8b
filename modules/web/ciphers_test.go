package web

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"testing"
)

// The names are what `openssl ciphers -V` gives for the number.
func TestCipherNames(t *testing.T) {
	for name, want := range map[string]uint16{
		"ECDHE-RSA-AES128-SHA256": 0xc027, "ECDHE-ECDSA-AES128-SHA": 0xc009, "ECDHE-RSA-AES256-GCM-SHA384": 0xc030,
		"AES128-SHA": 0x002f, "AES128-SHA256": 0x003c, "AES256-GCM-SHA384": 0x009d, "ECDHE-RSA-CHACHA20-POLY1305": 0xcca8,
		"DES-CBC3-SHA": 0x000a, "ECDHE-RSA-DES-CBC3-SHA": 0xc012,
	} {
		got, err := Suites([]string{name})
		if err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("%s: %#x %v, want %#x", name, got, err, want)
		}
	}
	if got, err := Suites([]string{"HIGH", "!ECDHE-RSA-AES128-SHA"}); err != nil || len(got) != len(tls.CipherSuites())-1-3 {
		t.Errorf("%d suites, %v", len(got), err)
	}
	if _, err := Suites([]string{"nonsense"}); err == nil || err.Error() != "No cipher can be selected." {
		t.Errorf("nonsense: %v", err)
	}
}

func TestCiphersOffered(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler()) // its key is RSA
	server.TLS = &tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{0xc027, 0xc009}}
	server.StartTLS()
	defer server.Close()
	for cipher, fine := range map[string]bool{"ECDHE-RSA-AES128-SHA256": true, "ECDHE-ECDSA-AES128-SHA": false} {
		config, err := Request{Options: Options{Ciphers: []string{cipher}}}.tls()
		if err != nil {
			t.Fatal(err)
		}
		conn, err := tls.Dial("tcp", server.Listener.Addr().String(), config)
		if (err == nil) != fine {
			t.Errorf("%s: %v", cipher, err)
		}
		if err == nil {
			conn.Close()
		}
	}
}
