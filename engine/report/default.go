package report

import (
	"fmt"
	"io"
	"strings"

	"goplay/engine"
	"goplay/engine/playbook"
	"goplay/internal/value"
)

// Default shows a run as ansible-playbook's default callback does.
type Default struct {
	Screen    *Screen
	Verbosity int
	// HideSkipped and HideOK leave those lines and tasks without others out.
	HideSkipped, HideOK bool
	Skippy              bool // lines of what was skipped are left out, headings stay
	Debug               bool // outputs and messages stand below the result, line by line
	FailedToStderr      bool // failures go to standard error
	CheckMarkers        bool // headings say that nothing is changed
	ShowArguments       bool // headings have the task's arguments
	DiffContext         int  // lines that a diff has around each change
	PerHostStart        bool
	CustomStats         bool
	PathOnFailure       bool
	Pretty              bool // results are always indented
	Compact             bool // results are never indented, and nothing of them is left out
	YAML                bool // results as YAML instead of JSON
	YAMLShort           bool // with margins of two, as the callback community.general.yaml has them

	free   bool                       // hosts go through the play each on its own
	tasks  map[*playbook.Task]opening // of the play
	headed *playbook.Task             // whose heading stands last on the screen
}

// opening is what a task's part of the screen begins with.
type opening struct{ banner, path string }

var _ engine.Reporter = (*Default)(nil)

// Report shows one event.
func (d *Default) Report(e engine.Event) {
	s := d.Screen
	switch e := e.(type) {
	case engine.PlaybookStarted:
		d.playbook(e)
	case engine.PlayStarted:
		d.free, d.tasks, d.headed = e.Free, map[*playbook.Task]opening{}, nil
		s.banner(playBanner(e) + d.marker(e.Check))
	case engine.NoHostsMatched:
		s.line("skipping: no hosts matched", roleSkipped)
	case engine.NoHostsLeft:
		s.banner("NO MORE HOSTS LEFT")
	case engine.TaskStarted:
		d.task(e)
	case engine.HostStarted:
		if d.PerHostStart {
			d.heading(e.Task)
			s.line(fmt.Sprintf(" [started %s on %s]", title(e), e.Host), roleOK)
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
			s.line(fmt.Sprintf("NOTIFIED HANDLER %s for %s", Printable(e.Handler), e.Host), roleVerbose)
		}
	case engine.Warned:
		s.Warning(e.Text)
	case engine.Errored:
		s.Error(e.Text)
	case engine.Deprecated:
		s.Deprecation(e)
	case engine.Verbose:
		d.verbose(e)
	case engine.Ended:
		d.ended(e)
	}
}

func playBanner(e engine.PlayStarted) string {
	if name := strings.TrimSpace(e.Name); name != "" {
		return "PLAY [" + Printable(name) + "]"
	}
	return "PLAY"
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
		d.Screen.Verbose(fmt.Sprintf("%d plays in %s", e.Plays, e.File))
	}
}

func (d *Default) task(e engine.TaskStarted) {
	word := "TASK"
	if e.Handler {
		word = "RUNNING HANDLER"
	}
	args := ""
	if d.ShowArguments {
		args = arguments(e.Task)
	}
	d.tasks[e.Task] = opening{
		banner: word + " [" + Printable(strings.TrimSpace(e.Name)) + args + "]" + d.marker(e.Check),
		path:   fmt.Sprintf("%s:%d", e.Task.Pos.File, e.Task.Pos.Line),
	}
	if d.free {
		return
	}
	d.headed = nil
	if !d.HideSkipped && !d.HideOK {
		d.heading(e.Task)
	}
}

// heading shows a task's heading unless it stands last on the screen.
func (d *Default) heading(t *playbook.Task) {
	if d.headed == t {
		return
	}
	d.headed = t
	at := d.tasks[t]
	d.Screen.banner(at.banner)
	if d.Verbosity > 1 {
		d.Screen.line("task path: "+at.path, roleDebug)
	}
}

func (d *Default) host(o engine.Outcome) {
	switch o.Status {
	case engine.Failed:
		d.failed(o)
	case engine.Unreachable:
		d.unreachable(o)
	case engine.Skipped:
		if d.HideSkipped || d.Skippy {
			return
		}
		d.heading(o.Task)
		d.show(o, "skipping: ["+o.Host+"]", roleSkipped)
	default:
		if o.Looped {
			d.Screen.notices(o)
			return // each item has shown its own
		}
		if o.Status == engine.OK && d.HideOK {
			return
		}
		d.heading(o.Task)
		d.diff(o)
		d.Screen.notices(o)
		d.show(o, o.Status.String()+": ["+place(o)+"]", roleOf(o.Status))
	}
}

