package accounts

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

type authorizedKeyArgs struct {
	User          string  `arg:"user,required" doc:"User whom the keys let in."`
	Key           string  `arg:"key,required" doc:"Public keys, a line each, or the URL of such a text."`
	Path          *string `arg:"path" type:"path" doc:"The file; ~/.ssh/authorized_keys of the user without it."`
	ManageDir     bool    `arg:"manage_dir" default:"true" doc:"Make the folder of the file, and see to its owner and mode."`
	State         string  `arg:"state" enum:"present,absent" default:"present" doc:"Whether the keys are to be in the file."`
	KeyOptions    *string `arg:"key_options" doc:"Options before the key, in place of those it has."`
	Exclusive     bool    `arg:"exclusive" default:"false" doc:"Take all other keys out."`
	ValidateCerts bool    `arg:"validate_certs" default:"true" doc:"Check the certificate of a URL's server."`
	Comment       *string `arg:"comment" doc:"Comment of the key, in place of the one it has."`
	Follow        bool    `arg:"follow" default:"false" doc:"Write what a link leads to, in place of replacing the link."`
}

type authorizedKeyResult struct {
	User          string  `json:"user" doc:"User whom the keys let in."`
	Key           string  `json:"key" doc:"The keys as they were given."`
	KeyFile       string  `json:"keyfile" doc:"The file."`
	Path          *string `json:"path" doc:"The option path."`
	State         string  `json:"state" doc:"Whether the keys are to be there; with the option path, what is at path."`
	ManageDir     bool    `json:"manage_dir" doc:"Whether the folder was managed."`
	KeyOptions    *string `json:"key_options" doc:"The option key_options."`
	Exclusive     bool    `json:"exclusive" doc:"Whether other keys were taken out."`
	ValidateCerts bool    `json:"validate_certs" doc:"Whether certificates were checked."`
	Comment       *string `json:"comment" doc:"The option comment."`
	Follow        bool    `json:"follow" doc:"Whether a link was followed."`
	fsys.Info
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.posix.authorized_key",
		Aliases: []string{"ansible.builtin.authorized_key"},
		Summary: "Say which SSH keys let in as a user",
		Example: `- name: Our keys and no others
  ansible.posix.authorized_key:
    user: app
    key: "{{ lookup('file', 'keys/team.pub') }}"
    exclusive: true
`,
	}, authorizedKey)
}

// authorized is a line of the file; one that is no key has only its text.
type authorized struct {
	options, kind, key, comment, text string
}

func (k authorized) line() string {
	if k.key == "" {
		return k.text
	}
	return strings.TrimLeft(k.options+" "+k.kind+" "+k.key+" "+k.comment, " ")
}

// keyTypes are the names that a key's line may have.
var keyTypes = []string{
	"ssh-ed25519", "ssh-rsa", "ssh-dss", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
	"sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com", "ssh-rsa-cert-v01@openssh.com",
	"ssh-ed25519-cert-v01@openssh.com", "ecdsa-sha2-nistp256-cert-v01@openssh.com",
}

// parseAuthorized reads one line: options with quoted texts, kind, key, comment.
func parseAuthorized(line string) (authorized, bool) {
	line = strings.TrimRight(line, "\r\n")
	rest := strings.TrimSpace(line)
	if rest == "" || rest[0] == '#' {
		return authorized{text: line}, false
	}
	var k authorized
	word, after := firstWord(rest)
	if !slices.Contains(keyTypes, word) {
		k.options = word
		word, after = firstWord(after)
	}
	k.kind = word
	k.key, k.comment = firstWord(after)
	if !slices.Contains(keyTypes, k.kind) || k.key == "" {
		return authorized{text: line}, false
	}
	return k, true
}

// firstWord ends at white space outside double quotes.
func firstWord(s string) (word, rest string) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quoted:
			i++
		case s[i] == '"':
			quoted = !quoted
		case (s[i] == ' ' || s[i] == '\t') && !quoted:
			return s[:i], strings.TrimLeft(s[i:], " \t")
		}
	}
	return s, ""
}

func authorizedKey(c *modules.Context, a authorizedKeyArgs) (authorizedKeyResult, error) {
	path, err := a.settle(c)
	if err != nil {
		return authorizedKeyResult{}, err
	}
	r := authorizedKeyResult{User: a.User, Key: a.Key, KeyFile: path, Path: a.Path, State: a.State, ManageDir: a.ManageDir,
		KeyOptions: a.KeyOptions, Exclusive: a.Exclusive, ValidateCerts: a.ValidateCerts, Comment: a.Comment, Follow: a.Follow}
	if a.Path != nil {
		if r.Info = fsys.Describe(c, path); r.Info.State != "" {
			r.State = r.Info.State
		}
	}
	return r, nil
}

// settle brings the file to what is asked for and returns its path.
func (a authorizedKeyArgs) settle(c *modules.Context) (string, error) {
	text, err := a.keys(c)
	if err != nil {
		return "", err
	}
	wanted, err := a.parse(text)
	if err != nil {
		return "", err
	}
	user, err := a.lookUser(c)
	if err != nil {
		return "", err
	}
	path := filepath.Join(user[5], ".ssh", "authorized_keys")
	if a.Path != nil {
		path = *a.Path
	}
	data, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return "", fmt.Errorf("read the keys: %w", err)
	}
	next, changed := a.merge(parseFile(string(data)), wanted)
	if !changed {
		return path, nil
	}
	return path, a.write(c, path, user, data, render(next))
}

