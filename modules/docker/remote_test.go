package docker

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"goplay/modules"
)

// throughTLS puts the engine behind an https address, and returns that and
// the file with the authority to trust.
func (h *host) throughTLS(t *testing.T, clients tls.ClientAuthType) (address, ca string) {
	t.Helper()
	server := httptest.NewUnstartedServer(h.proxy())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{ClientAuth: clients}
	server.StartTLS()
	t.Cleanup(server.Close)
	ca = filepath.Join(t.TempDir(), "ca.pem")
	write(t, ca, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	return "tcp://" + server.Listener.Addr().String(), ca
}

func (h *host) proxy() http.Handler {
	dial := h.Dialer()
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: "docker"})
	proxy.Transport = &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) }}
	proxy.FlushInterval = -1
	return proxy
}

func TestTCP(t *testing.T) {
	t.Parallel()
	h := testHost(t)
	server := httptest.NewServer(h.proxy())
	defer server.Close()
	name, address := unique("tcp"), strings.TrimPrefix(server.URL, "http://")
	defer h.removeContainer(name)
	h.ok(t, "docker_container", object{"docker_host": address, "name": name, "image": h.image})
	r := h.ok(t, "docker_container_exec", object{"docker_host": "tcp://" + address, "container": name, "command": "/app cat", "stdin": "through TCP"})
	if data(t, r, "stdout") != "through TCP" {
		t.Errorf("exec: %q", data(t, r, "stdout"))
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	h := testHost(t)
	address, ca := h.throughTLS(t, tls.NoClientCert)
	name := unique("tls")
	defer h.removeContainer(name)
	for what, c := range map[string]struct {
		args object
		env  map[string]string
		want string
	}{
		"unchecked":      {object{"tls": true}, nil, ""},
		"https":          {object{"docker_host": strings.Replace(address, "tcp", "https", 1)}, nil, ""},
		"checked":        {object{"validate_certs": true, "ca_cert": ca}, nil, ""},
		"from variables": {object{}, map[string]string{"DOCKER_HOST": address, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": filepath.Dir(ca)}, ""},
		"other name":     {object{"validate_certs": true, "ca_cert": ca, "tls_hostname": "example.com"}, nil, ""},
		"not trusted":    {object{"validate_certs": true}, nil, "certificate"},
		"wrong name":     {object{"validate_certs": true, "ca_cert": ca, "tls_hostname": "other.invalid"}, nil, "certificate"},
		"in the clear":   {object{}, nil, "speaks TLS"},
	} {
		t.Run(what, func(t *testing.T) {
			a := object{"name": name, "image": h.image}
			if c.env == nil {
				a["docker_host"] = address
			}
			for k, v := range c.args {
				a[k] = v
			}
			r := h.run(t, "docker_container", a, func(call *modules.Call) { call.Env = c.env })
			if r.Failed != (c.want != "") || !strings.Contains(r.Msg, c.want) {
				t.Errorf("failed %v: %s; want %q", r.Failed, r.Msg, c.want)
			}
		})
	}
	r := h.ok(t, "docker_container_exec", object{"docker_host": address, "tls": true, "container": name, "command": "/app cat", "stdin": "through TLS"})
	if data(t, r, "stdout") != "through TLS" {
		t.Errorf("exec: %q", data(t, r, "stdout"))
	}
}

func TestTLSWantsClientCertificate(t *testing.T) {
	h := testHost(t)
	address, _ := h.throughTLS(t, tls.RequireAnyClientCert)
	if r := h.run(t, "docker_host_info", object{"docker_host": address, "tls": true}); !r.Failed || !strings.Contains(r.Msg, "certificate") {
		t.Errorf("failed %v: %s", r.Failed, r.Msg)
	}
}

// TestThroughSSH has a program in place of ssh that leads to this machine.
func TestThroughSSH(t *testing.T) {
	t.Parallel()
	h := testHost(t)
	docker, err := exec.LookPath("docker")
	if err != nil {
		t.Skip("NOT TESTED: there is no docker command to be the far end")
	}
	dir := t.TempDir()
	script := "#!/bin/sh\necho \"$@\" >" + dir + "/argv\nexport DOCKER_HOST=" + h.host + "\n" + docker + " system dial-stdio\n"
	if err := os.WriteFile(filepath.Join(dir, "ssh"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	far := func(c *modules.Call) {
		c.Env = map[string]string{"PATH": dir + ":" + os.Getenv("PATH"), "DOCKER_HOST": "ssh://me@far"}
	}
	name := unique("ssh")
	defer h.removeContainer(name)
	if !h.ok(t, "docker_container", object{"name": name, "image": h.image}, far).Changed || h.ok(t, "docker_container", object{"name": name, "image": h.image}, far).Changed {
		t.Error("through ssh: no change, or two")
	}
	r := h.ok(t, "docker_container_exec", object{"container": name, "command": "/app cat", "stdin": "through ssh"}, far)
	if data(t, r, "stdout") != "through ssh" {
		t.Errorf("exec: %q", data(t, r, "stdout"))
	}
	if argv, _ := os.ReadFile(filepath.Join(dir, "argv")); string(argv) != "-T -o BatchMode=yes -l me -- far docker system dial-stdio\n" {
		t.Errorf("ssh was given %q", argv)
	}
	for what, end := range map[string]string{ // reading finds out first, or writing
		"at once":                "echo no route to far >&2; exit 255",
		"deaf before it speaks":  "exec <&-; sleep 0.2; echo no route to far >&2; exit 255",
		"silent before it dies":  "exec >&-; sleep 0.2; echo no route to far >&2; exit 255",
		"after hearing it speak": "read -r _; echo no route to far >&2; exit 255",
	} {
		if err := os.WriteFile(filepath.Join(dir, "ssh"), []byte("#!/bin/sh\n"+end+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		if r := h.run(t, "docker_host_info", object{}, far); !r.Failed || !strings.Contains(r.Msg, "no route to far") {
			t.Errorf("%s: failed %v: %s", what, r.Failed, r.Msg)
		}
	}
}
