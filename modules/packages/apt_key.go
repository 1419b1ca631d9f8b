package packages

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"goplay/internal/shlex"
	"goplay/modules"
	"goplay/modules/packages/tool"
)

type aptKeyArgs struct {
	ID            string `arg:"id" doc:"Id of the key: 8 or 16 hexadecimal digits, or the fingerprint. Taken from the key itself if it is not given."`
	URL           string `arg:"url" doc:"Address of the key."`
	Data          string `arg:"data" doc:"The key itself, ASCII-armored."`
	File          string `arg:"file" type:"path" doc:"File of the key, on the target."`
	Keyserver     string `arg:"keyserver" doc:"Server that gives the key by its id."`
	Keyring       string `arg:"keyring" type:"path" doc:"Keyring to use in place of apt's own."`
	State         string `arg:"state" default:"present" enum:"absent,present" doc:"Whether apt trusts the key."`
	ValidateCerts bool   `arg:"validate_certs" default:"true" doc:"Check the certificate of url's server."`
}

type aptKeyResult struct {
	ID      string `json:"id,omitempty" doc:"The id that was given or found."`
	KeyID   string `json:"key_id,omitempty" doc:"Id of the key, without 0x and in capitals."`
	ShortID string `json:"short_id,omitempty" doc:"Last 8 digits of the id."`
	FP      string `json:"fp,omitempty" doc:"The id as it is compared: the fingerprint or the last 16 digits."`
	Before  any    `json:"before,omitempty" doc:"Keys that were there."`
	After   any    `json:"after,omitempty" doc:"Keys that are there now."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.apt_key",
		Summary: "Add and remove keys that apt trusts",
		Example: `- name: The key of a source of packages
  ansible.builtin.apt_key:
    url: https://example.com/key.asc
    keyring: /etc/apt/trusted.gpg.d/example.gpg
`,
		Notes: []string{
			"apt-key is gone from current releases of Debian and Ubuntu; put keys in /etc/apt/keyrings and name them with signed-by there.",
			"gpg and apt-key are needed on the target.",
		},
		Exclusive: [][]string{{"data", "file", "keyserver", "url"}},
	}, aptKey)
}

type aptKeyJob struct {
	aptKeyArgs
	c       *modules.Context
	r       aptKeyResult
	program string
}

func aptKey(c *modules.Context, a aptKeyArgs) (aptKeyResult, error) {
	program, err := c.Find("apt-key")
	if err != nil {
		return aptKeyResult{}, err
	}
	if _, err := c.Find("gpg"); err != nil {
		return aptKeyResult{}, err
	}
	dir, err := os.MkdirTemp("", "goplay-key-")
	if err != nil {
		return aptKeyResult{}, err
	}
	defer os.RemoveAll(dir)
	j := &aptKeyJob{aptKeyArgs: a, c: c, program: program}
	if err := j.identify(dir); err != nil {
		return j.r, err
	}
	before, err := j.keys()
	if err != nil {
		return j.r, err
	}
	j.r.Before = before
	if j.there(before) == (a.State == "present") {
		return j.r, nil
	}
	return j.r, c.Change(modules.Diff{}, func() error { return j.set(dir) })
}

// identify finds which key is meant, fetching it if only it can tell.
func (j *aptKeyJob) identify(dir string) error {
	if j.ID == "" {
		if j.Keyserver != "" {
			return modules.Fail("Missing key_id, required with keyserver.")
		}
		file, err := j.keyFile(dir)
		if err != nil {
			return err
		}
		out, err := j.c.Exec(modules.Cmd{Argv: []string{"gpg", "--show-keys", "--with-colons", file}})
		if err != nil {
			return err
		}
		fingerprints := parseKeys(out.Stdout)
		if len(fingerprints) == 0 {
			return modules.Fail("Unable to extract key from '%s'", cmp.Or(j.File, "inline data")).With("stdout", out.Stdout).With("stderr", out.Stderr)
		}
		j.ID = lastDigits(fingerprints[0], 16)
	}
	id := strings.ToUpper(strings.ReplaceAll(j.ID, " ", ""))
	id = strings.TrimPrefix(id, "0X")
	if len(id) < 8 || strings.Trim(id, "0123456789ABCDEF") != "" || len(id) != 8 && len(id) < 16 {
		return modules.Fail("Invalid key_id").With("id", j.ID)
	}
	j.r.ID, j.r.KeyID, j.r.ShortID, j.r.FP = j.ID, id, lastDigits(id, 8), lastDigits(id, 16)
	return nil
}

func lastDigits(id string, n int) string { return id[max(0, len(id)-n):] }

// keyFile is the key in a file.
func (j *aptKeyJob) keyFile(dir string) (string, error) {
	path := filepath.Join(dir, "key")
	switch {
	case j.File != "":
		return j.File, nil
	case j.Data != "":
		return path, os.WriteFile(path, []byte(j.Data), 0o600)
	case j.URL != "":
		if err := tool.Download(j.c, j.URL, path, j.ValidateCerts); err != nil {
			return "", modules.Fail("Failed to download key at %s: %w", j.URL, err)
		}
		return path, nil
	default:
		return "", modules.Fail("Invalid key_id")
	}
}

func (j *aptKeyJob) argv(args ...string) []string {
	argv := []string{j.program}
	if j.Keyring != "" {
		argv = append(argv, "--keyring", j.Keyring)
	}
	return append(argv, args...)
}

func (j *aptKeyJob) aptKey(args ...string) (modules.Output, error) {
	cmd := modules.Cmd{Argv: j.argv(args...), Env: []string{"APT_KEY_DONT_WARN_ON_DANGEROUS_USAGE=1"}}
	return run(j.c, cmd, "Error running apt-key "+args[0])
}

// keys lists the ids of the keys that are there, those of subkeys too, as long
// as the one that is asked for.
func (j *aptKeyJob) keys() ([]string, error) {
	if _, err := os.Stat(j.Keyring); j.Keyring != "" && os.IsNotExist(err) {
		return []string{}, nil
	}
	out, err := j.aptKey("adv", "--list-public-keys", "--with-colons", "--with-subkey-fingerprints")
	if err != nil {
		return nil, err
	}
	ids := []string{}
	for _, fp := range parseKeys(out.Stdout) {
		ids = append(ids, lastDigits(fp, len(j.r.FP)))
	}
	return ids, nil
}

func (j *aptKeyJob) there(ids []string) bool {
	return slices.ContainsFunc(ids, func(id string) bool { return strings.HasSuffix(id, j.r.FP) })
}

// parseKeys lists the fingerprints in gpg's listing with colons.
func parseKeys(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		fields := strings.Split(line, ":")
		if fields[0] == "fpr" && len(fields) > 9 {
			out = append(out, fields[9])
		}
	}
	return out
}

func (j *aptKeyJob) set(dir string) error {
	if j.State == "absent" {
		if _, err := j.aptKey("del", j.r.ShortID); err != nil {
			return err
		}
	} else if j.Keyserver != "" {
		argv := j.argv("adv", "--no-tty", "--keyserver", j.Keyserver, "--recv", j.r.KeyID)
		out, err := j.c.Exec(modules.Cmd{Argv: argv})
		if err != nil {
			return err
		}
		if out.RC != 0 {
			id := j.r.KeyID
			j.r = aptKeyResult{}
			return modules.Fail("Error fetching key %s from keyserver: %s", id, j.Keyserver).
				With("cmd", shlex.Join(argv)).With("rc", out.RC).With("stdout", out.Stdout).With("stderr", out.Stderr)
		}
	} else {
		file, err := j.keyFile(dir)
		if err != nil {
			return err
		}
		if _, err := j.aptKey("add", file); err != nil {
			return err
		}
	}
	after, err := j.keys()
	if err != nil {
		return err
	}
	j.r.After = after
	if j.there(after) != (j.State == "present") {
		what := map[string]string{"present": "failed to add the key", "absent": "the key was not removed"}[j.State]
		return modules.Fail("apt-key did not return an error, but %s (check that the id is correct and *not* a subkey)", what).With("changed", true)
	}
	return nil
}
