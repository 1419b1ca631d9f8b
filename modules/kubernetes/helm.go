package kubernetes

import (
	"os"
	"strconv"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
)

// helmOptions are the options of every module of Helm's.
type helmOptions struct {
	Binary        string `arg:"binary_path" type:"path" doc:"The program; by default helm in PATH."`
	Context       string `arg:"context" alias:"kube_context" doc:"Context of the kubeconfig."`
	Kubeconfig    any    `arg:"kubeconfig" alias:"kubeconfig_path" doc:"Path of a kubeconfig, or what one holds as a dict."`
	Host          string `arg:"host" doc:"URL of the API server."`
	CACert        string `arg:"ca_cert" type:"path" alias:"ssl_ca_cert" doc:"Certificates that the server's is checked with."`
	ValidateCerts bool   `arg:"validate_certs" alias:"verify_ssl" default:"true" doc:"Check the server's certificate."`
	APIKey        string `arg:"api_key,secret" doc:"Token to show."`
}

// helm runs the program with what it has to know in its environment.
type helm struct {
	c      *modules.Context
	binary string
	env    []string
	config string // a kubeconfig of our own, to be removed
}

// helm finds the program and sets its environment up; close it afterwards.
func (o helmOptions) helm(c *modules.Context, namespace string) (*helm, error) {
	for name, to := range map[string]*string{"CONTEXT": &o.Context, "HOST": &o.Host, "SSL_CA_CERT": &o.CACert, "API_KEY": &o.APIKey} {
		if *to == "" {
			*to = c.Getenv("K8S_AUTH_" + name)
		}
	}
	if path := c.Getenv("K8S_AUTH_KUBECONFIG"); o.Kubeconfig == nil && path != "" {
		o.Kubeconfig = path
	}
	h := &helm{c: c, binary: o.Binary}
	if h.binary == "" {
		path, err := c.Find("helm")
		if err != nil {
			return nil, err
		}
		h.binary = path
	}
	for name, v := range map[string]string{"HELM_KUBECONTEXT": o.Context, "HELM_NAMESPACE": namespace, "HELM_KUBETOKEN": o.APIKey, "HELM_KUBEAPISERVER": o.Host} {
		if v != "" {
			h.env = append(h.env, name+"="+v)
		}
	}
	config, err := o.trust(h)
	if err == nil && config != nil {
		h.config, err = temporary("goplay-kubeconfig-*", config)
		h.env = append(h.env, "KUBECONFIG="+h.config)
	}
	return h, err
}

func (h *helm) close() {
	if h.config != "" {
		_ = os.Remove(h.config)
	}
}

// trust says which certificates count. Older versions of Helm have to find
// that in a kubeconfig, which then is one of our own.
func (o helmOptions) trust(h *helm) (*value.Dict, error) {
	config, _ := o.Kubeconfig.(*value.Dict)
	if path, ok := o.Kubeconfig.(string); ok && path != "" {
		data, err := os.ReadFile(h.c.Abs(path))
		if err != nil {
			return nil, err
		}
		docs, err := parseYAML(path, data)
		if err != nil || len(docs) == 0 {
			return nil, modules.Fail("Invalid kube-config file %s: %w", path, err)
		}
		config, _ = docs[0].(*value.Dict)
	}
	if o.CACert == "" && o.ValidateCerts {
		return config, nil
	}
	version, err := h.version()
	if err != nil {
		return nil, err
	}
	set := value.NewDict()
	switch {
	case o.CACert != "" && older(version, 3, 5):
		set.Set("certificate-authority", o.CACert)
	case o.CACert != "":
		h.env = append(h.env, "HELM_KUBECAFILE="+o.CACert)
	}
	switch {
	case !o.ValidateCerts && older(version, 3, 10):
		set.Set("insecure-skip-tls-verify", true)
	case !o.ValidateCerts:
		h.env = append(h.env, "HELM_KUBEINSECURE_SKIP_TLS_VERIFY=true")
	}
	if set.Len() == 0 {
		return config, nil
	}
	return o.generated(config, set), nil
}

