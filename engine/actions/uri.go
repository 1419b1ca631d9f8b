package actions

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"goplay/engine"
	"goplay/internal/value"
	"goplay/modules"
)

func init() { register("ansible.builtin.uri", uri) }

// uri has the target pull what the request sends of the controller's files:
// src, or the files that parts of a multipart form name.
func uri(ctx context.Context, s *engine.Step) (modules.Result, error) {
	remote, err := s.Bool("remote_src", false)
	if err != nil {
		return failed(err)
	}
	set, files := map[string]any{}, map[string]string{}
	switch {
	case remote:
	case s.Text("src") != "":
		path, err := s.FindFile("files", s.Text("src"))
		if err != nil {
			return failed(err)
		}
		c, err := contentOf(s, path, true)
		if err != nil {
			return failed(err)
		}
		set["src"], set["_content"], set["_size"], files[path] = path, path, c.size, path
	case s.Text("body_format") == "form-multipart":
		body, ok := s.Arg("body").(*value.Dict)
		if !ok {
			return failure("body must be mapping, cannot be type %s", value.TypeName(s.Arg("body")))
		}
		if set["body"], err = formFiles(s, body, files); err != nil {
			return failed(err)
		}
	}
	return s.Run(ctx, modules.Call{Args: argsWith(s, set), Content: func(name string) (io.ReadCloser, error) {
		path, ok := files[name]
		if !ok {
			return nil, fmt.Errorf("%s is no part of the request", name)
		}
		return s.Decrypted(path, true)
	}})
}

// formFiles finds the files that a form's fields name without giving their
// content, and names them for the target to pull.
func formFiles(s *engine.Step, body *value.Dict, files map[string]string) (*value.Dict, error) {
	out := value.NewDict()
	for name, v := range body.All() {
		field, ok := v.(*value.Dict)
		if !ok || field.GetString("filename") == "" || field.GetString("content") != "" {
			out.Set(name, v)
			continue
		}
		path, err := s.FindFile("files", field.GetString("filename"))
		if err != nil {
			return nil, err
		}
		files[path] = path
		own := value.NewDict()
		own.Update(field)
		own.Set("filename", filepath.Base(path))
		own.Set("_content", path)
		out.Set(name, own)
	}
	return out, nil
}
