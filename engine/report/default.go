package report

import (
	"fmt"
	"strings"

	"github.com/fatih/color"

	"goplay/engine"
	"goplay/internal/value"
)

// Default shows a run as ansible-playbook's default callback does.
type Default struct {
	Screen    *Screen
	Verbosity int
	// HideSkipped and HideOK leave those lines and tasks without others out.
	HideSkipped, HideOK bool
	FailedToStderr      bool // failures go to standard error
	CheckMarkers        bool // headings say that nothing is changed
	PerHostStart        bool
	CustomStats         bool
	PathOnFailure       bool
	YAML                bool // results as YAML instead of JSON
	YAMLShort           bool // with margins of two, as the callback community.general.yaml has them

	banner string // heading of the present task, until it is shown
	path   string
}

var _ engine.Reporter = (*Default)(nil)

// Report shows one event.
func (d *Default) Report(e engine.Event) {
	s := d.Screen
	switch e := e.(type) {
	case engine.PlaybookStarted:
		d.playbook(e)
	case engine.PlayStarted:
		s.banner("PLAY [" + Printable(e.Name) + "]" + d.marker(e.Check))
	case engine.NoHostsMatched:
		s.line("skipping: no hosts matched", colourSkipped)
	case engine.NoHostsLeft:
		s.banner("NO MORE HOSTS LEFT")
	case engine.TaskStarted:
		d.task(e)
	case engine.HostStarted:
		if d.PerHostStart {
			d.heading()
			s.line(fmt.Sprintf(" [started %s on %s]", title(e), e.Host), colourOK)
		}
	case engine.ItemDone:
		d.item(e.Outcome)
	case engine.HostDone:
		d.host(e.Outcome)
	case engine.Retried:
		d.retried(e)
	case engine.Polled:
		d.polled(e)
	case engine.Included:
		d.included(e)
	case engine.Notified:
		if d.Verbosity > 1 {
			s.line(fmt.Sprintf("NOTIFIED HANDLER %s for %s", Printable(e.Handler), e.Host), colourVerbose)
		}
	case engine.Warned:
		s.Warning(e.Text)
	case engine.Deprecated:
		d.deprecated(e)
	case engine.Verbose:
		d.verbose(e)
	case engine.Ended:
		d.ended(e)
	}
}

func title(e engine.HostStarted) string {
	if e.Task.Name != "" {
		return e.Task.Name
	}
	return e.Task.Module
}

func (d *Default) marker(check bool) string {
	if d.CheckMarkers && check {
		return " [CHECK MODE]"
	}
	return ""
}

func (d *Default) playbook(e engine.PlaybookStarted) {
	if d.Verbosity > 1 {
		name := e.File[strings.LastIndexByte(e.File, '/')+1:]
		d.Screen.banner("PLAYBOOK: " + name)
		d.Screen.line(fmt.Sprintf("%d plays in %s", e.Plays, e.File), nil)
	}
}

func (d *Default) task(e engine.TaskStarted) {
	word := "TASK"
	if e.Handler {
		word = "RUNNING HANDLER"
	}
	d.banner = word + " [" + Printable(e.Name) + d.args(e) + "]" + d.marker(e.Check)
	d.path = fmt.Sprintf("%s:%d", e.Task.Pos.File, e.Task.Pos.Line)
	if !d.HideSkipped && !d.HideOK {
		d.heading()
	}
}

func (d *Default) args(engine.TaskStarted) string { return "" }

// heading shows the present task's heading once, before its first line.
func (d *Default) heading() {
	if d.banner == "" {
		return
	}
	d.Screen.banner(d.banner)
	d.banner = ""
	if d.Verbosity > 1 {
		d.Screen.line("task path: "+d.path, colourDebug)
	}
}

func (d *Default) host(o engine.Outcome) {
	switch o.Status {
	case engine.Failed:
		d.failed(o)
	case engine.Unreachable:
		d.unreachable(o)
	case engine.Skipped:
		if d.HideSkipped {
			return
		}
		d.heading()
		d.show(o, "skipping: ["+o.Host+"]", colourSkipped)
	default:
		if o.Looped {
			d.loopDiff(o)
			return
		}
		if o.Status == engine.OK && d.HideOK {
			return
		}
		d.heading()
		d.diff(o)
		d.show(o, o.Status.String()+": ["+place(o)+"]", colourOf(o.Status))
	}
}

// loopDiff has nothing to show: each item has shown its own.
func (d *Default) loopDiff(engine.Outcome) {}

