package packages

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
	"goplay/modules/packages/tool"
)

type aptRepositoryArgs struct {
	Repo          string `arg:"repo,required" doc:"A line of sources.list, or ppa:owner/name."`
	State         string `arg:"state" default:"present" enum:"absent,present" doc:"Whether the source is there."`
	Filename      string `arg:"filename" doc:"Name of the file in sources.list.d for a new source, without .list; made from the address otherwise."`
	Mode          any    `arg:"mode" doc:"Permissions of a new file; 0644 by default."`
	UpdateCache   bool   `arg:"update_cache" alias:"update-cache" default:"true" doc:"Fetch the lists after a change. If that fails, the change is taken back."`
	UpdateRetries int    `arg:"update_cache_retries" default:"5" doc:"How often fetching is tried."`
	UpdateDelay   int    `arg:"update_cache_retry_max_delay" default:"12" doc:"Longest wait between two tries in seconds."`
	Codename      string `arg:"codename" doc:"Release that a PPA is taken for; the host's own by default."`
	InstallPython bool   `arg:"install_python_apt" default:"true" doc:"Has no meaning here."`
	ValidateCerts bool   `arg:"validate_certs" default:"true" doc:"Check certificates when a PPA's key is fetched."`
}

type aptRepositoryResult struct {
	Repo    string   `json:"repo" doc:"The source, as it was given."`
	State   string   `json:"state" doc:"The state that was asked for."`
	Added   []string `json:"sources_added" doc:"Files that were made."`
	Removed []string `json:"sources_removed" doc:"Files that were removed."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.apt_repository",
		Summary: "Add and remove sources of packages for apt",
		Example: `- name: A source of packages
  ansible.builtin.apt_repository:
    repo: deb [signed-by=/etc/apt/keyrings/example.asc] https://example.com/debian bookworm main
    filename: example
`,
		Notes: []string{
			"A source that stands anywhere in sources.list or sources.list.d/*.list counts as there; a commented one is enabled.",
			"Only files that change are written.",
		},
		Differs: []string{"python3-apt is neither needed nor installed."},
	}, aptRepository)
}

const (
	aptSources      = "/etc/apt/sources.list"
	aptSourcesParts = "/etc/apt/sources.list.d"
)

// sourceLine is a line of a sources file.
type sourceLine struct {
	valid, enabled  bool
	source, comment string
}

func parseSourceLine(line string) sourceLine {
	l := sourceLine{enabled: true}
	line = strings.TrimSpace(line)
	if rest, ok := strings.CutPrefix(line, "#"); ok {
		l.enabled, line = false, rest
	}
	if i := strings.IndexByte(line, '#'); i > 0 {
		l.comment, line = strings.TrimSpace(line[i+1:]), line[:i]
	}
	l.source = strings.TrimSpace(line)
	if words := strings.Fields(line); len(words) > 0 && (words[0] == "deb" || words[0] == "deb-src") {
		l.valid, l.source = true, strings.Join(words, " ")
	}
	return l
}

func (l sourceLine) String() string {
	text := l.source
	if !l.enabled {
		text = "# " + text
	}
	if l.comment != "" {
		text += " # " + l.comment
	}
	return text + "\n"
}

// sourceFiles are the sources of a host by file.
type sourceFiles map[string][]sourceLine

func readSources(list, parts string) (sourceFiles, error) {
	files := sourceFiles{}
	more, err := filepath.Glob(filepath.Join(parts, "*.list"))
	if err != nil {
		return nil, err
	}
	for _, path := range append([]string{list}, more...) {
		data, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		files[path] = nil
		for line := range strings.Lines(string(data)) {
			files[path] = append(files[path], parseSourceLine(line))
		}
	}
	return files, nil
}

func (s sourceFiles) dump() map[string]string {
	out := map[string]string{}
	for path, lines := range s {
		var b strings.Builder
		for _, l := range lines {
			b.WriteString(l.String())
		}
		if b.Len() > 0 {
			out[path] = b.String()
		}
	}
	return out
}

// add enables a source wherever it stands, or puts it into a file.
func (s sourceFiles) add(source, path string) {
	found := false
	for _, lines := range s {
		for i := range lines {
			if lines[i].valid && lines[i].source == source {
				lines[i].enabled, found = true, true
			}
		}
	}
	if !found {
		s[path] = append(s[path], sourceLine{valid: true, enabled: true, source: source})
	}
}

func (s sourceFiles) remove(source string) {
	for path := range s {
		s[path] = slices.DeleteFunc(s[path], func(l sourceLine) bool { return l.valid && l.enabled && l.source == source })
	}
}

func aptRepository(c *modules.Context, a aptRepositoryArgs) (aptRepositoryResult, error) {
	r := aptRepositoryResult{Repo: a.Repo, State: a.State, Added: []string{}, Removed: []string{}}
	if a.Repo == "" {
		return aptRepositoryResult{}, modules.Fail("Please set argument 'repo' to a non-empty value")
	}
	line := a.Repo
	if strings.HasPrefix(line, "ppa:") {
		var err error
		if line, err = a.ppa(); err != nil {
			return r, err
		}
	}
	parsed := parseSourceLine(line)
	if !parsed.valid || !parsed.enabled {
		return aptRepositoryResult{}, modules.Fail("Invalid repository string: %s", line)
	}
	files, err := readSources(aptSources, aptSourcesParts)
	if err != nil {
		return r, err
	}
	before := files.dump()
	if a.State == "present" {
		files.add(parsed.source, a.file(parsed.source))
	} else {
		files.remove(parsed.source)
	}
	if err := a.save(c, &r, before, files); err != nil {
		return r, err
	}
	return r, nil
}

var (
	bracketed   = lazy.Regexp(`\[[^\]]+\]`)
	scheme      = lazy.Regexp(`\w+://`)
	notFileName = lazy.Regexp(`[^a-zA-Z0-9]`)
)

