package lookups

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"goplay/internal/template"
	"goplay/internal/value"
)

func TestKeyValues(t *testing.T) {
	for text, want := range map[string]struct {
		params  []string
		options map[string]string
	}{
		"key section=sec file=i.ini": {[]string{"key"}, map[string]string{"section": "sec", "file": "i.ini"}},
		`a b c='x y' d="1=2"`:        {[]string{"a", "b"}, map[string]string{"c": "x y", "d": "1=2"}},
		"k delimiter=, default=":     {[]string{"k"}, map[string]string{"delimiter": ",", "default": ""}},
		"p={{ a | b }} =x":           {[]string{"=x"}, map[string]string{"p": "{{ a | b }}"}},
		"":                           {nil, map[string]string{}},
	} {
		params, options := keyValues(text)
		if !reflect.DeepEqual(params, want.params) || !reflect.DeepEqual(options, want.options) {
			t.Errorf("%q: got %q %q", text, params, options)
		}
	}
}

// nothing are no variables but the folder files are in.
type nothing string

func (n nothing) Lookup(name string) (any, bool) { return string(n), name == "playbook_dir" }
func (n nothing) Names() []string                { return []string{"playbook_dir"} }

// FuzzTerms feeds text to every lookup that reads terms or files of its own
// format: none may panic.
func FuzzTerms(f *testing.F) {
	for _, seed := range []string{"key section=s file=in", "1-5/2:x%02d", "count=3 format=%x", "k file=in delimiter=TAB col=2", "[s]\na=b\n c\n;d", "a,b\n\"c", "re=true .* file=in section=s", "type=properties a file=in"} {
		f.Add(seed, seed)
	}
	dir := f.TempDir()
	engine := template.New(template.Options{})
	f.Fuzz(func(t *testing.T, term, content string) {
		if err := os.WriteFile(filepath.Join(dir, "in"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, plugin := range []Func{ini, csvFile, sequence, firstFound, fileGlob, varnames, inventoryHostnames} {
			c := &Call{Ctx: context.Background(), Terms: []any{term}, Options: value.DictOf("file", "in"), Vars: nothing(dir), Engine: engine, plugins: New(Options{})}
			if _, err := plugin(c); err != nil && err.Error() == "" {
				t.Error("an error without words")
			}
		}
	})
}