func colourOf(s engine.Status) []color.Attribute {
	switch s {
	case engine.Changed:
		return colourChanged
	case engine.Skipped:
		return colourSkipped
	case engine.Failed:
		return colourFailed
	case engine.Unreachable:
		return colourUnreachable
	default:
		return colourOK
	}
}

// place is the host, and where it really ran.
func place(o engine.Outcome) string {
	if o.Delegate == "" || o.Delegate == o.Host {
		return o.Host
	}
	if o.Address != "" && o.Address != o.Delegate {
		return fmt.Sprintf("%s -> %s(%s)", o.Host, o.Delegate, o.Address)
	}
	return o.Host + " -> " + o.Delegate
}

// show writes a line, with the result behind it where it is wanted.
func (d *Default) show(o engine.Outcome, text string, c []color.Attribute) {
	if (d.Verbosity > 0 || o.Always) && !o.Never {
		text += " => " + d.dump(o, o.Always)
	}
	d.Screen.line(text, c)
}

func (d *Default) failed(o engine.Outcome) {
	d.heading()
	if !o.Looped {
		d.diff(o)
		d.failure(o, "fatal: ["+place(o)+"]: FAILED! => "+d.dump(o, o.Always), colourFailed)
	}
	if o.Ignored {
		d.Screen.line("...ignoring", colourSkipped)
	}
}

func (d *Default) failure(o engine.Outcome, text string, c []color.Attribute) {
	out := d.Screen.Out
	if d.FailedToStderr {
		out = d.Screen.Err
	}
	if d.PathOnFailure && d.Verbosity < 2 {
		fmt.Fprintln(out, d.Screen.paint("task path: "+d.path, colourDebug))
	}
	fmt.Fprintln(out, d.Screen.paint(text, c))
}

func (d *Default) unreachable(o engine.Outcome) {
	d.heading()
	if o.Looped && o.Ignored {
		return
	}
	d.failure(o, "fatal: ["+place(o)+"]: UNREACHABLE! => "+d.dump(o, false), colourUnreachable)
	if o.Ignored {
		d.Screen.line("...ignoring", colourSkipped)
	}
}

func (d *Default) item(o engine.Outcome) {
	label := "(item=" + Printable(value.Str(o.Label)) + ")"
	switch o.Status {
	case engine.Failed:
		d.heading()
		d.diff(o)
		d.failure(o, "failed: ["+place(o)+"] "+label+" => "+d.dump(o, o.Always), colourFailed)
	case engine.Unreachable:
		d.heading()
		d.failure(o, "fatal: ["+place(o)+"]: UNREACHABLE! => "+label+" => "+d.dump(o, false), colourUnreachable)
	case engine.Skipped:
		if d.HideSkipped {
			return
		}
		d.heading()
		d.show(o, "skipping: ["+o.Host+"] => "+label+" ", colourSkipped)
	default:
		if o.Status == engine.OK && d.HideOK {
			return
		}
		d.heading()
		d.diff(o)
		d.show(o, o.Status.String()+": ["+place(o)+"] => "+label, colourOf(o.Status))
	}
}

func (d *Default) retried(e engine.Retried) {
	d.heading()
	text := fmt.Sprintf("FAILED - RETRYING: [%s]: %s (%d retries left).", place(e.Outcome), Printable(e.Name), e.Left)
	if d.Verbosity > 2 {
		text += "Result was: " + d.dump(e.Outcome, false)
	}
	d.Screen.line(text, colourDebug)
}

func (d *Default) polled(e engine.Polled) {
	started, _ := e.Result.Get("started")
	finished, _ := e.Result.Get("finished")
	d.Screen.line(fmt.Sprintf("ASYNC POLL on %s: jid=%s started=%s finished=%s", e.Host, e.Job, value.Str(started), value.Str(finished)), colourDebug)
}

func (d *Default) included(e engine.Included) {
	d.heading()
	text := fmt.Sprintf("included: %s for %s", e.File, strings.Join(e.Hosts, ", "))
	if e.Item {
		text += " => (item=" + Printable(value.Str(e.Label)) + ")"
	}
	d.Screen.line(text, colourSkipped)
}

func (d *Default) deprecated(e engine.Deprecated) {
	text := e.Text
	if e.Version != "" {
		text += fmt.Sprintf(" This feature will be removed in version %s.", e.Version)
	}
	d.Screen.Deprecation(text)
}

func (d *Default) verbose(e engine.Verbose) {
	if d.Verbosity < e.Level {
		return
	}
	text := Printable(e.Text)
	if e.Host != "" {
		text = "<" + e.Host + "> " + text
	}
	d.Screen.line(text, colourVerbose)
}
