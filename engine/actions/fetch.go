package actions

import (
	"context"
	"crypto/md5"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strings"

	"goplay/engine"
	"goplay/internal/value"
	"goplay/modules"
)

func init() { register("ansible.builtin.fetch", fetch) }

// fetch takes a file from the target into the controller's folder: the target
// is told what is there already and sends nothing when it has the same.
func fetch(ctx context.Context, s *engine.Step) (modules.Result, error) {
	if s.Check {
		return modules.Result{Skipped: true, Msg: "check mode not (yet) supported for this module", Data: value.DictOf("changed", false)}, nil
	}
	src, dest := s.Text("src"), s.Text("dest")
	if v, ok := s.Args.Get("dest"); ok && !text(v) {
		return failure("Invalid type supplied for dest option, it must be a string")
	}
	if v, ok := s.Args.Get("src"); ok && !text(v) {
		return failure("Invalid type supplied for source option, it must be a string")
	}
	if src == "" || dest == "" {
		return failure("src and dest are required")
	}
	flat, err := s.Bool("flat", false)
	if err != nil {
		return failed(err)
	}
	path, err := fetchDest(s, src, dest, flat)
	if err != nil {
		return failed(err)
	}
	have := fileSum(path, sha1.New())
	in := &incoming{path: path}
	call := modules.Call{Module: s.Module, Args: argsWith(s, map[string]any{"_checksum": have, "_become": s.Target.Become != nil})}
	call.Deliver = in.take
	r, err := s.Run(ctx, call)
	if err != nil || r.Failed || r.Skipped {
		return r, err
	}
	if _, nothing := r.Data.Get("file"); nothing {
		return r, nil
	}
	r.Data.Delete("size")
	r.Data.Set("dest", path)
	r.Data.Set("md5sum", fileSum(path, md5.New()))
	if in.sum == "" || in.sum == have {
		r.Data.Set("file", src)
	} else {
		r.Changed = true
		r.Data.Set("checksum", in.sum)
		r.Data.Set("remote_checksum", in.sum)
		r.Data.Set("remote_md5sum", nil)
	}
	return r, nil
}

func text(v any) bool {
	_, ok := v.(string)
	return ok
}

// fetchDest is the file on the controller: below dest by host and path, or
// with flat dest itself.
func fetchDest(s *engine.Step, src, dest string, flat bool) (string, error) {
	if !filepath.IsAbs(dest) {
		dest = keepSlash(filepath.Join(s.PlayDir(), dest), dest)
	}
	if !flat {
		return filepath.Join(dest, s.Host.Name, strings.TrimPrefix(filepath.Clean("/"+src), "/")), nil
	}
	if strings.HasSuffix(dest, "/") {
		return filepath.Join(dest, filepath.Base(src)), nil
	}
	if info, err := os.Stat(dest); err == nil && info.IsDir() {
		return "", modules.Fail("dest is an existing directory, use a trailing slash if you want to fetch src into that directory")
	}
	return dest, nil
}

func keepSlash(path, like string) string {
	if strings.HasSuffix(like, "/") {
		return path + "/"
	}
	return path
}

func fileSum(path string, h hash.Hash) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	if _, err := io.Copy(h, f); err != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}

// incoming writes what a target sends beside its destination and moves it
// there when it is whole.
type incoming struct {
	path string
	sum  string
}

func (in *incoming) take(_ string, r io.Reader) (err error) {
	dir := filepath.Dir(in.path)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".goplay-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	h := sha1.New()
	_, err = io.Copy(io.MultiWriter(f, h), r)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	in.sum = hex.EncodeToString(h.Sum(nil))
	return os.Rename(f.Name(), in.path)
}