// lookUser finds the user. One who is not there yet is enough where a path is
// given: the user may be made before the file is written.
func (a authorizedKeyArgs) lookUser(c *modules.Context) ([]string, error) {
	user := passwdEntry(c, a.User, false)
	switch {
	case user != nil:
		return user, nil
	case a.Path == nil:
		return nil, modules.Fail("%s", c.Tense(unknownUser(a.User).Error(),
			"Either user must exist or you must provide full path to key file in check mode"))
	}
	return []string{a.User, "", a.User, a.User, "", "", ""}, nil
}

// keys are the text of the keys, fetched where it is at a URL.
func (a authorizedKeyArgs) keys(c *modules.Context) (string, error) {
	if u, err := url.Parse(a.Key); err != nil || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "file" {
		return a.Key, nil
	} else if u.Scheme == "file" {
		data, err := os.ReadFile(u.Path)
		return string(data), err
	}
	ctx, cancel := context.WithTimeout(c, 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.Key, nil)
	if err != nil {
		return "", modules.Fail("Error getting key from: %s", a.Key)
	}
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{InsecureSkipVerify: !a.ValidateCerts}} //nolint:gosec // the user asked
	defer transport.CloseIdleConnections()
	resp, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		return "", modules.Fail("Error getting key from: %s: %w", a.Key, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", modules.Fail("Error getting key from: %s", a.Key)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	return string(data), err
}

func (a authorizedKeyArgs) parse(text string) ([]authorized, error) {
	var keys []authorized
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		k, ok := parseAuthorized(line)
		if !ok {
			return nil, modules.Fail("invalid key specified: %s", line)
		}
		if a.KeyOptions != nil {
			k.options = *a.KeyOptions
		}
		if a.Comment != nil {
			k.comment = *a.Comment
		}
		keys = append(keys, k)
	}
	return keys, nil
}

func parseFile(text string) []authorized {
	var lines []authorized
	for line := range strings.Lines(text) {
		k, _ := parseAuthorized(line)
		lines = append(lines, k)
	}
	return lines
}

func render(lines []authorized) string {
	var b strings.Builder
	for _, k := range lines {
		b.WriteString(k.line() + "\n")
	}
	return b.String()
}

// merge brings the lines to what is asked for. A key that is there with other
// options or another comment is replaced where it stands.
func (a authorizedKeyArgs) merge(lines, wanted []authorized) (next []authorized, changed bool) {
	next = slices.Clone(lines)
	for _, k := range wanted {
		at := slices.IndexFunc(next, func(have authorized) bool { return have.key == k.key && have.kind == k.kind })
		switch {
		case a.State == "absent" && at >= 0:
			next = slices.DeleteFunc(next, func(have authorized) bool { return have.key == k.key && have.kind == k.kind })
			changed = true
		case a.State == "absent":
		case at < 0:
			next, changed = append(next, k), true
		case next[at].options != k.options || next[at].comment != k.comment:
			next[at], changed = k, true
		}
	}
	if a.Exclusive && a.State == "present" {
		before := len(next)
		// Comments and empty lines go too.
		next = slices.DeleteFunc(next, func(have authorized) bool {
			return have.key == "" || !slices.ContainsFunc(wanted, func(k authorized) bool { return k.key == have.key })
		})
		changed = changed || len(next) != before
	}
	return next, changed
}

func (a authorizedKeyArgs) write(c *modules.Context, path string, user []string, before []byte, after string) error {
	uid, gid := user[2], user[3]
	if user[5] == "" {
		// Only who does it needs the user: until then one may yet be made.
		err := c.Change(modules.Diff{}, func() error { return unknownUser(a.User) })
		if err != nil {
			return err
		}
	}
	diff := modules.Diff{Before: string(before), After: after, BeforeHeader: path, AfterHeader: path}
	if a.Follow {
		diff.AfterHeader = fsys.Resolve(path)
	}
	if err := c.Change(modules.Diff{}, func() error { return a.makeDir(c, filepath.Dir(path), uid, gid) }); err != nil {
		return err
	}
	if a.Follow {
		path = fsys.Resolve(path)
	}
	u := fsys.Update{Path: path, Data: []byte(after), Mode: 0o600, Diff: diff,
		Attrs: &fsys.Attrs{Owner: uid, Group: gid, Mode: value.Of("0600")}, HideAttrs: true}
	_, err := u.Apply(c)
	return err
}

// makeDir makes the file's folder; one that is managed is the user's alone.
func (a authorizedKeyArgs) makeDir(c *modules.Context, dir, uid, gid string) error {
	if !a.ManageDir {
		return os.MkdirAll(dir, 0o755)
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !os.IsExist(err) {
		return modules.Fail("Failed to create directory %s : %s", dir, fsys.OSError(err))
	}
	if !fsys.IsDir(dir) {
		return nil // the file cannot be written, which says more
	}
	u, err := fsys.UID(c, uid)
	if err != nil {
		return err
	}
	g, err := fsys.GID(c, gid)
	if err != nil {
		return err
	}
	if err := os.Chown(dir, u, g); err != nil {
		return err
	}
	return os.Chmod(dir, 0o700)
}

func unknownUser(name string) error {
	return modules.Fail(`Failed to lookup user %s: "getpwnam(): name not found: '%s'"`, name, name)
}
