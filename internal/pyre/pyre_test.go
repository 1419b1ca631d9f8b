package pyre

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// row is one use of re.
type row struct {
	Pattern string
	Flags   Flags
	Text    string
	Repl    string
}

type result struct {
	Error  string    `json:"error,omitempty"`
	Search []*string `json:"search,omitempty"` // the match and its groups
	Match  bool      `json:"match,omitempty"`
	Full   bool      `json:"full,omitempty"`
	Sub    string    `json:"sub"`
	N      int       `json:"n,omitempty"`
	Split  []*string `json:"split,omitempty"`
}

var rows = []row{
	{Pattern: `b*`, Text: "abc", Repl: "-"},
	{Pattern: `(?P<k>\w+)=(?P<v>\w+)`, Text: "a=1, b=2", Repl: `\g<v>:\g<k>`},
	{Pattern: `(a)(?P<n>b)(c)`, Text: "abc", Repl: `\3\2\1\g<n>\g<0>`},
	{Pattern: `(?P<q>['"]).*?(?P=q)`, Text: `say "it's" now`, Repl: `Q`},
	{Pattern: `(.)\1`, Text: "hello", Repl: `<\1>`},
	{Pattern: `^a$`, Text: "a\na\n", Repl: "x"},
	{Pattern: `^a$`, Flags: Multiline, Text: "a\na\n", Repl: "x"},
	{Pattern: `a\Z`, Text: "a\n", Repl: "x"},
	{Pattern: `a$`, Text: "a\n", Repl: "x"},
	{Pattern: `a.b`, Flags: DotAll, Text: "a\nb", Repl: "x"},
	{Pattern: `A.B`, Flags: IgnoreCase, Text: "axb", Repl: "x"},
	{Pattern: `(?i)straße`, Text: "STRAßE", Repl: "x"},
	{Pattern: `\d+`, Text: "x٣4", Repl: "n"},
	{Pattern: `\w+`, Text: "é_1-à", Repl: "w"},
	{Pattern: `\W`, Text: "é_1-à", Repl: "W"},
	{Pattern: `\bé\b`, Text: "é éa", Repl: "x"},
	{Pattern: `\w+`, Flags: ASCII, Text: "éa", Repl: "w"},
	{Pattern: `\w`, Flags: Bytes, Text: "éa", Repl: "w"},
	{Pattern: `[^\w]`, Flags: Bytes, Text: "\xff-a", Repl: "x"},
	{Pattern: `[]a]`, Text: "]ab", Repl: "x"},
	{Pattern: `[^]a]`, Text: "]ab", Repl: "x"},
	{Pattern: `[a-z-[aeiou]`, Text: "b[-a", Repl: "x"},
	{Pattern: `[\d.]+`, Text: "v1.2", Repl: "n"},
	{Pattern: `a{,2}`, Text: "aaa", Repl: "x"},
	{Pattern: `a{2}`, Text: "aaa", Repl: "x"},
	{Pattern: `a{x}`, Text: "a{x}", Repl: "x"},
	{Pattern: `{{ *(\w+) *}}`, Text: "{{ v }}", Repl: `\1`},
	{Pattern: `(a)|(b)`, Text: "ab", Repl: `[\1\2]`},
	{Pattern: `(?:a|b)+?`, Text: "abab", Repl: "x"},
	{Pattern: `(?<=a)b`, Text: "ab b", Repl: "x"},
	{Pattern: `(?<!a)b`, Text: "ab b", Repl: "x"},
	{Pattern: `a(?=b)`, Text: "ab ac", Repl: "x"},
	{Pattern: `a(?!b)`, Text: "ab ac", Repl: "x"},
	{Pattern: `(<)?a(?(1)>|)`, Text: "<a> a", Repl: "x"},
	{Pattern: `(?#comment)a`, Text: "a", Repl: "x"},
	{Pattern: "a  b # c\n c", Flags: Verbose, Text: "abc", Repl: "x"},
	{Pattern: `(?x) a [ ] b`, Text: "a b", Repl: "x"},
	{Pattern: `a#b`, Text: "a#b", Repl: "x"},
	{Pattern: `(?i:A)b`, Text: "ab aB", Repl: "x"},
	{Pattern: `\x41\u00e9\101\0`, Text: "AéA\x00", Repl: "x"},
	{Pattern: `\.\-\/`, Text: ".-/", Repl: "x"},
	{Pattern: `,`, Text: "a,b,,c", Repl: ";"},
	{Pattern: `(,)|(;)`, Text: "a,b;c", Repl: ";"},
	{Pattern: `x*`, Text: "axb", Repl: "-"},
	{Pattern: `a`, Text: "a", Repl: `\n\t\\\.`},
	{Pattern: `a`, Text: "a", Repl: `\101\0`},
	{Pattern: `a`, Text: "none", Repl: "x"},
	{Pattern: `(a`, Text: "a"},
	{Pattern: `a)`, Text: "a"},
	{Pattern: `[a`, Text: "a"},
	{Pattern: `*a`, Text: "a"},
	{Pattern: `^*`, Text: "a"},
	{Pattern: `a**`, Text: "a"},
	{Pattern: `(*a)`, Text: "a"},
	{Pattern: `a|*`, Text: "a"},
	{Pattern: `a{1}{2}`, Text: "a"},
	{Pattern: `(?:ab)++c`, Text: "ababc", Repl: "x"},
	{Pattern: `a*+a`, Text: "aaa", Repl: "x"},
	{Pattern: `a{1,2}?`, Text: "aa", Repl: "x"},
	{Pattern: `(?P<n>a)+(?P=n)*`, Text: "aa", Repl: "x"},
	{Pattern: `(?P<n>a)(?P<n>b)`, Text: "a"},
	{Pattern: `(?P<1>a)`, Text: "a"},
	{Pattern: `(?P=n)`, Text: "a"},
	{Pattern: `\2(a)`, Text: "a"},
	{Pattern: `a\q`, Text: "a"},
	{Pattern: `\p{L}`, Text: "a"},
	{Pattern: `[z-a]`, Text: "a"},
	{Pattern: `a\`, Text: "a"},
	{Pattern: `(?z)a`, Text: "a"},
	{Pattern: `a(?i)b`, Text: "ab"},
	{Pattern: `\xg`, Text: "a"},
	{Pattern: `a`, Text: "a", Repl: `\1`},
	{Pattern: `a`, Text: "a", Repl: `\q`},
	{Pattern: `a`, Text: "a", Repl: `\g<x>`},
	{Pattern: `a`, Text: "a", Repl: `\g<`},
}

func (r row) run() result {
	re, err := Compile(r.Pattern, r.Flags)
	if err != nil {
		return result{Error: err.Error()}
	}
	var out result
	if m := re.Search(r.Text); m != nil {
		for i := range re.Groups() + 1 {
			if g, ok := m.Group(i); ok {
				out.Search = append(out.Search, &g)
			} else {
				out.Search = append(out.Search, nil)
			}
		}
	}
	out.Match, out.Full = re.Match(r.Text) != nil, re.FullMatch(r.Text) != nil
	out.Split = re.Split(r.Text, 0)
	if out.Sub, out.N, err = re.Sub(r.Repl, r.Text, 0); err != nil {
		return result{Error: err.Error()}
	}
	return out
}

const script = `
import json, re, sys
out = []
for r in json.load(sys.stdin):
    f = 0
    for bit, flag in ((1, re.I), (2, re.M), (4, re.S), (8, re.X), (16, re.A)):
        if r["Flags"] & bit: f |= flag
    b = r["Flags"] & 32
    conv = (lambda t: t.encode("latin-1")) if b else (lambda t: t)
    back = (lambda t: t if t is None else t.decode("latin-1")) if b else (lambda t: t)
    try:
        p = re.compile(conv(r["Pattern"]), f)
        t = conv(r["Text"])
        o = {}
        m = p.search(t)
        if m: o["search"] = [back(g) for g in (m.group(0),) + m.groups()]
        o["match"], o["full"] = bool(p.match(t)), bool(p.fullmatch(t))
        o["split"] = [back(x) for x in p.split(t)]
        sub, n = p.subn(conv(r["Repl"]), t)
        o["sub"], o["n"] = back(sub), n
    except (re.error, IndexError) as e:
        o = {"error": str(e)}
    out.append(o)
json.dump(out, sys.stdout)
`

// latin writes bytes as characters, which JSON can carry.
func latin(text string) string {
	runes := make([]rune, len(text))
	for i := range len(text) {
		runes[i] = rune(text[i])
	}
	return string(runes)
}

// TestAgainstPython asks Python itself: every row has to give the same match,
// groups, substitution and split, and where Python refuses it the same words.
func TestAgainstPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("CI installs python3, but it is not here")
		}
		t.Skip("python3 is not installed")
	}
	asked := make([]row, len(rows))
	for i, r := range rows {
		asked[i] = r
		if r.Flags&Bytes != 0 {
			asked[i].Text = latin(r.Text)
		}
	}
	input, _ := json.Marshal(asked)
	cmd := exec.Command(python, "-c", script)
	cmd.Stdin = strings.NewReader(string(input))
	data, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var want []result
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	for i, r := range rows {
		got := r.run()
		if r.Flags&Bytes != 0 {
			got = got.latin()
		}
		g, _ := json.Marshal(got)
		w, _ := json.Marshal(want[i])
		if string(g) != string(w) {
			t.Errorf("%q flags %d on %q by %q:\n got %s\nwant %s", r.Pattern, r.Flags, r.Text, r.Repl, g, w)
		}
	}
}

func (r result) latin() result {
	for _, list := range [][]*string{r.Search, r.Split} {
		for i := range list {
			if list[i] != nil {
				*list[i] = latin(*list[i])
			}
		}
	}
	r.Sub = latin(r.Sub)
	return r
}

// TestBrokenUTF8 holds that bytes which are no text survive.
func TestBrokenUTF8(t *testing.T) {
	re, err := Compile("b", 0)
	if err != nil {
		t.Fatal(err)
	}
	if got, _, _ := re.Sub("x", "a\xffb\xfe", 0); got != "a\xffx\xfe" {
		t.Errorf("got %q", got)
	}
}

func TestEscape(t *testing.T) {
	for in, want := range map[string]string{"a.b": `a\.b`, "a b": `a\ b`, "é_1": "é_1", "a/b": "a/b", "#~&-": `\#\~\&\-`} {
		if got := Escape(in); got != want {
			t.Errorf("Escape(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzCompile(f *testing.F) {
	for _, r := range rows {
		f.Add(r.Pattern, r.Text, r.Repl, uint8(r.Flags))
	}
	f.Fuzz(func(t *testing.T, pattern, text, repl string, flags uint8) {
		if len(pattern) > 12 || len(text) > 12 {
			t.Skip("patterns may take exponential time, in Python too")
		}
		re, err := Compile(pattern, Flags(flags&63))
		if err != nil {
			return
		}
		if joined, n, err := re.Sub(`\g<0>`, text, 0); err != nil || joined != text {
			t.Errorf("%d matches put back gave %q of %q: %v", n, joined, text, err)
		}
		_, _, _ = re.Sub(repl, text, 0)
	})
}

func TestPatienceEnds(t *testing.T) {
	re, err := Compile(`(a+)+$`, 0)
	if err != nil {
		t.Fatal(err)
	}
	re.match.MatchTimeout = 50 * time.Millisecond
	defer func() {
		if _, ok := recover().(*SlowError); !ok {
			t.Fatal("a pattern with too many ways to match came to an end")
		}
	}()
	re.Match(strings.Repeat("a", 60) + "!")
}
