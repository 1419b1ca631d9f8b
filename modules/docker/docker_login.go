package docker

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_login",
		Summary: "log into a Docker registry",
		Example: `- name: Log into a private registry
  community.docker.docker_login:
    registry_url: registry.example.com
    username: deploy
    password: "{{ registry_password }}"
`,
		Notes:      []string{"The credentials go where docker keeps them: its configuration file, readable by the user only, or the credential helper named there."},
		RequiredIf: []modules.RequiredIf{{Option: "state", Is: "present", Needs: []string{"username", "password"}}},
	}, modules.Bare(runLogin))
}

type loginArgs struct {
	RegistryURL string `arg:"registry_url" alias:"registry,url" default:"https://index.docker.io/v1/" doc:"The registry."`
	Username    string `arg:"username" doc:"User name."`
	Password    string `arg:"password,secret" doc:"Password or token."`
	Reauthorize bool   `arg:"reauthorize" alias:"reauth" default:"false" doc:"Log in even if the same credentials are kept already."`
	ConfigPath  string `arg:"config_path" alias:"dockercfg_path" type:"path" default:"~/.docker/config.json" doc:"Docker's configuration file."`
	State       string `arg:"state" enum:"present,absent" default:"present" doc:"Whether to be logged in."`
	Connection
}

type loginResult struct {
	Login object `json:"login_result" doc:"The registry's answer, or what is kept of a login that there is already."`
}

func runLogin(c *modules.Context, a loginArgs) (loginResult, error) {
	out := loginResult{Login: object{}}
	e, err := a.connect(c)
	if err != nil {
		return out, err
	}
	defer e.Close()
	store := &credentialStore{c: c, path: c.Abs(a.ConfigPath), host: a.RegistryURL}
	if err := store.open(); err != nil {
		return out, err
	}
	user, password, err := store.get()
	if err != nil {
		return out, modules.Fail("Could not read the credentials of %s: %w", a.RegistryURL, err)
	}
	if a.State == "absent" {
		if user == "" {
			return out, nil
		}
		return out, c.Change(modules.Diff{}, store.erase)
	}
	if user == a.Username && password == a.Password && !a.Reauthorize {
		out.Login = object{"username": user, "serveraddress": a.RegistryURL}
		if store.helper == "" {
			out.Login["email"] = nil
		}
		return out, nil
	}
	// Whether the registry lets the user in is asked in check mode too.
	said, err := e.call(c, http.MethodPost, "/auth", nil, object{"username": a.Username, "password": a.Password, "serveraddress": a.RegistryURL})
	if err != nil {
		return out, modules.Fail("Logging into %s for user %s failed - %w", a.RegistryURL, a.Username, err)
	}
	out.Login, _ = said.(object)
	return out, c.Change(modules.Diff{}, func() error { return store.put(a.Username, a.Password) })
}

// credentialStore keeps one registry's credentials in docker's configuration
// file, or in the helper that this names.
type credentialStore struct {
	c      *modules.Context
	path   string
	host   string
	conf   object // the whole file, for what is in it to stay
	helper string
}

func (s *credentialStore) open() error {
	s.conf = object{}
	data, err := os.ReadFile(s.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return modules.Fail("Error: %w", err)
	}
	if len(data) > 0 {
		if err := json.Unmarshal(data, &s.conf); err != nil {
			return modules.Fail("Error reading config from %s: %w", s.path, err)
		}
	}
	s.helper, _ = objectAt(s.conf, "credHelpers")[s.host].(string)
	if s.helper == "" {
		s.helper = textAt(s.conf, "credsStore")
	}
	return nil
}

func (s *credentialStore) get() (user, password string, err error) {
	if s.helper != "" {
		auth, err := askHelper(s.c, s.helper, s.host)
		if err != nil || auth == nil {
			return "", "", err
		}
		return auth.Username, auth.Password, nil
	}
	entry, _ := objectAt(s.conf, "auths")[s.host].(object)
	plain, err := base64.StdEncoding.DecodeString(textAt(entry, "auth"))
	if err != nil {
		return "", "", fmt.Errorf("auth in %s is no base64", s.path)
	}
	user, password, _ = strings.Cut(string(plain), ":")
	return user, password, nil
}

func (s *credentialStore) put(user, password string) error {
	if s.helper != "" {
		entry, _ := json.Marshal(helperAnswer{s.host, user, password})
		return s.ask("store", string(entry))
	}
	auths := objectAt(s.conf, "auths")
	if auths == nil {
		auths = object{}
	}
	auths[s.host] = object{"auth": base64.StdEncoding.EncodeToString([]byte(user + ":" + password))}
	s.conf["auths"] = auths
	return s.write()
}

func (s *credentialStore) erase() error {
	if s.helper != "" {
		return s.ask("erase", s.host)
	}
	delete(objectAt(s.conf, "auths"), s.host)
	return s.write()
}

func (s *credentialStore) ask(verb, input string) error {
	out, err := runHelper(s.c, s.helper, verb, input)
	if err == nil && out.RC != 0 {
		err = out.Failure([]string{"docker-credential-" + s.helper, verb})
	}
	return err
}

// write replaces the file at once; nobody but the user may read it.
func (s *credentialStore) write() error {
	if s.conf["auths"] == nil {
		s.conf["auths"] = object{}
	}
	text, err := value.EncodeJSON(value.Of(s.conf), value.JSONOptions{Indent: 4, SortKeys: true})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return fmt.Errorf("write %s: %w", s.path, err)
	}
	temp := fmt.Sprintf("%s.%08x.tmp", s.path, rand.Uint32())
	defer os.Remove(temp)
	if err := os.WriteFile(temp, []byte(text), 0o600); err != nil {
		return fmt.Errorf("write %s: %w", s.path, err)
	}
	return os.Rename(temp, s.path)
}
