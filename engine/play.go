package engine

import (
	"context"
	"math"
	"strconv"
	"strings"
	"sync"

	"goplay/engine/playbook"
	"goplay/engine/vars"
	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// playRun is a play on its way.
type playRun struct {
	*run
	play   *playbook.Play
	vars   *vars.Play
	all    []*Host  // every host of the play, in its order
	listed []string // their names in the order of the inventory

	joinedMu sync.Mutex
	joined   []string // hosts that add_host added

	batch []*Host // those of the present batch
	magic vars.Layer
	title string // the play's name, evaluated

	groupLists groupLists
	mu         sync.Mutex
	handlers   handlerList                  // the play's, and those of roles that were included meanwhile
	slots      chan struct{}                // forks
	narrow     map[source.Pos]chan struct{} // throttle, by the task's place
	fatal      bool                         // any_errors_fatal or max_fail_percentage ended the play
	unforced   bool                         // any_errors_fatal ended it: force_handlers does not count any more
	over       bool                         // meta: end_play
	goesOn     bool                         // --step was told to ask no more in this play
	free       bool                         // each host goes through the play on its own

	now *present // who was there when the present task began

	debugging bool // failures open the debugger
}

func (r *run) play(ctx context.Context, play *playbook.Play) error {
	p := r.newPlay(play)
	p.addHandlers(play.Handlers, nil, nil)
	if err := p.before(ctx); err != nil {
		return err
	}
	if err := p.prompt(ctx, p.hostless()); err != nil {
		return err
	}
	global := p.hostless()
	patterns, err := p.patterns(ctx, global)
	if err != nil {
		return err
	}
	p.warnReserved()
	order, err := r.text(ctx, play.Order, global)
	if err != nil {
		return err
	}
	hosts, err := p.selectHosts(patterns, order)
	if err != nil {
		return err
	}
	if p.batch, err = p.everybody(); err != nil {
		return err
	}
	global = p.hostless() // which knows the hosts now
	p.title = p.name(ctx, global, patterns)
	heading := strings.TrimSpace(p.title)
	check, err := r.flag(ctx, "check_mode", play.CheckMode, global, r.opts.Check)
	if err != nil {
		check = r.opts.Check // its tasks will tell
	}
	if err := p.ownKeywords(ctx, global); err != nil {
		return err
	}
	if p.free, err = p.isFree(ctx, global); err != nil {
		return err
	}
	sizes, err := p.serial(ctx, global)
	if err != nil {
		return invalidField("serial", play.Serial, err)
	}
	p.begun = true
	started := PlayStarted{Name: heading, Check: check, Pos: play.Pos, Free: p.free, Hosts: patterns}
	r.report(started)
	if len(hosts) == 0 {
		r.report(NoHostsMatched{})
		return nil
	}
	p.all = hosts
	batches, err := p.batches(sizes)
	if err != nil {
		return err
	}
	for i, batch := range batches {
		if i > 0 {
			r.report(started)
		}
		goOn, err := p.runBatch(ctx, batch)
		if err != nil || !goOn {
			return err
		}
	}
	return nil
}

// ownKeywords evaluates those of a play's keywords that are asked for only later:
// what is not defined in them is told before any of its tasks.
func (p *playRun) ownKeywords(ctx context.Context, scope *vars.Scope) error {
	for _, keyword := range []struct {
		name string
		n    *tree.Node
	}{{"force_handlers", p.play.ForceHandlers}, {"max_fail_percentage", p.play.MaxFailPercent}, {"gather_subset", p.play.GatherSubset},
		{"gather_timeout", p.play.GatherTimeout}, {"fact_path", p.play.FactPath}} {
		if keyword.n.IsNull() {
			continue
		}
		if _, err := p.opts.Template.Eval(ctx, keyword.n, scope); err != nil {
			return invalidField(keyword.name, keyword.n, err)
		}
	}
	return nil
}

// selectHosts resolves the pattern of a play and drops hosts that are out of
// the run already.
func (p *playRun) selectHosts(patterns []string, order string) ([]*Host, error) {
	found, err := p.opts.Inventory.SelectList(named(patterns), p.opts.Limit)
	if err != nil {
		return nil, err
	}
	for _, h := range found {
		p.listed = append(p.listed, h.Name)
	}
	found, err = p.opts.Inventory.Order(found, order)
	if err != nil {
		return nil, err
	}
	hosts := make([]*Host, 0, len(found))
	for _, h := range found {
		hosts = append(hosts, p.host(h.Name))
	}
	return hosts, nil
}

// everybody is what a play's own keywords see as its batch: who is in the inventory.
func (p *playRun) everybody() ([]*Host, error) {
	found, err := p.opts.Inventory.SelectList([]string{"all"}, p.opts.Limit)
	if err != nil {
		return nil, err
	}
	hosts := make([]*Host, len(found))
	for i, h := range found {
		hosts[i] = p.host(h.Name)
	}
	return hosts, nil
}

// batches cuts the play's hosts by serial.
func (p *playRun) batches(written []any) ([][]*Host, error) {
	if len(written) == 0 {
		return [][]*Host{p.all}, nil
	}
	sizes, err := p.sizes(written)
	if err != nil {
		return nil, err
	}
	var out [][]*Host
	rest := p.all
	for i := 0; len(rest) > 0; i++ {
		size := sizes[min(i, len(sizes)-1)]
		if size <= 0 {
			size = len(rest)
		}
		size = min(size, len(rest))
		out = append(out, rest[:size])
		rest = rest[size:]
	}
	return out, nil
}

// serial evaluates the sizes of batches.
func (p *playRun) serial(ctx context.Context, scope *vars.Scope) ([]any, error) {
	if p.play.Serial.IsNull() {
		return nil, nil
	}
	v, err := p.opts.Template.Eval(ctx, p.play.Serial, scope)
	if err != nil || v == p.omit || v == nil {
		return nil, err
	}
	if l, ok := v.(*value.List); ok {
		return l.Items, nil
	}
	return []any{v}, nil
}

// sizes are the numbers of hosts that serial asks for.
func (p *playRun) sizes(written []any) ([]int, error) {
	var sizes []int
	for _, item := range written {
		n, err := share(item, len(p.all))
		if err != nil {
			return nil, source.Errorf(p.play.Serial.Pos, "serial: %q is neither a number nor a percentage", value.Str(item))
		}
		sizes = append(sizes, n)
	}
	return sizes, nil
}

// share reads a number or a percentage of a whole; a percentage is at least one.
func share(v any, whole int) (int, error) {
	text := strings.TrimSpace(value.Str(v))
	if percent, ok := strings.CutSuffix(text, "%"); ok {
		f, err := strconv.ParseFloat(strings.TrimSpace(percent), 64)
		if err != nil {
			return 0, err
		}
		return max(1, int(math.Floor(f/100*float64(whole)))), nil
	}
	return strconv.Atoi(text)
}

// runBatch takes one batch through the play and reports whether the play goes on.
func (p *playRun) runBatch(ctx context.Context, batch []*Host) (bool, error) {
	p.batch, p.now = batch, nil
	p.forgetJoined()
	for _, h := range batch {
		h.enterPlay()
	}
	p.magic = p.playMagic()
	if err := p.openVarsFiles(ctx, batch); err != nil {
		return false, err
	}
	outBefore := len(filter(batch, outOfRun))
	if err := p.sections(ctx); err != nil {
		return false, err
	}
	for _, h := range batch {
		h.leavePlay()
	}
	if p.fatal || p.over {
		return false, nil
	}
	if out := len(filter(batch, outOfRun)); out == len(batch) && outBefore < len(batch) {
		p.halt(nil)
		return false, nil
	}
	return true, nil
}

func outOfRun(h *Host) bool { return h.hasFailed() || h.isLost() }

// sections runs the parts of a play in their order, handlers after each.
func (p *playRun) sections(ctx context.Context) error {
	w := &walk{playRun: p}
	gather, err := p.gatherTask(ctx)
	if err != nil {
		return err
	}
	var pre []playbook.Node
	if gather != nil {
		pre = append(pre, gather)
	}
	middle := append(append([]playbook.Node(nil), p.play.RoleTasks...), p.play.Tasks...)
	sections := [][]playbook.Node{append(pre, p.play.PreTasks...), middle, p.play.PostTasks}
	return p.strategy(ctx, w, sections)
}
