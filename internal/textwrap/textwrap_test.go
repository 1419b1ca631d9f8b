package textwrap

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
)

// TestLines holds Lines against what Python's textwrap.wrap gave.
func TestLines(t *testing.T) { hold(t, "testdata/lines.json", Lines) }

// TestKept holds Kept against textwrap.wrap with drop_whitespace=False.
func TestKept(t *testing.T) { hold(t, "testdata/kept.json", Kept) }

func hold(t *testing.T, file string, wrap func(string, int) []string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Text  string
		Width int
		Lines []string
	}
	if err := json.Unmarshal(data, &cases); err != nil || len(cases) < 50 {
		t.Fatalf("%d cases: %v", len(cases), err)
	}
	for _, c := range cases {
		if got := wrap(c.Text, c.Width); !slices.Equal(got, c.Lines) {
			t.Errorf("%q in %d:\n got %q\nwant %q", c.Text, c.Width, got, c.Lines)
		}
	}
}
