package files

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
	"goplay/modules/web"
)

type getURLArgs struct {
	URL      string      `arg:"url,required" doc:"What to download: http, https or file."`
	Dest     string      `arg:"dest,required" type:"path" doc:"Where to put it; in a folder it keeps the name that the server gives it."`
	Checksum string      `arg:"checksum" default:"" doc:"What its content has to be: algorithm:hash, or algorithm:url of a file with the hash."`
	Force    bool        `arg:"force" default:"false" doc:"Download even if the file is there and, by its time, not older."`
	Timeout  int         `arg:"timeout" default:"10" doc:"Seconds to wait for the server."`
	Headers  *value.Dict `arg:"headers" doc:"Headers to send, as a dict."`
	User     string      `arg:"url_username" alias:"username" doc:"User for the server."`
	Password string      `arg:"url_password,secret" alias:"password" doc:"Password for the server."`
	TmpDest  string      `arg:"tmp_dest" type:"path" doc:"Folder for the download until it is known to differ."`
	web.Options
	fsys.Attrs
	fsys.Backup
}

type getURLResult struct {
	URL          string  `json:"url" doc:"What was asked for."`
	Dest         string  `json:"dest" doc:"The file."`
	Src          *string `json:"src,omitempty" doc:"Where the download waited."`
	ChecksumSrc  *string `json:"checksum_src,omitempty" doc:"SHA-1 of what was downloaded."`
	ChecksumDest *string `json:"checksum_dest,omitempty" doc:"SHA-1 of the file that was there."`
	MD5Sum       string  `json:"md5sum,omitempty" doc:"MD5 of the file."`
	BackupFile   string  `json:"backup_file,omitempty" doc:"The copy that was kept of the previous file."`
	StatusCode   *int    `json:"status_code,omitempty" doc:"The server's status."`
	Elapsed      int     `json:"elapsed" doc:"Seconds that it took."`
	Msg          string  `json:"msg" doc:"The server's answer in words."`
	fsys.Info
}

// Values are the return values. What was downloaded is told beside what there
// was before and the server's status, also where there was neither.
func (r getURLResult) Values() *value.Dict {
	type plain getURLResult
	d := value.Of(plain(r)).(*value.Dict)
	if r.Src == nil {
		return d
	}
	if r.ChecksumDest == nil {
		d.Set("checksum_dest", nil)
	}
	if r.StatusCode == nil && r.UID != nil {
		d.Set("status_code", nil)
	}
	return d
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.get_url",
		Summary: "Download a file",
		Example: `- name: The release
  ansible.builtin.get_url:
    url: https://example.org/app-1.2.tar.gz
    dest: /usr/local/src/app-1.2.tar.gz
    checksum: sha256:https://example.org/SHA256SUMS
    mode: "0644"
`,
		Differs: []string{
			"In check mode the content is downloaded too, to say truly whether the file would change.",
			"A download whose checksum is wrong never takes the file's place.",
			"ftp is not supported, nor is Kerberos.",
		},
	}, getURL)
}

// download is one run of the module.
type download struct {
	getURLArgs
	c         *modules.Context
	algorithm string
	want      string // checksum, in lower case
	start     time.Time
	r         getURLResult
}

func getURL(c *modules.Context, a getURLArgs) (getURLResult, error) {
	d := &download{getURLArgs: a, c: c, start: time.Now(), r: getURLResult{URL: a.URL, Dest: a.Dest}}
	if err := d.parseChecksum(); err != nil {
		return d.r, err
	}
	isDir := fsys.IsDir(a.Dest)
	since, mismatch, ok := d.there(isDir)
	if ok {
		return d.alreadyThere()
	}
	local := strings.HasPrefix(a.URL, "file:")
	resp, err := d.get(a.URL, since, a.Force || mismatch || local)
	if err != nil {
		return getURLResult{}, d.failure(err)
	}
	defer resp.Body.Close()
	d.r.Msg = resp.Message()
	if !local {
		d.r.StatusCode = &resp.StatusCode
	}
	if resp.StatusCode == http.StatusNotModified {
		d.r.Info = fsys.Describe(c, a.Dest)
		return d.r, nil
	}
	switch {
	case resp.StatusCode == http.StatusOK:
	case local:
		return getURLResult{}, d.failure(modules.Fail("Request failed: <urlopen error [Errno 2] No such file or directory: '%s'>", resp.Request.URL.Path))
	default:
		return getURLResult{}, d.failure(modules.Fail("Request failed").With("status_code", resp.StatusCode).With("response", resp.Message()))
	}
	if isDir {
		d.Dest = filepath.Join(a.Dest, fileName(resp))
	}
	if err := d.save(resp); err != nil {
		return getURLResult{}, d.failure(err)
	}
	d.r.Elapsed = int(time.Since(d.start).Seconds())
	d.r.Info = fsys.Describe(c, d.Dest)
	return d.r, nil
}

