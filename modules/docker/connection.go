// Package docker has the modules that speak the Docker Engine API: containers,
// images, networks, volumes, registries. They reach the engine through its
// socket or address and need neither Python nor the docker command; only Compose
// projects are left to Compose's own program. The package knows nothing of
// playbooks or of how it came to be on the machine it runs on.
package docker

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/moby/moby/client"

	"goplay/modules"
)

// Connection is how a module reaches the engine: options that the modules of
// this package share. What is not given comes from the DOCKER_* variables.
type Connection struct {
	Address
	Timeout *int `arg:"timeout" doc:"Seconds to wait for the engine to answer the first request. DOCKER_TIMEOUT, else 60, when not given."`
}

// Address says where the engine is and how to speak to it.
type Address struct {
	DockerHost   string `arg:"docker_host" alias:"docker_url" doc:"Address of the engine: unix:///path, tcp://host:port or ssh://user@host. DOCKER_HOST, else the local socket, when not given."`
	TLSHostname  string `arg:"tls_hostname" doc:"Name that the engine's certificate must carry. DOCKER_TLS_HOSTNAME, else the name in docker_host, when not given."`
	APIVersion   string `arg:"api_version" alias:"docker_api_version" doc:"Version of the Engine API to speak. DOCKER_API_VERSION, else the newest that both sides know, when not given or auto."`
	CACert       string `arg:"ca_cert" alias:"tls_ca_cert,cacert_path,ca_path" type:"path" doc:"File with the authority that signed the engine's certificate. ca.pem in DOCKER_CERT_PATH when not given."`
	ClientCert   string `arg:"client_cert" alias:"tls_client_cert,cert_path" type:"path" doc:"File with the certificate shown to the engine. cert.pem in DOCKER_CERT_PATH when not given."`
	ClientKey    string `arg:"client_key" alias:"tls_client_key,key_path" type:"path" doc:"File with the key of client_cert. key.pem in DOCKER_CERT_PATH when not given."`
	SSLVersion   string `arg:"ssl_version" doc:"Accepted and not used: the newest TLS version that both sides know is spoken."`
	TLS          *bool  `arg:"tls" doc:"Speak TLS to the engine without checking its certificate. DOCKER_TLS when not given."`
	ValidateCert *bool  `arg:"validate_certs" alias:"tls_verify" doc:"Speak TLS to the engine and check its certificate. DOCKER_TLS_VERIFY when not given."`
	UseSSHClient bool   `arg:"use_ssh_client" default:"false" doc:"Accepted and not needed: ssh:// addresses are always reached through the ssh command."`
	Debug        bool   `arg:"debug" default:"false" doc:"Accepted and not used."`
}

const defaultHost = "unix:///var/run/docker.sock"

// engine is a connected Docker engine. The embedded client does what has a
// method of its own; call speaks the API where the exact JSON matters.
type engine struct {
	*client.Client
	host  string // as told to the user
	plain http.Client
	base  string // path in front of the API's, for engines behind a proxy
}

// connect reaches the engine that the options and the environment name, and
// agrees on an API version. The caller closes it.
func (o Connection) connect(c *modules.Context) (*engine, error) {
	e, err := o.open(c)
	if err != nil {
		return nil, connectError("Error connecting: %w", err)
	}
	ctx, cancel := context.WithTimeout(c, o.timeout(c))
	defer cancel()
	version := cmp.Or(o.APIVersion, c.Getenv("DOCKER_API_VERSION"))
	if _, err := e.Ping(ctx, client.PingOptions{NegotiateAPIVersion: version == "" || version == "auto"}); err != nil {
		e.Close()
		return nil, connectError("Error connecting: Error while fetching server API version: %w", explain(e.host, err))
	}
	return e, nil
}

func connectError(format string, err error) error { return modules.Fail(format, err) }

