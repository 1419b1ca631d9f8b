package engine

import (
	"context"
	"path"
	"strings"

	"goplay/engine/library"
	"goplay/engine/library/python"
	"goplay/engine/playbook"
	"goplay/internal/source"
	"goplay/internal/value"
)

// interpreter is what runs the module: ansible_NAME_interpreter where a
// variable says so, else its first line. None for a module in Python leaves the
// choice to the target.
func (w *walk) interpreter(ctx context.Context, s *Step, m *library.Module) (argv []string, isPython bool, err error) {
	if len(m.Interpreter) == 0 {
		return nil, false, nil
	}
	words := m.Interpreter
	program := words[0]
	if path.Base(program) == "env" && len(words) > 1 {
		program = words[1]
	}
	name := strings.TrimRight(path.Base(program), "0123456789.")
	v, ok, err := s.Lookup(ctx, "ansible_"+name+"_interpreter")
	if err != nil {
		return nil, false, err
	}
	text := value.Str(v)
	controller := text == value.Str(w.opts.Magic["ansible_playbook_python"]) // goplay itself, which runs no Python
	if ok && v != nil && !strings.HasPrefix(text, "auto") && !controller {
		if path.Base(words[0]) == "env" {
			words = words[1:]
		}
		return append(strings.Fields(text), words[1:]...), name == "python", nil
	}
	if name == "python" {
		// A variable that says auto wins over the configuration.
		if !ok || v == nil {
			return strings.Fields(w.opts.Defaults.Python), true, nil
		}
		return nil, true, nil
	}
	return words, false, nil
}

// payload puts a module of Python together with all that it imports.
func (w *walk) payload(t *playbook.Task, m *library.Module) (*python.Payload, error) {
	p, err := w.opts.Library.Payload(m, w.play.Dir)
	if err != nil {
		return nil, source.Errorf(t.ModPos, "%s: %w", t.Module, err)
	}
	return p, nil
}
