package files

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
	"goplay/modules/web"
)

// unarchiveArgs: without remote_src the controller's half passes in _content
// the name under which the archive is pulled. A tar archive is unpacked as it
// comes; a zip archive waits in a temporary file.
type unarchiveArgs struct {
	Src           string   `arg:"src,required" type:"path" doc:"The archive: on the controller, with remote_src on the target, or then an address to download it from."`
	Dest          string   `arg:"dest,required" type:"path" doc:"The folder to unpack into; it has to be there."`
	RemoteSrc     bool     `arg:"remote_src" default:"false" doc:"src is on the target, or an address."`
	Copy          bool     `arg:"copy" default:"true" doc:"The old opposite of remote_src."`
	Creates       string   `arg:"creates" type:"path" doc:"Unpack nothing if this file is there."`
	ListFiles     bool     `arg:"list_files" default:"false" doc:"Return the names of what is in the archive."`
	KeepNewer     bool     `arg:"keep_newer" default:"false" doc:"Keep files that are newer than those in the archive."`
	Include       []string `arg:"include" default:"" doc:"Unpack only these."`
	Exclude       []string `arg:"exclude" default:"" doc:"Leave these out; shell patterns."`
	ExtraOpts     []string `arg:"extra_opts" default:"" doc:"Options of tar: --strip-components, --exclude, --transform, --wildcards, --no-same-owner, --no-same-permissions, --numeric-owner, --touch, --no-overwrite-dir, --skip-old-files; of unzip: -j, -n."`
	ValidateCerts bool     `arg:"validate_certs" default:"true" doc:"Check the certificate of the server that src names."`
	IOBufferSize  int      `arg:"io_buffer_size" default:"65536" doc:"Unused; for old playbooks."`
	Decrypt       bool     `arg:"decrypt" default:"true" doc:"Decrypt an archive of the controller that is a vault file."`

	ContentName string `arg:"_content,internal" doc:"Name of the archive at the controller."`
	fsys.Attrs
}

type unarchiveResult struct {
	Dest    string         `json:"dest,omitempty" doc:"The folder."`
	Src     string         `json:"src,omitempty" doc:"The archive."`
	Handler string         `json:"handler,omitempty" doc:"The kind of archive, as Ansible calls it: TgzArchive, TarArchive or ZipArchive."`
	Files   *value.List    `json:"files,omitempty" doc:"What is in the archive, with list_files."`
	Extract *extractResult `json:"extract_results,omitempty" doc:"How it went, when something was unpacked."`
	fsys.Info
}

// extractResult is there for playbooks that look at tar's result.
type extractResult struct {
	RC  int      `json:"rc"`
	Out string   `json:"out"`
	Err string   `json:"err"`
	Cmd []string `json:"cmd"`
}

func init() {
	modules.Register(modules.Spec{
		Name:      "ansible.builtin.unarchive",
		Summary:   "Unpack a tar or zip archive",
		Exclusive: [][]string{{"include", "exclude"}},
		Example: `- name: The release
  ansible.builtin.unarchive:
    src: https://example.org/app-1.2.tar.gz
    dest: /opt/app
    remote_src: true
    owner: app
    extra_opts: [--strip-components=1]
    creates: /opt/app/bin/app
`,
		Notes: []string{"Archives packed with xz or lzip need the program xz or lzip on the target; nothing else needs programs."},
		Differs: []string{
			"Check mode works for tar archives too.",
			"Only what differs is written; Ansible unpacks everything when anything differs.",
			"Of the tools' options those listed under extra_opts are understood; others are refused.",
		},
	}, unarchive)
}

// member is one thing in an archive.
type member struct {
	raw      string // its name as it stands in the archive
	path     string // below the destination
	kind     byte   // 'f', 'd', 'l' symbolic link, 'h' hard link
	target   string
	mode     uint32
	uid, gid int // -1: whoever unpacks
	size     int64
	mtime    time.Time
	crc      *uint32
}

// members goes through an archive; the reader holds a file's content until
// visit returns.
type members func(visit func(m member, content io.Reader) error) error

func unarchive(c *modules.Context, a unarchiveArgs) (unarchiveResult, error) {
	if a.Creates != "" && exists(a.Creates) {
		return unarchiveResult{}, &modules.Skipped{Msg: "skipped, since " + a.Creates + " exists"}
	}
	if !fsys.IsDir(a.Dest) {
		return unarchiveResult{}, modules.Fail("dest '%s' must be an existing dir", a.Dest)
	}
	opts, err := parseTarOptions(a.ExtraOpts)
	if err != nil {
		return unarchiveResult{}, err
	}
	opts.accounts = &accounts{c: c, users: map[string]int{}, group: map[string]int{}}
	opts.include, opts.exclude = a.Include, append(opts.exclude, a.Exclude...)
	in, err := a.open(c)
	if err != nil {
		return unarchiveResult{}, err
	}
	defer in.Close()
	handler, walk, done, err := openArchive(c, in, a.Src, opts)
	if err != nil {
		return unarchiveResult{}, err
	}
	defer done()
	u := &unpacker{c: c, unarchiveArgs: a, tarOptions: opts, created: map[string]bool{}}
	if err := u.run(walk); err != nil {
		return unarchiveResult{}, err
	}
	r := unarchiveResult{Dest: a.Dest, Src: a.Src, Handler: handler, Info: fsys.Describe(c, a.Dest)}
	if a.ListFiles {
		r.Files = value.Strings(u.names)
	}
	if u.unpacked {
		r.Extract = &extractResult{Cmd: []string{}}
	}
	return r, nil
}

