package pyurl

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// What Python's ssl module says of the same servers was asked of the real get_url.
func TestDistrust(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	for _, tc := range []struct {
		name string
		tls  *tls.Config
		want string
	}{
		{"signed by itself", &tls.Config{}, "self-signed certificate"},
		{"another name", &tls.Config{RootCAs: roots, ServerName: "other.test"}, "Hostname mismatch, certificate is not valid for 'other.test'."},
		{"another address", &tls.Config{RootCAs: roots, ServerName: "192.0.2.1"}, "IP address mismatch, certificate is not valid for '192.0.2.1'."},
		{"old", &tls.Config{RootCAs: roots, Time: func() time.Time { return time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC) }}, "certificate has expired"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			client := http.Client{Transport: &http.Transport{TLSClientConfig: tc.tls}}
			_, err := client.Get(server.URL)
			if err == nil {
				t.Fatal("the server is trusted")
			}
			got := NoAnswer(err)
			want := "<urlopen error [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: " + tc.want + ">"
			if got != want {
				t.Errorf("said is\n%s, want\n%s", got, want)
			}
		})
	}
}
