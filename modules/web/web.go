// Package web makes the HTTP requests of modules with the options that
// Ansible's modules share: credentials, certificates, proxies, redirects. It
// knows nothing of what the answers are for.
package web

import (
	"cmp"
	"compress/gzip"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"

	"goplay/internal/lazy"
	"goplay/internal/pyurl"
	"goplay/modules"
)

// Options are those of every module that makes requests. Embed them.
type Options struct {
	UseProxy       bool     `arg:"use_proxy" default:"true" doc:"Honour http_proxy, https_proxy and no_proxy in the environment."`
	ValidateCerts  bool     `arg:"validate_certs" default:"true" doc:"Check the server's certificate."`
	ForceBasicAuth bool     `arg:"force_basic_auth" default:"false" doc:"Send the credentials with the first request, without being asked for them."`
	HTTPAgent      string   `arg:"http_agent" default:"ansible-httpget" doc:"What the request calls itself (User-Agent)."`
	ClientCert     string   `arg:"client_cert" type:"path" doc:"Certificate in PEM to show to the server; the key may be in it."`
	ClientKey      string   `arg:"client_key" type:"path" doc:"Key of client_cert, in PEM."`
	UseGSSAPI      bool     `arg:"use_gssapi" default:"false" doc:"Kerberos; not supported here."`
	UseNetrc       bool     `arg:"use_netrc" default:"true" doc:"Take credentials from ~/.netrc."`
	Unredirected   []string `arg:"unredirected_headers" default:"" doc:"Headers that are not sent on after a redirect."`
	Decompress     bool     `arg:"decompress" default:"true" doc:"Unpack an answer that is packed with gzip."`
	Ciphers        []string `arg:"ciphers" doc:"The cipher suites to offer up to TLS 1.2, under OpenSSL's names."`
}

// Request is one request.
type Request struct {
	Options
	Method    string
	URL       string
	Header    http.Header
	Body      func() (io.ReadCloser, error) // opened again for every try; nil for none
	Size      int64                         // of the body, -1 when not known
	User      string
	Password  string
	Since     time.Time     // only if the resource is newer
	Fresh     bool          // ask caches for a fresh answer
	Timeout   time.Duration // until the headers, and between reads
	Redirects string        // all, safe or none
	CAPath    string
	Socket    string // path of a Unix socket to connect to
}

// Response is an answer. Body has to be closed.
type Response struct {
	*http.Response
	Cookies []*http.Cookie
}

// Do makes a request. Every status is an answer; the error is for none.
func (r Request) Do(c *modules.Context) (*Response, error) {
	if r.UseGSSAPI {
		return nil, modules.Fail("use_gssapi is not supported")
	}
	u, err := r.address()
	if err != nil {
		return nil, err
	}
	r.credentials(c, u)
	jar := &cookieJar{}
	client, err := r.client(c, jar, u.Scheme == "https")
	if err != nil {
		return nil, err
	}
	resp, err := r.send(c, client, u, r.ForceBasicAuth)
	if err == nil && resp.StatusCode == http.StatusUnauthorized && r.User != "" && !r.ForceBasicAuth {
		resp, err = r.answer(c, client, u, resp)
	}
	if err != nil {
		return nil, err
	}
	if err := r.unpack(resp); err != nil {
		_ = resp.Body.Close()
		return nil, err
	}
	return &Response{resp, jar.cookies}, nil
}

// address reads the URL. What is none fails in the words of Python's urllib.
func (r Request) address() (*url.URL, error) {
	u, err := url.Parse(r.URL)
	switch {
	case err != nil && portless.MatchString(r.URL):
		port := portless.FindStringSubmatch(r.URL)[1]
		return nil, r.misaddressed("invalid literal for int() with base 10: '" + port + "'")
	case err != nil || u.Scheme == "":
		return nil, r.misaddressed("unknown url type: '" + r.URL + "'")
	case u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "file":
		return nil, fmt.Errorf("Request failed: <urlopen error unknown url type: %s>", u.Scheme)
	case u.Host == "" && u.Scheme != "file":
		return nil, errors.New("Request failed: <urlopen error no host given>")
	}
	return u, nil
}

// portless finds a port that is no number.
var portless = lazy.Regexp(`^\w+://[^/?#]*:([^/?#:\d][^/?#]*)`)

func (r Request) misaddressed(msg string) error {
	return modules.Fail("%s", msg).With("url", r.URL).With("status", -1)
}

func (r Request) client(c *modules.Context, jar *cookieJar, secure bool) (*http.Client, error) {
	config, err := r.tls()
	if err != nil && secure {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: r.Timeout}
	transport := &http.Transport{
		TLSClientConfig: config, DisableCompression: true, DisableKeepAlives: true,
		ResponseHeaderTimeout: r.Timeout, TLSHandshakeTimeout: r.Timeout, DialContext: dialer.DialContext,
	}
	if r.Socket != "" {
		transport.DialContext = unixDialer(dialer, r.Socket)
	}
	if r.UseProxy {
		transport.Proxy = proxyFrom(c.Getenv)
	}
	transport.RegisterProtocol("file", http.NewFileTransport(http.Dir("/")))
	return &http.Client{Transport: transport, CheckRedirect: r.redirect, Jar: jar}, nil
}

