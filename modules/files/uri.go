package files

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
	"goplay/modules/web"
)

// uriArgs: with src and no remote_src the controller's half passes in _content
// the name of the content to send.
type uriArgs struct {
	URL             string      `arg:"url,required" doc:"What to ask: http, https or file."`
	Method          string      `arg:"method" default:"GET" doc:"The request's method, in capitals."`
	Body            any         `arg:"body" doc:"What to send."`
	BodyFormat      string      `arg:"body_format" enum:"form-urlencoded,json,raw,form-multipart" default:"raw" doc:"How body is written, and the Content-Type that goes with it."`
	Src             string      `arg:"src" type:"path" doc:"File to send instead of body."`
	RemoteSrc       bool        `arg:"remote_src" default:"false" doc:"src is on the target."`
	ReturnContent   bool        `arg:"return_content" default:"false" doc:"Return the answer's content, whatever it is."`
	FollowRedirects string      `arg:"follow_redirects" enum:"all,no,none,safe,urllib2,yes" default:"safe" doc:"Which redirects to follow: all, those of GET and HEAD (safe), or none."`
	StatusCode      []int       `arg:"status_code" default:"200" doc:"Statuses that are no failure."`
	Headers         *value.Dict `arg:"headers" default:"{}" doc:"Headers to send, as a dict."`
	Timeout         int         `arg:"timeout" default:"30" doc:"Seconds to wait for the server."`
	Force           bool        `arg:"force" default:"false" doc:"Taken, and without effect, as with Ansible."`
	User            string      `arg:"url_username" alias:"user" doc:"User for the server."`
	Password        string      `arg:"url_password,secret" alias:"password" doc:"Password for the server."`
	Dest            string      `arg:"dest" type:"path" doc:"File or folder to put the answer's content in."`
	Creates         string      `arg:"creates" type:"path" doc:"Ask nothing if this file is there."`
	Removes         string      `arg:"removes" type:"path" doc:"Ask nothing if this file is not there."`
	UnixSocket      string      `arg:"unix_socket" type:"path" doc:"Unix socket to connect to."`
	CAPath          string      `arg:"ca_path" type:"path" doc:"File with certificates in PEM that the server's is checked with."`

	ContentName string `arg:"_content,internal" doc:"Name of the content at the controller."`
	ContentSize int64  `arg:"_size,internal" default:"-1" doc:"Its size in bytes."`
	web.Options
	fsys.Attrs
}

func init() {
	modules.Register(modules.Spec{
		Name:      "ansible.builtin.uri",
		Summary:   "Ask a web service",
		NoCheck:   true,
		Exclusive: [][]string{{"body", "src"}},
		Example: `- name: Is it up?
  ansible.builtin.uri:
    url: https://localhost:8443/health
    validate_certs: false
  register: health
  until: health.json.status == "ok"
  retries: 10

- name: Make a user
  ansible.builtin.uri:
    url: https://example.org/users
    method: POST
    body_format: json
    body: {name: ann}
    status_code: [200, 201]
`,
		Notes: []string{
			"Headers of the answer are returned too, in lower case with _ for -.",
			"An answer in JSON is returned as json.",
		},
		Differs: []string{
			"ftp is not supported, nor is Kerberos.",
			"A file in a multipart form travels as it is; Ansible 2.14 encodes it in base64, which many servers take for its content.",
		},
	}, uri)
}

// uriResult documents what is returned; headers make the rest, so the values
// are collected in a dict.
type uriResult struct {
	URL           string      `json:"url" doc:"Where the last redirect led."`
	Status        int         `json:"status" doc:"The server's status, -1 when there was no answer."`
	Redirected    bool        `json:"redirected" doc:"Whether a redirect was followed."`
	Elapsed       int         `json:"elapsed" doc:"Seconds that it took."`
	Changed       bool        `json:"changed" doc:"Whether a file was written."`
	CookiesString string      `json:"cookies_string" doc:"The cookies as a Cookie header has them."`
	Cookies       *value.Dict `json:"cookies" doc:"The cookies by name."`
	JSON          any         `json:"json" doc:"The answer, if it is JSON."`
	Content       string      `json:"content" doc:"The answer's content, with return_content or when it failed."`
	Path          string      `json:"path" doc:"The file that was written."`
	Msg           string      `json:"msg" doc:"The server's answer in words."`
	Location      string      `json:"location" doc:"Where a redirect leads that was not followed."`
	values        *value.Dict
}

// Values are what was found out, with the answer's headers.
func (r uriResult) Values() *value.Dict { return r.values }

