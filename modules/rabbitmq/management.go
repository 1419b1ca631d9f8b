package rabbitmq

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/packages/tool"
	"goplay/modules/web"
)

// managementOptions say how the broker's management plugin is reached.
type managementOptions struct {
	User       string `arg:"login_user" default:"guest" doc:"User to log in as."`
	Password   string `arg:"login_password,secret" default:"guest" doc:"The user's password."`
	Host       string `arg:"login_host" default:"localhost" doc:"Host of the broker."`
	Port       string `arg:"login_port" default:"15672" doc:"Port of its management plugin."`
	Protocol   string `arg:"login_protocol" enum:"http,https" default:"http" doc:"How the plugin is spoken to."`
	CACert     string `arg:"ca_cert" alias:"cacert" type:"path" doc:"Authority that the server's certificate has to be of."`
	ClientCert string `arg:"client_cert" alias:"cert" type:"path" doc:"Certificate to show to the server."`
	ClientKey  string `arg:"client_key" alias:"key" type:"path" doc:"Key of the certificate."`
	VHost      string `arg:"vhost" default:"/" doc:"The virtual host."`
}

// reply is what the management plugin answers.
type reply struct {
	status int
	text   string
}

// json is the answer as data, or its text where it is none.
func (r reply) json() any {
	if v, err := jsonValue(r.text); err == nil {
		return v
	}
	return r.text
}

// path writes names as parts of an address, each a single part.
func path(parts ...string) string {
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return strings.Join(parts, "/")
}

// ask makes a request below the plugin's address. body is sent as JSON unless it is nil.
func (m managementOptions) ask(c *modules.Context, method, address string, body any) (reply, error) {
	r := web.Request{
		Options: web.Options{UseProxy: true, ValidateCerts: true, ForceBasicAuth: true, Decompress: true, HTTPAgent: "goplay", ClientCert: m.ClientCert, ClientKey: m.ClientKey},
		Method:  method, URL: m.Protocol + "://" + m.Host + ":" + m.Port + "/api/" + address, Header: http.Header{},
		User: m.User, Password: m.Password, Timeout: time.Minute, Redirects: "safe", CAPath: m.CACert,
	}
	if body != nil {
		text, err := value.EncodeJSON(value.Of(body), value.JSONOptions{})
		if err != nil {
			return reply{}, err
		}
		r.Header.Set("Content-Type", "application/json")
		r.Size = int64(len(text))
		r.Body = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
	}
	resp, err := r.Do(c)
	if err != nil {
		return reply{}, modules.Fail("ask RabbitMQ's management plugin at %s://%s:%s: %w (is the plugin rabbitmq_management enabled?)", m.Protocol, m.Host, m.Port, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 16<<20))
	return reply{resp.StatusCode, string(text)}, err
}

// managed is what queues, exchanges and bindings return.
type managed struct {
	Name        string      `json:"name" doc:"The name that was given."`
	Destination string      `json:"destination,omitempty" doc:"Where a binding leads to, if it was changed."`
	Details     any         `json:"details,omitempty" doc:"In check mode: what the broker says of it."`
	Arguments   *value.Dict `json:"arguments,omitempty" doc:"In check mode: the arguments that would be given."`
}

// thing is something that the plugin makes with one request and removes with another.
type thing struct {
	managementOptions
	read      string // its address, where it is asked for and removed
	method    string // of the request that makes it
	made      string // where that goes to
	body      map[string]any
	arguments *value.Dict
	wanted    bool
	same      func(have *value.Dict) error // why one that is there is not as wanted
	unclear   func(reply) error            // what an answer about it means that is neither yes nor no
	refused   func(reply) error            // what an answer to a change means that is none
}

// settle brings a thing to its state. In check mode it returns what the broker
// knows of what would be changed.
func (t thing) settle(c *modules.Context, r *managed) error {
	have, err := t.ask(c, http.MethodGet, t.read, nil)
	if err != nil {
		return err
	}
	there := have.status == http.StatusOK
	if !there && have.status != http.StatusNotFound {
		return t.unclear(have)
	}
	if there == t.wanted {
		if d, ok := have.json().(*value.Dict); ok && there && t.same != nil {
			return t.same(d)
		}
		return nil
	}
	return tool.Attempt(c, func() error {
		method, address, body := http.MethodDelete, t.read, any(nil)
		if t.wanted {
			method, address, body = t.method, t.made, t.body
		}
		done, err := t.ask(c, method, address, body)
		if err == nil && done.status != http.StatusCreated && done.status != http.StatusNoContent {
			err = t.refused(done)
		}
		return err
	}, func() error {
		r.Arguments, r.Details = t.arguments, have.text
		if there {
			r.Details = have.json()
		}
		return nil
	})
}

// checkDiffers is what the three modules do not do as Ansible's.
var checkDiffers = []string{"In check mode details and arguments are returned only where something would change."}
