package tool

import (
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"goplay/modules"
	"goplay/modules/fsys"
	"goplay/modules/web"
)

// Download fetches a URL into a new file. checked says whether the server's
// certificate has to be good.
func Download(c *modules.Context, address, path string, checked bool) error {
	resp, err := web.Request{
		Options: web.Options{UseProxy: true, ValidateCerts: checked, HTTPAgent: "ansible-httpget", UseNetrc: true, Decompress: true},
		Method:  http.MethodGet, URL: address, Header: http.Header{}, Timeout: 30 * time.Second, Redirects: "all",
	}.Do(c)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	switch local, isFile := strings.CutPrefix(address, "file://"); {
	case resp.StatusCode == http.StatusNotFound && isFile:
		return modules.Fail("Request failed: <urlopen error [Errno 2] No such file or directory: '%s'>", local)
	case resp.StatusCode != http.StatusOK:
		return modules.Fail("%s", resp.Message())
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, fsys.Reader(c, resp.Body))
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}