// open gives the archive's bytes, from wherever it is.
func (a unarchiveArgs) open(c *modules.Context) (io.ReadCloser, error) {
	if a.ContentName != "" {
		return c.Content(a.ContentName)
	}
	if !exists(a.Src) && strings.Contains(a.Src, "://") {
		return a.download(c)
	}
	f, err := os.Open(a.Src)
	if errors.Is(err, os.ErrNotExist) {
		return nil, modules.Fail("Source '%s' does not exist", a.Src)
	}
	if err != nil {
		return nil, modules.Fail("Source '%s' not readable", a.Src)
	}
	st, err := f.Stat()
	if err == nil && st.IsDir() {
		_ = f.Close()
		return nil, notAnArchive(a.Src, errors.New("it is a folder"))
	}
	if err == nil && st.Size() == 0 {
		_ = f.Close()
		return nil, modules.Fail("Invalid archive '%s', the file is 0 bytes", a.Src)
	}
	return f, nil
}

func (a unarchiveArgs) download(c *modules.Context) (io.ReadCloser, error) {
	options := web.Options{UseProxy: true, ValidateCerts: a.ValidateCerts, HTTPAgent: "ansible-httpget", UseNetrc: true}
	resp, err := web.Request{Options: options, Method: http.MethodGet, URL: a.Src, Timeout: 10 * time.Second, Redirects: "all"}.Do(c)
	if err != nil {
		return nil, modules.Fail("Failure downloading %s, %w", a.Src, err)
	}
	if resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close()
		return nil, modules.Fail("Failure downloading %s, %s", a.Src, resp.Message())
	}
	return resp.Body, nil
}

// openArchive finds out what kind of archive it is by how it starts.
func openArchive(c *modules.Context, in io.Reader, name string, o tarOptions) (handler string, walk members, done func(), err error) {
	buffered := bufio.NewReaderSize(fsys.Reader(c, in), 64<<10)
	start, _ := buffered.Peek(6)
	if len(start) == 0 {
		return "", nil, nil, modules.Fail("Invalid archive '%s', the file is 0 bytes", name)
	}
	if strings.HasPrefix(string(start), "PK") {
		walk, done, err = openZip(buffered, o)
		return "ZipArchive", walk, done, err
	}
	handler, plain, done, err := decompress(c, string(start), buffered)
	if err != nil {
		return "", nil, nil, notAnArchive(name, err)
	}
	return handler, tarMembers(plain, name, o), done, nil
}

func notAnArchive(name string, err error) error {
	return modules.Fail("Failed to find handler for \"%s\". Make sure the required command to extract the file is installed.\n%w", name, err)
}

// unpacker brings a folder to what an archive holds.
type unpacker struct {
	unarchiveArgs
	tarOptions
	c        *modules.Context
	numeric  fsys.Attrs // with owner and group as numbers
	names    []string
	paths    []string
	dirs     []member
	created  map[string]bool // links that this archive brought
	items    strings.Builder // what differs of a zip archive, a line for each member
	unpacked bool
}

func (u *unpacker) run(walk members) error {
	attrs, err := u.Numeric(u.c)
	if err != nil {
		return err
	}
	u.numeric = attrs
	err = walk(func(m member, content io.Reader) error {
		u.names = append(u.names, m.raw)
		path := filepath.Join(u.Dest, m.path)
		u.paths = append(u.paths, path)
		if err := u.guard(m); err != nil {
			return err
		}
		return u.place(m, path, content)
	})
	if err != nil {
		return err
	}
	if u.items.Len() > 0 {
		if err := u.c.Change(modules.Diff{Prepared: u.items.String()}, func() error { return nil }); err != nil {
			return err
		}
	}
	if err := u.finishDirs(); err != nil {
		return err
	}
	return u.dress(attrs)
}

// dress gives the attributes to all that the archive holds, and to the folders
// at its top even if the archive does not list them.
func (u *unpacker) dress(attrs fsys.Attrs) error {
	seen := map[string]bool{}
	for _, path := range u.paths {
		seen[path] = true
		if err := applyQuietly(u.c, &attrs, path); err != nil {
			return err
		}
	}
	for _, path := range u.paths {
		rel, err := filepath.Rel(u.Dest, path)
		if err != nil {
			continue
		}
		top, _, deeper := strings.Cut(rel, "/")
		top = filepath.Join(u.Dest, top)
		if !deeper || seen[top] {
			continue
		}
		seen[top] = true
		if err := applyQuietly(u.c, &attrs, top); err != nil {
			return err
		}
	}
	return nil
}
