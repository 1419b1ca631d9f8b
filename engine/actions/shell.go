package actions

import (
	"context"

	"goplay/engine"
	"goplay/internal/value"
	"goplay/modules"
)

func init() { register("ansible.builtin.shell", shell) }

// shell runs the module with the shell that the host's variables or the
// configuration name, where the task names none.
func shell(ctx context.Context, s *engine.Step) (modules.Result, error) {
	if s.Text("executable") != "" {
		return s.Run(ctx, modules.Call{})
	}
	v, ok, err := s.Lookup(ctx, "ansible_shell_executable")
	if err != nil {
		return failed(err)
	}
	program := s.Options().Defaults.Shell
	if ok && v != nil {
		program = value.Str(v)
	}
	if program == "" || program == "/bin/sh" {
		return s.Run(ctx, modules.Call{})
	}
	return s.Run(ctx, modules.Call{Args: argsWith(s, map[string]any{"executable": program})})
}
