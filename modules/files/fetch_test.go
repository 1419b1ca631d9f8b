package files

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"goplay/internal/value"
	"goplay/modules"
	mt "goplay/modules/modulestest"
)

func pathsOf(files any) string {
	var names []string
	for _, f := range files.(*value.List).Items {
		names = append(names, filepath.Base(f.(*value.Dict).GetString("path")))
	}
	return strings.Join(names, " ")
}

func TestFetch(t *testing.T) {
	dir := t.TempDir()
	mt.Files{"a: hello\n", "d/"}.Make(t, dir)
	for _, c := range []struct {
		src, have, source, delivered string
	}{
		{"a", "", "file", "hello\n"},
		{"a", helloSum, "file", ""},
		{"d", "", "directory", ""},
		{"none", "", "missing", ""},
	} {
		var got string
		r, err := modules.InProcess{}.Run(context.Background(), modules.Call{
			Module: "ansible.builtin.fetch",
			Args:   map[string]any{"src": filepath.Join(dir, c.src), "dest": "x", "_checksum": c.have},
			Deliver: func(name string, in io.Reader) error {
				data, err := io.ReadAll(in)
				got = string(data)
				return err
			},
		})
		if err != nil || r.Failed {
			t.Fatalf("%s: %v %s", c.src, err, r.Msg)
		}
		if source := r.Data.GetString("source"); source != c.source || got != c.delivered || r.Changed != (got != "") {
			t.Errorf("%s: source %s, delivered %q, changed %v", c.src, source, got, r.Changed)
		}
	}
}
