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
		if s := e.Outcome.Status; !m.OneLine && s != engine.Skipped && s != engine.Unreachable {
			m.Screen.notices(e.Outcome)
		}
		m.host(e.Outcome)
	case engine.Warned:
		m.Screen.Warning(e.Text)
	case engine.Errored:
		m.Screen.Error(e.Text)
	case engine.Deprecated:
		m.Screen.Deprecation(e)
	}
}

// plain are modules whose output is shown as it is.
var plain = map[string]bool{"command": true, "shell": true, "raw": true, "script": true, "win_command": true, "win_shell": true}

func (m *Minimal) host(o engine.Outcome) {
	text := ""
	switch short := o.Task.Module[strings.LastIndexByte(o.Task.Module, '.')+1:]; {
	case o.Status == engine.Skipped:
		text = "SKIPPED"
	case o.Status == engine.Unreachable && m.OneLine:
		text = "UNREACHABLE!: " + get(o, "msg", "")
	case o.Status == engine.Unreachable:
		text = "UNREACHABLE! => " + m.dump(o)
	case o.Status == engine.Failed && (m.OneLine || !plain[short]):
		text = "FAILED! => " + m.dump(o)
	case o.Status == engine.Failed:
		text = "FAILED" + m.output(o)
	default:
		text = "SUCCESS"
		if o.Status == engine.Changed {
			text = "CHANGED"
		}
		if _, job := o.Result.Get("ansible_job_id"); plain[short] && !job {
			text += m.output(o)
		} else {
			(&Default{Screen: m.Screen, DiffContext: m.DiffContext}).diff(o)
			text += " => " + m.dump(o)
		}
	}
	m.Screen.line(o.Host+" | "+text, roleOf(o.Status))
}

// dump is a result as JSON: indented, or that less its line ends. Of debug the
// one line shows all.
func (m *Minimal) dump(o engine.Outcome) string {
	d := &Default{Verbosity: m.Verbosity}
	options := value.JSONOptions{SortKeys: true, Unicode: true, Indent: 4}
	debug := isDebug(o.Task.Module)
	o.Looped = false // the results of items are shown with the rest
	shown := d.shown(o)
	for _, name := range []string{"warnings", "deprecations"} {
		if v, ok := o.Result.Get(name); ok && m.OneLine { // which has no lines before it to tell them
			shown.Set(name, v)
		}
	}
	if m.OneLine && !debug {
		options.Indent = 0
	}
	if changed, ok := o.Result.Get("changed"); ok && m.OneLine && debug {
		shown.Set("changed", changed)
	}
	text, err := value.EncodeJSON(shown, options)
	if err != nil {
		return "{}"
	}
	if m.OneLine {
		text = strings.ReplaceAll(text, "\n", "")
	}
	return text
}

// output is what a command printed.
func (m *Minimal) output(o engine.Outcome) string {
	rc, stdout, stderr := get(o, "rc", "-1"), get(o, "stdout", ""), get(o, "stderr", "")
	if !m.OneLine {
		return fmt.Sprintf(" | rc=%s >>\n%s", rc, Printable(stdout+stderr+get(o, "msg", "")))
	}
	escape := strings.NewReplacer("\n", `\n`, "\r", `\r`)
	text := fmt.Sprintf(" | rc=%s | (stdout) %s", rc, Printable(escape.Replace(stdout)))
	if stderr != "" {
		text += " (stderr) " + Printable(escape.Replace(stderr))
	}
	return text
}

// get is a field of a result as text.
func get(o engine.Outcome, name, def string) string {
	if v, ok := o.Result.Get(name); ok {
		return value.Str(v)
	}
	return def
}
