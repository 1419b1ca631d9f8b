package engine

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"goplay/engine/agent"
	"goplay/engine/playbook"
	"goplay/engine/remote"
	"goplay/engine/vars"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/tree"
	"goplay/internal/value"
	"goplay/modules"
)

// Step is one task on one host for one item of its loop, all of its options
// evaluated: what an Action works on.
type Step struct {
	Task     *playbook.Task
	Host     *Host
	Module   string      // full name
	Args     *value.Dict // evaluated, module defaults below, omitted ones gone
	FreeForm string      // evaluated text after the module's name; raw for actions that ask for it
	Scope    *vars.Scope
	Check    bool
	Diff     bool
	NoLog    bool
	Env      map[string]string
	Delegate string // name of the host it runs on instead, or ""
	Target   remote.Target

	play          *playRun
	always, never bool
	endLoop       bool
	set           bool              // Args are those of the debugger's console
	async         int64             // seconds; the module is to run as a job on the target
	python        *string           // the target's Python, once a module ran there
	computed      map[string]string // of facts, to the options that compute them
	addition      addition
	joins         string // the host that addition brings in
}

// Raised is an action's error about what was written, of which the result is
// the message alone: failed_when and until do not come to see it.
type Raised struct{ Err error }

func (e *Raised) Error() string { return e.Err.Error() }

// Unwrap gives the error itself.
func (e *Raised) Unwrap() error { return e.Err }

// Misstated is an action's error about what was written, of which the result is
// one of a task that failed: the message alone, the place is shown below it.
type Misstated struct{ Fault *source.Error }

func (e *Misstated) Error() string { return e.Fault.Error() }

// Unwrap gives the fault itself.
func (e *Misstated) Unwrap() error { return e.Fault }

// Action is the controller's half of a task. An error means that the host
// cannot be reached; everything else that goes wrong is a failed Result.
type Action func(ctx context.Context, s *Step) (modules.Result, error)

// Run runs a module on the step's target with the step's check mode, diff and
// environment. What call leaves empty is filled in from the step.
func (s *Step) Run(ctx context.Context, call modules.Call) (modules.Result, error) {
	if call.Module == "" {
		call.Module = s.Module
	}
	if call.Args == nil {
		call.Args = s.args()
	}
	return s.run(ctx, s.Target, call, s.python)
}

// RunLocal runs a module on the controller.
func (s *Step) RunLocal(ctx context.Context, call modules.Call) (modules.Result, error) {
	return s.run(ctx, remote.Target{Name: "localhost", Host: "localhost", Connection: "local"}, call, nil)
}

// Exec runs a command line in the target's login shell, without an agent.
func (s *Step) Exec(ctx context.Context, line string, stdin io.Reader) (rc int, stdout, stderr []byte, err error) {
	return s.play.run.opts.Pool.Exec(ctx, s.Target, line, stdin)
}

// Reach opens a new connection to a target and makes sure that it answers.
func (s *Step) Reach(ctx context.Context, t remote.Target) error {
	pool := s.play.run.opts.Pool
	if err := pool.Reset(t); err != nil {
		s.Report(Verbose{Level: 3, Host: s.Host.Name, Text: err.Error()})
	}
	runner, err := pool.Runner(ctx, t)
	if err != nil {
		return err
	}
	_, err = runner.Run(ctx, modules.Call{Module: "ansible.builtin.ping"})
	return err
}

// Peek runs a module that only looks, also under check mode, without a diff.
func (s *Step) Peek(ctx context.Context, module string, args map[string]any) (modules.Result, error) {
	c := *s
	c.Check, c.Diff = false, false
	return c.Run(ctx, modules.Call{Module: module, Args: args})
}

func (s *Step) run(ctx context.Context, t remote.Target, call modules.Call, python *string) (modules.Result, error) {
	call.Check, call.Diff, call.MaxDiff = s.Check, s.Diff, s.play.run.opts.MaxDiff
	if call.Env == nil {
		call.Env = s.Env
	}
	if t.Connection == "local" && call.Dir == "" {
		call.Dir = s.play.play.Dir
	}
	if call.Output == nil && !s.NoLog {
		call.Output = func(stream string, p []byte) {
			s.play.run.report(Output{Host: s.Host.Name, Stream: stream, Data: append([]byte(nil), p...)})
		}
	}
	runner, err := s.play.run.opts.Pool.Runner(ctx, t)
	if err != nil {
		return modules.Result{}, err
	}
	if s.async > 0 {
		return agent.Detach(ctx, runner, call, time.Duration(s.async)*time.Second)
	}
	r, err := runner.Run(ctx, call)
	if p, ok := runner.(pythonic); ok && python != nil {
		*python = p.Python()
	}
	if m, ok := modules.Lookup(call.Module); ok {
		switch rest, unknown := strings.CutPrefix(r.Msg, "Unsupported parameters for ("+m.Short()+") "); {
		case m.NoCheck && call.Check && r.Skipped:
			r.Msg = modules.Unpredicted(s.saidModule(m))
		case r.Failed && unknown:
			r.Msg = "Unsupported parameters for (" + s.saidModule(m) + ") " + rest
		}
	}
	return r, err
}