func (d *download) failure(err error) error {
	var f *modules.Failure
	if !errors.As(err, &f) {
		f = modules.Fail("%w", err)
	}
	if f.Data != nil {
		if _, whole := f.Data.GetText("url"); whole { // an address that is none
			return f
		}
	}
	return f.With("url", d.URL).With("dest", d.Dest).With("elapsed", int(time.Since(d.start).Seconds()))
}

func (d *download) get(url string, since time.Time, fresh bool) (*web.Response, error) {
	return web.Request{
		Options: d.Options, Method: http.MethodGet, URL: url, Header: headersOf(d.Headers), User: d.User, Password: d.Password,
		Since: since, Fresh: fresh, Timeout: time.Duration(d.Timeout) * time.Second, Redirects: "all",
	}.Do(d.c)
}

func headersOf(d *value.Dict) http.Header {
	h := http.Header{}
	for k, v := range d.All() {
		h.Set(value.Str(k), value.Str(v))
	}
	return h
}

// there looks at the file that is there: whether it is what is wanted already,
// and otherwise what a request for a newer one needs.
func (d *download) there(isDir bool) (since time.Time, mismatch, done bool) {
	st, err := fsys.StatFollow(d.Dest)
	if err != nil || isDir {
		return since, false, false
	}
	if d.want != "" && !d.Force {
		have, err := fsys.Checksum(d.c, d.Dest, d.algorithm)
		if err == nil && have == d.want {
			return since, false, true
		}
		mismatch = true
	}
	return time.Unix(st.Mtime.Unix()), mismatch, false
}

func (d *download) alreadyThere() (getURLResult, error) {
	if err := applyQuietly(d.c, &d.Attrs, d.Dest); err != nil {
		return getURLResult{}, err
	}
	d.r.Msg = "file already exists"
	if d.c.Changed() {
		d.r.Msg += " but file attributes changed"
	}
	d.r.Info = fsys.Describe(d.c, d.Dest)
	return d.r, nil
}

var disposition = lazy.Regexp(`^attachment; ?filename="?([^"]+)`)

// fileName is what a download is called in a folder.
func fileName(resp *web.Response) string {
	if m := disposition.FindStringSubmatch(resp.Header.Get("Content-Disposition")); m != nil {
		return path.Base(m[1])
	}
	return urlName(resp.Request.URL.Path)
}

func urlName(p string) string {
	if strings.HasSuffix(p, "/") || p == "" {
		return "index.html"
	}
	return path.Base(p)
}

// save compares what comes with what is there. The download waits outside the
// destination, so that looking changes nothing.
func (d *download) save(resp *web.Response) error {
	d.r.Dest = d.Dest
	if dir := filepath.Dir(d.Dest); !exists(dir) {
		return modules.Fail("Destination %s does not exist", dir)
	}
	part, err := d.receive(resp)
	if err != nil {
		return err
	}
	defer os.Remove(part)
	d.r.Src = &part
	have, err := fsys.Checksum(d.c, part, "sha1")
	if err != nil {
		return err
	}
	d.r.ChecksumSrc = &have
	if old, err := fsys.Checksum(d.c, d.Dest, "sha1"); err == nil {
		d.r.ChecksumDest = &old
	}
	if err := d.verify(part); err != nil {
		return err
	}
	if d.r.ChecksumDest != nil && *d.r.ChecksumDest == have {
		err = applyQuietly(d.c, &d.Attrs, d.Dest)
	} else {
		var done fsys.Updated
		done, err = fsys.Update{Path: d.Dest, Attrs: &d.Attrs, Backup: d.Backup.Backup, HideAttrs: true,
			Open: func() (io.ReadCloser, error) { return os.Open(part) }}.Apply(d.c)
		d.r.BackupFile = done.Backup
	}
	if err == nil {
		d.r.MD5Sum, err = fsys.Checksum(d.c, part, "md5")
	}
	return err
}