// asker is one run of the module.
type asker struct {
	uriArgs
	c      *modules.Context
	header http.Header
	out    *value.Dict
}

func uri(c *modules.Context, a uriArgs) (uriResult, error) {
	q := &asker{uriArgs: a, c: c, header: headersOf(a.Headers), out: value.NewDict()}
	err := q.run()
	return uriResult{values: q.out}, err
}

var word = lazy.Regexp(`^[A-Z]+$`)

func (q *asker) run() error {
	q.Method = strings.ToUpper(q.Method)
	if !word.MatchString(q.Method) {
		return modules.Fail("Parameter 'method' needs to be a single word in uppercase, like GET or POST.")
	}
	if msg := q.spared(); msg != "" {
		q.out.Set("stdout", msg)
		return nil
	}
	body, size, err := q.body()
	if err != nil {
		return err
	}
	start := time.Now()
	resp, err := q.ask(body, size)
	q.out.Set("elapsed", int64(time.Since(start).Seconds()))
	if err != nil {
		return q.unanswered(err)
	}
	defer resp.Body.Close()
	q.describe(resp)
	return q.finish(resp)
}

func (q *asker) spared() string {
	switch {
	case q.Creates != "" && exists(q.Creates):
		return "skipped, since '" + q.Creates + "' exists"
	case q.Removes != "" && !exists(q.Removes):
		return "skipped, since '" + q.Removes + "' does not exist"
	}
	return ""
}

func (q *asker) ask(body func() (io.ReadCloser, error), size int64) (*web.Response, error) {
	redirects := map[string]string{"all": "all", "yes": "all", "no": "none", "none": "none"}[q.FollowRedirects]
	if redirects == "" {
		redirects = "safe"
	}
	r := web.Request{
		Options: q.Options, Method: q.Method, URL: q.URL, Header: q.header, Body: body, Size: size,
		User: q.User, Password: q.Password, Timeout: time.Duration(q.Timeout) * time.Second,
		Redirects: redirects, CAPath: q.CAPath, Socket: q.UnixSocket,
	}
	if st, err := fsys.StatFollow(q.Dest); q.Dest != "" && err == nil && st.IsRegular() {
		r.Since = time.Unix(st.Mtime.Unix())
	}
	return r.Do(q.c)
}

// unanswered is the failure of a request that was not answered: status -1.
func (q *asker) unanswered(err error) error {
	var f *modules.Failure
	if errors.As(err, &f) {
		return f
	}
	q.out.Set("status", int64(-1))
	q.out.Set("url", q.URL)
	q.out.Set("redirected", false)
	if q.ReturnContent {
		q.out.Set("content", "")
	}
	if slices.Contains(q.StatusCode, -1) {
		q.out.Set("changed", false)
		q.out.Set("msg", err.Error())
		return nil
	}
	return q.wrongStatus(-1, err.Error())
}

func (q *asker) wrongStatus(status int, msg string) error {
	wanted := make([]string, len(q.StatusCode))
	for i, code := range q.StatusCode {
		wanted[i] = strconv.Itoa(code)
	}
	f := modules.Fail("Status code was %d and not [%s]: %s", status, strings.Join(wanted, ", "), msg)
	for k, v := range q.out.All() {
		f = f.With(value.Str(k), v)
	}
	return f
}

// describe puts what is known of the answer, and its headers, into the result.
func (q *asker) describe(resp *web.Response) {
	headers := resp.Headers()
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		q.out.Set(strings.ReplaceAll(name, "-", "_"), headers[name])
	}
	final := resp.FinalURL()
	given, err := url.Parse(q.URL)
	if resp.StatusCode >= 300 || err == nil && given.User == nil && given.String() == final {
		final = q.URL
	}
	q.out.Set("redirected", final != q.URL)
	q.out.Set("url", final)
	q.out.Set("status", int64(resp.StatusCode))
	q.out.Set("msg", resp.Message())
	if resp.StatusCode < 300 {
		q.cookies(resp.Cookies)
	}
	if to := resp.Header.Get("Location"); to != "" {
		if u, err := resp.Request.URL.Parse(to); err == nil {
			q.out.Set("location", u.String())
		}
	}
}

func (q *asker) cookies(cookies []*http.Cookie) {
	named, pairs := value.NewDict(), make([]string, len(cookies))
	// Python's jar gives them in the order of their names.
	cookies = slices.Clone(cookies)
	slices.SortStableFunc(cookies, func(a, b *http.Cookie) int { return strings.Compare(a.Name, b.Name) })
	for i, c := range cookies {
		named.Set(c.Name, c.Value)
		pairs[i] = c.Name + "=" + c.Value
	}
	q.out.Set("cookies", named)
	q.out.Set("cookies_string", strings.Join(pairs, "; "))
}

