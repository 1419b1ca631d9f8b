package files

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"goplay/internal/pyre"
)

var strptimes = [][2]string{
	{"202001020304.05", "%Y%m%d%H%M.%S"}, {"2020-1-2", "%Y-%m-%d"}, {"20-1-2", "%y-%m-%d"}, {"69 068", "%y %j"},
	{"Mon Feb  3 2020", "%a %b %d %Y"}, {"3 february 2020 01:02 PM", "%d %B %Y %I:%M %p"}, {"12 AM", "%I %p"},
	{"2020-01-02T03:04:05+0200", "%Y-%m-%dT%H:%M:%S%z"}, {"2020-01-02T03:04:05Z", "%Y-%m-%dT%H:%M:%S%z"}, {"100%", "%H0%%"},
	{"2020", "%Y%m"}, {"2020x", "%Y"}, {"2020-13-01", "%Y-%m-%d"}, {"", "%Y"}, {"yesterday", "%Y"}, {"25", "%H"},
}

// TestStrptimeAgainstPython compares the moments that texts stand for.
func TestStrptimeAgainstPython(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("CI installs python3, but it is not here")
		}
		t.Skip("python3 is not installed")
	}
	input, _ := json.Marshal(strptimes)
	cmd := exec.Command("python3", "-c", `
import json, sys, datetime
def at(text, format):
    try: return datetime.datetime.strptime(text, format).timestamp()
    except ValueError: return None
json.dump([at(*pair) for pair in json.load(sys.stdin)], sys.stdout)`)
	cmd.Stdin = strings.NewReader(string(input))
	data, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var want []*float64
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	for i, pair := range strptimes {
		got, err := strptime(pair[0], pair[1])
		switch {
		case (err == nil) != (want[i] != nil):
			t.Errorf("%q by %q: %v (%v), Python: %v", pair[0], pair[1], got, err, want[i])
		case err == nil && float64(got.Unix()) != *want[i]:
			t.Errorf("%q by %q: %d, Python: %v", pair[0], pair[1], got.Unix(), *want[i])
		}
	}
}

func FuzzStrptime(f *testing.F) {
	for _, pair := range strptimes {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(_ *testing.T, text, format string) { _, _ = strptime(text, format) })
}

func FuzzFnmatch(f *testing.F) {
	for _, p := range []string{"*.txt", "[!a]*", "[", "[]", "a]b", "[z-a]", `[\]`} {
		f.Add(p, "a.txt")
	}
	f.Fuzz(func(t *testing.T, pattern, name string) {
		if len(pattern) > 12 || len(name) > 12 {
			t.Skip("patterns may take exponential time, in Python too")
		}
		if strings.ContainsAny(pattern, "*?[]") {
			_, _ = pyre.Compile(pyre.Fnmatch(pattern), 0)
			return
		}
		if !matchesGlob(pattern, pattern) {
			t.Errorf("%q does not match itself", pattern)
		}
	})
}

// FuzzIni holds that what was written is found again: the second edit changes
// nothing.
func FuzzIni(f *testing.F) {
	f.Add(someINI, "a", "x", "9")
	f.Add("", "", "x", "")
	f.Add("x\n[a", "a", "x", "1")
	f.Fuzz(func(t *testing.T, text, section, option, v string) {
		if strings.ContainsAny(section+option+v, "\n\r[]=#; \t") || option == "" || strings.HasPrefix(text, "\ufeff") {
			t.Skip("not an option that INI files can hold")
		}
		a := iniFileArgs{Section: section, Option: option, Value: &v, State: "present", Exclusive: true, ModifyInactiveOption: true}
		once, _, _ := a.edit(text)
		if twice, msg, changed := a.edit(once); changed || twice != once {
			t.Errorf("%q became %q, then %q (%s)", text, once, twice, msg)
		}
	})
}

// FuzzBlock holds the same of blocks.
func FuzzBlock(f *testing.F) {
	f.Add("a\nb\n", "x\ny", true, false)
	f.Fuzz(func(t *testing.T, text, block string, before, after bool) {
		if strings.Contains(block, "#B") || strings.Contains(block, "#E") || block == "" {
			t.Skip("a block that looks like its markers")
		}
		a := blockinfileArgs{State: "present", Block: block, Marker: "#{mark}", MarkerBegin: "B", MarkerEnd: "E", AppendNewline: after, PrependNewline: before}
		once, err := a.edit(text)
		if err != nil {
			t.Fatal(err)
		}
		if twice, _ := a.edit(once); twice != once {
			t.Errorf("%q became %q, then %q", text, once, twice)
		}
	})
}
