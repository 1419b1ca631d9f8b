package web

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"goplay/internal/pyurl"
)

// cookieJar keeps the cookies of all answers on the way, the last of a name.
type cookieJar struct{ cookies []*http.Cookie }

// SetCookies keeps what a server sets.
func (j *cookieJar) SetCookies(_ *url.URL, cookies []*http.Cookie) {
next:
	for _, c := range cookies {
		for i := range j.cookies {
			if j.cookies[i].Name == c.Name {
				j.cookies[i] = c
				continue next
			}
		}
		j.cookies = append(j.cookies, c)
	}
}

// Cookies gives a server those that are for it.
func (j *cookieJar) Cookies(u *url.URL) []*http.Cookie {
	var out []*http.Cookie
	for _, c := range j.cookies {
		domain := strings.TrimPrefix(c.Domain, ".")
		if domain == "" || u.Hostname() == domain || strings.HasSuffix(u.Hostname(), "."+domain) {
			out = append(out, c)
		}
	}
	return out
}

func unixDialer(d *net.Dialer, path string) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		conn, err := d.DialContext(ctx, "unix", path)
		var no syscall.Errno
		switch {
		case err == nil || !errors.As(err, &no):
			return conn, err
		case no == syscall.EINVAL: // no file can be meant
			return nil, pyurl.Reason("Invalid Socket File (" + path + "): AF_UNIX path too long")
		}
		return nil, pyurl.Reason("Invalid Socket File (" + path + "): " + pyurl.Errno(no))
	}
}

// proxyFrom reads the task's environment; Go's own reads the process's, once.
func proxyFrom(getenv func(string) string) func(*http.Request) (*url.URL, error) {
	first := func(names ...string) string {
		for _, name := range names {
			if v := getenv(name); v != "" {
				return v
			}
		}
		return ""
	}
	none := strings.Split(first("no_proxy", "NO_PROXY"), ",")
	return func(req *http.Request) (*url.URL, error) {
		proxy := first(req.URL.Scheme+"_proxy", strings.ToUpper(req.URL.Scheme)+"_PROXY", "all_proxy", "ALL_PROXY")
		if proxy == "" || direct(req.URL, none) {
			return nil, nil
		}
		if !strings.Contains(proxy, "://") {
			proxy = "http://" + proxy
		}
		return url.Parse(proxy)
	}
}

// direct reports whether no_proxy covers a server.
func direct(u *url.URL, none []string) bool {
	host := strings.ToLower(u.Hostname())
	for _, entry := range none {
		entry = strings.ToLower(strings.TrimSpace(entry))
		name, port, ok := strings.Cut(entry, ":")
		if ok && port != u.Port() {
			continue
		}
		name = strings.TrimPrefix(strings.TrimPrefix(name, "*"), ".")
		if entry == "*" || name != "" && (host == name || strings.HasSuffix(host, "."+name)) {
			return true
		}
		if _, network, err := net.ParseCIDR(entry); err == nil && network.Contains(net.ParseIP(host)) {
			return true
		}
	}
	return false
}
