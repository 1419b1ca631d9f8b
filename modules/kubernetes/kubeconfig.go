package kubernetes

import (
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"goplay/internal/tree"
	"goplay/internal/value"
	"goplay/modules"
)

// kubeconfig finds the way in that a kubeconfig describes.
func (a authOptions) kubeconfig(c *modules.Context) (access, error) {
	config, err := a.loadConfig(c)
	if err != nil {
		return access{}, err
	}
	name := a.Context
	if name == "" {
		name = textAt(config, "current-context")
	}
	context := named(config, "contexts", name, "context")
	if context == nil {
		return access{}, modules.Fail("Invalid kube-config file. Expected object with name %s in contexts list", name)
	}
	cluster := named(config, "clusters", textAt(context, "cluster"), "cluster")
	if cluster == nil {
		return access{}, modules.Fail("Invalid kube-config file. Expected object with name %s in clusters list", textAt(context, "cluster"))
	}
	to := access{host: strings.TrimRight(textAt(cluster, "server"), "/"), serverName: textAt(cluster, "tls-server-name"), proxy: textAt(cluster, "proxy-url")}
	to.insecure = at(cluster, "insecure-skip-tls-verify") == true
	if to.ca, err = material(cluster, "certificate-authority"); err != nil {
		return to, err
	}
	user := named(config, "users", textAt(context, "user"), "user")
	if user == nil {
		return to, nil
	}
	return to, identify(c, user, &to)
}

// named is what a list of a kubeconfig holds under a name.
func named(config *value.Dict, list, name, key string) *value.Dict {
	for _, item := range itemsAt(config, list) {
		if textAt(item, "name") == name {
			d, _ := at(item, key).(*value.Dict)
			return d
		}
	}
	return nil
}

// loadConfig reads the kubeconfig; of several, the first that says something counts.
func (a authOptions) loadConfig(c *modules.Context) (*value.Dict, error) {
	if d, ok := a.Kubeconfig.(*value.Dict); ok {
		return d, nil
	}
	paths, _ := a.Kubeconfig.(string)
	if paths == "" {
		paths = c.Getenv("KUBECONFIG")
	}
	if paths == "" {
		paths = "~/.kube/config"
	}
	all := value.NewDict()
	for _, path := range filepath.SplitList(paths) {
		path = c.Abs(path)
		data, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		docs, err := parseYAML(path, data)
		if err != nil || len(docs) == 0 {
			return nil, modules.Fail("Invalid kube-config file %s: %w", path, err)
		}
		config, ok := docs[0].(*value.Dict)
		if !ok {
			return nil, modules.Fail("Invalid kube-config file %s: it is no mapping", path)
		}
		absolute(config, filepath.Dir(path))
		merge(all, config)
	}
	if all.Len() == 0 {
		return nil, modules.Fail("Invalid kube-config file. No configuration found.")
	}
	return all, nil
}

func merge(all, config *value.Dict) {
	for k, v := range config.All() {
		have, there := all.Get(k)
		list, isList := have.(*value.List)
		more, alsoList := v.(*value.List)
		switch {
		case !there || have == nil || have == "":
			all.Set(k, v)
		case isList && alsoList:
			list.Items = append(list.Items, more.Items...)
		}
	}
}

// absolute makes paths that stand in a kubeconfig relative to its folder.
func absolute(config *value.Dict, dir string) {
	for list, keys := range map[string][]string{"clusters": {"cluster", "certificate-authority"}, "users": {"user", "client-certificate", "client-key", "tokenFile"}} {
		for _, item := range itemsAt(config, list) {
			d, _ := at(item, keys[0]).(*value.Dict)
			for _, key := range keys[1:] {
				if path := textAt(d, key); path != "" && !filepath.IsAbs(path) {
					d.Set(key, filepath.Join(dir, path))
				}
			}
		}
	}
}

// material is a certificate or key that stands in a kubeconfig, or in a file
// that it names.
func material(d *value.Dict, key string) ([]byte, error) {
	if text := textAt(d, key+"-data"); text != "" {
		return base64.StdEncoding.DecodeString(text)
	}
	if path := textAt(d, key); path != "" {
		return os.ReadFile(path)
	}
	return nil, nil
}

// identify learns who the user is: certificates, a token, a password, or what
// a program says.
func identify(c *modules.Context, user *value.Dict, to *access) (err error) {
	if to.cert, err = material(user, "client-certificate"); err != nil {
		return err
	}
	if to.key, err = material(user, "client-key"); err != nil {
		return err
	}
	to.username, to.password, to.token = textAt(user, "username"), textAt(user, "password"), textAt(user, "token")
	if path := textAt(user, "tokenFile"); path != "" && to.token == "" {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		to.token = strings.TrimSpace(string(data))
	}
	for _, key := range []string{"id-token", "access-token"} {
		if to.token == "" {
			to.token = textAt(user, "auth-provider", "config", key)
		}
	}
	if program, ok := at(user, "exec").(*value.Dict); ok && to.token == "" && to.cert == nil {
		return ask(c, program, to)
	}
	return nil
}

// ask runs the program that a kubeconfig names for credentials.
func ask(c *modules.Context, program *value.Dict, to *access) error {
	argv := []string{textAt(program, "command")}
	for _, arg := range itemsAt(program, "args") {
		argv = append(argv, value.Str(arg))
	}
	version := textAt(program, "apiVersion")
	request, err := value.EncodeJSON(value.DictOf("apiVersion", version, "kind", "ExecCredential", "spec", value.DictOf("interactive", false)), value.JSONOptions{})
	if err != nil {
		return err
	}
	cmd := modules.Cmd{Argv: argv, Env: []string{"KUBERNETES_EXEC_INFO=" + request}}
	for _, env := range itemsAt(program, "env") {
		cmd.Env = append(cmd.Env, textAt(env, "name")+"="+textAt(env, "value"))
	}
	out, err := c.Exec(cmd)
	if err != nil {
		return err
	}
	if out.RC != 0 {
		return modules.Fail("exec: process returned %d. %s", out.RC, strings.TrimSpace(out.Stderr+" "+textAt(program, "installHint")))
	}
	said, err := value.DecodeJSON([]byte(out.Stdout))
	if err != nil {
		return modules.Fail("exec: failed to decode process output: %w", err)
	}
	to.token = textAt(said, "status", "token")
	if cert, key := textAt(said, "status", "clientCertificateData"), textAt(said, "status", "clientKeyData"); cert != "" {
		to.cert, to.key = []byte(cert), []byte(key)
	}
	if to.token == "" && to.cert == nil {
		return modules.Fail("exec: %s gave neither a token nor a certificate", argv[0])
	}
	return nil
}

// parseYAML reads the documents of a text; empty ones are left out.
func parseYAML(file string, data []byte) ([]any, error) {
	nodes, _, err := tree.Parse(file, data, tree.Options{})
	if err != nil {
		return nil, err
	}
	var out []any
	for _, node := range nodes {
		if v := node.Data(); value.Truth(v) {
			out = append(out, v)
		}
	}
	return out, nil
}
