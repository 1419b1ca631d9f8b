// Package check finds what is wrong in a playbook before any host is reached:
// unknown modules and options, missing ones, literals of the wrong kind,
// template syntax, unknown filters and tests, files and handlers that are not
// there. All of it is found at once. It reaches no host and evaluates nothing.
package check

import (
	"errors"
	"sort"
	"strings"

	"goplay/engine/library"
	"goplay/engine/library/python"
	"goplay/engine/playbook"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/tree"
	"goplay/modules"
)

// Options are what a check needs to know.
type Options struct {
	Template *template.Engine
	// Resolve gives a module's full name; its error has a hint for the near miss.
	Resolve func(name string, collections []string) (string, error)
	// Group looks for a group of module_defaults; its error says that there is none. nil takes all.
	Group func(name string) error
	// Own finds a module that the project ships itself; nil finds none.
	Own func(t *playbook.Task, playDir string) (*library.Module, error)
	// Payload tells what a module of Python imports that nobody has; nil asks nothing.
	Payload func(m *library.Module, playDir string) error
	// Action reports whether the controller carries a module out.
	Action func(full string) bool
	// Selects reports whether the tags ask for a task; nil takes all.
	Selects func(tags []string) bool
	// Runs reports whether a play may have hosts; nil takes all.
	Runs func(p *playbook.Play) bool
	// Project is asked who defines variables; nil takes all as defined.
	Project *Project
	// Partial says that a run need not come to every task: it starts at one of
	// them, or asks before each.
	Partial bool
	// Names asks for nothing but the names of modules: what a list needs.
	Names bool
}

// Findings are what a check found. Faults stop a run; Doubts are about tasks
// that a condition may keep from running, or whose failure is expected.
type Findings struct {
	Faults   []*source.Error
	Doubts   []*source.Error
	Warnings []*source.Error // what most likely goes wrong, but need not
}

// Err joins the faults; nil when there are none.
func (f *Findings) Err() error {
	errs := make([]error, len(f.Faults))
	for i, e := range f.Faults {
		errs[i] = e
	}
	return source.Join(errs...)
}

func (f *Findings) sort() {
	for _, list := range [][]*source.Error{f.Faults, f.Doubts, f.Warnings} {
		sort.SliceStable(list, func(i, j int) bool { return list[i].Pos.Before(list[j].Pos) })
	}
}

// checker is one check on its way.
type checker struct {
	Options
	found   Findings
	seen    map[string]bool // what is said once although many uses show it
	playDir string
	guarded bool // of the task at hand a failure is foreseen
	lenient bool // the task at hand may never run, or may fail
	ended   bool // a task before the one at hand may have ended the play
	free    bool // hosts go through the play on their own
}

// Playbook checks every play of a playbook.
func Playbook(o Options, pb *playbook.Playbook) *Findings {
	c := &checker{Options: o, seen: map[string]bool{}}
	for _, play := range pb.Plays {
		c.play(play)
	}
	c.undefined(pb)
	c.found.sort()
	return &c.found
}

// Nodes checks what a dynamic include brings in; guarded tells that a failure in
// it is foreseen.
func Nodes(o Options, playDir string, nodes []playbook.Node, guarded bool) *Findings {
	c := &checker{Options: o, seen: map[string]bool{}, playDir: playDir}
	c.nodes(nodes, false, guarded)
	c.found.sort()
	return &c.found
}

func (c *checker) play(p *playbook.Play) {
	c.playDir = p.Dir
	c.lenient, c.ended = false, c.Partial
	c.free, _ = playbook.Strategy(p.Strategy.String())
	if !c.Names {
		c.templates(p.Hosts)
		c.unasked(p.Vars)
		c.playValues(p)
	}
	idle := c.Runs != nil && !c.Runs(p)
	for _, nodes := range [][]playbook.Node{p.PreTasks, p.RoleTasks, p.Tasks, p.PostTasks} {
		c.nodes(nodes, idle, false)
	}
	c.nodes(p.Handlers, true, false) // only what changes asks for them
	if !c.Names {
		c.handlers(p)
	}
}

