package engine

import (
	"context"
	"errors"
	"io"

	"goplay/engine/console"
	"goplay/engine/playbook"
	"goplay/engine/vars"
)

// Debugger is how the task debugger talks to the user.
type Debugger struct {
	Everywhere bool // also at tasks that do not ask for it
	// Pardons tells that failures which ignore_errors lets pass open no console.
	Pardons bool
	Out     io.Writer
	Line    func(prompt string) (string, error)
}

// ErrAborted is a pause that the user broke off.
var ErrAborted = errors.New("user requested abort!")

// ErrQuit ends a run whose debugger was left with quit.
var ErrQuit = errors.New("User interrupted execution")

// conclude settles a task on a host, and opens the debugger where the task or
// the strategy asks for it: it may run the task again.
func (w *walk) conclude(ctx context.Context, t *playbook.Task, module string, h *Host, o *outcome) (*outcome, error) {
	if w.opts.Debugger.Line == nil || t.Debugger.IsNull() && !w.debugging {
		return o, w.settleHost(ctx, t, module, h, o)
	}
	w.run.debugMu.Lock()
	defer w.run.debugMu.Unlock()
	own := vars.Layer{} // what is set in one console is there in the next
	for {
		failed, lost := h.hasFailed(), h.isLost()
		if err := w.settleHost(ctx, t, module, h, o); err != nil {
			return nil, err
		}
		if !w.asksForDebugger(t, o) {
			return o, nil
		}
		d := w.newDebugged(ctx, t, module, h, o, own)
		switch d.console().Run() {
		case console.Quit:
			return nil, ErrQuit
		case console.Continue:
			return o, nil
		}
		h.set(&h.failed, failed)
		h.set(&h.lost, lost)
		w.takeBack(h, o)
		var err error
		if o, err = d.again(ctx); err != nil {
			return nil, err
		}
	}
}

// asksForDebugger reports whether the end of a task opens the console.
func (w *walk) asksForDebugger(t *playbook.Task, o *outcome) bool {
	failed := o.status() == Failed && !(w.opts.Debugger.Pardons && o.ignored)
	switch t.Debugger.String() {
	case "always":
		return true
	case "never":
		return false
	case "on_failed":
		if failed {
			return true
		}
	case "on_unreachable":
		if o.lost != "" {
			return true
		}
	case "on_skipped":
		if o.Skipped {
			return true
		}
	}
	return w.debugging && (failed || o.lost != "")
}

// takeBack takes an outcome that is run again out of the recap. One "ok" goes
// in any case: Ansible's count does the same.
func (w *walk) takeBack(h *Host, o *outcome) {
	w.tally.add(h.Name, func(c *Counts) {
		less := func(n *int, when bool) {
			if when && *n > 0 {
				*n--
			}
		}
		less(&c.Failed, o.status() == Failed)
		less(&c.Unreachable, o.lost != "")
		less(&c.Changed, o.Changed)
		less(&c.Skipped, o.Skipped)
		less(&c.OK, true)
	})
}

// opensDebugger reports whether the play's strategy opens the debugger.
func (p *playRun) opensDebugger(strategy string) bool {
	return p.opts.Debugger.Everywhere || shortName(strategy) == "debug"
}
