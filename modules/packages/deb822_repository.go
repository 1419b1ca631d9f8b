package packages

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
	"goplay/modules/packages/tool"
)

type deb822Args struct {
	Name          string   `arg:"name,required" doc:"Name of the source, and of its file."`
	State         string   `arg:"state" default:"present" enum:"absent,present" doc:"Whether the source is there."`
	Types         []string `arg:"types" default:"deb" enum:"deb,deb-src" doc:"Kinds of packages."`
	URIs          []string `arg:"uris" doc:"Addresses of the source."`
	Suites        []string `arg:"suites" doc:"Suites, such as bookworm; or a path that ends with a slash."`
	Components    []string `arg:"components" doc:"Components, such as main."`
	Architectures []string `arg:"architectures" doc:"Architectures to fetch."`
	Languages     []string `arg:"languages" doc:"Languages of translations to fetch."`
	Targets       []string `arg:"targets" doc:"Kinds of lists to fetch."`
	SignedBy      string   `arg:"signed_by" doc:"Key of the source: a URL, a path on the target, a fingerprint, or an ASCII-armored key."`
	Enabled       *bool    `arg:"enabled" doc:"Whether apt uses the source."`
	Trusted       *bool    `arg:"trusted" doc:"Use the source without a valid signature, or never."`
	ByHash        *bool    `arg:"by_hash" doc:"Fetch lists by their hash."`
	CheckDate     *bool    `arg:"check_date" doc:"Refuse lists from the future."`
	ValidUntil    *bool    `arg:"check_valid_until" doc:"Refuse lists that have expired."`
	MaxFuture     *int     `arg:"date_max_future" doc:"Seconds that lists may be from the future."`
	PDiffs        *bool    `arg:"pdiffs" doc:"Fetch differences of lists."`
	Insecure      *bool    `arg:"allow_insecure" doc:"Use the source even if it is not signed."`
	Weak          *bool    `arg:"allow_weak" doc:"Use the source even if it is signed with weak algorithms."`
	Downgrade     *bool    `arg:"allow_downgrade_to_insecure" doc:"Use the source even if it was signed before and no longer is."`
	InRelease     string   `arg:"inrelease_path" doc:"Path of the InRelease file, relative to that of the suite."`
	Include       []string `arg:"include" doc:"Only these packages."`
	Exclude       []string `arg:"exclude" doc:"All but these packages."`
	InstallPython bool     `arg:"install_python_debian" default:"false" doc:"Has no meaning here."`
	Mode          any      `arg:"mode" default:"0644" doc:"Permissions of the file."`
}

