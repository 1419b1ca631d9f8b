package tree

import (
	"encoding/json"
	"strings"
	"testing"
)

// escapes are files whose value a has escapes of all kinds and styles.
var escapes = map[string]string{
	"a slash":              `a: "\/"`,
	"slashes in text":      `a: "s\/x\/y\/g"`,
	"a backslash before":   `a: "\\/ \\\/ \\\\/"`,
	"plain":                `a: s\/x\\/y`,
	"single quotes":        `a: 's\/x\\/y'`,
	"a literal":            "a: |\n  s\\/x \\a\n  \\\\/\n",
	"folded":               "a: >\n  s\\/x\n  \\/\n",
	"a bell of its own":    `a: "\a\/\x07"`,
	"a bell by its number": `a: "\u0007\/\v"`,
	"as a key":             `a: {"\/k": '\/'}`,
	"beside an alias":      `{b: &b "\/", a: *b}`,
	"all the letters":      `a: "\0\a\b\t\n\v\f\r\e\ \"\\\N\_\L\P\x41\u0041\U00000041"`,
	"a line that goes on":  "a: \"x \\\n    \\/y\n    \\/ z\"",
	"a tab":                "a: \"x\\\ty\\/\"",
	"beside others":        `a: "\0\t\n\f\r\e\ \"\\\N\_\L\P\x41\/"`,
	"binary":               `{b: !!binary "YWJ\/", a: x}`,
}

func TestEscapesAreWhatAnsibleReads(t *testing.T) {
	var names, files []string
	for name, file := range escapes {
		names, files = append(names, name), append(files, file)
	}
	want := oracle(t, `
import json, sys
from ansible.parsing.dataloader import DataLoader
print(json.dumps([json.dumps(DataLoader().load(f)["a"]) for f in json.load(open(sys.argv[1]))]))`, files)
	for i, name := range names {
		t.Run(name, func(t *testing.T) {
			root, _, err := ParseOne("x", []byte(files[i]), Options{})
			if err != nil {
				t.Fatal(err)
			}
			var theirs any
			if err := json.Unmarshal([]byte(want[i]), &theirs); err != nil {
				t.Fatal(err)
			}
			a := root.Get("a")
			if fields, ok := theirs.(map[string]any); ok {
				theirs, a = fields["/k"], a.Get("/k")
			}
			if a == nil || a.Text != theirs {
				t.Errorf("read %#v, Ansible %q", a, theirs)
			}
		})
	}
}

// TestSlashesKeepPlaces looks for marks behind escaped slashes.
func TestSlashesKeepPlaces(t *testing.T) {
	file := "a: \"\\/\\/ <here\"\nb: [\"\\/\", <here]\nc: \"\\/\n"
	root, _, err := ParseOne("x", []byte(file[:strings.Index(file, "c:")]), Options{})
	if err != nil {
		t.Fatal(err)
	}
	a := root.Get("a")
	if at := a.At(strings.Index(a.Text, "<here")); at.Line != 1 || at.Col != 10 {
		t.Errorf("the mark is at %v, want 1:10", at)
	}
	if at := root.Get("b").Items[1].Pos; at.Line != 2 || at.Col != 11 {
		t.Errorf("the second item is at %v, want 2:11", at)
	}
	_, _, err = Parse("x", []byte(file), Options{})
	if err == nil || !strings.Contains(err.Error(), "unexpected end of stream") {
		t.Errorf("a quote that is not closed behind an escaped slash: %v", err)
	}
}