func roleOf(s engine.Status) role {
	switch s {
	case engine.Changed:
		return roleChanged
	case engine.Skipped:
		return roleSkipped
	case engine.Failed:
		return roleFailed
	case engine.Unreachable:
		return roleUnreachable
	default:
		return roleOK
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
func (d *Default) show(o engine.Outcome, text string, as role) {
	if (d.Verbosity > 0 || o.Always) && !o.Never {
		text += " => " + d.dump(o, o.Always)
	}
	d.Screen.line(text, as)
}

func (d *Default) failed(o engine.Outcome) {
	d.heading(o.Task)
	if !o.Looped || isDebug(o.Task.Module) {
		d.exception(o)
		d.Screen.notices(o)
		if d.PathOnFailure && d.Verbosity < 2 {
			d.Screen.line("task path: "+d.tasks[o.Task].path, roleDebug)
		}
		d.failure(o, "fatal: ["+place(o)+"]: FAILED! => "+d.dump(o, o.Always && !o.Looped), roleFailed)
	} else {
		d.Screen.notices(o)
	}
	if o.Ignored {
		d.Screen.line("...ignoring", roleSkipped)
	}
}

func (d *Default) failure(o engine.Outcome, text string, as role) {
	fmt.Fprintln(d.errors(), d.Screen.paint(text, as))
	if o.Place != "" && !o.Ignored && !o.Rescued {
		fmt.Fprint(d.Screen.Err, Printable(o.Place))
	}
}

// exception shows what is shown of a traceback: its last line, or all at -vvv.
func (d *Default) exception(o engine.Outcome) {
	raised := o.Result.GetString("exception")
	if strings.TrimSpace(raised) == "" {
		return
	}
	text := "The full traceback is:\n" + Printable(raised)
	if d.Verbosity < 3 {
		lines := strings.Split(strings.TrimSpace(raised), "\n")
		text = "An exception occurred during task execution. To see the full traceback, use -vvv. The error was: " + Printable(lines[len(lines)-1])
	}
	fmt.Fprintln(d.errors(), d.Screen.paint(text, roleFailed))
}

// errors is where failures go.
func (d *Default) errors() io.Writer {
	if d.FailedToStderr {
		return d.Screen.Err
	}
	return d.Screen.Out
}

func (d *Default) unreachable(o engine.Outcome) {
	d.heading(o.Task)
	d.failure(o, "fatal: ["+place(o)+"]: UNREACHABLE! => "+d.dump(o, false), roleUnreachable)
	if o.Ignored {
		d.Screen.line("...ignoring", roleSkipped)
	}
}

func (d *Default) item(o engine.Outcome) {
	label := "(item=" + Printable(value.Str(o.Label)) + ")"
	switch o.Status {
	case engine.Failed:
		d.heading(o.Task)
		d.exception(o)
		d.Screen.notices(o)
		d.failure(o, "failed: ["+place(o)+"] "+label+" => "+d.dump(o, o.Always), roleFailed)
	case engine.Unreachable:
		d.heading(o.Task)
		d.failure(o, "failed: ["+place(o)+"] "+label+" => "+d.dump(o, false), roleFailed)
	case engine.Skipped:
		if d.HideSkipped || d.Skippy {
			return
		}
		d.heading(o.Task)
		d.show(o, "skipping: ["+o.Host+"] => "+label+" ", roleSkipped)
	default:
		if o.Status == engine.OK && d.HideOK {
			return
		}
		d.heading(o.Task)
		d.diff(o)
		d.show(o, o.Status.String()+": ["+place(o)+"] => "+label, roleOf(o.Status))
	}
}

func (d *Default) retried(e engine.Retried) {
	d.heading(e.Task)
	text := fmt.Sprintf("FAILED - RETRYING: [%s]: %s (%d retries left).", place(e.Outcome), Printable(e.Name), e.Left)
	if d.Verbosity > 2 || e.Outcome.Always {
		o := e.Outcome
		o.Whole = true
		text += "Result was: " + d.dump(o, o.Always)
	}
	d.Screen.line(text, roleDebug)
}

func (d *Default) polled(e engine.Polled) {
	if e.Done {
		word := "OK"
		if e.Failed {
			word = "FAILED"
		}
		d.Screen.line(fmt.Sprintf("ASYNC %s on %s: jid=%s", word, e.Host, e.Job), roleDebug)
		return
	}
	started, _ := e.Result.Get("started")
	finished, _ := e.Result.Get("finished")
	d.Screen.line(fmt.Sprintf("ASYNC POLL on %s: jid=%s started=%s finished=%s", e.Host, e.Job, value.Str(started), value.Str(finished)), roleDebug)
}

func (d *Default) included(e engine.Included) {
	d.heading(e.Task)
	text := fmt.Sprintf("included: %s for %s", e.File, strings.Join(e.Hosts, ", "))
	if e.Item && value.Truth(e.Label) {
		text += " => (item=" + Printable(value.Str(e.Label)) + ")"
	}
	d.Screen.line(text, roleSkipped)
}

func (d *Default) verbose(e engine.Verbose) {
	if d.Verbosity < e.Level {
		return
	}
	text := Printable(e.Text)
	if e.Host != "" {
		text = "<" + e.Host + "> " + text
	}
	if e.Level == 0 {
		d.Screen.line(text, "")
		return
	}
	d.Screen.Verbose(text)
}
