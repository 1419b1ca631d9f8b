package jinja

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"goplay/internal/source"
	"goplay/internal/value"
)

// record is one line of testdata: a template and what Jinja2 made of it.
type record struct {
	Template  string            `json:"template"`
	Vars      json.RawMessage   `json:"vars"`
	Files     map[string]string `json:"files"`
	Undefined string            `json:"undefined"`
	Options   struct {
		TrimBlocks          bool   `json:"trim_blocks"`
		LstripBlocks        bool   `json:"lstrip_blocks"`
		KeepTrailingNewline bool   `json:"keep_trailing_newline"`
		LineStatementPrefix string `json:"line_statement_prefix"`
		LineCommentPrefix   string `json:"line_comment_prefix"`
		NewlineSequence     string `json:"newline_sequence"`
		BlockStart          string `json:"block_start_string"`
		BlockEnd            string `json:"block_end_string"`
		VariableStart       string `json:"variable_start_string"`
		VariableEnd         string `json:"variable_end_string"`
		CommentStart        string `json:"comment_start_string"`
		CommentEnd          string `json:"comment_end_string"`
	} `json:"options"`
	Want  *string `json:"want"`
	Class string  `json:"class"`
	Error string  `json:"error"`
	// Differs says why we answer otherwise on purpose; then Ours is the answer.
	Differs string `json:"differs"`
	Ours    string `json:"ours"`
}

func (r *record) env() *Env {
	o := r.Options
	kind := value.StrictUndefined
	switch r.Undefined {
	case "plain":
		kind = value.PlainUndefined
	case "ansible":
		kind = value.AnsibleUndefined
	case "chainable":
		kind = value.ChainableUndefined
	}
	return New(NewRegistry(), Options{
		TrimBlocks: o.TrimBlocks, LstripBlocks: o.LstripBlocks, KeepTrailingNewline: o.KeepTrailingNewline,
		LineStatementPrefix: o.LineStatementPrefix, LineCommentPrefix: o.LineCommentPrefix, NewlineSequence: o.NewlineSequence,
		BlockStart: o.BlockStart, BlockEnd: o.BlockEnd, VariableStart: o.VariableStart, VariableEnd: o.VariableEnd,
		CommentStart: o.CommentStart, CommentEnd: o.CommentEnd,
		Undefined: kind, Loader: files(r.Files),
	})
}

// render answers as the oracle does: text, or class and message.
func (r *record) render(t testing.TB) (text string, err error) {
	d := value.NewDict()
	if r.Vars != nil {
		v, err := value.DecodeJSON(r.Vars)
		if err != nil {
			t.Fatal(err)
		}
		d = v.(*value.Dict)
	}
	tmpl, err := r.env().Parse(r.Template, source.Pos{})
	if err != nil {
		return "", err
	}
	return tmpl.Render(context.Background(), vars{d})
}

func readRecords(t *testing.T, path string) []*record {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return decodeRecords(t, data)
}

func decodeRecords(t *testing.T, data []byte) []*record {
	var all []*record
	in := bufio.NewScanner(bytes.NewReader(data))
	in.Buffer(nil, 1<<24)
	for in.Scan() {
		r := &record{}
		if err := json.Unmarshal(in.Bytes(), r); err != nil {
			t.Fatalf("%s: %v", in.Bytes(), err)
		}
		all = append(all, r)
	}
	return all
}

func (r *record) check(t *testing.T) {
	got, err := r.render(t)
	switch {
	case r.Differs != "":
		if err != nil {
			got = message(err)
		}
		if got != r.Ours {
			t.Errorf("%s\n got  %q\n want %q (%s)", r.Template, got, r.Ours, r.Differs)
		}
	case err == nil && r.Want == nil:
		t.Errorf("%s\n got  %q\n want %s error %q", r.Template, got, r.Class, r.Error)
	case err == nil && got != *r.Want:
		t.Errorf("%s\n got  %q\n want %q", r.Template, got, *r.Want)
	case err != nil && r.Want != nil:
		t.Errorf("%s\n got  error %v\n want %q", r.Template, err, *r.Want)
	case err != nil && (errorClass(err) != r.Class || message(err) != r.Error):
		t.Errorf("%s\n got  %s error %q\n want %s error %q", r.Template, errorClass(err), message(err), r.Class, r.Error)
	}
}

// TestCases renders the recorded templates.
func TestCases(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.jsonl")
	if err != nil || len(paths) == 0 {
		t.Fatal("no recorded cases", err)
	}
	if extra := os.Getenv("GOPLAY_JINJA_CASES"); extra != "" {
		paths = []string{extra}
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".jsonl"), func(t *testing.T) {
			for _, r := range readRecords(t, path) {
				r.check(t)
			}
		})
	}
}

// TestConfirm asks Jinja2 itself for every recorded answer.
func TestConfirm(t *testing.T) {
	python := "/usr/bin/python3"
	if exec.Command(python, "-c", "import jinja2").Run() != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("python3-jinja2 is not installed")
		}
		t.Skip("python3-jinja2 is not installed: the recorded answers are not confirmed")
	}
	paths, _ := filepath.Glob("testdata/*.jsonl")
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(python, "testdata/oracle.py")
		cmd.Stdin, cmd.Stderr = bytes.NewReader(data), os.Stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		recorded, answered := decodeRecords(t, data), decodeRecords(t, out)
		for i, r := range recorded {
			a := answered[i]
			if (r.Want == nil) != (a.Want == nil) || r.Want != nil && *r.Want != *a.Want || r.Class != a.Class || r.Error != a.Error {
				t.Errorf("%s: Jinja2 says %v %s %q", r.Template, a.Want, a.Class, a.Error)
			}
		}
	}
}
