package report

import (
	"fmt"
	"strings"

	"goplay/engine"
	"goplay/internal/value"
)

// Minimal shows what one module did on each host, as `ansible` does.
type Minimal struct {
	Screen    *Screen
	Verbosity int
	OneLine   bool
	// DiffContext are the lines that a diff has around each change.
	DiffContext int
}

var _ engine.Reporter = (*Minimal)(nil)

// Report shows one event.
func (m *Minimal) Report(e engine.Event) {
	switch e := e.(type) {
	case engine.HostDone:
		m.host(e.Outcome)
	case engine.Warned:
		m.Screen.Warning(e.Text)
	case engine.Errored:
		m.Screen.Error(e.Text)
	case engine.Deprecated:
		m.Screen.Deprecation(e.Text, e.Version)
	}
}

// plain are modules whose output is shown as it is.
var plain = map[string]bool{"command": true, "shell": true, "raw": true, "script": true, "win_command": true, "win_shell": true}

func (m *Minimal) host(o engine.Outcome) {
	word := map[engine.Status]string{engine.OK: "SUCCESS", engine.Changed: "CHANGED", engine.Failed: "FAILED", engine.Unreachable: "UNREACHABLE!", engine.Skipped: "SKIPPED"}[o.Status]
	if o.Status == engine.Skipped {
		m.Screen.line(o.Host+" | SKIPPED", roleSkipped)
		return
	}
	short := o.Task.Module[strings.LastIndexByte(o.Task.Module, '.')+1:]
	rc, hasRC := o.Result.Get("rc")
	if plain[short] && hasRC {
		m.Screen.line(m.output(o, word, value.Str(rc)), roleOf(o.Status))
		return
	}
	if o.Status == engine.Failed {
		word += "!"
	}
	d := &Default{Screen: m.Screen, Verbosity: m.Verbosity, DiffContext: m.DiffContext}
	d.diff(o)
	m.Screen.line(fmt.Sprintf("%s | %s => %s", o.Host, word, d.dump(o, !m.OneLine)), roleOf(o.Status))
}

// output is what a command printed.
func (m *Minimal) output(o engine.Outcome, word, rc string) string {
	var parts []string
	for _, name := range []string{"stdout", "stderr", "msg"} {
		text, _ := o.Result.Get(name)
		if s, ok := text.(string); ok && s != "" {
			parts = append(parts, Printable(strings.TrimRight(s, "\n")))
		}
	}
	if m.OneLine {
		return fmt.Sprintf("%s | %s | rc=%s | %s", o.Host, word, rc, strings.ReplaceAll(strings.Join(parts, " "), "\n", "\\n"))
	}
	return fmt.Sprintf("%s | %s | rc=%s >>\n%s", o.Host, word, rc, strings.Join(parts, ""))
}
