package actions

import (
	"context"
	"io"

	"goplay/engine"
	"goplay/modules"
)

func init() { register("ansible.posix.patch", patch) }

// patch finds a patch of the controller, which the target pulls.
func patch(ctx context.Context, s *engine.Step) (modules.Result, error) {
	remote, err := s.Bool("remote_src", false)
	if err != nil {
		return failed(err)
	}
	name := s.Text("src", "patchfile")
	if remote || name == "" {
		return through(ctx, s, nil)
	}
	path, err := s.FindFile("files", name)
	if err != nil {
		return failed(err)
	}
	return s.Run(ctx, modules.Call{
		Args:    argsWith(s, map[string]any{"src": path, "patchfile": nil, "_content": path}),
		Content: func(string) (io.ReadCloser, error) { return s.Decrypted(path, true) },
	})
}
