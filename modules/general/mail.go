package general

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

type mailArgs struct {
	Sender   string   `arg:"sender" alias:"from" default:"root" doc:"Who sends it: an address, with a name or without."`
	To       []string `arg:"to" alias:"recipients" default:"root" doc:"Whom it is for."`
	CC       []string `arg:"cc" default:"" doc:"Who gets a copy."`
	BCC      []string `arg:"bcc" default:"" doc:"Who gets a copy without being named in it."`
	Subject  string   `arg:"subject,required" alias:"msg" doc:"Its subject."`
	Body     string   `arg:"body" doc:"Its text; the subject where not given."`
	Username string   `arg:"username" doc:"User of the mail server."`
	Password string   `arg:"password,secret" doc:"The user's password."`
	Host     string   `arg:"host" default:"localhost" doc:"The mail server."`
	Port     int      `arg:"port" default:"25" doc:"Its port."`
	Attach   []string `arg:"attach" type:"path" default:"" doc:"Files of the target to attach."`
	Headers  []string `arg:"headers" default:"" doc:"Headers to add, as name=value."`
	Charset  string   `arg:"charset" default:"utf-8" doc:"Character set of the text: utf-8, us-ascii or iso-8859-1."`
	Subtype  string   `arg:"subtype" enum:"html,plain" default:"plain" doc:"Whether the text is HTML."`
	Secure   string   `arg:"secure" enum:"always,never,starttls,try" default:"try" doc:"TLS from the beginning, not at all, as STARTTLS, or as the server will have it."`
	Timeout  int      `arg:"timeout" default:"20" doc:"Seconds to wait for a connection."`
	EHLO     string   `arg:"ehlohost" doc:"What this host calls itself; its name where not given."`
}

