package crypto

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	mt "goplay/modules/modulestest"
)

// serve listens for what answers each connection, and returns its port.
func serve(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
				answer(conn)
			}()
		}
	}()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

func TestGetCertificate(t *testing.T) {
	pairs := map[string][2]string{"": {"leaf.crt", "ec.key"}, "ca.test": {"ca.crt", "rsa.key"}}
	config := &tls.Config{GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		names := pairs[hello.ServerName]
		pair, err := tls.X509KeyPair([]byte(made(t, names[0])), []byte(made(t, names[1])))
		return &pair, err
	}}
	secure := func(conn net.Conn) {
		c := tls.Server(conn, config)
		_ = c.Handshake()
		_, _ = c.Read(make([]byte, 1))
	}
	port := serve(t, secure)
	mysql := serve(t, func(conn net.Conn) {
		_, _ = conn.Write([]byte("J\x00\x00\x00\x0a8.0.30\x00"))
		if _, err := io.ReadFull(conn, make([]byte, 36)); err == nil {
			secure(conn)
		}
	})
	proxy := serve(t, func(conn net.Conn) {
		in := bufio.NewReader(conn)
		request, err := http.ReadRequest(in)
		if err != nil || request.Method != http.MethodConnect {
			return
		}
		to, err := net.Dial("tcp", request.RequestURI)
		if err != nil {
			return
		}
		defer to.Close()
		_, _ = io.WriteString(conn, "HTTP/1.0 200 OK\r\n\r\n")
		go func() { _, _ = io.Copy(to, in) }()
		_, _ = io.Copy(conn, to)
	})
	vars := map[string]string{"{port}": port, "{mysql}": mysql, "{proxy}": proxy}
	of := func(name string, more mt.Args) mt.Case {
		return mt.Case{Name: name, Module: collection + "get_certificate", Vars: vars,
			Files: mt.Files{"ca.crt: " + made(t, "ca.crt"), "leaf.crt: " + made(t, "leaf.crt"), "junk: x\n"},
			Args:  both(mt.Args{"host": "127.0.0.1", "port": "{port}", "asn1_base64": true}, more)}
	}
	const words = "what TLS says in other words"
	cases := []mt.Case{
		of("shown", nil), of("as bytes", mt.Args{"asn1_base64": false}),
		of("of another name", mt.Args{"server_name": "ca.test"}),
		of("signed", mt.Args{"ca_cert": "{dir}/ca.crt"}),
		of("not signed", mt.Args{"ca_cert": "{dir}/leaf.crt", "server_name": "ca.test"}).Differing(words, "msg"),
		of("no authority", mt.Args{"ca_cert": "{dir}/lost"}),
		of("junk for an authority", mt.Args{"ca_cert": "{dir}/junk"}).Differing(words, "msg"),
		of("of MySQL", mt.Args{"port": "{mysql}", "starttls": "mysql"}),
		of("through a proxy", mt.Args{"proxy_host": "127.0.0.1", "proxy_port": "{proxy}"}),
		of("of nobody", mt.Args{"port": 1}), of("of nobody's proxy", mt.Args{"proxy_host": "127.0.0.1", "proxy_port": 1}),
		of("with a cipher", mt.Args{"ciphers": []any{"ECDHE-ECDSA-AES128-GCM-SHA256", "HIGH"}}),
	}
	mt.Compare(t, cases)
	mt.Conform(t, cases)
}
