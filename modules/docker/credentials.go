package docker

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/moby/moby/api/pkg/authconfig"
	"github.com/moby/moby/api/types/registry"

	"goplay/modules"
)

// clientConfig is what these modules read of docker's config.json.
type clientConfig struct {
	Auths       map[string]registry.AuthConfig `json:"auths"`
	CredsStore  string                         `json:"credsStore"`
	CredHelpers map[string]string              `json:"credHelpers"`
	Proxies     map[string]map[string]string   `json:"proxies"`
	Headers     map[string]string              `json:"HttpHeaders"`
}

func configPath(c *modules.Context) string {
	if dir := c.Getenv("DOCKER_CONFIG"); dir != "" {
		return filepath.Join(dir, "config.json")
	}
	return c.Path("~/.docker/config.json")
}

func readClientConfig(path string) (clientConfig, error) {
	var conf clientConfig
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return conf, nil
	}
	if err != nil {
		return conf, fmt.Errorf("read docker's configuration: %w", err)
	}
	if len(data) == 0 {
		return conf, nil
	}
	if err := json.Unmarshal(data, &conf); err != nil {
		return conf, fmt.Errorf("read docker's configuration %s: %w", path, err)
	}
	return conf, nil
}

// credentials are what the registry of an image is shown, as the header that
// the engine takes; "" when the user has none.
func credentials(c *modules.Context, name imageName) (string, error) {
	conf, err := readClientConfig(configPath(c))
	if err != nil {
		return "", err
	}
	auth, err := conf.of(c, name.registry())
	if err != nil || auth == nil {
		return "", err
	}
	return authconfig.Encode(*auth)
}

// all are the credentials of every registry that the file itself knows, for builds.
func (conf clientConfig) all() map[string]registry.AuthConfig {
	out := map[string]registry.AuthConfig{}
	for host, auth := range conf.Auths {
		if decoded, err := decodeAuth(host, auth); err == nil && decoded.Username+decoded.IdentityToken != "" {
			out[host] = decoded
		}
	}
	return out
}

func (conf clientConfig) of(c *modules.Context, host string) (*registry.AuthConfig, error) {
	if helper := cmp.Or(conf.CredHelpers[host], conf.CredsStore); helper != "" {
		auth, err := askHelper(c, helper, host)
		if err != nil || auth != nil {
			return auth, err
		}
	}
	for _, known := range sortedKeys(conf.Auths) {
		if bareHost(known) == bareHost(host) {
			auth, err := decodeAuth(known, conf.Auths[known])
			return &auth, err
		}
	}
	return nil, nil
}

func decodeAuth(host string, auth registry.AuthConfig) (registry.AuthConfig, error) {
	auth.ServerAddress = host
	if auth.Auth == "" {
		return auth, nil
	}
	plain, err := base64.StdEncoding.DecodeString(auth.Auth)
	if err != nil {
		return auth, fmt.Errorf("docker's configuration: auth of %s is no base64", host)
	}
	auth.Username, auth.Password, _ = strings.Cut(string(plain), ":")
	auth.Auth = ""
	return auth, nil
}

// bareHost is a registry without scheme and path, as both are written and left out.
func bareHost(host string) string {
	host = strings.TrimPrefix(strings.TrimPrefix(host, "https://"), "http://")
	host, _, _ = strings.Cut(host, "/")
	return host
}

type helperAnswer struct{ ServerURL, Username, Secret string }

// askHelper asks a credential helper, a program of docker's; nil when it knows none.
func askHelper(c *modules.Context, helper, host string) (*registry.AuthConfig, error) {
	out, err := runHelper(c, helper, "get", host)
	if err != nil {
		return nil, err
	}
	if out.RC != 0 {
		if strings.Contains(out.Stdout, "credentials not found") {
			return nil, nil
		}
		return nil, out.Failure([]string{"docker-credential-" + helper, "get"})
	}
	var said helperAnswer
	if err := json.Unmarshal([]byte(out.Stdout), &said); err != nil {
		return nil, fmt.Errorf("read the answer of docker-credential-%s: %w", helper, err)
	}
	auth := &registry.AuthConfig{Username: said.Username, Password: said.Secret, ServerAddress: host}
	if said.Username == "<token>" {
		auth.Username, auth.Password, auth.IdentityToken = "", "", said.Secret
	}
	return auth, nil
}

func runHelper(c *modules.Context, helper, verb, input string) (modules.Output, error) {
	return c.Exec(modules.Cmd{Argv: []string{"docker-credential-" + helper, verb}, Stdin: strings.NewReader(input)})
}