func (d *download) receive(resp *web.Response) (string, error) {
	if d.TmpDest != "" && !fsys.IsDir(d.TmpDest) {
		if exists(d.TmpDest) {
			return "", modules.Fail("%s is a file but should be a directory.", d.TmpDest)
		}
		return "", modules.Fail("%s directory does not exist.", d.TmpDest)
	}
	f, err := os.CreateTemp(d.TmpDest, "goplay-download-")
	if err != nil {
		return "", modules.Fail("failed to create temporary content file: %s", fsys.OSError(err))
	}
	_, err = io.Copy(f, fsys.Reader(d.c, resp.Body))
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return "", modules.Fail("failed to create temporary content file: %w", err)
	}
	return f.Name(), nil
}

// verify refuses a download that has not the checksum.
func (d *download) verify(part string) error {
	if d.want == "" {
		return nil
	}
	have, err := fsys.Checksum(d.c, part, d.algorithm)
	if err != nil || have == d.want {
		return err
	}
	return modules.Fail("The checksum for %s did not match %s; it was %s.", d.Dest, d.want, have).
		With("checksum_src", *d.r.ChecksumSrc).With("checksum_dest", d.r.ChecksumDest)
}

var notWord = lazy.Regexp(`\W+`)

func (d *download) parseChecksum() error {
	if d.Checksum == "" {
		return nil
	}
	algorithm, text, ok := strings.Cut(d.Checksum, ":")
	if !ok {
		return d.failure(modules.Fail("The checksum parameter has to be in format <algorithm>:<checksum>"))
	}
	if _, err := fsys.NewHash(algorithm); err != nil {
		return d.failure(modules.Fail("Could not hash file '%s' with algorithm '%s'. Available algorithms: md5, sha1, sha224, sha256, sha384, sha512", d.Dest, algorithm))
	}
	if strings.Contains(text, "://") {
		found, err := d.listedChecksum(text)
		if err != nil {
			return err
		}
		text = found
	}
	d.algorithm, d.want = algorithm, strings.ToLower(notWord.ReplaceAllString(text, ""))
	if strings.Trim(d.want, "0123456789abcdef") != "" || d.want == "" {
		return d.failure(modules.Fail("The checksum format is invalid"))
	}
	return nil
}

// listedChecksum downloads a file of checksums and finds the one that is meant.
func (d *download) listedChecksum(url string) (string, error) {
	resp, err := d.get(url, time.Time{}, d.Force)
	if err != nil {
		return "", d.failure(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", d.failure(modules.Fail("Request failed").With("status_code", resp.StatusCode).With("response", resp.Message()))
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, 16<<20))
	if err != nil {
		return "", d.failure(err)
	}
	_, p, _ := strings.Cut(d.URL, "://")
	p, _, _ = strings.Cut(p, "?")
	name := urlName(p[max(0, strings.IndexByte(p, '/')):])
	if sum, ok := checksumFor(string(data), name); ok {
		return sum, nil
	}
	return "", d.failure(modules.Fail("Unable to find a checksum for file '%s' in '%s'", name, url))
}

// checksumFor reads a list as sha256sum writes it, or a lone checksum.
func checksumFor(text, name string) (string, bool) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) == 1 && len(strings.Fields(lines[0])) == 1 {
		return strings.TrimSpace(lines[0]), true
	}
	for _, line := range lines {
		sum, file, ok := strings.Cut(line, " ")
		if !ok {
			continue
		}
		if strings.HasPrefix(file, " ") || strings.HasPrefix(file, "*") {
			file = file[1:]
		}
		if strings.TrimLeft(file, "./") == name {
			return sum, true
		}
	}
	return "", false
}
