package actions

import (
	"context"
	"io"
	"os"
	"path/filepath"

	"goplay/engine"
	"goplay/internal/value"
	"goplay/modules"
)

func init() { register("ansible.builtin.unarchive", unarchive) }

// unarchive finds an archive of the controller, which the target pulls and
// unpacks as it comes.
func unarchive(ctx context.Context, s *engine.Step) (modules.Result, error) {
	remote, err := s.Bool("remote_src", false)
	if err != nil {
		return failed(err)
	}
	if s.Arg("copy") != nil {
		if s.Arg("remote_src") != nil {
			return failure("parameters are mutually exclusive: ('copy', 'remote_src')")
		}
		onController, err := s.Bool("copy", true)
		if err != nil {
			return failed(err)
		}
		remote = !onController
	}
	if s.Text("src") == "" || s.Text("dest") == "" {
		return failure("src (or content) and dest are required")
	}
	set := map[string]any{"copy": nil, "remote_src": remote}
	if remote {
		return through(ctx, s, set)
	}
	decrypt, err := s.Bool("decrypt", true)
	if err != nil {
		return failed(err)
	}
	path, err := s.FindFile("files", s.Text("src"))
	if err != nil {
		return unneeded(ctx, s, err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return failure("read %s: %w", path, err)
	}
	if err := s.Readable(path, decrypt); err != nil {
		return modules.Failed(err), nil
	}
	if info.IsDir() {
		return failed(&engine.FileNotFound{Name: path})
	}
	set["src"], set["_content"] = path, path
	return s.Run(ctx, modules.Call{
		Args:     argsWith(s, set),
		Content:  func(string) (io.ReadCloser, error) { return s.Decrypted(path, decrypt) },
		Progress: progress(s, filepath.Base(path), info.Size()),
	})
}

// unneeded forgives an archive that is missing when what it would create is
// there already.
func unneeded(ctx context.Context, s *engine.Step, missing error) (modules.Result, error) {
	creates := s.Text("creates")
	if creates == "" {
		return failed(missing)
	}
	r, err := s.Peek(ctx, "ansible.builtin.stat", map[string]any{"path": creates, "get_checksum": false, "get_mime": false, "get_attributes": false})
	if err != nil {
		return r, err
	}
	stat, _ := r.Data.Get("stat")
	if d, ok := stat.(*value.Dict); !ok || !value.Truth(exists(d)) {
		return failed(missing)
	}
	skip := result()
	skip.Skipped, skip.Msg = true, "skipped, since "+creates+" exists"
	return skip, nil
}

func exists(stat *value.Dict) any {
	v, _ := stat.Get("exists")
	return v
}
