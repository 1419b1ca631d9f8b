package report

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"

	"goplay/engine"
	"goplay/internal/value"
)

// Unixy shows a run as a system's start-up log, as community.general.unixy does:
// a line for each host, without banners.
type Unixy struct{ *Default }

var _ engine.Reporter = Unixy{}

// Report shows one event.
func (u Unixy) Report(e engine.Event) {
	s := u.Screen
	switch e := e.(type) {
	case engine.PlaybookStarted:
		s.line("Executing playbook "+filepath.Base(e.File), "")
	case engine.PlayStarted:
		s.line(fmt.Sprintf("\n- %s on hosts: %s -", Printable(strings.TrimSpace(e.Name)), Printable(strings.Join(e.Hosts, ","))), "")
	case engine.NoHostsMatched:
		s.line("  No hosts found!", roleDebug)
	case engine.NoHostsLeft:
		s.line("  Ran out of hosts!", roleFailed)
	case engine.TaskStarted:
		u.task(e)
	case engine.ItemDone:
		u.outcome(e.Outcome)
	case engine.HostDone:
		u.outcome(e.Outcome)
	case engine.Retried:
		u.retried(e)
	case engine.Included:
		for _, host := range e.Hosts {
			s.line("  "+host+" ok", roleOK)
		}
		s.line(fmt.Sprintf("included: %s for %s", e.File, strings.Join(e.Hosts, ", ")), roleSkipped)
	case engine.Ended:
		u.ended(e)
	case engine.Polled, engine.Notified, engine.Warned, engine.Errored, engine.Deprecated, engine.Verbose:
		u.Default.Report(e)
	}
}

func (u Unixy) task(e engine.TaskStarted) {
	parts := strings.Split(strings.TrimSpace(e.Name), " : ")
	name := Printable(parts[len(parts)-1])
	switch {
	case strings.HasPrefix(name, "include"):
	case e.Handler:
		u.Screen.line(name+" (via handler)... ", "")
	default:
		u.Screen.line(name+"...", "")
	}
}

// outcome is the line of a host, or of one item of its loop.
func (u Unixy) outcome(o engine.Outcome) {
	word := map[engine.Status]string{engine.OK: "ok", engine.Changed: "done", engine.Skipped: "skipped",
		engine.Failed: "failed", engine.Unreachable: "unreachable"}[o.Status]
	switch {
	case o.Status == engine.Skipped && u.HideSkipped, o.Status == engine.OK && u.HideOK:
		return
	case o.Item && (o.Status == engine.Changed || o.Status == engine.Failed):
		word += " | item: " + Printable(value.Str(o.Label))
	}
	u.diff(o)
	u.Screen.notices(o)
	out := u.Screen.Out
	if u.FailedToStderr && (o.Status == engine.Failed || o.Status == engine.Unreachable) {
		out = u.Screen.Err
	}
	fmt.Fprintln(out, u.Screen.paint("  "+u.line(o, word), roleOf(o.Status)))
}

// line is what is said of a host: its result in full where that is wanted, else
// its message and its outputs.
func (u Unixy) line(o engine.Outcome, word string) string {
	if (u.Verbosity > 0 || o.Always) && !o.Never {
		return o.Host + " " + word + ": " + u.result(o)
	}
	text := o.Host + " " + word
	if o.Delegate != "" {
		text = fmt.Sprintf("%s -> %s %s", o.Host, cmp.Or(o.Address, o.Delegate), word)
	}
	for _, name := range []string{"msg", "stdout", "stderr"} {
		v, _ := o.Result.Get(name)
		if name == "msg" && value.Str(v) == "All items completed" || !value.Truth(v) {
			continue
		}
		text += " | " + name + ": " + Printable(value.Str(v))
	}
	return text
}

// result is all of a result, also where the default screen keeps some of it back.
func (u Unixy) result(o engine.Outcome) string {
	shown := value.NewDict()
	for k, v := range o.Result.All() {
		name := value.Str(k)
		quiet := u.Verbosity < 3 && (name == "invocation" || name == "diff")
		if !quiet && !strings.HasPrefix(name, "_ansible_") && name != "exception" && name != "warnings" && name != "deprecations" && name != "failed" {
			shown.Set(k, v)
		}
	}
	text, err := value.EncodeJSON(shown, value.JSONOptions{SortKeys: true, Unicode: true, Indent: 4})
	if err != nil {
		return "{}"
	}
	return text
}

func (u Unixy) retried(e engine.Retried) {
	tried, _ := e.Result.Get("attempts")
	all, _ := e.Result.Get("retries")
	u.Screen.line(fmt.Sprintf("  Retrying... (%s of %s)", value.Str(tried), value.Str(all)), roleDebug)
}

func (u Unixy) ended(e engine.Ended) {
	s := u.Screen
	s.line("\n- Play recap -", "")
	for _, name := range e.Recap.Names() {
		c := e.Recap.Hosts[name]
		fmt.Fprintf(s.Out, "  %s : %s %s %s %s %s %s\n", u.hostName(name, c),
			s.count("ok", c.OK, roleOK), s.count("changed", c.Changed, roleChanged),
			s.count("unreachable", c.Unreachable, roleUnreachable), s.count("failed", c.Failed, roleFailed),
			s.count("rescued", c.Rescued, roleOK), s.count("ignored", c.Ignored, roleWarning))
	}
	if u.CustomStats && e.Stats.Len() > 0 {
		u.customStats(e.Stats)
	}
}
