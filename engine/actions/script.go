package actions

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	"goplay/engine"
	"goplay/internal/shlex"
	"goplay/internal/value"
	"goplay/modules"
)

func init() { register("ansible.builtin.script", script) }

// script finds the script on the controller; the target pulls it and runs it
// with the rest of the command line.
func script(ctx context.Context, s *engine.Step) (modules.Result, error) {
	line := s.Text("_raw_params", "cmd")
	words, err := shlex.Split(line)
	if err != nil {
		return failure("cannot read the command line %q: %w", line, err)
	}
	if len(words) == 0 {
		return failure("no script given")
	}
	path, err := s.FindFile("files", words[0])
	if err != nil {
		return failed(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.IsDir() {
		return failure("%s is no script", path)
	}
	decrypt, err := s.Bool("decrypt", true)
	if err != nil {
		return failed(err)
	}
	if s.Check && s.Text("creates") == "" && s.Text("removes") == "" {
		return modules.Result{Skipped: true, Msg: "Check mode is not supported for this task.", Data: value.DictOf("changed", false)}, nil
	}
	if err := s.Readable(path, decrypt); err != nil {
		return modules.Failed(err), nil
	}
	call := modules.Call{Module: s.Module, Args: argsWith(s, map[string]any{
		"_content": path, "_basename": filepath.Base(path), "_arguments": strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), words[0]))})}
	call.Content = func(string) (io.ReadCloser, error) { return s.Decrypted(path, decrypt) }
	return s.Run(ctx, call)
}
