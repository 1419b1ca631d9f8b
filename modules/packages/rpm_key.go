package packages

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"goplay/internal/lazy"
	"goplay/modules"
	"goplay/modules/packages/tool"
)

type rpmKeyArgs struct {
	Key           string `arg:"key,required" doc:"The key: a URL, a file on the target, or for absent its id."`
	State         string `arg:"state" default:"present" enum:"absent,present" doc:"Whether rpm trusts the key."`
	Fingerprint   string `arg:"fingerprint" doc:"What the key's fingerprint has to be."`
	ValidateCerts bool   `arg:"validate_certs" default:"true" doc:"Check the certificate of the key's server."`
}

type rpmKeyResult struct{}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.rpm_key",
		Summary: "Add and remove keys that rpm trusts",
		Example: "- name: The key of a repository is trusted\n  ansible.builtin.rpm_key:\n    key: https://example.com/RPM-GPG-KEY\n",
		Notes:   []string{"rpm and gpg are needed on the target."},
	}, rpmKey)
}

var keyID = lazy.Regexp(`^(0[xX])?[0-9A-Fa-f]{8}([0-9A-Fa-f]{8})?([0-9A-Fa-f]{24})?$`)

func rpmKey(c *modules.Context, a rpmKeyArgs) (r rpmKeyResult, err error) {
	dir, err := os.MkdirTemp("", "goplay-key-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	file := a.Key
	id := strings.ToUpper(strings.TrimPrefix(strings.TrimPrefix(a.Key, "0x"), "0X"))
	switch {
	case strings.Contains(a.Key, "://"):
		file = filepath.Join(dir, "key")
		if err := tool.Download(c, a.Key, file, a.ValidateCerts); err != nil {
			return r, modules.Fail("failed to fetch key at %s , error was: %w", a.Key, err)
		}
		if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), "BEGIN PGP PUBLIC KEY BLOCK") {
			return r, modules.Fail("Not a public key: %s", a.Key)
		}
	case keyID.MatchString(a.Key):
		file = ""
	}
	var found []string
	if file != "" {
		if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() {
			return r, modules.Fail("Not a valid key %s", a.Key)
		}
		out, err := run(c, modules.Cmd{Argv: []string{"gpg", "--no-tty", "--batch", "--with-colons", "--show-keys", file}}, "Not a valid key "+a.Key)
		if err != nil {
			return r, err
		}
		if found = parseKeys(out.Stdout); len(found) == 0 {
			return r, modules.Fail("Not a valid key %s", a.Key)
		}
		id = found[0]
	}
	installed, err := rpmKeys(c)
	if err != nil {
		return r, err
	}
	entry := installed[strings.ToLower(id[len(id)-8:])]
	if (entry != "") == (a.State == "present") {
		return r, nil
	}
	if file == "" && a.State == "present" {
		return r, modules.Fail("When importing a key, a valid file must be given")
	}
	want := strings.ToUpper(strings.ReplaceAll(a.Fingerprint, " ", ""))
	if want != "" && a.State == "present" && !slices.Contains(found, want) {
		return r, modules.Fail("The specified fingerprint, '%s', does not match the key fingerprint '%s'", want, found[0])
	}
	return r, c.Change(modules.Diff{}, func() error {
		argv := []string{"rpm", "--import", file}
		if a.State == "absent" {
			argv = []string{"rpm", "--erase", "--allmatches", entry}
		}
		_, err := run(c, modules.Cmd{Argv: argv}, "rpm could not change its keys")
		return err
	})
}

// rpmKeys are the keys that rpm knows: the name of each entry by its short id.
func rpmKeys(c *modules.Context) (map[string]string, error) {
	out, err := c.Exec(modules.Cmd{Argv: []string{"rpm", "-q", "gpg-pubkey", "--qf", "%{version} %{name}-%{version}-%{release}\n"}})
	if err != nil {
		return nil, err
	}
	keys := map[string]string{}
	if out.RC != 0 {
		// rpm ends badly when there is none.
		return keys, nil
	}
	for line := range strings.Lines(out.Stdout) {
		if f := strings.Fields(line); len(f) == 2 {
			keys[strings.ToLower(f[0][max(0, len(f[0])-8):])] = f[1]
		}
	}
	return keys, nil
}