// saidModule is how Ansible calls the step's module in its messages: as the
// task does, or where an action runs it, by the name that is safe from others.
func (s *Step) saidModule(m *modules.Module) string {
	written := s.Task.Module[strings.LastIndexByte(s.Task.Module, '.')+1:]
	known := func(name string) bool { return strings.HasSuffix(name, "."+written) }
	handedOver := !known(m.Name) && !slices.ContainsFunc(m.Aliases, known)
	switch {
	case m.Short() == "command" || m.Short() == "shell":
		return legacyPrefix + "command"
	case s.play.run.opts.Actions[s.Module] == nil && !handedOver:
		return s.Task.Module
	case !strings.HasPrefix(m.Name, builtinPrefix):
		return m.Name
	case m.Short() == "systemd_service":
		return legacyPrefix + "systemd" // the name that it had when the action was written
	}
	return legacyPrefix + m.Short()
}

func (s *Step) args() map[string]any {
	args := make(map[string]any, s.Args.Len())
	for k, v := range s.Args.All() {
		args[value.Str(k)] = v
	}
	return args
}

// Arg is an option as evaluated; nil when it is not given.
func (s *Step) Arg(name string) any {
	v, _ := s.Args.Get(name)
	return v
}

// Written is an option as it stands in the playbook, nil for one that does not;
// what the debugger's console made of it stands for it.
func (s *Step) Written(name string) *tree.Node {
	if s.set {
		if v, ok := s.Args.Get(name); ok {
			return tree.FromValue(s.Pos(), v)
		}
		return nil
	}
	return s.Task.Args.Get(name)
}

// Text is an option as text; "" when it is not given.
func (s *Step) Text(names ...string) string {
	for _, name := range names {
		if v, ok := s.Args.Get(name); ok && v != nil {
			return value.Str(v)
		}
	}
	return ""
}

// Bool is an option as a boolean, def when it is not given.
func (s *Step) Bool(name string, def bool) (bool, error) {
	v, ok := s.Args.Get(name)
	if !ok || v == nil {
		return def, nil
	}
	b, err := modules.ToBool(v)
	if err != nil {
		return def, &modules.ArgError{Arg: name, Msg: "argument '" + name + "': " + err.Error()}
	}
	return b, nil
}

// Reject fails for options that the action does not know, in Ansible's words.
func (s *Step) Reject(known ...string) error {
	for k := range s.Args.All() {
		if !contains(known, value.Str(k)) {
			return modules.Fail("Invalid options for %s: %s", s.Task.Module, value.Str(k))
		}
	}
	return nil
}

// Template evaluates text from a file with the step's variables.
func (s *Step) Template() *template.Engine { return s.play.run.opts.Template }

// Eval evaluates a node in the step's variables.
func (s *Step) Eval(ctx context.Context, n *tree.Node) (any, error) {
	return s.Template().Eval(ctx, n, s.Scope)
}

// Lookup is a variable, evaluated.
func (s *Step) Lookup(ctx context.Context, name string) (any, bool, error) {
	return s.play.run.lookup(ctx, s.Scope, name)
}

// Pos is where the task stands.
func (s *Step) Pos() source.Pos { return s.Task.Pos }

// Verbosity is the number of -v.
func (s *Step) Verbosity() int { return s.play.run.opts.Verbosity }

// Options are those of the run.
func (s *Step) Options() *Options { return &s.play.run.opts }

// Store is what the run knows of hosts.
func (s *Step) Store() *vars.Store { return s.play.run.source.Store }

// Warn shows a warning.
func (s *Step) Warn(text string) { s.play.run.report(Warned{Text: text}) }

// Report emits an event of this step.
func (s *Step) Report(e Event) { s.play.run.report(e) }

// Decrypted is the content of a file of the controller, opened; vaulted ones
// are decrypted unless decrypt is false.
func (s *Step) Decrypted(path string, decrypt bool) (io.ReadCloser, error) {
	return openDecrypted(path, decrypt, s.play.run.opts.Decrypt)
}
