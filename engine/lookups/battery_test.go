package lookups_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"goplay/engine/filters"
	"goplay/engine/lookups"
	"goplay/internal/jinja"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/template/templatetest"
	"goplay/internal/value"
)

func engine(native bool) *template.Engine {
	r := jinja.NewRegistry()
	filters.Register(r)
	lookups.Register(r, lookups.Options{})
	return template.New(template.Options{Registry: r, Native: native, BaseDir: "."})
}

// recorded is a template with what Jinja2 and Ansible gave for it.
type recorded struct {
	ID, Template, Mode string
	Vars               json.RawMessage
	Files, Disk        map[string]string
	Expect             json.RawMessage `json:"expect"`
	ExpectError        *string         `json:"expect_error"`
	Class              string          `json:"error_class"`
	ExpectData         json.RawMessage `json:"expect_data"`
	ExpectDataError    *string         `json:"expect_data_error"`
	ExpectNative       json.RawMessage `json:"expect_native"`
	ExpectNativeError  *string         `json:"expect_native_error"`
	ExpectValue        json.RawMessage `json:"expect_value"`
}

// TestBattery runs recorded cases, a JSON list, in every mode: those kept here,
// or those in the file that GOPLAY_JINJA_BATTERY names.
func TestBattery(t *testing.T) {
	path := os.Getenv("GOPLAY_JINJA_BATTERY")
	if path == "" {
		path = filepath.Join("testdata", "battery", "cases.json")
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var cases []*recorded
	if err := json.Unmarshal(raw, &cases); err != nil {
		t.Fatal(err)
	}
	data, native := engine(false), engine(true)
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) { c.check(t, data, native) })
	}
}

func (c *recorded) check(t *testing.T, data, native *template.Engine) {
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("TZ", "UTC")
	for _, files := range []map[string]string{c.Files, c.Disk} {
		for name, text := range files {
			path := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	vars := templatetest.ParseVars(t, c.Vars)
	ctx, at := context.Background(), source.Pos{}
	if c.Mode == "when" {
		ok, err := data.ConditionText(ctx, c.Template, at, vars)
		c.compare(t, "when", ok, err, c.Expect, c.ExpectError)
		return
	}
	text, err := data.Render(ctx, c.Template, at, vars, template.FileOptions{SearchPath: []string{dir}})
	c.compare(t, "file", text, err, c.Expect, c.ExpectError)
	v, err := data.EvalText(ctx, c.Template, at, vars)
	if c.ExpectData != nil || c.ExpectDataError != nil {
		c.compare(t, "data", v, err, c.ExpectData, c.ExpectDataError)
	}
	if c.ExpectNative != nil || c.ExpectNativeError != nil {
		v, err = native.EvalText(ctx, c.Template, at, vars)
		c.compare(t, "native", v, err, c.ExpectNative, c.ExpectNativeError)
	}
	if c.ExpectValue != nil {
		inner := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(c.Template), "{{"), "}}")
		v, err = data.Expression(ctx, inner, at, vars)
		c.compare(t, "value", v, err, c.ExpectValue, nil)
	}
}

func (c *recorded) compare(t *testing.T, mode string, v any, err error, want json.RawMessage, wantErr *string) {
	t.Helper()
	if wantErr != nil {
		switch {
		case err == nil:
			t.Errorf("%s: %s\n got %s\nwant the error %s", mode, c.Template, value.Repr(v), *wantErr)
		case template.Message(err) != *wantErr:
			t.Errorf("%s: %s\n got error %s\nwant error %s", mode, c.Template, template.Message(err), *wantErr)
		}
		return
	}
	if err != nil {
		t.Errorf("%s: %s: %v\nwant %s", mode, c.Template, err, want)
		return
	}
	if got := templatetest.Tag(v); !bytes.Equal(got, templatetest.Compact(want)) {
		t.Errorf("%s: %s\n got %s\nwant %s", mode, c.Template, got, want)
	}
}
