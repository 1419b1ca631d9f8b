package kubernetes

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"goplay/internal/value"
	"goplay/modules"
)

// client asks an API server.
type client struct {
	c       *modules.Context
	to      access
	http    *http.Client
	headers http.Header
	known   map[string][]resource // what each group and version has
}

func (a authOptions) client(c *modules.Context) (*client, error) {
	to, err := a.access(c)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{InsecureSkipVerify: to.insecure, ServerName: to.serverName}
	if len(to.ca) > 0 {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(to.ca) {
			return nil, modules.Fail("Could not create API client: the CA holds no certificate in PEM")
		}
	}
	if len(to.cert) > 0 && len(to.key) > 0 {
		pair, err := tls.X509KeyPair(to.cert, to.key)
		if err != nil {
			return nil, modules.Fail("Could not create API client: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	transport := &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true, TLSHandshakeTimeout: 30 * time.Second, Proxy: to.via()}
	headers := a.headers(to)
	if a.ProxyHeaders.ProxyBasic != "" {
		transport.ProxyConnectHeader = http.Header{"Proxy-Authorization": {basic(a.ProxyHeaders.ProxyBasic)}}
	}
	return &client{c: c, to: to, http: &http.Client{Transport: transport}, headers: headers, known: map[string][]resource{}}, nil
}

func basic(userAndPassword string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(userAndPassword))
}

func (a authOptions) headers(to access) http.Header {
	h := http.Header{"Accept": {"application/json"}, "User-Agent": {"goplay"}}
	if a.ProxyHeaders.UserAgent != "" {
		h.Set("User-Agent", a.ProxyHeaders.UserAgent)
	}
	switch {
	case to.token != "":
		h.Set("Authorization", "Bearer "+to.token)
	case to.username != "":
		h.Set("Authorization", basic(to.username+":"+to.password))
	case a.ProxyHeaders.Basic != "":
		h.Set("Authorization", basic(a.ProxyHeaders.Basic))
	}
	if a.AsUser != "" {
		h.Set("Impersonate-User", a.AsUser)
	}
	for _, group := range a.AsGroups {
		h.Add("Impersonate-Group", group)
	}
	return h
}

// via chooses the proxy of the options, and none of the environment's.
func (to access) via() func(*http.Request) (*url.URL, error) {
	return func(r *http.Request) (*url.URL, error) {
		if to.proxy == "" {
			return nil, nil
		}
		host := r.URL.Hostname()
		for _, direct := range strings.Split(to.noProxy, ",") {
			direct = strings.TrimPrefix(strings.TrimSpace(direct), ".")
			if direct != "" && (host == direct || strings.HasSuffix(host, "."+direct) || direct == "*") {
				return nil, nil
			}
		}
		return url.Parse(to.proxy)
	}
}

// apiError is an answer that says no.
type apiError struct {
	status int
	body   string
}

// Error is the answer's body as Python writes bytes, which is what users of
// Ansible's modules see.
func (e *apiError) Error() string { return value.Repr(value.Bytes(e.body)) }

const dryRun = "All"

// request asks for a path; body is an object or nil.
func (k *client) request(method, path string, query url.Values, contentType string, body any) (any, error) {
	data, err := k.fetch(method, path, query, contentType, body)
	if err != nil {
		return nil, err
	}
	return value.DecodeJSON(data)
}

// fetch is request for answers that are no JSON.
func (k *client) fetch(method, path string, query url.Values, contentType string, body any) ([]byte, error) {
	var reader io.Reader
	if body != nil {
		text, err := value.EncodeJSON(body, value.JSONOptions{})
		if err != nil {
			return nil, err
		}
		reader = bytes.NewReader([]byte(text))
	}
	target := k.to.host + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	r, err := http.NewRequestWithContext(k.c, method, target, reader)
	if err != nil {
		return nil, err
	}
	r.Header = k.headers.Clone()
	if body != nil {
		r.Header.Set("Content-Type", contentType)
	}
	answer, err := k.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	for _, warning := range answer.Header.Values("Warning") {
		k.warn(warning)
	}
	if answer.StatusCode >= 300 {
		return nil, &apiError{answer.StatusCode, string(data)}
	}
	return data, nil
}

// warn passes on what the server warns of: 299 - "text".
func (k *client) warn(header string) {
	if _, text, ok := strings.Cut(header, `"`); ok {
		k.c.Warn("%s", strings.TrimSuffix(text, `"`))
	}
}

func (k *client) get(path string, query url.Values) (any, error) {
	return k.request(http.MethodGet, path, query, "", nil)
}
