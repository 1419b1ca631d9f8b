package pyre

import (
	"testing"
	"time"
)

// FuzzPattern compiles anything, and uses what compiles: matches lie within
// the text, and none of it panics but for want of patience.
func FuzzPattern(f *testing.F) {
	for _, s := range [][3]string{
		{`(?P<x>a)(?P=x)`, "aab", `\g<x>`}, {`^\s*([^=#]+?)\s*=`, " k = v", `\1`}, {`(?i)[\w-]+\Z`, "Ab-c", ""}, {`(?x) a # c`, "a", "b"},
		{`(a)|(b)`, "b", `\1\2`}, {`\u00e9\x41\101\N{DIGIT ONE}`, "éAA", `\n\t`}, {`[]a]`, "]", "x"}, {`a{,3}b{2`, "aab{2", ""}, {`(?<=a)b(?!c)`, "abd", ""}, {`(?(1)a|b)`, "a", ""}, {`[[:alpha:]]\A\b\B`, "a", `\0`},
	} {
		f.Add(s[0], s[1], s[2])
	}
	f.Fuzz(func(t *testing.T, pattern, text, replacement string) {
		if len(pattern) > 200 || len(text) > 200 || len(replacement) > 200 {
			t.Skip("more text says nothing more")
		}
		re, err := Compile(pattern, 0)
		if err != nil {
			if err.Error() == "" {
				t.Error("an error without words")
			}
			return
		}
		re.search.MatchTimeout, re.match.MatchTimeout, re.full.MatchTimeout = time.Second, time.Second, time.Second
		defer func() {
			p := recover()
			if _, slow := p.(*SlowError); p != nil && !slow {
				panic(p)
			}
		}()
		n := len([]rune(text))
		for _, m := range re.FindAll(text, -1) {
			if m.Start() < 0 || m.End() < m.Start() || m.End() > n {
				t.Fatalf("%q in %q: a match from %d to %d", pattern, text, m.Start(), m.End())
			}
		}
		re.Split(text, 0)
		_, _, _ = re.Sub(replacement, text, 0)
		if full := re.FullMatch(text); full != nil && re.Match(text) == nil {
			t.Errorf("%q matches all of %q but not its start", pattern, text)
		}
	})
}