// nodes checks tasks. Idle ones may never be asked for; of guarded ones a
// failure is foreseen.
func (c *checker) nodes(nodes []playbook.Node, idle, guarded bool) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *playbook.Block:
			c.nodes(n.Tasks, idle, guarded || len(n.Rescue) > 0)
			c.nodes(n.Rescue, true, guarded)
			c.nodes(n.Always, idle, guarded)
		case *playbook.Task:
			c.guarded = guarded || mayFail(n)
			c.lenient = idle || c.guarded || c.ended || !c.selected(n)
			c.task(n)
			c.ended = c.ended || c.mayEnd(n)
		}
	}
}

// mayFail tells tasks that need not run or whose failure is foreseen: what is
// wrong with them does not stop a run that Ansible would finish.
func mayFail(t *playbook.Task) bool {
	if !t.Async.IsNull() && t.Poll.String() == "0" {
		return true // nobody looks at how it ends
	}
	return len(t.When) > 0 || !t.IgnoreErrors.IsNull() || t.FailedWhen != nil || contains(t.Tags, "never") || t.Loop != nil
}

// selected reports whether a task is surely asked for by the tags.
func (c *checker) selected(t *playbook.Task) bool {
	if c.Selects == nil {
		return true
	}
	for _, tag := range t.Tags {
		if template.IsTemplate(tag) {
			return false
		}
	}
	return c.Selects(t.Tags)
}

func contains(list []string, s string) bool {
	for _, one := range list {
		if one == s {
			return true
		}
	}
	return false
}

// add files a fault; the same text at the same place is filed once. A doubt
// becomes a fault when the same task is met where it runs for sure.
func (c *checker) add(e *source.Error) {
	key := e.Error()
	list := &c.found.Faults
	if c.lenient {
		key, list = "doubt "+key, &c.found.Doubts
	}
	if !c.seen[key] {
		c.seen[key] = true
		*list = append(*list, e)
	}
}

func (c *checker) task(t *playbook.Task) {
	if !c.Names {
		c.taskTemplates(t)
		c.taskValues(t)
	}
	if t.Module == "meta" || t.Module == "ansible.builtin.meta" {
		return
	}
	c.defaultsGroups(t)
	if template.IsTemplate(t.Module) || c.own(t) {
		return
	}
	full, err := c.Resolve(t.Module, t.Collections)
	if err != nil {
		c.lenient = false // Ansible makes no task of a module that is not there
		c.add(placed(err, t.ModPos))
		return
	}
	if c.free && playbook.RunsOnce[full] {
		c.add(Bypasses(t))
	}
	m, ok := modules.Lookup(full)
	if c.Names {
		return
	}
	if !ok {
		if !c.Action(full) {
			c.doubt(source.Errorf(t.ModPos, "goplay has no module %s yet: the task fails if it runs", full))
		}
		return
	}
	c.options(t, m)
	c.files(t, full)
}

// Bypasses is the fault of a task for one host that stands where every host goes
// through the play on its own.
func Bypasses(t *playbook.Task) *source.Error {
	return source.Errorf(t.ModPos, "The '%s' module bypasses the host loop, which is currently not supported in the free strategy "+
		"and would instead execute for every host in the inventory list.", t.Module).
		WithHint("give it a play of its own, with strategy: linear")
}

// defaultsGroups looks for the groups that the module_defaults around a task name.
func (c *checker) defaultsGroups(t *playbook.Task) {
	if c.Group == nil {
		return
	}
	for _, n := range t.ModuleDefaults {
		for _, p := range n.Pairs {
			group, ok := strings.CutPrefix(p.Name(), "group/")
			if !ok {
				c.defaulted(p.Key)
				continue
			}
			if err := c.Group(group); err != nil {
				c.add(source.Errorf(p.Key.Pos, "Error loading module_defaults: %w", err).
					WithHint("a group goes by namespace.collection.name; the action_groups in the collection's meta/runtime.yml lists them"))
			}
		}
	}
}

