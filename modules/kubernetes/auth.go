// Package kubernetes holds the modules of kubernetes.core. They speak to the
// API server's REST interface with what the standard library has: objects stay
// the JSON that they are, so that every kind works, also those that a cluster
// adds itself.
package kubernetes

import (
	"os"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

// authOptions say how to reach a cluster and who asks. Each may also come from
// the environment, as K8S_AUTH_ and its name in capitals.
type authOptions struct {
	Kubeconfig    any          `arg:"kubeconfig" doc:"Path of a kubeconfig, several with colons between, or what one holds as a dict; ~/.kube/config by default."`
	Context       string       `arg:"context" doc:"Context of the kubeconfig."`
	Host          string       `arg:"host" doc:"URL of the API server."`
	APIKey        string       `arg:"api_key,secret" doc:"Token to show."`
	Username      string       `arg:"username" doc:"User for basic authentication."`
	Password      string       `arg:"password,secret" doc:"That user's password."`
	ValidateCerts *bool        `arg:"validate_certs" alias:"verify_ssl" doc:"Check the server's certificate."`
	CACert        string       `arg:"ca_cert" type:"path" alias:"ssl_ca_cert" doc:"Certificates that the server's is checked with."`
	ClientCert    string       `arg:"client_cert" type:"path" alias:"cert_file" doc:"Client's certificate."`
	ClientKey     string       `arg:"client_key" type:"path" alias:"key_file" doc:"Key of the client's certificate."`
	Proxy         string       `arg:"proxy" doc:"URL of an HTTP proxy."`
	NoProxy       string       `arg:"no_proxy" doc:"Hosts that are reached without the proxy, by commas."`
	ProxyHeaders  proxyHeaders `arg:"proxy_headers" doc:"What the proxy is told."`
	PersistConfig *bool        `arg:"persist_config" doc:"Unused: no token is refreshed that would have to be kept."`
	AsUser        string       `arg:"impersonate_user" doc:"User to act as."`
	AsGroups      []string     `arg:"impersonate_groups" doc:"Groups to act as."`
}

type proxyHeaders struct {
	Basic      string `arg:"basic_auth,secret" doc:"user:password for the server."`
	ProxyBasic string `arg:"proxy_basic_auth,secret" doc:"user:password for the proxy."`
	UserAgent  string `arg:"user_agent" doc:"What the client calls itself."`
}

// fromEnvironment fills in what the task does not say.
func (a *authOptions) fromEnvironment(c *modules.Context) {
	for name, to := range map[string]*string{
		"CONTEXT": &a.Context, "HOST": &a.Host, "API_KEY": &a.APIKey, "USERNAME": &a.Username, "PASSWORD": &a.Password,
		"CA_CERT": &a.CACert, "CLIENT_CERT": &a.ClientCert, "CLIENT_KEY": &a.ClientKey, "PROXY": &a.Proxy, "NO_PROXY": &a.NoProxy,
		"IMPERSONATE_USER": &a.AsUser, "PROXY_HEADERS_BASIC_AUTH": &a.ProxyHeaders.Basic,
		"PROXY_HEADERS_PROXY_BASIC_AUTH": &a.ProxyHeaders.ProxyBasic, "PROXY_HEADERS_USER_AGENT": &a.ProxyHeaders.UserAgent,
	} {
		if *to == "" {
			*to = c.Getenv("K8S_AUTH_" + name)
		}
	}
	for name, to := range map[string]*string{"SSL_CA_CERT": &a.CACert, "CERT_FILE": &a.ClientCert, "KEY_FILE": &a.ClientKey} {
		if *to == "" {
			*to = c.Getenv("K8S_AUTH_" + name)
		}
	}
	if a.Kubeconfig == nil || a.Kubeconfig == "" {
		a.Kubeconfig = nil
		if path := c.Getenv("K8S_AUTH_KUBECONFIG"); path != "" {
			a.Kubeconfig = path
		}
	}
	for _, name := range []string{"VALIDATE_CERTS", "VERIFY_SSL"} {
		if said := c.Getenv("K8S_AUTH_" + name); said != "" && a.ValidateCerts == nil {
			on := said != "0" && !strings.EqualFold(said, "false") && !strings.EqualFold(said, "no")
			a.ValidateCerts = &on
		}
	}
	if groups := c.Getenv("K8S_AUTH_IMPERSONATE_GROUPS"); groups != "" && a.AsGroups == nil {
		a.AsGroups = strings.Split(groups, ",")
	}
}

// access is all that a client needs to know.
type access struct {
	host, serverName   string
	insecure           bool
	ca, cert, key      []byte // PEM
	token              string
	username, password string
	proxy, noProxy     string
}

// access finds a way in as Ansible does: the options alone if they are enough,
// then a kubeconfig that is named, then the pod that this runs in, and then
// the user's own kubeconfig. Options win over what these say.
func (a authOptions) access(c *modules.Context) (access, error) {
	a.fromEnvironment(c)
	var to access
	var err error
	enough := a.Host != "" && (a.Username != "" && a.Password != "" || a.APIKey != "" || a.ClientCert != "" && a.ClientKey != "")
	switch {
	case enough:
	case a.Kubeconfig != nil || a.Context != "":
		to, err = a.kubeconfig(c)
	default:
		var inside bool
		if to, inside = inCluster(c); !inside {
			to, err = a.kubeconfig(c)
		}
	}
	if err != nil {
		return to, modules.Fail("Could not create API client: %w", err)
	}
	return to, a.override(c, &to)
}

func (a authOptions) override(c *modules.Context, to *access) error {
	for _, o := range []struct {
		v  string
		to *string
	}{{strings.TrimRight(a.Host, "/"), &to.host}, {a.APIKey, &to.token}, {a.Username, &to.username}, {a.Password, &to.password}, {a.Proxy, &to.proxy}, {a.NoProxy, &to.noProxy}} {
		if o.v != "" {
			*o.to = o.v
		}
	}
	if a.ValidateCerts != nil {
		to.insecure = !*a.ValidateCerts
	}
	for _, o := range []struct {
		path string
		to   *[]byte
	}{{a.CACert, &to.ca}, {a.ClientCert, &to.cert}, {a.ClientKey, &to.key}} {
		if o.path == "" {
			continue
		}
		data, err := os.ReadFile(c.Abs(o.path))
		if err != nil {
			return modules.Fail("read a certificate or key: %w", err)
		}
		*o.to = data
	}
	return nil
}

const serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount/"

// inCluster is the way in from a pod, with the token of its service account.
func inCluster(c *modules.Context) (access, bool) {
	host, port := c.Getenv("KUBERNETES_SERVICE_HOST"), c.Getenv("KUBERNETES_SERVICE_PORT")
	token, err := os.ReadFile(serviceAccount + "token")
	if host == "" || port == "" || err != nil {
		return access{}, false
	}
	ca, err := os.ReadFile(serviceAccount + "ca.crt")
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return access{host: "https://" + host + ":" + port, token: strings.TrimSpace(string(token)), ca: ca}, err == nil
}

// at is the value below a path of keys; nil where there is none.
func at(v any, path ...string) any {
	for _, key := range path {
		d, ok := v.(*value.Dict)
		if !ok {
			return nil
		}
		v, _ = d.Get(key)
	}
	return v
}

// textAt is the text below a path of keys.
func textAt(v any, path ...string) string {
	s, _ := at(v, path...).(string)
	return s
}

func itemsAt(v any, path ...string) []any {
	if l, ok := at(v, path...).(*value.List); ok {
		return l.Items
	}
	return nil
}