// file is where a new source is to stand.
func (a aptRepositoryArgs) file(source string) string {
	name := a.Filename
	if name == "" {
		words := strings.Fields(scheme.ReplaceAllString(bracketed.ReplaceAllString(source, ""), ""))
		words = slices.DeleteFunc(words, func(w string) bool { return w == "deb" || w == "deb-src" })
		if len(words) == 0 {
			words = []string{"source"}
		}
		if _, host, ok := strings.Cut(words[0], "@"); ok {
			words[0] = host
		}
		name = strings.Join(strings.Fields(notFileName.ReplaceAllString(words[0], " ")), "_")
	}
	name += ".list"
	if strings.Contains(name, "/") {
		return name
	}
	return filepath.Join(aptSourcesParts, name)
}

// save writes the files that differ, and fetches the lists; if those cannot be
// fetched, everything is put back.
func (a aptRepositoryArgs) save(c *modules.Context, r *aptRepositoryResult, before map[string]string, files sourceFiles) error {
	after := files.dump()
	var changed []string
	for path := range files {
		if before[path] != after[path] {
			changed = append(changed, path)
		}
	}
	if len(changed) == 0 {
		return nil
	}
	slices.Sort(changed)
	restore, err := snapshot(changed)
	if err != nil {
		return err
	}
	for _, path := range changed {
		err = a.write(c, r, path, before, after)
		if err != nil {
			break
		}
	}
	if err == nil {
		err = a.key(c)
	}
	if err == nil && a.UpdateCache {
		err = c.Change(modules.Diff{}, func() error { return fetchLists(c, a.UpdateRetries, a.UpdateDelay, 60) })
	}
	if err != nil {
		if undo := c.Change(modules.Diff{}, restore); undo != nil {
			return errors.Join(err, undo)
		}
	}
	return err
}