func (q *asker) finish(resp *web.Response) error {
	kind, params, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	ok := slices.Contains(q.StatusCode, resp.StatusCode)
	dest := q.destination(resp)
	saves := dest != "" && ok && resp.StatusCode != http.StatusNotModified && resp.StatusCode < 300
	open := func() (io.ReadCloser, error) { return io.NopCloser(resp.Body), nil }
	if isJSON(kind) || q.ReturnContent || !ok {
		data, err := io.ReadAll(fsys.Reader(q.c, resp.Body))
		if err != nil {
			return fmt.Errorf("read the answer of %s: %w", q.URL, err)
		}
		q.content(kind, params["charset"], data)
		open = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(string(data))), nil }
	} else if resp.StatusCode >= 300 {
		data, _ := io.ReadAll(resp.Body)
		q.out.Set("body", string(data))
	}
	if !ok {
		return q.wrongStatus(resp.StatusCode, resp.Message())
	}
	q.out.Set("changed", false)
	if dest != "" && resp.StatusCode < 300 {
		q.out.Set("path", dest)
	}
	if saves {
		if err := q.save(dest, open); err != nil {
			return err
		}
	}
	return nil
}

func isJSON(kind string) bool {
	_, sub, _ := strings.Cut(kind, "/")
	if _, suffix, ok := strings.Cut(sub, "+"); ok {
		sub = suffix
	}
	return sub == "json" || sub == "javascript"
}

func (q *asker) content(kind, charset string, data []byte) {
	text := string(data)
	if charset != "" {
		if enc, err := encodingOf(charset); err == nil {
			if decoded, err := decodeText(enc, text); err == nil {
				text = decoded
			}
		}
	}
	if isJSON(kind) {
		if v, err := value.DecodeJSON([]byte(text)); err == nil {
			q.out.Set("json", v)
		}
	}
	if q.ReturnContent {
		q.out.Set("content", text)
	}
}

func (q *asker) destination(resp *web.Response) string {
	if q.Dest == "" || !fsys.IsDir(q.Dest) {
		return q.Dest
	}
	if m := disposition.FindStringSubmatch(resp.Header.Get("Content-Disposition")); m != nil {
		return filepath.Join(q.Dest, path.Base(m[1]))
	}
	return filepath.Join(q.Dest, urlName(resp.Request.URL.Path))
}

func (q *asker) save(dest string, open func() (io.ReadCloser, error)) error {
	_, err := fsys.Update{Path: dest, Open: open, Attrs: &q.Attrs, HideAttrs: true}.Apply(q.c)
	if err != nil {
		return err
	}
	q.out.Set("changed", true)
	info, _ := value.Of(fsys.Describe(q.c, dest)).(*value.Dict)
	q.out.Update(info)
	return nil
}

// body makes what is sent, and the Content-Type that goes with its format.
func (q *asker) body() (open func() (io.ReadCloser, error), size int64, err error) {
	if q.Src != "" && q.BodyFormat == "json" {
		q.contentType("application/json")
	}
	switch {
	case q.ContentName != "":
		return func() (io.ReadCloser, error) { return q.c.Content(q.ContentName) }, q.ContentSize, nil
	case q.Src != "":
		st, err := fsys.StatFollow(q.Src)
		if err != nil {
			return nil, 0, modules.Fail("Unable to open source file %s", q.Src).With("elapsed", 0)
		}
		return func() (io.ReadCloser, error) { return os.Open(q.Src) }, st.Size, nil
	}
	text, given, err := q.encode()
	if err != nil || !given {
		return nil, 0, err
	}
	return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }, int64(len(text)), nil
}

func (q *asker) contentType(kind string) {
	if q.header.Get("Content-Type") == "" {
		q.header.Set("Content-Type", kind)
	}
}

func (q *asker) encode() (text string, given bool, err error) {
	written, isText := q.Body.(string)
	switch q.BodyFormat {
	case "json":
		q.contentType("application/json")
		if !isText {
			written, err = value.EncodeJSON(q.Body, value.JSONOptions{})
		}
		return written, true, err
	case "form-urlencoded":
		q.contentType("application/x-www-form-urlencoded")
		if !isText {
			written, err = formEncode(q.Body)
		}
		return written, q.Body != nil, err
	case "form-multipart":
		return q.multipart()
	}
	if q.Body == nil {
		return "", false, nil
	}
	return value.Str(q.Body), true, nil
}
