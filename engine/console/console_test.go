package console

import (
	"io"
	"strings"
	"testing"

	"goplay/internal/value"
)

// leave types lines into a console and returns how they leave it.
func leave(update func() error, lines ...string) Next {
	c := &Console{Out: io.Discard, Update: update, Line: typed(lines, io.EOF)}
	return c.Run()
}

func typed(lines []string, end error) func(string) (string, error) {
	return func(string) (string, error) {
		if len(lines) == 0 {
			return "", end
		}
		line := lines[0]
		lines = lines[1:]
		return line, nil
	}
}

// shown is what a console shows of lines.
func shown(t *testing.T, names map[string]any, lines ...string) string {
	t.Helper()
	var out strings.Builder
	c := &Console{Out: &out, Names: names, Line: typed(append(lines, "c"), io.EOF)}
	c.Run()
	return out.String()
}

func TestExpressions(t *testing.T) {
	names := map[string]any{"d": value.DictOf("a", int64(1), "l", value.NewList("x", "y")), "s": "text"}
	for _, c := range []struct{ line, want string }{
		{"p d['a']", "1\n"},
		{"p d['l'][1]", "'y'\n"},
		{"p s + '!'", "'text!'\n"},
		{"p len(d['l']), 2", "(2, 2)\n"},
		{"pprint d", "{'a': 1, 'l': ['x', 'y']}\n"},
		{"s", "'text'\n"},
		{"p d['l'][7]", "***IndexError:IndexError('list index out of range')\n"},
		{"p d['no']", "***KeyError:KeyError('no')\n"},
		{"p no", "***NameError:NameError(\"name 'no' is not defined\")\n"},
		{"p s + 1", "***TypeError:TypeError('can only concatenate str (not \"int\") to str')\n"},
		{"p 1 +", "***SyntaxError:SyntaxError('invalid syntax')\n"},
		{"p", "***SyntaxError:SyntaxError('invalid syntax')\n"},
		{"help nothing", "*** No help on nothing\n"},
	} {
		if got := shown(t, names, c.line); got != c.want {
			t.Errorf("%s shows %q, want %q", c.line, got, c.want)
		}
	}
}

func TestAssignments(t *testing.T) {
	for _, c := range []struct{ line, show, want string }{
		{"x = 5", "p x", "5\n"},
		{"d['a'] = 'b = c'", "p d['a']", "'b = c'\n"},
		{"d['l'][0] = d['a']", "p d['l']", "[1, 'y']\n"},
		{"d['a'] == 1", "p d['a']", "True\n1\n"},
		{"del d['a']", "p 'a' in d", "False\n"},
		{"del d['no']", "p 1", "***KeyError:KeyError('no')\n1\n"},
		{"d.a = 1", "p d['a']", "***AttributeError:AttributeError(\"'dict' object has no attribute 'a'\")\n1\n"},
		{"1x = 1", "p 1", "***SyntaxError:SyntaxError('invalid syntax')\n1\n"},
	} {
		names := map[string]any{"d": value.DictOf("a", int64(1), "l", value.NewList("x", "y"))}
		if got := shown(t, names, c.line, c.show); got != c.want {
			t.Errorf("%s; %s shows %q, want %q", c.line, c.show, got, c.want)
		}
	}
}

func TestWaysOut(t *testing.T) {
	updated := 0
	update := func() error { updated++; return nil }
	for _, c := range []struct {
		lines []string
		want  Next
	}{
		{[]string{"c"}, Continue}, {[]string{"continue"}, Continue}, {[]string{"u", "r"}, Redo}, {[]string{"", "redo"}, Redo},
		{[]string{"q"}, Quit}, {nil, Quit}, {[]string{"quit"}, Quit},
	} {
		if got := leave(update, c.lines...); got != c.want {
			t.Errorf("%q leaves with %v, want %v", c.lines, got, c.want)
		}
	}
	if updated != 1 {
		t.Errorf("the task was made anew %d times, want once", updated)
	}
}

func TestAnEmptyLineRepeatsTheLast(t *testing.T) {
	if got := shown(t, map[string]any{"n": int64(7)}, "p n", ""); got != "7\n7\n" {
		t.Errorf("shows %q", got)
	}
}
