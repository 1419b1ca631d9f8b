package textwrap

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
)

// TestLines holds Lines against what Python's textwrap.wrap gave.
func TestLines(t *testing.T) {
	data, err := os.ReadFile("testdata/lines.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Text  string
		Width int
		Lines []string
	}
	if err := json.Unmarshal(data, &cases); err != nil || len(cases) < 100 {
		t.Fatalf("%d cases: %v", len(cases), err)
	}
	for _, c := range cases {
		if got := Lines(c.Text, c.Width); !slices.Equal(got, c.Lines) {
			t.Errorf("%q in %d:\n got %q\nwant %q", c.Text, c.Width, got, c.Lines)
		}
	}
}
