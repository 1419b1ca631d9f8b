package web

import (
	"net/http"
	"net/url"
	"testing"
)

func TestProxy(t *testing.T) {
	env := map[string]string{"http_proxy": "proxy:3128", "HTTPS_PROXY": "http://secure:1", "no_proxy": "localhost, .internal,10.0.0.0/8,host:81"}
	proxy := proxyFrom(func(name string) string { return env[name] })
	for target, want := range map[string]string{
		"http://example.org/":    "http://proxy:3128",
		"https://example.org/":   "http://secure:1",
		"http://localhost:8080/": "",
		"http://a.internal/":     "",
		"http://internal/":       "",
		"http://notinternal/":    "http://proxy:3128",
		"http://10.1.2.3/":       "",
		"http://11.1.2.3/":       "http://proxy:3128",
		"http://host:81/":        "",
		"http://host:82/":        "http://proxy:3128",
		"file:///etc/hosts":      "",
	} {
		u, err := url.Parse(target)
		if err != nil {
			t.Fatal(err)
		}
		got, err := proxy(&http.Request{URL: u})
		text := ""
		if got != nil {
			text = got.String()
		}
		if err != nil || text != want {
			t.Errorf("%s goes through %q (%v), want %q", target, text, err, want)
		}
	}
}

func TestNetrc(t *testing.T) {
	const text = "machine a login ann password 1\nmachine b\n  login bob\n  account x password 2\ndefault login any password 3\n"
	for host, want := range map[string]string{"a": "ann:1", "b": "bob:2", "c": "any:3"} {
		user, password, ok := netrc(text, host)
		if got := user + ":" + password; !ok || got != want {
			t.Errorf("%s: %s, want %s", host, got, want)
		}
	}
	if _, _, ok := netrc("machine a login ann password 1\n", "z"); ok {
		t.Error("a host that is not listed has credentials")
	}
}

// The example of RFC 2617.
func TestDigestParameters(t *testing.T) {
	p := parameters(`realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b", opaque="5ccc", algorithm=MD5, stale=false`)
	for name, want := range map[string]string{"realm": "testrealm@host.com", "qop": "auth,auth-int", "nonce": "dcd98b", "algorithm": "MD5", "stale": "false"} {
		if p[name] != want {
			t.Errorf("%s is %q, want %q", name, p[name], want)
		}
	}
}

func TestUnredirectedHeaders(t *testing.T) {
	r := Request{Options: Options{Unredirected: []string{"X-Secret"}}, Redirects: "all"}
	next := &http.Request{Header: http.Header{"X-Secret": {"1"}, "X-Other": {"2"}}}
	if err := r.redirect(next, []*http.Request{{Method: "GET"}}); err != nil || next.Header.Get("X-Secret") != "" || next.Header.Get("X-Other") == "" {
		t.Errorf("%v %v", err, next.Header)
	}
	for redirects, follows := range map[string]bool{"all": true, "safe": false, "none": false} {
		r.Redirects = redirects
		if err := r.redirect(next, []*http.Request{{Method: "POST"}}); (err == nil) != follows {
			t.Errorf("%s: a POST's redirect gives %v", redirects, err)
		}
	}
}

func FuzzChallenge(f *testing.F) {
	f.Add(`realm="a", nonce=b`)
	f.Fuzz(func(_ *testing.T, text string) { parameters(text) })
}
