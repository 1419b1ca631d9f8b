package engine

import (
	"goplay/engine/playbook"
	"goplay/internal/source"
	"goplay/internal/value"
	"goplay/modules"
)

// Event is something that happened in a run. The set is closed.
type Event interface{ event() }

// Reporter shows events. Report is never called by two goroutines at once.
type Reporter interface{ Report(Event) }

// Status is how a step ended for a host.
type Status uint8

// The ways a step can end.
const (
	OK Status = iota
	Changed
	Skipped
	Failed
	Unreachable
)

// String is the word Ansible's screen uses.
func (s Status) String() string {
	return [...]string{"ok", "changed", "skipping", "failed", "unreachable"}[s]
}

// Outcome is the end of a step, or of one item of its loop, as everybody sees
// it: secrets are struck out already.
type Outcome struct {
	Host     string
	Delegate string // where it ran instead, "" for the host itself
	Address  string // of the delegate, when it differs from its name
	Task     *playbook.Task
	Status   Status
	Result   *value.Dict
	Diff     []modules.Diff
	Ignored  bool   // a failure that ignore_errors lets pass
	Rescued  bool   // a failure that a rescue section takes over
	Item     bool   // one item of a loop
	Label    any    // of the item
	Place    string // of a fault in what was written, where the result does not tell it
	Looped   bool   // the end of a loop
	// Always shows the result whatever the verbosity, Never never: debug's
	// message, setup's facts.
	Always, Never bool
	Whole         bool // of debug's too all is shown
}

type (
	// PlaybookStarted opens a playbook file.
	PlaybookStarted struct {
		File  string
		Plays int
	}
	// PlayStarted opens a play.
	PlayStarted struct {
		Name  string
		Pos   source.Pos
		Check bool
		Free  bool     // hosts go through it each on its own
		Hosts []string // its patterns
	}
	// NoHostsMatched follows PlayStarted when a play has nobody to run on.
	NoHostsMatched struct{}
	// NoHostsLeft says that every host of a play has failed.
	NoHostsLeft struct{}
	// TaskStarted opens a task; Handler tells handlers. Name is the task's
	// heading, its role in front.
	TaskStarted struct {
		Task    *playbook.Task
		Name    string
		Handler bool
		Check   bool
	}
	// HostStarted says that a host begins a task.
	HostStarted struct {
		Task *playbook.Task
		Host string
	}
	// ItemDone is one item of a loop.
	ItemDone struct{ Outcome }
	// HostDone is a host's end of a task.
	HostDone struct{ Outcome }
	// Retried is an attempt that until did not accept.
	Retried struct {
		Outcome
		Name string
		Left int
	}
	// Polled is a look at a job in the background; Done is the last.
	Polled struct {
		Host, Job    string
		Result       *value.Dict
		Done, Failed bool
	}
	// Output is what a command prints while it runs.
	Output struct {
		Host, Stream string
		Data         []byte
	}
	// Progress is how much of a content has been sent to a host. Total is 0
	// when it is not known.
	Progress struct {
		Host, Name  string
		Done, Total int64
	}
	// Included is a file of tasks, or a role, that a dynamic include brought in.
	Included struct {
		Task  *playbook.Task
		File  string
		Hosts []string
		Label any
		Item  bool
	}
	// Notified says that a handler will run on a host.
	Notified struct{ Host, Handler string }
	// Warned is a warning for the user, shown once for each text.
	Warned struct{ Text string }
	// Errored is an error that belongs to no result.
	Errored struct{ Text string }
	// Deprecated is a notice of what will go.
	Deprecated struct{ Text, Version, Collection string }
	// Verbose is a line for -v and above; with level 0 it is plain text, always shown.
	Verbose struct {
		Level int
		Host  string
		Text  string
	}
	// Ended closes the run.
	Ended struct {
		Recap Recap
		Stats *value.Dict // of set_stats: host or "_run" -> dict
	}
)

func (PlaybookStarted) event() {}
func (PlayStarted) event()     {}
func (NoHostsMatched) event()  {}
func (NoHostsLeft) event()     {}
func (TaskStarted) event()     {}
func (HostStarted) event()     {}
func (ItemDone) event()        {}
func (HostDone) event()        {}
func (Retried) event()         {}
func (Polled) event()          {}
func (Output) event()          {}
func (Progress) event()        {}
func (Included) event()        {}
func (Notified) event()        {}
func (Warned) event()          {}
func (Errored) event()         {}
func (Deprecated) event()      {}
func (Verbose) event()         {}
func (Ended) event()           {}
