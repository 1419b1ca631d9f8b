package engine

import (
	"context"
	"sync"
	"sync/atomic"

	"goplay/engine/check"
	"goplay/engine/playbook"
	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// task runs one task on the hosts that are well, all of them at once as far as
// forks and throttle allow.
func (w *walk) task(ctx context.Context, t *playbook.Task, hosts []*Host) error {
	hosts = w.notThroughRole(t, hosts)
	selected, err := w.selected(ctx, t, hosts)
	if err != nil || len(hosts) == 0 || !selected {
		return err
	}
	w.see()
	name, err := w.moduleOf(ctx, t, hosts[0])
	if err != nil {
		return err
	}
	if w.free && !isRoleMarker(t) {
		if err := w.alone(ctx, t, name, hosts[0]); err != nil {
			return err
		}
	}
	if name == "ansible.builtin.meta" {
		if !isRoleMarker(t) && !w.reached(t, UnderRole(t, Title(t))) {
			return nil
		}
		return w.meta(ctx, t, hosts)
	}
	if run, err := w.confirmed(ctx, t); err != nil || !run {
		return err
	}
	heading := w.heading(ctx, t, hosts[0])
	if !w.reached(t, heading) {
		return nil
	}
	once, err := w.once(ctx, t.RunOnce, w.scope(hosts[0], t))
	if err != nil {
		return err
	}
	on := hosts
	if once || playbook.RunsOnce[name] {
		on = hosts[:1]
	}
	check, err := w.taskFlag(ctx, "check_mode", t, checkModeOf, w.scope(hosts[0], t), w.opts.Check)
	if err != nil {
		check = w.opts.Check // each host will tell
	}
	w.report(TaskStarted{Task: t, Name: heading, Handler: w.handlers, Check: check})
	if name == "ansible.builtin.include" {
		w.report(Deprecated{Text: "\"include\" is deprecated, use include_tasks/import_tasks/import_playbook instead", Version: "2.16"})
	}
	ends, err := w.each(ctx, t, name, on)
	if err != nil {
		return err
	}
	if once && !w.free && w.shared(ctx, t, ends[0]) {
		w.share(t, ends[0])
	}
	if isInclude[name] {
		if err := w.include(ctx, t, name, ends); err != nil {
			return err
		}
	}
	w.afterTask(ctx, t, hosts, (once || playbook.RunsOnce[name]) && !w.free)
	return nil
}

var isInclude = map[string]bool{
	"ansible.builtin.include_tasks": true, "ansible.builtin.include_role": true, "ansible.builtin.include": true,
}

// apartNote is why what one host does ends no play for the others.
const apartNote = " with the free strategy is not supported, as tasks are executed independently on each host"

// alone tells of a task for one host where every host goes through the play on
// its own.
func (w *walk) alone(ctx context.Context, t *playbook.Task, name string, h *Host) error {
	if playbook.RunsOnce[name] {
		return check.Bypasses(t)
	}
	once, err := w.once(ctx, t.RunOnce, w.scope(h, t))
	if truthAsWritten(t.AnyErrorsFatal, w.opts.AnyErrorsFatal) {
		w.warn("Using any_errors_fatal" + apartNote)
	}
	if once {
		w.warn("Using run_once with the free strategy is not currently supported. This task will still be executed for every host in the inventory list.")
	}
	return err
}

// notThroughRole drops hosts that have been through the task's role already.
func (w *walk) notThroughRole(t *playbook.Task, hosts []*Host) []*Host {
	if t.Role == nil || t.Role.AllowDuplicates || t.IsHandler {
		return hosts
	}
	return filter(hosts, func(h *Host) bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		return h.rolesDone[t.Role.Key] != roleDone && h.leftRole != t.Role
	})
}

func (w *walk) selected(ctx context.Context, t *playbook.Task, hosts []*Host) (bool, error) {
	if len(hosts) == 0 {
		return false, nil
	}
	if w.handlers || len(t.Tags) == 0 && len(w.opts.Selection.Only) == 0 && len(w.opts.Selection.Skip) == 0 {
		return true, nil
	}
	tags := t.Tags
	for _, tag := range t.Tags {
		if isTemplate(tag) {
			expanded, err := ExpandTags(ctx, w.opts.Template, t.Tags, w.scope(hosts[0], t))
			if err != nil {
				return false, source.Errorf(t.Pos, "tags: %w", err)
			}
			tags = expanded
			break
		}
	}
	return w.opts.Selection.Selects(tags), nil
}

