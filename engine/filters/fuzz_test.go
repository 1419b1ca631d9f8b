package filters

import (
	"context"
	"testing"

	"goplay/internal/homedir"
	"goplay/internal/jinja"
	"goplay/internal/value"
)

// run calls a filter or a test as a template does.
func run(f jinja.Func, args ...any) (any, error) {
	return f(&jinja.Call{Context: context.Background(), Name: "f", Args: args})
}

// FuzzParsers feeds text to every filter that reads a format: none may panic,
// and every error has words.
func FuzzParsers(f *testing.F) {
	for _, seed := range []string{
		"", "10.0.0.0/8", "2001:db8::1/64", "1a:2b:3c:4d:5e:6f", "http://u:p@[::1]:80/a?b#c", "1h 30m", "10MB", "a,b\n1,2\n", "[s]\nk=v\n l2\n",
		"1.2.3-rc.1+b", "1!2.0a1.post2.dev3+l.1", "YWJj", "%41%zz", "C:\\a\\b", "//srv/share/x", "~x/y", "${A}$B", "-----BEGIN X-----\n-----END X-----", "{\"a\": [1]}", "a: [1", "%Y-%m",
	} {
		f.Add(seed, seed)
	}
	parsers := []jinja.Func{
		ipFilter(0), ipWrap, ipSubnet, cidrMerge, hardwareAddress, urlDecode, urlSplit, toUnit("s"), humanToBytes, fromCSV, fromINI, b64Decode,
		splitPEM, fromJSON, fromYAML, winSplitDrive, splitExt, randomMAC, shellQuote, toUUID, pathFilter(expandVars), pathFilter(normalize), pathFilter(homedir.Expand),
	}
	two := []jinja.Func{ipFilter(0), ipSubnet, networkWithin("network", "broadcast"), versionTest, slaac, relPath, comment, urlSplit}
	f.Fuzz(func(t *testing.T, a, b string) {
		check := func(_ any, err error) {
			if err != nil && err.Error() == "" {
				t.Error("an error without words")
			}
		}
		for _, p := range parsers {
			check(run(p, a))
		}
		for _, p := range two {
			check(run(p, a, b))
		}
		for kind := range versionKinds {
			check(run(versionTest, a, b, "<", nil, kind))
		}
		c, ok := parseCIDR(a)
		if !ok {
			return
		}
		if again, ok := parseCIDR(c.String()); !ok || again.ip != c.ip || again.bits != c.bits {
			t.Errorf("%q reads as %s, which reads as %s", a, c, again)
		}
		if !within(c.ip, c.first(), c.last()) {
			t.Errorf("%s is outside of itself", c)
		}
	})
}

// TestVersionsAreOrdered: of two versions exactly one of <, == and > holds.
func TestVersionsAreOrdered(t *testing.T) {
	versions := []string{"1.0", "1.0.0", "1.0a1", "1.0b2", "1.0rc1", "1.0.post1", "1.0.dev1", "1.0+abc", "1.0+5", "2", "1!0.1", "1.10", "1.9"}
	for _, a := range versions {
		for _, b := range versions {
			x, err := comparePEP440(a, b)
			y, err2 := comparePEP440(b, a)
			if err != nil || err2 != nil || (x < 0) != (y > 0) || (x == 0) != (y == 0) {
				t.Errorf("%s and %s: %d and %d (%v %v)", a, b, x, y, err, err2)
			}
		}
	}
}

func TestBindAsPython(t *testing.T) {
	kw := func(pairs ...any) *value.Dict { return value.DictOf(pairs...) }
	for _, c := range []struct {
		call *jinja.Call
		want string
	}{
		{&jinja.Call{Name: "f", Args: []any{"x"}}, ""},
		{&jinja.Call{Name: "f", Args: []any{"x", "y"}, Kwargs: kw("c", "z")}, ""},
		{&jinja.Call{Name: "f"}, "f() missing 1 required positional argument: 'a'"},
		{&jinja.Call{Name: "f", Args: []any{1, 2, 3, 4}}, "f() takes from 1 to 3 positional arguments but 4 were given"},
		{&jinja.Call{Name: "f", Args: []any{1}, Kwargs: kw("a", 2)}, "f() got multiple values for argument 'a'"},
		{&jinja.Call{Name: "f", Args: []any{1}, Kwargs: kw("q", 2)}, "f() got an unexpected keyword argument 'q'"},
		{&jinja.Call{Name: "f", Args: []any{&value.Undefined{Name: "n"}}}, "'n' is undefined"},
	} {
		_, err := bind(c.call, "a b? c?")
		if got := ""; err != nil {
			if got = err.Error(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		} else if c.want != "" {
			t.Errorf("no error, want %q", c.want)
		}
	}
}