func (o Address) open(c *modules.Context) (*engine, error) {
	host, err := normalHost(cmp.Or(o.DockerHost, c.Getenv("DOCKER_HOST"), defaultHost), o.secure(c))
	if err != nil {
		return nil, err
	}
	e := &engine{host: host}
	// Without TLSNextProto net/http prepares for HTTP/2 and leaves a TLS
	// configuration behind, from which the client concludes that it has to
	// speak TLS when it takes a connection over.
	transport := &http.Transport{MaxIdleConns: 6, IdleConnTimeout: 30 * time.Second,
		TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{}}
	if strings.HasPrefix(host, "tcp:") {
		if transport.TLSClientConfig, err = o.tlsConfig(c, host); err != nil {
			return nil, err
		}
	}
	opts := []client.Opt{client.WithHTTPClient(&http.Client{Transport: transport, CheckRedirect: client.CheckRedirect})}
	if strings.HasPrefix(host, "ssh:") {
		opts = append(opts, client.WithHost("tcp://docker.localhost"), client.WithDialContext(dialSSH(c, host)))
	} else {
		opts = append(opts, client.WithHost(host))
	}
	if v := cmp.Or(o.APIVersion, c.Getenv("DOCKER_API_VERSION")); v != "" && v != "auto" {
		opts = append(opts, client.WithAPIVersion(v))
	}
	if e.Client, err = client.New(opts...); err != nil {
		return nil, err
	}
	if u, err := client.ParseHostURL(host); err == nil {
		e.base = strings.TrimSuffix(u.Path, "/")
	}
	dial := e.Dialer()
	e.plain.Transport = &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) }}
	return e, nil
}

// Close gives the connections back.
func (e *engine) Close() {
	if e.Client != nil {
		_ = e.Client.Close()
	}
	e.plain.CloseIdleConnections()
}

// normalHost makes the spellings of an engine's address that Ansible's modules
// take into the one that the client knows.
func normalHost(host string, secure bool) (string, error) {
	scheme, rest, ok := strings.Cut(host, "://")
	if !ok {
		scheme, rest = "tcp", host
	}
	switch scheme {
	case "unix", "http+unix":
		return "unix:///" + strings.TrimLeft(rest, "/"), nil
	case "ssh":
		return host, nil
	case "tcp", "http", "https":
		u, err := url.Parse("tcp://" + rest)
		if err != nil || u.Hostname() == "" {
			return "", fmt.Errorf("docker_host %q is no address", host)
		}
		if u.Port() == "" {
			port := "2375"
			if secure || scheme == "https" {
				port = "2376"
			}
			u.Host = net.JoinHostPort(u.Hostname(), port)
		}
		return u.String(), nil
	}
	return "", fmt.Errorf("docker_host %q: %s:// is not one of unix://, tcp://, https:// and ssh://", host, scheme)
}

func (o Address) secure(c *modules.Context) bool {
	return o.verify(c) || o.flag(c, o.TLS, "DOCKER_TLS")
}

func (o Address) verify(c *modules.Context) bool {
	return o.flag(c, o.ValidateCert, "DOCKER_TLS_VERIFY")
}

func (o Address) flag(c *modules.Context, given *bool, name string) bool {
	if given != nil {
		return *given
	}
	on, err := modules.ToBool(c.Getenv(name))
	return err == nil && on
}

func (o Connection) timeout(c *modules.Context) time.Duration {
	seconds := 60
	if n, err := strconv.Atoi(c.Getenv("DOCKER_TIMEOUT")); err == nil {
		seconds = n
	}
	if o.Timeout != nil {
		seconds = *o.Timeout
	}
	return time.Duration(seconds) * time.Second
}

// tlsConfig is nil when the engine is to be spoken to in the clear.
func (o Address) tlsConfig(c *modules.Context, host string) (*tls.Config, error) {
	if !o.secure(c) && !strings.HasPrefix(cmp.Or(o.DockerHost, c.Getenv("DOCKER_HOST")), "https:") {
		return nil, nil
	}
	conf := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: !o.verify(c)}
	conf.ServerName = cmp.Or(o.TLSHostname, c.Getenv("DOCKER_TLS_HOSTNAME"))
	if u, err := url.Parse(host); err == nil && conf.ServerName == "" {
		conf.ServerName = u.Hostname()
	}
	file := func(given, name string) string {
		if dir := c.Getenv("DOCKER_CERT_PATH"); given == "" && dir != "" {
			return filepath.Join(dir, name)
		}
		return c.Abs(given)
	}
	if ca := file(o.CACert, "ca.pem"); ca != "" {
		pem, err := os.ReadFile(ca)
		if err != nil {
			return nil, fmt.Errorf("TLS configuration: %w", err)
		}
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("TLS configuration: no certificate in %s", ca)
		}
	}
	if cert, key := file(o.ClientCert, "cert.pem"), file(o.ClientKey, "key.pem"); cert != "" && key != "" {
		pair, err := tls.LoadX509KeyPair(cert, key)
		if notThere(err) && o.ClientCert == "" && o.ClientKey == "" {
			return conf, nil
		}
		if err != nil {
			return nil, fmt.Errorf("TLS configuration: %w", err)
		}
		conf.Certificates = []tls.Certificate{pair}
	}
	return conf, nil
}
