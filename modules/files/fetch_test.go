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
		src, have string
		lenient   bool
		delivered string
		failed    bool
		msg       string
	}{
		{src: "a", delivered: "hello\n"},
		{src: "a", have: helloSum},
		{src: "d", failed: true, msg: "remote file is a directory, fetch cannot work on directories"},
		{src: "none", failed: true, msg: "the remote file does not exist, not transferring, ignored"},
		{src: "none", lenient: true, msg: "the remote file does not exist, not transferring, ignored"},
	} {
		var got string
		r, err := modules.InProcess{}.Run(context.Background(), modules.Call{
			Module: "ansible.builtin.fetch",
			Args:   map[string]any{"src": filepath.Join(dir, c.src), "dest": "x", "_checksum": c.have, "fail_on_missing": !c.lenient},
			Deliver: func(name string, in io.Reader) error {
				data, err := io.ReadAll(in)
				got = string(data)
				return err
			},
		})
		if err != nil || r.Failed != c.failed || r.Msg != c.msg || got != c.delivered || r.Changed != (got != "") {
			t.Errorf("%+v: failed=%v %q, delivered %q, changed=%v (%v)", c, r.Failed, r.Msg, got, r.Changed, err)
		}
	}
}