// snapshot returns what puts files back as they are now.
func snapshot(paths []string) (func() error, error) {
	kept := map[string][]byte{}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if err == nil {
			kept[path] = data
		}
	}
	return func() error {
		for _, path := range paths {
			var err error
			if data, was := kept[path]; was {
				err = os.WriteFile(path, data, 0o644)
			} else if err = os.Remove(path); errors.Is(err, fs.ErrNotExist) {
				err = nil
			}
			if err != nil {
				return err
			}
		}
		return nil
	}, nil
}

func (a aptRepositoryArgs) write(c *modules.Context, r *aptRepositoryResult, path string, before, after map[string]string) error {
	d := modules.Diff{Before: before[path], After: after[path], BeforeHeader: path, AfterHeader: path}
	if after[path] == "" {
		d.AfterHeader = "/dev/null"
		r.Removed = append(r.Removed, path)
		return c.Change(d, func() error { return os.Remove(path) })
	}
	attrs := &fsys.Attrs{}
	if before[path] == "" {
		d.BeforeHeader = "/dev/null"
		r.Added = append(r.Added, path)
		attrs.Mode = a.Mode
		if attrs.Mode == nil {
			attrs.Mode = "0644"
		}
	}
	if dir := filepath.Dir(path); !fsys.IsDir(dir) {
		if err := c.Change(modules.Diff{}, func() error { return os.MkdirAll(dir, 0o755) }); err != nil {
			return modules.Fail("Failed to create directory %s: %w", dir, err)
		}
	}
	_, err := fsys.Update{Path: path, Data: []byte(after[path]), Attrs: attrs, Diff: d, HideAttrs: true}.Apply(c)
	return err
}

// ppa is the line of sources.list that a PPA's short name stands for.
func (a aptRepositoryArgs) ppa() (string, error) {
	owner, name := a.ppaName()
	codename := a.Codename
	if codename == "" {
		data, err := os.ReadFile("/etc/os-release")
		if err != nil {
			return "", err
		}
		for line := range strings.Lines(string(data)) {
			if v, ok := strings.CutPrefix(strings.TrimSpace(line), "VERSION_CODENAME="); ok {
				codename = strings.Trim(v, `"`)
			}
		}
	}
	return "deb http://ppa.launchpad.net/" + owner + "/" + name + "/ubuntu " + codename + " main", nil
}

func (a aptRepositoryArgs) ppaName() (owner, name string) {
	owner, name, ok := strings.Cut(strings.TrimPrefix(a.Repo, "ppa:"), "/")
	if !ok {
		name = "ppa"
	}
	return owner, name
}

// key fetches a PPA's signing key, whose fingerprint Launchpad tells.
func (a aptRepositoryArgs) key(c *modules.Context) error {
	if a.State != "present" || !strings.HasPrefix(a.Repo, "ppa:") {
		return nil
	}
	owner, name := a.ppaName()
	path := filepath.Join("/etc/apt/trusted.gpg.d", owner+"_"+name+".asc")
	if fsys.Exists(path) {
		return nil
	}
	return c.Change(modules.Diff{}, func() error {
		dir, err := os.MkdirTemp("", "goplay-ppa-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		info := filepath.Join(dir, "info")
		if err := tool.Download(c, "https://api.launchpad.net/1.0/~"+owner+"/+archive/"+name, info, a.ValidateCerts); err != nil {
			return modules.Fail("failed to fetch PPA information, error was: %w", err)
		}
		data, err := os.ReadFile(info)
		if err != nil {
			return err
		}
		answer, err := value.DecodeJSON(data)
		d, _ := answer.(*value.Dict)
		if err != nil || d == nil || d.GetString("signing_key_fingerprint") == "" {
			return modules.Fail("Launchpad told no signing key of %s", a.Repo)
		}
		return tool.Download(c, "https://keyserver.ubuntu.com/pks/lookup?op=get&search=0x"+d.GetString("signing_key_fingerprint"), path, a.ValidateCerts)
	})
}