func (r Request) tls() (*tls.Config, error) {
	ciphers, err := Suites(r.Ciphers)
	if err != nil {
		return nil, fmt.Errorf("Connection failure: ('%s',)", err)
	}
	config := &tls.Config{InsecureSkipVerify: !r.ValidateCerts, CipherSuites: ciphers}
	if r.CAPath != "" && r.ValidateCerts {
		pem, err := os.ReadFile(r.CAPath)
		if err != nil {
			return nil, fmt.Errorf("Connection failure: %s: b'%s'", pyurl.KeyPair(err), r.CAPath)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, errors.New("Connection failure: [X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found")
		}
	}
	if r.ClientCert == "" && r.ClientKey == "" {
		return config, nil
	}
	if r.ClientCert == "" {
		return nil, errors.New("An unknown error occurred: certfile should be a valid filesystem path")
	}
	pair, err := tls.LoadX509KeyPair(r.ClientCert, cmp.Or(r.ClientKey, r.ClientCert))
	if err != nil {
		return nil, fmt.Errorf("Connection failure: %s", pyurl.KeyPair(err))
	}
	config.Certificates = []tls.Certificate{pair}
	return config, nil
}

// redirect follows safe redirects of GET and HEAD only, all, or none.
func (r Request) redirect(next *http.Request, via []*http.Request) error {
	first := via[0].Method
	switch {
	case r.Redirects == "none", r.Redirects == "safe" && first != http.MethodGet && first != http.MethodHead:
		return http.ErrUseLastResponse
	case len(via) >= 10:
		return errors.New("too many redirects")
	}
	for _, name := range r.Unredirected {
		next.Header.Del(name)
	}
	return nil
}

func (r Request) send(c *modules.Context, client *http.Client, u *url.URL, basic bool) (*http.Response, error) {
	req, err := http.NewRequestWithContext(c, r.Method, u.String(), nil)
	if err != nil {
		return nil, err
	}
	if r.Body != nil {
		if req.Body, err = r.Body(); err != nil {
			return nil, err
		}
		req.GetBody, req.ContentLength = r.Body, r.Size
	}
	req.Header.Set("User-Agent", r.HTTPAgent)
	if r.Fresh {
		req.Header.Set("Cache-Control", "no-cache")
	} else if !r.Since.IsZero() {
		req.Header.Set("If-Modified-Since", r.Since.UTC().Format(http.TimeFormat))
	}
	if r.Body != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, values := range r.Header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	if host := r.Header.Get("Host"); host != "" {
		req.Host = host
	}
	if basic && r.User != "" {
		req.SetBasicAuth(r.User, r.Password)
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, unreachable(err)
	}
	return resp, nil
}

// unreachable is a request without an answer.
func unreachable(err error) error {
	var timeout interface{ Timeout() bool }
	var no syscall.Errno
	var lookup *net.DNSError
	named := errors.As(err, &no) || errors.As(err, &lookup)
	if !named && errors.As(err, &timeout) && timeout.Timeout() {
		return fmt.Errorf("Connection failure: The read operation timed out")
	}
	if said, late := pyurl.Alert(err); late {
		return fmt.Errorf("Connection failure: %s", said)
	}
	return fmt.Errorf("Request failed: %s", pyurl.NoAnswer(err))
}

// unpack reads through gzip where the server packed the answer.
func (r Request) unpack(resp *http.Response) error {
	if !r.Decompress || !strings.EqualFold(resp.Header.Get("Content-Encoding"), "gzip") {
		return nil
	}
	packed := resp.Body
	in, err := gzip.NewReader(packed)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("unpack the answer of %s: %w", r.URL, err)
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{in, packed}
	return nil
}

// Headers are the answer's headers with names in lower case; values of one
// name are joined.
func (r *Response) Headers() map[string]string {
	h := map[string]string{}
	for name, values := range r.Header {
		h[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	if r.ContentLength >= 0 && h["content-length"] == "" {
		h["content-length"] = fmt.Sprint(r.ContentLength)
	}
	return h
}

// Message says how the request went as Ansible's results do.
func (r *Response) Message() string {
	if r.StatusCode >= 300 {
		return "HTTP Error " + strings.Replace(r.Status, " ", ": ", 1)
	}
	size := r.Headers()["content-length"]
	if size == "" {
		size = "unknown"
	}
	return "OK (" + size + " bytes)"
}

// FinalURL is where the last redirect led.
func (r *Response) FinalURL() string { return r.Request.URL.String() }
