// Package engine takes hosts through plays: batches, tasks, blocks, handlers,
// includes, and what becomes of results. It evaluates what was written against
// what is known of each host, hands calls to runners and tells a Reporter what
// happens. It knows no module and no colour.
package engine

import (
	"context"
	"maps"
	"sync"
	"time"

	"goplay/engine/collections"
	"goplay/engine/library"
	"goplay/engine/playbook"
	"goplay/engine/remote"
	"goplay/engine/vars"
	"goplay/internal/template"
	"goplay/internal/tree"
	"goplay/internal/value"
	"goplay/inventory"
)

// Options are what a run is given. Inventory, Loader, Template, Pool, Actions
// and Reporter are needed.
type Options struct {
	Inventory   *inventory.Inventory
	Loader      *playbook.Loader
	Template    *template.Engine
	Pool        *remote.Pool
	Actions     map[string]Action  // by full name
	Library     *library.Finder    // modules of the project; nil finds none
	Collections *collections.Index // what collections say of themselves; nil knows of none
	Lookups     Lookups
	Reporter    Reporter

	Extra     vars.Layer // -e
	Selection Selection  // --tags, --skip-tags
	Limit     string
	Check     bool
	Diff      bool
	Verbosity int
	Forks     int
	StartAt   string // name of the task to start at
	// Confirm is asked before each task with --step; nil asks nobody. Its error ends the run.
	Confirm  func(ctx context.Context, task string) (run, goOn bool, err error)
	Debugger Debugger // opens no console without a Line
	// Ask prompts on the terminal: vars_prompt. nil when there is none.
	Ask func(ctx context.Context, prompt string, private bool) (string, error)
	// Sleep and WaitFor are a pause on the terminal, for a time (calling say when
	// it begins) and for an answer. The user may break them off with ErrAborted.
	// nil where there is no terminal, or it is another process's.
	Sleep   func(ctx context.Context, say func(), wait time.Duration) error
	WaitFor func(ctx context.Context, prompt string, private bool) (string, error)
	// Decrypt opens vaulted content.
	Decrypt func(data []byte, file string) ([]byte, error)

	Defaults              Defaults
	ForceHandlers         bool
	Gathering             string // implicit, explicit, smart
	GatherSubset          *tree.Node
	GatherTimeout         *tree.Node
	FactPath              *tree.Node
	FactsModules          []string // that gather_facts runs where no variable says
	VarsRoot              string   // top, bottom, all: where group_vars of a play are; "" is top
	InjectFacts           bool
	MergeHashes           bool
	PrivateRoles          bool
	AnyErrorsFatal        bool
	Facts                 FactCache // nil keeps facts for the run only
	Magic                 vars.Layer
	Strategy              string
	NoLog                 bool  // of tasks that do not say
	Timeout               int64 // of tasks that do not say, in seconds; 0 is none
	Poll                  int64 // seconds between looks at a job in the background
	MaxDiff               int   // bytes of a content beyond which no diff is made
	ErrorOnMissingHandler bool
	InventoryWarnings     []string
	Resolve               func(name string, collections []string) (string, error) // module name -> full name
	// CheckNodes checks what a dynamic include brings in, of which guarded tells that
	// a failure is foreseen; nil checks nothing.
	CheckNodes func(playDir string, nodes []playbook.Node, guarded bool) error
	Reload     func() (*inventory.Inventory, error) // meta: refresh_inventory
}

// Lookups runs a lookup plugin for with_*.
type Lookups interface {
	Loop(ctx context.Context, name string, n *tree.Node, folder string, e *template.Engine, v template.Vars) ([]any, error)
	Has(name string) bool
}

// FactCache keeps facts between runs.
type FactCache interface {
	Load(host string) (*value.Dict, bool)
	Save(host string, facts *value.Dict) error
	Clear(host string) error
}

// Engine runs playbooks with one set of options.
type Engine struct{ run *run }

// run is what all plays of a run share.
type run struct {
	opts   Options
	source *vars.Source
	tally  *tally
	stats  *value.Dict
	omit   string

	reportMu sync.Mutex
	warned   map[string]bool

	debugMu  sync.Mutex // one console at a time
	mu       sync.Mutex
	hosts    map[string]*Host
	hostVars map[string]vars.Layer // flattened inventory variables, by host
	started  bool                  // the task of --start-at-task has come
	begun    bool                  // a play has begun
	stop     bool                  // nothing more is to be run
	broken   bool                  // any_errors_fatal or max_fail_percentage ended it
	fault    error                 // why, when it is a fault
	targets  map[string]remote.Target
	gathered map[string]bool
	// discovered are the hosts whose Python the task at hand has told.
	discovered map[string]bool
	added      []addition // to the inventory while running, made again after a refresh
}

// add changes the inventory, for this run.
func (r *run) add(a addition) (bool, error) {
	r.mu.Lock()
	r.added = append(r.added, a)
	inv := r.opts.Inventory
	r.mu.Unlock()
	changed, err := a(inv)
	r.forgetHostVars()
	return changed, err
}

