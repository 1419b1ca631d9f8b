package general

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"goplay/modules/modulestest"
)

// mailServer is a mail server of a test, and what it was sent.
type mailServer struct {
	port    string
	starts  bool   // it offers STARTTLS
	auth    string // the kinds of AUTH that it offers
	config  *tls.Config
	mu      sync.Mutex
	to      []string
	secured bool
	user    string
	mails   []string
}

func startMail(t *testing.T, tlsFirst, starts bool, auth string) *mailServer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	cert := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, cert, cert, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	s := &mailServer{starts: starts, auth: auth, config: &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	_, s.port, _ = net.SplitHostPort(l.Addr().String())
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if tlsFirst {
				conn = tls.Server(conn, s.config)
			}
			go s.talk(conn, tlsFirst)
		}
	}()
	return s
}

// talk is one conversation.
func (s *mailServer) talk(conn net.Conn, secured bool) {
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	in := bufio.NewReader(conn)
	say := func(text string) { _, _ = io.WriteString(conn, text+"\r\n") }
	read := func() string {
		line, _ := in.ReadString('\n')
		return strings.TrimRight(line, "\r\n")
	}
	say("220 test")
	for {
		line := read()
		verb, rest, _ := strings.Cut(line, " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			offers := []string{"250-test"}
			if s.starts && !secured {
				offers = append(offers, "250-STARTTLS")
			}
			if s.auth != "" {
				offers = append(offers, "250-AUTH "+s.auth)
			}
			say(strings.Join(append(offers, "250 8BITMIME"), "\r\n"))
		case "STARTTLS":
			say("220 go on")
			conn = tls.Server(conn, s.config)
			in, secured = bufio.NewReader(conn), true
		case "AUTH":
			s.login(rest, say, read)
		case "RCPT":
			if strings.Contains(rest, "nobody") {
				say("550 who is that")
				continue
			}
			s.note(func() { s.to = append(s.to, strings.Trim(strings.TrimPrefix(rest, "TO:"), "<>")) })
			say("250 ok")
		case "DATA":
			say("354 speak")
			var text strings.Builder
			for line := read(); line != "."; line = read() {
				text.WriteString(strings.TrimPrefix(line, ".") + "\r\n")
			}
			s.note(func() { s.mails, s.secured = append(s.mails, text.String()), secured })
			say("250 ok")
		case "QUIT", "":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (s *mailServer) note(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
}

// login takes the password "right" by PLAIN and LOGIN.
func (s *mailServer) login(rest string, say func(string), read func() string) {
	kind, first, _ := strings.Cut(rest, " ")
	decode := func(text string) string {
		data, _ := base64.StdEncoding.DecodeString(text)
		return string(data)
	}
	user, password := decode(first), ""
	if strings.EqualFold(kind, "PLAIN") {
		parts := strings.Split(user, "\x00")
		user, password = parts[1], parts[2]
	} else {
		say("334 UGFzc3dvcmQ6")
		password = decode(read())
	}
	if password != "right" {
		say("535 no")
		return
	}
	s.note(func() { s.user = user })
	say("235 welcome")
}

// TestMail holds what the module says against Ansible, with servers of all kinds.
func TestMail(t *testing.T) {
	plain, starts := startMail(t, false, false, ""), startMail(t, false, true, "PLAIN LOGIN")
	secure, login, odd := startMail(t, true, false, ""), startMail(t, false, false, "LOGIN"), startMail(t, false, false, "GSSAPI")
	vars := map[string]string{"{plain}": plain.port, "{starts}": starts.port, "{secure}": secure.port, "{login}": login.port, "{odd}": odd.port}
	of := func(name, port string, more modulestest.Args) modulestest.Case {
		args := modulestest.Args{"host": "127.0.0.1", "port": port, "subject": "hello", "to": "ann@example.org", "sender": "Me <me@example.org>", "timeout": 5}
		for k, v := range more {
			args[k] = v
		}
		return modulestest.Case{Name: name, Module: "community.general.mail", Vars: vars, Args: args, Files: modulestest.Files{"a: b\n"}}
	}
	user := modulestest.Args{"username": "joe", "password": "right"}
	words := func(c modulestest.Case) modulestest.Case { return c.Differing("what TLS says in other words", "msg") }
	modulestest.Compare(t, append(modulestest.Passes(of("a mail", "{plain}", modulestest.Args{"secure": "never"})),
		of("plain", "{plain}", modulestest.Args{"secure": "never"}), of("tried", "{plain}", nil),
		of("needs TLS", "{plain}", modulestest.Args{"secure": "starttls"}), words(of("needs TLS at once", "{plain}", modulestest.Args{"secure": "always"})),
		of("STARTTLS", "{starts}", modulestest.Args{"secure": "starttls"}), of("STARTTLS tried", "{starts}", user),
		of("TLS", "{secure}", modulestest.Args{"secure": "always"}), of("TLS tried", "{secure}", nil),
		of("logged in", "{login}", user), of("not logged in", "{login}", modulestest.Args{"username": "joe", "password": "wrong"}),
		of("no login", "{plain}", user), of("no login that is known", "{odd}", user),
		of("a user without a password", "{plain}", modulestest.Args{"username": "joe"}),
		of("one is refused", "{plain}", modulestest.Args{"to": "ann@example.org,nobody@example.org"}),
		of("all are refused", "{plain}", modulestest.Args{"to": "nobody@example.org"}).Differing("in other words", "msg"),
		of("no file", "{plain}", modulestest.Args{"attach": "{dir}/lost"}),
		of("checked", "{plain}", nil).Checked(),
	))
}

// TestMailText looks at what is sent.
func TestMailText(t *testing.T) {
	s := startMail(t, false, true, "")
	c := modulestest.Case{Module: "community.general.mail", Files: modulestest.Files{"näme.bin: one\x00two"}, Args: modulestest.Args{
		"host": "127.0.0.1", "port": s.port, "subject": "Grüße", "body": "Guten Tag\n.\nEnde", "subtype": "html", "sender": "Zoë <zoe@example.org>",
		"to": []any{"Ann, A. <ann@example.org>", "bob@example.org"}, "cc": "Cleo <cleo@example.org>", "bcc": "dan@example.org,ann@example.org",
		"headers": []any{"X-Kind=wörd|Reply-To=x@example.org", "broken", "X-Bad=a\nBcc: e@example.org"}, "attach": "{dir}/näme.bin"}}
	dir := t.TempDir()
	c.Files.Make(t, dir)
	r := c.Run(t, dir, false)
	if r.Failed || r.Changed || len(s.mails) != 1 || !s.secured || len(r.Warnings) != 1 || r.Warnings[0] != "Skipping header 'broken', unable to parse" {
		t.Fatalf("failed=%v changed=%v %s; %d mails, secured=%v, %q", r.Failed, r.Changed, r.Msg, len(s.mails), s.secured, r.Warnings)
	}
	if got := strings.Join(s.to, " "); got != "ann@example.org bob@example.org cleo@example.org dan@example.org" {
		t.Errorf("it went to %s", got)
	}
	m, err := netmail.ReadMessage(strings.NewReader(s.mails[0]))
	if err != nil {
		t.Fatal(err)
	}
	words := &mime.WordDecoder{}
	for name, want := range map[string]string{"Subject": "Grüße", "From": "Zoë <zoe@example.org>", "To": `"Ann, A." <ann@example.org>, bob@example.org`,
		"Cc": "Cleo <cleo@example.org>", "Bcc": "", "X-Kind": "wörd", "Reply-To": "x@example.org", "X-Mailer": "Ansible mail module", "X-Bad": "a\nBcc: e@example.org"} {
		if got, err := words.DecodeHeader(m.Header.Get(name)); err != nil || got != want {
			t.Errorf("%s is %q, want %q (%v)", name, got, want, err)
		}
	}
	_, parameters, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(m.Body, parameters["boundary"])
	for _, want := range []struct{ kind, name, text string }{{`text/html; charset="utf-8"`, "", "Guten Tag\n.\nEnde\n\n"}, {"application/octet-stream", "näme.bin", "one\x00two"}} {
		part, err := parts.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, part))
		if err != nil || string(data) != want.text || part.Header.Get("Content-Type") != want.kind || part.FileName() != want.name {
			t.Errorf("a part is %q %q %q, want %q (%v)", part.Header.Get("Content-Type"), part.FileName(), data, want, err)
		}
	}
}

func TestMailCharsets(t *testing.T) {
	if got, err := inCharset("é", "ISO-8859-1"); err != nil || string(got) != "\xe9" {
		t.Errorf("%q, %v", got, err)
	}
	for _, charset := range []string{"us-ascii", "koi8-r"} {
		if _, err := inCharset("é", charset); err == nil {
			t.Errorf("%s takes é", charset)
		}
	}
}