// confirmed asks about a task under --step.
func (w *walk) confirmed(ctx context.Context, t *playbook.Task) (bool, error) {
	if w.opts.Confirm == nil || w.goesOn {
		return true, nil
	}
	run, goOn, err := w.opts.Confirm(ctx, Title(t))
	w.goesOn = !goOn
	return run, err
}

// reached reports whether the task of --start-at-task has come.
func (w *walk) reached(t *playbook.Task, heading string) bool {
	w.run.mu.Lock()
	defer w.run.mu.Unlock()
	if w.started {
		return true
	}
	w.run.started = matches(w.opts.StartAt, t.Name) || matches(w.opts.StartAt, heading)
	return w.run.started
}

// end is how a task ended for a host.
type end struct {
	host   *Host
	result *outcome
}

// each runs the task on every host and settles what comes of it, in the order
// in which hosts are done.
func (w *walk) each(ctx context.Context, t *playbook.Task, module string, hosts []*Host) ([]end, error) {
	ends := make([]end, len(hosts))
	throttle, err := w.number(ctx, "throttle", t.Throttle, w.scope(hosts[0], t), 0)
	if err != nil {
		return nil, err
	}
	narrow := w.throttled(t, int(throttle))
	var broken atomic.Bool // the run ends: nothing more is told of
	one := func(i int) error {
		if narrow != nil {
			narrow <- struct{}{}
			defer func() { <-narrow }()
		}
		if broken.Load() {
			return nil
		}
		h := hosts[i]
		w.report(HostStarted{Task: t, Host: h.Name})
		module := module
		if i > 0 && isTemplate(t.Module) {
			own, err := w.moduleOf(ctx, t, h)
			if err != nil {
				return err
			}
			module = own
		}
		o, err := w.onHost(ctx, t, module, h)
		if err != nil {
			return err
		}
		if broken.Load() {
			return nil
		}
		if o, err = w.conclude(ctx, t, module, h, o); err != nil {
			broken.Store(true)
		}
		ends[i] = end{h, o}
		return err
	}
	if immediate[module] || len(hosts) == 1 {
		for i := range hosts {
			if err := one(i); err != nil {
				return nil, err
			}
		}
		return ends, nil
	}
	return ends, w.parallel(len(hosts), one)
}

// immediate are actions that only compute: hosts take turns in their order, so
// that the screen reads the same at every run.
var immediate = map[string]bool{
	"ansible.builtin.debug": true, "ansible.builtin.set_fact": true, "ansible.builtin.assert": true,
	"ansible.builtin.fail": true, "ansible.builtin.add_host": true, "ansible.builtin.group_by": true,
	"ansible.builtin.include_vars": true, "ansible.builtin.include_tasks": true, "ansible.builtin.include_role": true,
	"ansible.builtin.set_stats": true, "ansible.builtin.validate_argument_spec": true, "ansible.builtin.include": true,
}

