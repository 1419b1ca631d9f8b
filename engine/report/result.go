package report

import (
	"strings"

	"goplay/engine"
	"goplay/internal/pyyaml"
	"goplay/internal/value"
)

// dump is a result as the screen shows it: one line of JSON with its keys
// sorted, or indented.
func (d *Default) dump(o engine.Outcome, indent bool) string {
	if d.YAML {
		return d.dumpYAML(o)
	}
	if d.Debug {
		return d.dumpDebug(o)
	}
	options := value.JSONOptions{SortKeys: true, Unicode: true}
	if d.Pretty || (indent || d.Verbosity > 2) && !d.Compact {
		options.Indent = 4
	}
	text, err := value.EncodeJSON(d.shown(o), options)
	if err != nil {
		return "{}"
	}
	return text
}

// dumpYAML is a result as YAML on lines of its own; lines that stand beside
// their text are left out.
func (d *Default) dumpYAML(o engine.Outcome) string {
	shown := d.shown(o).Copy()
	for _, name := range []string{"stdout", "stderr"} {
		if _, ok := shown.Get(name); ok && !d.Compact {
			if _, ok := shown.Get(name + "_lines"); ok {
				shown.Set(name+"_lines", "<omitted>")
			}
		}
	}
	margin, indent, width, lead := 4, 4, 80, ""
	if d.Compact {
		indent = 2
	}
	if d.YAMLShort {
		margin, indent, width = 2, 2, 1000
		if changed, ok := shown.Get("changed"); ok {
			lead = "changed=" + strings.ToLower(value.Str(changed)) + " "
			shown.Delete("changed")
		}
	}
	text, err := pyyaml.Encode(shown, pyyaml.Options{Indent: indent, Width: width, SortKeys: true, Unicode: true, Literal: true})
	if err != nil {
		return "{}"
	}
	if shown.Len() == 0 {
		return "{}"
	}
	var b strings.Builder
	b.WriteString(lead)
	for line := range strings.Lines(text) {
		b.WriteString("\n")
		if line = strings.TrimRight(line, "\n"); line != "" {
			b.WriteString(strings.Repeat(" ", margin) + line)
		}
	}
	return Printable(b.String())
}

// dumpDebug is a result with what a command printed, and the message, below
// it as they are.
func (d *Default) dumpDebug(o engine.Outcome) string {
	shown := d.shown(o).Copy()
	below := ""
	for _, name := range []string{"stdout", "stderr", "msg"} {
		text, _ := shown.Get(name)
		shown.Delete(name)
		shown.Delete(name + "_lines")
		if value.Truth(text) {
			below += "\n\n" + strings.ToUpper(name) + ":\n\n" + value.Str(text) + "\n"
		}
	}
	text, err := value.EncodeJSON(shown, value.JSONOptions{SortKeys: true, Unicode: true, Indent: 4})
	if err != nil {
		text = "{}"
	}
	return text + Printable(strings.TrimSuffix(below, "\n"))
}

// shown leaves out what belongs to higher verbosity and what other lines of
// the screen say already.
func (d *Default) shown(o engine.Outcome) *value.Dict {
	hidden := d.hidden(o)
	out := value.NewDict()
	for k, v := range o.Result.All() {
		if name := value.Str(k); !hidden(name) && !strings.HasPrefix(name, "_ansible_") {
			out.Set(k, withoutInternal(v))
		}
	}
	return out
}

// withoutInternal leaves out of a value what Ansible keeps for itself.
func withoutInternal(v any) any {
	switch v := v.(type) {
	case *value.Dict:
		out := value.NewDict()
		for k, inner := range v.All() {
			if name, ok := k.(string); !ok || !strings.HasPrefix(name, "_ansible_") {
				out.Set(k, withoutInternal(inner))
			}
		}
		return out
	case *value.List:
		out := make([]any, v.Len())
		for i, inner := range v.Items {
			out[i] = withoutInternal(inner)
		}
		return value.NewList(out...)
	}
	return v
}

// hidden tells the names of a result that are not shown. Of debug's only the
// message is, or the variable and the item that it is for.
func (d *Default) hidden(o engine.Outcome) func(name string) bool {
	debug := o.Task != nil && isDebug(o.Task.Module) && !o.Whole
	_, message := o.Result.Get("msg")
	return func(name string) bool {
		switch name {
		case "exception", "failed", "skipped":
			return true
		case "warnings", "deprecations":
			// shown before, if at all, but of a host that is lost
			return o.Status != engine.Unreachable && (d.Screen == nil || !d.Screen.NoActionWarnings)
		case "invocation", "diff":
			return d.Verbosity < 3 || debug
		case "results":
			return o.Looped && o.Status != engine.Unreachable
		case "changed", "skip_reason":
			return debug
		}
		return debug && message && name != "msg"
	}
}

func isDebug(module string) bool {
	return module == "debug" || module == "ansible.builtin.debug" || module == "ansible.legacy.debug"
}

// diff shows what a change makes of things, before the line of the host.
func (d *Default) diff(o engine.Outcome) {
	if o.Status != engine.Changed {
		return
	}
	for _, one := range o.Diff {
		text := Unified(one, d.DiffContext)
		if text == "" {
			continue
		}
		var b strings.Builder
		for _, line := range strings.SplitAfter(text, "\n") {
			b.WriteString(d.paintDiff(line))
		}
		d.Screen.line(strings.TrimSuffix(b.String(), "\n"), "")
	}
}

// paintDiff paints a line and its end, as Ansible does.
func (d *Default) paintDiff(line string) string {
	line = Printable(line)
	switch {
	case strings.HasPrefix(line, "+"):
		return d.Screen.paint(line, roleAdded)
	case strings.HasPrefix(line, "-"):
		return d.Screen.paint(line, roleRemoved)
	case strings.HasPrefix(line, "@@"):
		return d.Screen.paint(line, rolePlace)
	}
	return line
}

func diffText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		text, err := value.EncodeJSON(value.Of(v), value.JSONOptions{SortKeys: true, Indent: 4})
		if err != nil {
			return ""
		}
		return text + "\n"
	}
}
