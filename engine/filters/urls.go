package filters

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/lazy"
	"goplay/internal/value"
)

var urlFilters = table{
	"urldecode": urlDecode,
	"urlsplit":  urlSplit,
}

var urlTests = table{
	"uri": uriTest(nil, false),
	"url": uriTest(nil, true),
	"urn": uriTest([]any{"urn"}, false),
}

func urlDecode(c *jinja.Call) (any, error) {
	a, err := bind(c, "string encoding? errors?")
	if err != nil {
		return nil, err
	}
	s, err := textWith(a.get("string"), "replace")
	if err != nil {
		return nil, err
	}
	return unescapeURL(strings.ReplaceAll(s, "+", " ")), nil
}

// unescapeURL leaves what is no escape as it is.
func unescapeURL(s string) string {
	if decoded, err := url.PathUnescape(s); err == nil {
		return strings.ToValidUTF8(decoded, "\ufffd")
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return strings.ToValidUTF8(b.String(), "\ufffd")
}

// urlParts cuts a URL as Python's urlsplit does.
func urlParts(s string) (d *value.Dict, netloc string, err error) {
	s = strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' {
			return -1
		}
		return r
	}, strings.TrimLeft(s, "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x1b "))
	scheme, query, fragment := "", "", ""
	if i := strings.IndexByte(s, ':'); i > 0 && isScheme(s[:i]) {
		scheme, s = strings.ToLower(s[:i]), s[i+1:]
	}
	if strings.HasPrefix(s, "//") {
		end := strings.IndexAny(s[2:], "/?#")
		if end < 0 {
			end = len(s) - 2
		}
		netloc, s = s[2:2+end], s[2+end:]
	}
	if strings.Contains(netloc, "[") != strings.Contains(netloc, "]") {
		return nil, "", value.Raise("ValueError", "Invalid IPv6 URL")
	}
	s, fragment, _ = strings.Cut(s, "#")
	s, query, _ = strings.Cut(s, "?")
	d = value.DictOf("fragment", fragment, "netloc", netloc, "path", s, "query", query, "scheme", scheme)
	return d, netloc, nil
}

var schemeName = lazy.Regexp(`^[A-Za-z][A-Za-z0-9+.-]*$`)

func isScheme(s string) bool { return schemeName.MatchString(s) }

func addHost(d *value.Dict, netloc string) error {
	var username, password, hostname, port any
	host := netloc
	if i := strings.LastIndexByte(netloc, '@'); i >= 0 {
		user, pass, found := strings.Cut(netloc[:i], ":")
		if username = user; found {
			password = pass
		}
		host = netloc[i+1:]
	}
	name, digits := host, ""
	if strings.HasPrefix(host, "[") {
		inner, rest, _ := strings.Cut(host[1:], "]")
		name, digits = inner, strings.TrimPrefix(rest, ":")
	} else if before, after, found := strings.Cut(host, ":"); found {
		name, digits = before, after
	}
	if name != "" {
		hostname = strings.ToLower(name)
	}
	if digits != "" {
		n, ok := decimal(digits)
		switch {
		case !ok:
			return value.Raise("ValueError", "Port could not be cast to integer value as %s", value.Repr(digits))
		case n > 65535:
			return value.Raise("ValueError", "Port out of range 0-65535")
		}
		port = n
	}
	d.Set("hostname", hostname)
	d.Set("password", password)
	d.Set("port", port)
	d.Set("username", username)
	return nil
}

// decimal reads a number without a sign; a longer one than fits is the largest.
func decimal(s string) (int64, bool) {
	if strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil || errors.Is(err, strconv.ErrRange)
}

func urlSplit(c *jinja.Call) (any, error) {
	a, err := bind(c, "value query? alias?")
	if err != nil {
		return nil, err
	}
	if err := value.Hashable(a.get("value")); err != nil {
		return nil, err
	}
	sorted, err := urlFields(a.get("value"))
	if err != nil {
		return nil, err
	}
	if !a.truth("query", false) {
		return sorted, nil
	}
	query := a.text("query", "")
	v, ok := sorted.Get(query)
	if !ok {
		return nil, filterError("%s: unknown URL component: %s", a.text("alias", "urlsplit"), query)
	}
	return v, nil
}

// urlFields are the parts of an address by their names. What is no text and
// counts as nothing has parts that are bytes, as in Python.
func urlFields(address any) (*value.Dict, error) {
	s, isStr := "", false
	if s, isStr = isText(address); !isStr && value.Truth(address) {
		var err error
		if s, err = textWith(address, "decode"); err != nil {
			return nil, err
		}
	}
	parts, netloc, err := urlParts(s)
	if err != nil {
		return nil, err
	}
	if err := addHost(parts, netloc); err != nil {
		return nil, err
	}
	sorted, inBytes := value.NewDict(), !isStr && !value.Truth(address)
	if inBytes {
		sorted.Set("decode", bytesDecode{})
	}
	for _, k := range []string{"fragment", "hostname", "netloc", "password", "path", "port", "query", "scheme", "username"} {
		v, _ := parts.Get(k)
		if text, ok := v.(string); ok && inBytes {
			v = value.Bytes(text)
		}
		sorted.Set(k, v)
	}
	return sorted, nil
}

// bytesDecode stands for a method that Ansible's filter gives with the parts.
type bytesDecode struct{}

// TypeName is Python's.
func (bytesDecode) TypeName() string { return "method" }

// Repr is Python's.
func (bytesDecode) Repr() string {
	return "<bound method _ResultMixinBytes.decode of SplitResultBytes(scheme=b'', netloc=b'', path=b'', query=b'', fragment=b'')>"
}

// uriTest checks that the scheme is one of those given, if any are, and for a host where one is needed.
func uriTest(only []any, host bool) jinja.Func {
	return func(c *jinja.Call) (any, error) {
		params := "value schemes?"
		if len(only) > 0 {
			params = "value"
		}
		if u, undefined := c.Args[0].(*value.Undefined); undefined && u.Strict() {
			return false, nil
		}
		a, err := bind(c, params)
		if err != nil {
			return nil, err
		}
		s, ok := isText(a.get("value"))
		if !ok && value.Truth(a.get("value")) {
			return false, nil // what is empty is taken for empty text
		}
		schemes := only
		if given := a.get("schemes"); given != nil && only == nil {
			if schemes, err = value.Items(given); err != nil {
				return nil, err
			}
		}
		parts, netloc, err := urlParts(s)
		if err != nil {
			return false, nil // no URL at all
		}
		if len(schemes) > 0 && !holds(schemes, parts.GetString("scheme")) {
			return false, nil
		}
		scheme := parts.GetString("scheme")
		return !host || scheme == "file" || netloc != "", nil
	}
}