type mailResult struct {
	Changed bool        `json:"changed" doc:"Never: nothing on the target is another."`
	Msg     string      `json:"msg" doc:"Whether it was sent."`
	Result  *value.Dict `json:"result" doc:"Who was refused, each with the server's code and words."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.general.mail", Summary: "Send an e-mail",
		Example: "- name: Word that it is done\n  community.general.mail:\n    host: mail.example.org\n    to: Ann <ann@example.org>\n    subject: \"{{ ansible_hostname }} is done\"\n",
		NoCheck: true,
		Notes:   []string{"The target sends it. The server's certificate is not checked."},
		Differs: []string{
			"Other character sets than utf-8, us-ascii and iso-8859-1 are refused.",
			"It is sent with CRLF, a Message-ID and no more than its headers say; lines of headers are broken elsewhere.",
		},
		Together: [][]string{{"password", "username"}},
	}, mail)
}

// mailFailure is a failure with the code that goes with all of this module's.
func mailFailure(format string, args ...any) error {
	return modules.Fail(format, args...).With("rc", 1)
}

func mail(c *modules.Context, a mailArgs) (mailResult, error) {
	client, secured, err := a.connect(c)
	if err != nil {
		return mailResult{}, err
	}
	defer client.Close()
	if err := a.login(c, client, secured); err != nil {
		return mailResult{}, err
	}
	text, to, err := a.compose(c, time.Now())
	if err != nil {
		return mailResult{}, err
	}
	var refused []refusal
	err = c.Change(modules.Diff{}, func() error {
		refused, err = a.send(client, to, text)
		return err
	})
	if err != nil {
		return mailResult{}, mailFailure("Failed to send mail to '%s': %w", strings.Join(to, ", "), err)
	}
	_ = client.Quit()
	r := mailResult{Msg: "Mail sent successfully", Result: value.NewDict()}
	for _, no := range refused {
		c.Warn("Failed to send mail to '%s': %d %s", no.to, no.err.Code, no.err.Msg)
		r.Result.Set(no.to, value.Of([]any{int64(no.err.Code), no.err.Msg}))
		r.Msg = "Failed to send mail to at least one recipient"
	}
	return r, nil
}

// connect opens the connection, secured as the options say.
func (a mailArgs) connect(c *modules.Context) (client *smtp.Client, secured bool, err error) {
	config := &tls.Config{ServerName: a.Host, InsecureSkipVerify: true} //nolint:gosec // as Ansible's module, which checks none
	if a.Secure != "never" {
		conn, err := a.dial(c)
		if err == nil {
			secure := tls.Client(conn, config)
			if err = secure.HandshakeContext(c); err == nil {
				client, err = smtp.NewClient(secure, a.Host)
			}
			if err != nil {
				_ = conn.Close()
			}
		}
		if err != nil && a.Secure == "always" {
			return nil, false, mailFailure("Unable to start an encrypted session to %s:%d: %s", a.Host, a.Port, fsys.OSError(err))
		}
	}
	if secured = client != nil; !secured {
		conn, err := a.dial(c)
		if err != nil {
			return nil, false, mailFailure("Unable to Connect %s:%d: %s", a.Host, a.Port, fsys.OSError(err))
		}
		if client, err = smtp.NewClient(conn, a.Host); err != nil {
			return nil, false, mailFailure("Unable to Connect %s:%d: %s", a.Host, a.Port, fsys.OSError(err))
		}
	}
	if err := client.Hello(cmp.Or(a.EHLO, localName())); err != nil {
		return nil, false, mailFailure("Helo failed for host %s:%d: %w", a.Host, a.Port, err)
	}
	if secured || a.Secure == "never" {
		return client, secured, nil
	}
	if offered, _ := client.Extension("STARTTLS"); !offered {
		if a.Secure == "starttls" {
			return nil, false, mailFailure("StartTLS is not offered on server %s:%d", a.Host, a.Port)
		}
		return client, false, nil
	}
	if err := client.StartTLS(config); err != nil {
		return nil, false, mailFailure("Unable to start an encrypted session to %s:%d: %w", a.Host, a.Port, err)
	}
	return client, true, nil
}

// dial connects; a server that then says nothing is given up too.
func (a mailArgs) dial(c *modules.Context) (net.Conn, error) {
	limit := time.Duration(a.Timeout) * time.Second
	conn, err := (&net.Dialer{Timeout: limit}).DialContext(c, "tcp", net.JoinHostPort(a.Host, strconv.Itoa(a.Port)))
	if err != nil {
		return nil, err
	}
	return &patient{conn, limit}, nil
}

// patient is a connection that waits so long for each answer.
type patient struct {
	net.Conn
	limit time.Duration
}

func (p *patient) Read(b []byte) (int, error) {
	if p.limit > 0 {
		_ = p.SetReadDeadline(time.Now().Add(p.limit))
	}
	return p.Conn.Read(b)
}

func (a mailArgs) login(c *modules.Context, client *smtp.Client, secured bool) error {
	if a.Username == "" || a.Password == "" {
		return nil
	}
	offered, kinds := client.Extension("AUTH")
	if !offered {
		return mailFailure("No Authentication on the server at %s:%d", a.Host, a.Port)
	}
	var auth smtp.Auth
	for _, kind := range []string{"CRAM-MD5", "PLAIN", "LOGIN"} {
		if auth == nil && slices.Contains(strings.Fields(strings.ToUpper(kinds)), kind) {
			auth = a.auth(kind)
		}
	}
	if auth == nil {
		return mailFailure("No Suitable authentication method was found on %s:%d", a.Host, a.Port)
	}
	var refused *textproto.Error
	if err := client.Auth(auth); errors.As(err, &refused) {
		return mailFailure("Authentication to %s:%d failed, please check your username and/or password", a.Host, a.Port)
	} else if err != nil {
		return mailFailure("No Suitable authentication method was found on %s:%d", a.Host, a.Port)
	}
	if !secured {
		c.Warn("Username and Password was sent without encryption")
	}
	return nil
}

func (a mailArgs) auth(kind string) smtp.Auth {
	if kind == "CRAM-MD5" {
		return smtp.CRAMMD5Auth(a.Username, a.Password)
	}
	return saying{kind, a.Username, a.Password}
}

// saying tells user and password also where the connection is not secured,
// which the standard library refuses; the user is warned.
type saying struct{ kind, user, password string }

func (s saying) Start(*smtp.ServerInfo) (string, []byte, error) {
	if s.kind == "PLAIN" {
		return s.kind, []byte("\x00" + s.user + "\x00" + s.password), nil
	}
	return s.kind, []byte(s.user), nil
}

func (s saying) Next(_ []byte, more bool) ([]byte, error) {
	if more && s.kind == "LOGIN" {
		return []byte(s.password), nil
	}
	return nil, nil
}

// refusal is a recipient whom the server does not take.
type refusal struct {
	to  string
	err *textproto.Error
}

// send hands the mail over. Some of its recipients may be refused, not all.
func (a mailArgs) send(client *smtp.Client, to []string, text []byte) (refused []refusal, err error) {
	_, from := splitAddress(a.Sender)
	if err := client.Mail(from); err != nil {
		return nil, err
	}
	for _, one := range to {
		var no *textproto.Error
		if err := client.Rcpt(one); errors.As(err, &no) {
			refused = append(refused, refusal{one, no})
		} else if err != nil {
			return nil, err
		}
	}
	if len(refused) == len(to) {
		var all []string
		for _, no := range refused {
			all = append(all, fmt.Sprintf("%s: %s", no.to, no.err))
		}
		return nil, fmt.Errorf("all recipients were refused: %s", strings.Join(all, ", "))
	}
	w, err := client.Data()
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	return refused, w.Close()
}
