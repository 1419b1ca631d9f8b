package jinja

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"goplay/internal/source"
	"goplay/internal/value"
)

// files is a Loader of templates by name.
type files map[string]string

func (f files) Load(name string) (string, string, error) {
	src, ok := f[name]
	if !ok {
		return "", "", fs.ErrNotExist
	}
	return src, name, nil
}

// vars is a Scope of plain values.
type vars struct{ *value.Dict }

func (v vars) Lookup(name string) (any, bool, error) {
	val, ok := v.Get(name)
	return val, ok, nil
}

// errorClass sorts an error as the battery does.
func errorClass(err error) string {
	switch {
	case IsSyntax(err):
		return "syntax"
	case IsUndefined(err):
		return "undefined"
	default:
		return "other"
	}
}

func newlines(s string) int { return len(s) - len(strings.TrimRight(s, "\n")) }

// TestBattery runs a file of recorded cases, one JSON object a line, that
// GOPLAY_JINJA_BATTERY names: template, vars, files, and what Jinja2 gave.
func TestBattery(t *testing.T) {
	path := os.Getenv("GOPLAY_JINJA_BATTERY")
	if path == "" {
		t.Skip("GOPLAY_JINJA_BATTERY names no file of recorded cases")
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<24)
	for in.Scan() {
		line := strings.TrimSuffix(strings.TrimSpace(in.Text()), ",")
		if !strings.HasPrefix(line, "{") {
			continue
		}
		var c struct {
			ID, Kind, Template string
			Vars               json.RawMessage
			Files              map[string]string
			Mode               string
			Expect             any             `json:"expect"`
			ErrorClass         string          `json:"error_class"`
			ExpectError        string          `json:"expect_error"`
			Plain              json.RawMessage `json:"plain_jinja"`
		}
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		if c.Kind != "jinja" || c.Mode != "" {
			continue
		}
		want, class := c.Expect, c.ErrorClass
		if c.Plain != nil {
			var plain any
			if err := json.Unmarshal(c.Plain, &plain); err != nil {
				t.Fatal(err)
			}
			switch plain := plain.(type) {
			case string:
				want, class = plain, ""
			case map[string]any:
				want, class, c.ExpectError = nil, "undefined", plain["error"].(string)
			}
		}
		v, err := value.DecodeJSON(c.Vars)
		if err != nil {
			t.Fatal(err)
		}
		o := Options{TrimBlocks: true, Undefined: value.StrictUndefined, Loader: files(c.Files)}
		if c.Plain == nil {
			o.Undefined = value.AnsibleUndefined
			o.Finalize = func(v any) (any, error) {
				if v == nil {
					return "", nil
				}
				return v, nil
			}
		}
		env := New(NewRegistry(), o)
		tmpl, err := env.Parse(c.Template, source.Pos{})
		got := ""
		if err == nil {
			d, _ := v.(*value.Dict)
			got, err = tmpl.Render(context.Background(), vars{d})
			if lost := newlines(c.Template) - newlines(got); lost > 0 {
				got += strings.Repeat("\n", lost)
			}
		}
		gotClass := ""
		if err != nil {
			gotClass = errorClass(err)
		}
		switch {
		case gotClass != class:
			t.Errorf("%s: %s\n got  %q %v\n want %q %s %s", c.ID, c.Template, got, err, want, class, c.ExpectError)
		case err == nil && got != want:
			t.Errorf("%s: %s\n got  %q\n want %q", c.ID, c.Template, got, want)
		case err != nil && !strings.Contains(c.ExpectError, message(err)):
			t.Errorf("%s: %s\n got  %v\n want %s", c.ID, c.Template, err, c.ExpectError)
		}
	}
}

// message is an error's text without its place.
func message(err error) string {
	var placed *source.Error
	if errors.As(err, &placed) {
		return placed.Msg
	}
	return err.Error()
}