// generated is a kubeconfig whose clusters have some settings.
func (o helmOptions) generated(config, set *value.Dict) *value.Dict {
	if config == nil {
		config = value.DictOf("apiVersion", "v1", "kind", "Config", "current-context", "generated-context",
			"clusters", value.NewList(value.DictOf("name", "generated-cluster", "cluster", value.NewDict())),
			"contexts", value.NewList(value.DictOf("name", "generated-context", "context", value.DictOf("cluster", "generated-cluster"))))
	}
	config = value.DeepCopy(config).(*value.Dict)
	for _, item := range itemsAt(config, "clusters") {
		if cluster, ok := at(item, "cluster").(*value.Dict); ok {
			cluster.Update(set)
			if o.Host != "" {
				cluster.Set("server", o.Host)
			}
		}
	}
	return config
}

// temporary writes a value to a file of its own. JSON is YAML too.
func temporary(pattern string, v any) (string, error) {
	text, err := value.EncodeJSON(v, value.JSONOptions{})
	if err != nil {
		return "", err
	}
	f, err := os.CreateTemp("", pattern)
	if err != nil {
		return "", err
	}
	if _, err := f.WriteString(text + "\n"); err != nil {
		_ = f.Close()
		_ = os.Remove(f.Name())
		return "", err
	}
	return f.Name(), f.Close()
}

func (h *helm) command(args []string) string {
	return strings.Join(append([]string{h.binary}, args...), " ")
}

// run runs helm; a bad end is an error that carries what it printed.
func (h *helm) run(args ...string) (modules.Output, error) {
	out, err := h.c.Exec(modules.Cmd{Argv: append([]string{h.binary}, args...), Env: h.env})
	if err == nil && out.RC != 0 {
		err = h.failed(out, args)
	}
	return out, err
}

func (h *helm) failed(out modules.Output, args []string) *modules.Failure {
	return modules.Fail("Failure when executing Helm command. Exited %d.\nstdout: %s\nstderr: %s", out.RC, out.Stdout, out.Stderr).
		With("stdout", out.Stdout).With("stderr", out.Stderr).With("command", h.command(args))
}

// documents runs helm and reads what it prints as YAML.
func (h *helm) documents(args ...string) ([]any, error) {
	out, err := h.run(args...)
	if err != nil {
		return nil, err
	}
	docs, err := parseYAML("the output of helm", []byte(out.Stdout))
	if err != nil {
		return nil, modules.Fail("Error parsing YAML content: %w", err)
	}
	return docs, nil
}

// one is documents for a command that prints one.
func (h *helm) one(args ...string) (any, error) {
	docs, err := h.documents(args...)
	if err != nil || len(docs) == 0 {
		return nil, err
	}
	return docs[0], nil
}

var helmVersion = lazy.Regexp(`(?:Version|SemVer):"v([0-9.]*)"`)

func (h *helm) version() (string, error) {
	out, err := h.c.Exec(modules.Cmd{Argv: []string{h.binary, "version"}})
	if m := helmVersion.FindStringSubmatch(out.Stdout); err == nil && m != nil {
		return m[1], nil
	}
	return "", err
}

// older compares the beginning of a version.
func older(version string, than ...int) bool {
	parts := strings.Split(version, ".")
	for i, want := range than {
		n := 0
		if i < len(parts) {
			n, _ = strconv.Atoi(parts[i])
		}
		if n != want {
			return n < want
		}
	}
	return false
}

// release is a release as helm list tells it; nil when there is none.
func (h *helm) release(name string, flags ...string) (*value.Dict, error) {
	list, err := h.one(append(append([]string{"list", "--output=yaml"}, flags...), "--filter", name)...)
	if err != nil {
		return nil, err
	}
	l, _ := list.(*value.List)
	if l == nil {
		return nil, nil
	}
	for _, item := range l.Items {
		if textAt(item, "name") == name {
			return item.(*value.Dict), nil
		}
	}
	return nil, nil
}

// values are those of a release that users gave, or all of them.
func (h *helm) values(name string, all bool) (any, error) {
	args := []string{"get", "values", "--output=yaml", name}
	if all {
		args = append(args, "-a")
	}
	v, err := h.one(args...)
	if v == nil {
		v = value.NewDict()
	}
	return v, err
}