// throttled is what hosts take turns at where throttle limits how many may be
// at a task at once: all of them together, each on its way through the play or
// in step. nil limits nothing.
func (p *playRun) throttled(t *playbook.Task, limit int) chan struct{} {
	if limit <= 0 {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.narrow == nil {
		p.narrow = map[source.Pos]chan struct{}{}
	}
	if p.narrow[t.Pos] == nil {
		p.narrow[t.Pos] = make(chan struct{}, limit)
	}
	return p.narrow[t.Pos]
}

// parallel runs n jobs, each in one of the play's slots. The first error is
// returned.
func (p *playRun) parallel(n int, job func(i int) error) error {
	var wait sync.WaitGroup
	var mu sync.Mutex
	var first error
	for i := range n {
		p.slots <- struct{}{}
		wait.Add(1)
		go func() {
			defer wait.Done()
			err := job(i)
			<-p.slots
			if err != nil {
				mu.Lock()
				defer mu.Unlock()
				if first == nil {
					first = err
				}
			}
		}()
	}
	wait.Wait()
	return first
}

// apart takes hosts through a play each on its own, as many as forks allow.
func (p *playRun) apart(ctx context.Context, hosts []*Host, do func(context.Context, *Host) error) error {
	slots := p.slots
	p.slots = make(chan struct{}, max(cap(slots), len(hosts)))
	defer func() { p.slots = slots }()
	var wait sync.WaitGroup
	errs := make([]error, len(hosts))
	for i, h := range hosts {
		slots <- struct{}{}
		wait.Add(1)
		go func() {
			defer wait.Done()
			defer func() { <-slots }()
			errs[i] = do(ctx, h)
		}()
	}
	wait.Wait()
	return source.Join(errs...)
}

// shared reports whether all hosts have what a run_once task did on one of them:
// by then Ansible has made a boolean of it, unless the task was skipped.
func (w *walk) shared(ctx context.Context, t *playbook.Task, first end) bool {
	once, err := w.flag(ctx, "run_once", t.RunOnce, w.scope(first.host, t), false)
	return once && err == nil || first.result.status() == Skipped
}

// share gives what a run_once task did on one host to all others of the batch,
// those that did not come to the task too.
func (w *walk) share(t *playbook.Task, first end) {
	for _, h := range w.batch {
		if h == first.host || h.isLost() {
			continue
		}
		w.keep(t, h, first.result)
		switch {
		case first.host.isLost():
			h.set(&h.lost, true)
		case first.host.hasFailed():
			h.set(&h.failed, true)
		}
	}
}

// afterTask ends the play for everybody where any_errors_fatal or
// max_fail_percentage say so, and where a task failed that runs once. A failure
// that a section of its block takes over is none yet, and where hosts go through
// the play on their own none is one for others.
func (w *walk) afterTask(ctx context.Context, t *playbook.Task, hosts []*Host, once bool) {
	if w.free || w.failing != outOfPlay || len(filter(hosts, outOfRun)) == 0 || w.playRun.fatal {
		return // or a task that this one included has ended it
	}
	fatal := (once || truthAsWritten(t.AnyErrorsFatal, w.opts.AnyErrorsFatal)) && !truthAsWritten(t.IgnoreErrors, false)
	failed := len(filter(w.batch, func(h *Host) bool { return h.hasFailed() || fatal && !h.isLost() }))
	limit, ok := w.maxFail(ctx)
	tooMany := ok && !w.forced(ctx) && float64(failed)/float64(len(w.batch))*100 > limit
	if tooMany {
		w.report(NoHostsLeft{})
	}
	w.playRun.unforced = w.playRun.unforced || fatal
	if tooMany || fatal {
		w.endForAll(hosts)
	}
}

// truthAsWritten is a flag as Ansible's strategies read it: before it is evaluated,
// so that a template is true whatever it says.
func truthAsWritten(n *tree.Node, def bool) bool {
	if n.IsNull() {
		return def
	}
	return value.Truth(n.Data())
}

// forced reports whether hosts that failed have handlers before them all the same:
// for max_fail_percentage they have not failed then.
func (w *walk) forced(ctx context.Context) bool {
	force, err := w.flag(ctx, "force_handlers", w.play.ForceHandlers, w.scope(w.batch[0], nil), w.opts.ForceHandlers)
	return force && err == nil
}

func (w *walk) maxFail(ctx context.Context) (float64, bool) {
	if w.play.MaxFailPercent.IsNull() {
		return 0, false
	}
	v, err := w.opts.Template.Eval(ctx, w.play.MaxFailPercent, w.scope(w.batch[0], nil))
	if err != nil {
		return 0, false
	}
	share, err := check.Percent("max_fail_percentage", v)
	return share, err == nil
}

func (w *walk) endForAll(hosts []*Host) {
	for _, h := range filter(hosts, func(h *Host) bool { return !h.isLost() }) {
		h.set(&h.failed, true)
	}
	w.playRun.fatal = true
	w.run.mu.Lock()
	w.run.broken = true
	w.run.mu.Unlock()
	w.halt(nil)
	w.report(NoHostsLeft{})
}