type deb822Result struct {
	Repo    *string `json:"repo" doc:"The text of the file; null when there is none."`
	Dest    string  `json:"dest" doc:"The file."`
	KeyFile *string `json:"key_filename" doc:"The file that the key was written to, if one was."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.deb822_repository",
		Summary: "Add and remove sources of packages for apt in files of deb822 format",
		Example: `- name: A source of packages with its key
  ansible.builtin.deb822_repository:
    name: example
    uris: https://example.com/debian
    suites: bookworm
    components: main
    signed_by: https://example.com/key.asc
`,
		Notes:      []string{"The lists are not fetched: give the next apt task update_cache."},
		Exclusive:  [][]string{{"include", "exclude"}},
		RequiredIf: []modules.RequiredIf{{Option: "state", Is: "present", Needs: []string{"uris", "suites"}}},
	}, deb822Repository)
}

func deb822Repository(c *modules.Context, a deb822Args) (deb822Result, error) {
	slug := strings.ToLower(strings.Join(strings.FieldsFunc(a.Name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '_' || r == '-')
	}), "-"))
	r := deb822Result{Dest: filepath.Join(aptSourcesParts, slug+".sources")}
	if a.State == "absent" {
		for _, ext := range []string{"asc", "gpg"} {
			if err := removeFile(c, filepath.Join("/etc/apt/keyrings", slug+"."+ext)); err != nil {
				return r, err
			}
		}
		return r, removeFile(c, r.Dest)
	}
	signed, keyFile, err := a.key(c, slug)
	if err != nil {
		return r, err
	}
	r.KeyFile = keyFile
	text := a.text(signed)
	r.Repo = &text
	e, err := fsys.OpenEdit(r.Dest, &fsys.Attrs{Mode: a.Mode})
	if err != nil {
		return r, err
	}
	_, err = e.Save(c, []byte(text))
	return r, err
}

func removeFile(c *modules.Context, path string) error {
	if !fsys.Exists(path) {
		return nil
	}
	return c.Change(modules.Diff{Before: value.DictOf("path", path, "state", "file"), After: value.DictOf("path", path, "state", "absent")},
		func() error { return os.Remove(path) })
}

// text is the file: fields in the order of their names, as Ansible writes them.
func (a deb822Args) text(signed string) string {
	var b strings.Builder
	line := func(key, v string) {
		if v != "" {
			fmt.Fprintf(&b, "%s: %s\n", key, v)
		}
	}
	yesNo := func(v *bool) string {
		if v == nil {
			return ""
		}
		return map[bool]string{true: "yes", false: "no"}[*v]
	}
	line("Allow-Downgrade-To-Insecure", yesNo(a.Downgrade))
	line("Allow-Insecure", yesNo(a.Insecure))
	line("Allow-Weak", yesNo(a.Weak))
	line("Architectures", strings.Join(a.Architectures, " "))
	line("By-Hash", yesNo(a.ByHash))
	line("Check-Date", yesNo(a.CheckDate))
	line("Check-Valid-Until", yesNo(a.ValidUntil))
	line("Components", strings.Join(a.Components, " "))
	if a.MaxFuture != nil {
		line("Date-Max-Future", fmt.Sprint(*a.MaxFuture))
	}
	line("Enabled", yesNo(a.Enabled))
	line("Exclude", strings.Join(a.Exclude, " "))
	line("Include", strings.Join(a.Include, " "))
	line("InRelease-Path", a.InRelease)
	line("Languages", strings.Join(a.Languages, " "))
	line("X-Repolib-Name", a.Name)
	line("PDiffs", yesNo(a.PDiffs))
	line("Signed-By", signed)
	line("Suites", strings.Join(a.Suites, " "))
	line("Targets", strings.Join(a.Targets, " "))
	line("Trusted", yesNo(a.Trusted))
	line("Types", strings.Join(a.Types, " "))
	line("URIs", strings.Join(a.URIs, " "))
	return b.String()
}

// key is the value of Signed-By; a URL's key is kept in a file.
func (a deb822Args) key(c *modules.Context, slug string) (signed string, file *string, err error) {
	switch {
	case a.SignedBy == "":
		return "", nil, nil
	case strings.Contains(a.SignedBy, "-----BEGIN"):
		var b strings.Builder
		for line := range strings.Lines(strings.TrimSpace(a.SignedBy)) {
			if line = strings.TrimRight(line, "\r\n"); line == "" {
				line = "."
			}
			b.WriteString("\n " + line)
		}
		return b.String(), nil, nil
	case !strings.Contains(a.SignedBy, "://"):
		return a.SignedBy, nil, nil
	}
	dir, err := os.MkdirTemp("", "goplay-key-")
	if err != nil {
		return "", nil, err
	}
	defer os.RemoveAll(dir)
	if err := tool.Download(c, a.SignedBy, filepath.Join(dir, "key"), true); err != nil {
		return "", nil, modules.Fail("Could not fetch signed_by key: %w", err)
	}
	data, err := os.ReadFile(filepath.Join(dir, "key"))
	if err != nil {
		return "", nil, err
	}
	ext := "gpg"
	if strings.Contains(string(data), "-----BEGIN PGP PUBLIC KEY BLOCK-----") {
		ext = "asc"
	}
	path := filepath.Join("/etc/apt/keyrings", slug+"."+ext)
	e, err := fsys.OpenEdit(path, &fsys.Attrs{Mode: a.Mode})
	if err != nil {
		return "", nil, err
	}
	e.Diff = &modules.Diff{Before: value.DictOf("path", path), After: value.DictOf("path", path, "key", a.SignedBy)}
	_, err = e.Save(c, data)
	return path, &path, err
}