// refresh reads the inventory anew and keeps what was added meanwhile.
func (r *run) refresh() error {
	if r.opts.Reload == nil {
		return nil
	}
	inv, err := r.opts.Reload()
	if err != nil {
		return err
	}
	r.mu.Lock()
	added := r.added
	r.opts.Inventory = inv
	r.mu.Unlock()
	for _, a := range added {
		if _, err := a(inv); err != nil {
			return err
		}
	}
	r.forgetHostVars()
	return nil
}

// New makes an engine.
func New(o Options) *Engine {
	if o.Forks <= 0 {
		o.Forks = 5
	}
	r := &run{
		opts: o, tally: newTally(), stats: value.NewDict(), omit: newOmit(),
		warned: map[string]bool{}, hosts: map[string]*Host{}, hostVars: map[string]vars.Layer{},
		started: o.StartAt == "", targets: map[string]remote.Target{}, gathered: map[string]bool{}, discovered: map[string]bool{},
	}
	r.opts.Magic = maps.Clone(o.Magic)
	if r.opts.Magic == nil {
		r.opts.Magic = vars.Layer{}
	}
	r.opts.Magic["omit"] = r.omit
	r.source = &vars.Source{Store: vars.NewStore(o.InjectFacts, o.MergeHashes), Extra: o.Extra, Inventory: r.inventoryVars}
	return &Engine{run: r}
}

// Run runs a playbook. Failures of hosts are in the Recap; the error is for
// what ends the whole run: a fault in what was written, or a cancelled context.
func (e *Engine) Run(ctx context.Context, pb *playbook.Playbook) (Recap, error) {
	r := e.run
	r.report(PlaybookStarted{File: pb.File, Plays: len(pb.Plays)})
	for _, w := range pb.Warnings {
		r.report(Warned{Text: w.Error()})
	}
	for _, play := range pb.Plays {
		if r.stop || ctx.Err() != nil {
			break
		}
		if err := r.play(ctx, play); err != nil {
			return r.recap(), err
		}
	}
	if ctx.Err() != nil {
		return r.recap(), context.Cause(ctx)
	}
	return r.recap(), r.fault
}

// Finish reports the end of the run, after the last playbook.
func (e *Engine) Finish() Recap {
	recap := e.run.recap()
	e.run.report(Ended{Recap: recap, Stats: e.run.stats})
	return recap
}

func (r *run) recap() Recap {
	recap := r.tally.recap()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken { // which is told before that hosts were lost
		recap.Failed = true
		return recap
	}
	for _, h := range r.hosts {
		recap.Failed = recap.Failed || h.hasFailed() && !h.isExcused()
		recap.Lost = recap.Lost || h.isLost()
	}
	return recap
}

// Stopped reports whether a play ended the whole run.
func (e *Engine) Stopped() bool { return e.run.stop }

// Started reports whether the task to start at was met, where one is asked for.
func (e *Engine) Started() bool {
	e.run.mu.Lock()
	defer e.run.mu.Unlock()
	return e.run.started
}

// Failed lists the hosts that failed or were lost, for the retry file.
func (e *Engine) Failed() []string {
	r := e.run
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	for name, h := range r.hosts {
		if h.hasFailed() || h.isLost() {
			out = append(out, name)
		}
	}
	return out
}

func (r *run) report(e Event) {
	r.reportMu.Lock()
	defer r.reportMu.Unlock()
	if w, ok := e.(Warned); ok {
		if r.warned[w.Text] {
			return
		}
		r.warned[w.Text] = true
	}
	r.opts.Reporter.Report(e)
}

func (r *run) warn(text string) { r.report(Warned{Text: text}) }

// host is the one Host of a name in this run.
func (r *run) host(name string) *Host {
	r.mu.Lock()
	defer r.mu.Unlock()
	h := r.hosts[name]
	if h == nil {
		h = &Host{Name: name}
		h.enterPlay()
		r.hosts[name] = h
		if r.opts.Facts != nil {
			if facts, ok := r.opts.Facts.Load(name); ok {
				r.source.Store.AddFacts(name, facts)
				r.gathered[name] = true
			}
		}
	}
	return h
}

// lookup is a variable, evaluated.
func (r *run) lookup(ctx context.Context, v template.Vars, name string) (any, bool, error) {
	got, ok := v.Lookup(name)
	if !ok {
		return nil, false, nil
	}
	val, err := r.resolve(ctx, v, got)
	return val, true, err
}

func (r *run) resolve(ctx context.Context, v template.Vars, got any) (any, error) {
	switch got := got.(type) {
	case *tree.Node:
		return r.opts.Template.Eval(ctx, got, v)
	case template.Lazy:
		return got(ctx)
	default:
		return got, nil
	}
}

// halt ends the run after what is going on; err is the fault that asks for it.
func (r *run) halt(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stop = true
	if r.fault == nil {
		r.fault = err
	}
}
