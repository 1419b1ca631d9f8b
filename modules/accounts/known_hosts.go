package accounts

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // the file's format
	"encoding/base64"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"goplay/internal/lazy"
	"goplay/modules"
	"goplay/modules/fsys"
)

type knownHostsArgs struct {
	Name     string  `arg:"name,required" alias:"host" doc:"The host, as the key's line names it."`
	Key      *string `arg:"key" doc:"The host's public key as a line of known_hosts; needed to add it."`
	Path     string  `arg:"path" type:"path" default:"~/.ssh/known_hosts" doc:"The file."`
	HashHost bool    `arg:"hash_host" default:"false" doc:"Write the host's name as a hash."`
	State    string  `arg:"state" enum:"absent,present" default:"present" doc:"Whether the key is to be there; without a key, absent removes all of the host's."`
}

type knownHostsResult struct {
	Name     string  `json:"name" doc:"The host."`
	Key      *string `json:"key" doc:"The key that was given."`
	Path     string  `json:"path" doc:"The file."`
	HashHost bool    `json:"hash_host" doc:"Whether the name was to be hashed."`
	fsys.Info
}

func init() {
	modules.Register(modules.Spec{
		Name:      "ansible.builtin.known_hosts",
		Summary:   "Say which keys SSH servers have",
		KeepsDiff: true,
		Example: `- name: The server of our sources
  ansible.builtin.known_hosts:
    name: git.example.com
    key: "git.example.com ssh-ed25519 {{ git_host_key }}"
`,
		Differs: []string{"ssh-keygen is not needed, on the host or anywhere."},
	}, knownHosts)
}

func knownHosts(c *modules.Context, a knownHostsArgs) (knownHostsResult, error) {
	key, err := a.check()
	if err != nil {
		return knownHostsResult{}, err
	}
	data, err := os.ReadFile(a.Path)
	if err != nil && !os.IsNotExist(err) {
		return knownHostsResult{}, err
	}
	missing := err != nil
	next := a.edit(strings.SplitAfter(string(data), "\n"), key)
	r := knownHostsResult{Name: a.Name, Key: a.Key, Path: a.Path, HashHost: a.HashHost}
	if next != string(data) {
		header := a.Path
		if missing {
			header = "/dev/null"
		}
		err := c.Change(modules.Diff{}, func() error {
			if dir := filepath.Dir(a.Path); !fsys.IsDir(dir) {
				return modules.Fail("Failed to write to file %s: [Errno 2] No such file or directory: '%s'", a.Path, dir)
			}
			return nil
		})
		if err != nil {
			return knownHostsResult{}, err
		}
		if _, err := (fsys.Update{Path: a.Path, Data: []byte(next), Mode: 0o644,
			Diff: modules.Diff{Before: string(data), After: next, BeforeHeader: header, AfterHeader: a.Path}}).Apply(c); err != nil {
			return r, err
		}
	}
	if next == string(data) {
		c.AddDiff(modules.Diff{Before: next, After: next, BeforeHeader: a.Path, AfterHeader: a.Path})
	}
	if r.Info = fsys.Describe(c, a.Path); r.Info.State == "" {
		r.Info.State = "absent"
	}
	return r, nil
}

var severalNames = lazy.Regexp(`\S\s?,`)

// check refuses a key that is not the host's, and returns its line.
func (a knownHostsArgs) check() (string, error) {
	if a.Key == nil {
		if a.State == "present" {
			return "", modules.Fail("No key specified when adding a host")
		}
		return "", nil
	}
	key := strings.TrimSpace(*a.Key)
	f := strings.Fields(key)
	if len(f) > 0 && strings.HasPrefix(f[0], "@") {
		f = f[1:]
	}
	switch {
	case severalNames.MatchString(a.Name):
		return "", modules.Fail("Comma separated list of names is not supported. Please pass a single name to lookup in the known_hosts file.")
	case len(f) < 3 || !matchesHost(f[0], a.Name):
		return "", modules.Fail("Host parameter does not match hashed host field in supplied key")
	}
	return key, nil
}

// edit returns the text with the key in it or out of it.
func (a knownHostsArgs) edit(lines []string, key string) string {
	same := func(line string) bool { return sameKind(line, key) && mentions(line, a.Name) }
	if a.State == "absent" {
		lines = slices.DeleteFunc(lines, func(line string) bool {
			return mentions(line, a.Name) && (key == "" || sameKey(line, key))
		})
		return strings.Join(lines, "")
	}
	if slices.ContainsFunc(lines, func(line string) bool {
		f := fields(line)
		hashed := strings.HasPrefix(line, "|1|")
		return mentions(line, a.Name) && sameKey(line, key) && hashed == a.HashHost && (hashed || f[0] == fields(key)[0])
	}) {
		return strings.Join(lines, "")
	}
	lines = slices.DeleteFunc(lines, same)
	text := strings.Join(lines, "")
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	if a.HashHost {
		_, rest, _ := strings.Cut(key, " ")
		return text + hashHost(a.Name) + " " + rest + "\n"
	}
	return text + key + "\n"
}

// fields are a line's names, kind and key, without a marker.
func fields(line string) []string {
	f := strings.Fields(line)
	if len(f) > 0 && strings.HasPrefix(f[0], "@") {
		f = f[1:]
	}
	if len(f) < 3 || strings.HasPrefix(f[0], "#") {
		return nil
	}
	return f
}

func mentions(line, host string) bool {
	f := fields(line)
	return f != nil && matchesHost(f[0], host)
}

func sameKind(line, key string) bool {
	a, b := fields(line), fields(key)
	return a != nil && b != nil && a[1] == b[1]
}

func sameKey(line, key string) bool {
	a, b := fields(line), fields(key)
	return a != nil && b != nil && a[1] == b[1] && a[2] == b[2]
}

// matchesHost compares a host with the names of a line, hashed or not.
func matchesHost(names, host string) bool {
	if salt, hash, ok := strings.Cut(strings.TrimPrefix(names, "|1|"), "|"); ok && strings.HasPrefix(names, "|1|") {
		raw, err := base64.StdEncoding.DecodeString(salt)
		return err == nil && hashWith(raw, host) == hash
	}
	return slices.Contains(strings.Split(names, ","), host)
}

func hashWith(salt []byte, host string) string {
	mac := hmac.New(sha1.New, salt)
	mac.Write([]byte(host))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func hashHost(host string) string {
	salt := make([]byte, sha1.Size)
	_, _ = rand.Read(salt) // never fails
	return "|1|" + base64.StdEncoding.EncodeToString(salt) + "|" + hashWith(salt, host)
}
