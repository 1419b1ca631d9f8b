package web

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"goplay/modules"
)

// credentials takes them from the URL or ~/.netrc where the options have none.
func (r *Request) credentials(c *modules.Context, u *url.URL) {
	if u.User != nil {
		if r.User == "" {
			r.User = u.User.Username()
			r.Password, _ = u.User.Password()
		}
		u.User = nil
	}
	if r.User != "" || !r.UseNetrc || r.Header.Get("Authorization") != "" {
		return
	}
	path := c.Getenv("NETRC")
	if path == "" {
		path = filepath.Join(c.Path("~"), ".netrc")
	}
	if data, err := os.ReadFile(path); err == nil {
		if user, password, ok := netrc(string(data), u.Hostname()); ok {
			r.User, r.Password, r.ForceBasicAuth = user, password, true
		}
	}
}

// netrc finds a host's login and password; default is for hosts that are not named.
func netrc(text, host string) (user, password string, ok bool) {
	fields := strings.Fields(text)
	match := false
	for i := 0; i < len(fields); i++ {
		next := ""
		if i+1 < len(fields) {
			next = fields[i+1]
		}
		switch fields[i] {
		case "machine":
			if ok {
				return user, password, true
			}
			match = next == host
			i++
		case "default":
			if ok {
				return user, password, true
			}
			match = true
		case "login":
			if match {
				user, ok = next, true
			}
			i++
		case "password":
			if match {
				password, ok = next, true
			}
			i++
		case "account":
			i++
		}
	}
	return user, password, ok
}

// answer repeats a request with the credentials that the server asked for.
func (r Request) answer(c *modules.Context, client *http.Client, u *url.URL, resp *http.Response) (*http.Response, error) {
	for _, challenge := range resp.Header.Values("WWW-Authenticate") {
		scheme, rest, _ := strings.Cut(challenge, " ")
		switch strings.ToLower(scheme) {
		case "digest":
			header, ok := r.digest(parameters(rest), u)
			if !ok {
				continue
			}
			_ = resp.Body.Close()
			r.Header = r.Header.Clone()
			if r.Header == nil {
				r.Header = http.Header{}
			}
			r.Header.Set("Authorization", header)
			return r.send(c, client, u, false)
		case "basic":
			_ = resp.Body.Close()
			return r.send(c, client, u, true)
		}
	}
	return resp, nil
}

// digest makes the header of RFC 7616 for qop=auth or none, with MD5 or SHA-256.
func (r Request) digest(p map[string]string, u *url.URL) (string, bool) {
	hash := func(s string) string { sum := md5.Sum([]byte(s)); return hex.EncodeToString(sum[:]) }
	switch strings.ToUpper(p["algorithm"]) {
	case "", "MD5":
	case "SHA-256":
		hash = func(s string) string { sum := sha256.Sum256([]byte(s)); return hex.EncodeToString(sum[:]) }
	default:
		return "", false
	}
	nonce := make([]byte, 8)
	_, _ = rand.Read(nonce)
	cnonce := hex.EncodeToString(nonce)
	who, what := hash(r.User+":"+p["realm"]+":"+r.Password), hash(r.Method+":"+u.RequestURI())
	text := fmt.Sprintf(`Digest username="%s", realm="%s", nonce="%s", uri="%s"`, r.User, p["realm"], p["nonce"], u.RequestURI())
	if strings.Contains(p["qop"], "auth") {
		text += fmt.Sprintf(`, response="%s", qop=auth, nc=00000001, cnonce="%s"`,
			hash(strings.Join([]string{who, p["nonce"], "00000001", cnonce, "auth", what}, ":")), cnonce)
	} else {
		text += fmt.Sprintf(`, response="%s"`, hash(who+":"+p["nonce"]+":"+what))
	}
	for _, name := range []string{"opaque", "algorithm"} {
		if p[name] != "" {
			text += fmt.Sprintf(`, %s="%s"`, name, p[name])
		}
	}
	return text, true
}

// parameters reads name="value" pairs of a challenge.
func parameters(text string) map[string]string {
	p := map[string]string{}
	for text != "" {
		name, rest, ok := strings.Cut(text, "=")
		if !ok {
			break
		}
		name = strings.ToLower(strings.Trim(name, " ,"))
		var v string
		if strings.HasPrefix(rest, `"`) {
			v, text, _ = strings.Cut(rest[1:], `"`)
		} else {
			v, text, _ = strings.Cut(rest, ",")
		}
		p[name] = strings.TrimSpace(v)
	}
	return p
}