// defaulted looks for a module that module_defaults name, whether or not a task
// is of that module.
func (c *checker) defaulted(key *tree.Node) {
	name := key.String()
	if strings.Count(name, ".") < 2 {
		name = "ansible.legacy." + name
	}
	if template.IsTemplate(name) {
		return
	}
	if c.Own != nil {
		if m, err := c.Own(&playbook.Task{Module: key.String()}, c.playDir); m != nil || err != nil {
			return
		}
	}
	if _, err := c.Resolve(name, nil); err != nil {
		c.lenient = false // Ansible makes no play of it
		c.add(source.Errorf(key.Pos, "Could not resolve action %s in module_defaults", name).
			WithHint("known are the modules that goplay doc -l lists, and those of the project"))
	}
}

// own checks a task of a module that the project ships itself, and reports
// whether it is one.
func (c *checker) own(t *playbook.Task) bool {
	if c.Own == nil {
		return false
	}
	m, err := c.Own(t, c.playDir)
	if err != nil {
		c.add(placed(err, t.ModPos))
		return true
	}
	if m != nil && m.Protocol == library.Payload && c.Payload != nil && !c.Names {
		var missing *python.Missing
		if err := c.Payload(m, c.playDir); errors.As(err, &missing) {
			c.add(source.Errorf(t.ModPos, "%s: %w", t.Module, err).WithHint("%s", missing.Hint()))
		} else if err != nil {
			c.add(placed(err, t.ModPos))
		}
	}
	return m != nil
}

// doubt files what need not stop the run.
func (c *checker) doubt(e *source.Error) {
	was := c.lenient
	c.lenient = true
	c.add(e)
	c.lenient = was
}

// placed gives an error a place when it has none.
func placed(err error, at source.Pos) *source.Error {
	var e *source.Error
	if errors.As(err, &e) {
		if e.Pos.IsZero() {
			p := *e
			p.Pos = at
			return &p
		}
		return e
	}
	return source.Errorf(at, "%w", err)
}

func (c *checker) templates(n *tree.Node) {
	if n == nil || n.Opaque {
		return
	}
	switch n.Kind {
	case tree.Text:
		if err := c.Template.Check(n.Text, n.Pos); err != nil {
			c.add(placed(err, n.Pos))
		}
	case tree.List:
		for _, item := range n.Items {
			c.templates(item)
		}
	case tree.Map:
		for _, p := range n.Pairs {
			c.templates(p.Key)
			c.templates(p.Value)
		}
	}
}

func (c *checker) conditions(terms []playbook.Condition) {
	for _, term := range terms {
		if term.Node.Kind != tree.Text {
			continue
		}
		if err := c.Template.CheckCondition(term.Node.Text, term.Node.Pos); err != nil {
			c.add(placed(err, term.Node.Pos))
		}
	}
}

// unasked checks variables, which are only evaluated when something asks for them.
func (c *checker) unasked(vars []*tree.Node) {
	was := c.lenient
	c.lenient = true
	for _, n := range vars {
		c.templates(n)
	}
	c.lenient = was
}

func (c *checker) taskTemplates(t *playbook.Task) {
	name := tree.TextNode(t.Pos, t.Name)
	for _, n := range []*tree.Node{name, t.Args, t.FreeForm, t.WholeArgs, t.Loop, t.DelegateTo, t.Retries, t.Delay,
		t.Async, t.Poll, t.Become, t.BecomeUser, t.Connection, t.RemoteUser, t.NoLog, t.IgnoreErrors, t.RunOnce} {
		c.templates(n)
	}
	c.unasked(t.Vars)
	for _, list := range [][]*tree.Node{t.Environment, t.Notify, t.ModuleDefaults} {
		for _, n := range list {
			c.templates(n)
		}
	}
	for _, terms := range [][]playbook.Condition{t.When, t.Until, t.ChangedWhen, t.FailedWhen} {
		c.conditions(terms)
	}
}
