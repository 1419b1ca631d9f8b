package playbook

import (
	"strings"

	"goplay/internal/source"
	"goplay/internal/tree"
)

// task reads one task. A static import comes back as the block it stands for.
func (p *pass) task(n *tree.Node, s *scope) []Node {
	what, list := "Task", taskWords
	if s.handlers {
		what, list = "Handler", handlerWords
	}
	before := len(p.faults)
	a, ok := p.taskAction(n)
	if !ok {
		return nil
	}
	short := builtin(a.name)
	if included[short] {
		what = "TaskInclude"
		if strings.HasSuffix(short, "_role") {
			what = "IncludeRole"
		} else if s.handlers {
			what = "HandlerTaskInclude"
		}
	}
	t := &Task{
		Pos: n.Pos, Module: a.name, ModPos: a.pos, Args: a.args, FreeForm: a.free, WholeArgs: a.whole, LocalAction: a.local,
		Role: s.role, IsHandler: s.handlers, Params: s.params, Parent: s.parent, File: n.Pos.File, scope: s,
	}
	for _, pair := range n.Pairs {
		name := pair.Name()
		switch {
		case pair.Key.Pos == a.pos, name == "action", name == "local_action", name == "args", name == "loop_with":
		case (short == "include_tasks" || short == "include_role") && !includeAllows(name, s.handlers):
			p.notOnInclude(pair.Key, what)
		case strings.HasPrefix(name, "with_"):
			p.with(t, pair)
		case !p.keyword(&t.Keywords, what, name, pair.Value) && !p.taskKeyword(t, name, pair.Value):
			p.notOnTask(pair.Key, what, list)
		}
	}
	t.LocalAction = t.LocalAction && t.DelegateTo == nil
	t.ownVars = t.Vars
	t.inherit(s)
	if len(p.faults) > before {
		return nil
	}
	if included[short] {
		return p.include(t, short, s)
	}
	return []Node{t}
}

// taskAction finds the module. Beside an include other words are faulty
// keywords, not modules.
func (p *pass) taskAction(n *tree.Node) (a action, ok bool) {
	for _, pair := range n.Pairs {
		if included[builtin(pair.Name())] {
			a = action{name: pair.Name(), pos: pair.Key.Pos}
			if !p.arguments(&a, pair.Value) {
				return a, false
			}
			p.addArgs(&a, n.Get("args"))
			return a, true
		}
	}
	if a, ok = p.action(n); ok {
		p.addArgs(&a, n.Get("args"))
	}
	return a, ok
}

// included are the actions that stand for other tasks.
var included = set([]string{"include", "include_tasks", "import_tasks", "include_role", "import_role"})

func includeAllows(name string, handler bool) bool {
	return includeWordSet[name] || strings.HasPrefix(name, "with_") || handler && name == "listen"
}

// notOnInclude is the fault of a keyword that an include does not take.
func (p *pass) notOnInclude(key *tree.Node, what string) {
	if fault := p.notOnTask(key, what, includeWords); fault != nil && noModules[key.String()] {
		fault.WithHint("to give it to the tasks inside, put it under apply:")
	}
}

// notOnTask is the fault of a word that a task does not have; a warning where
// the configuration lets such words pass.
func (p *pass) notOnTask(key *tree.Node, what string, known []string) *source.Error {
	if p.options.AllowUnknown {
		p.warn(source.Pos{}, "Ignoring invalid attribute: %s", key.String())
		return nil
	}
	return p.notAttribute(key, what, known)
}

var includeWordSet = set(includeWords)

// taskKeyword reads a keyword that only tasks have; ok is false for another word.
func (p *pass) taskKeyword(t *Task, name string, n *tree.Node) (ok bool) {
	switch name {
	case "name":
		t.Name = p.text("name", n)
	case "register":
		t.Register = p.register(n)
	case "loop":
		p.loop(t, n)
	case "loop_control":
		t.LoopControl = p.loopControl(n)
	case "until":
		t.Until = conditions(n)
	case "retries":
		t.Retries = given(n)
	case "delay":
		t.Delay = given(n)
	case "changed_when":
		t.ChangedWhen = givenConditions(n)
	case "failed_when":
		t.FailedWhen = givenConditions(n)
	case "notify":
		t.Notify = listOf(n)
	case "listen":
		if !t.IsHandler {
			return false
		}
		t.Listen = listOf(n)
	case "async":
		t.Async = given(n)
	case "poll":
		t.Poll = given(n)
	case "delegate_to":
		t.DelegateTo = given(n)
	case "delegate_facts":
		t.DelegateFacts = given(n)
	default:
		return false
	}
	return true
}

// given is nil for a keyword whose value is left out.
func given(n *tree.Node) *tree.Node {
	if n.IsNull() {
		return nil
	}
	return n
}

func (p *pass) text(field string, n *tree.Node) string {
	if n.IsNull() {
		return ""
	}
	if n.Kind == tree.List || n.Kind == tree.Map {
		p.fault(n.Pos, "The field '%s' is supposed to be a string type, however the incoming data structure is a %s", field, kindName(n))
		return ""
	}
	return n.String()
}

// register reads the name that a result is kept under.
func (p *pass) register(n *tree.Node) string {
	name := p.text("register", n)
	if name != "" && !isName(name) {
		p.fault(n.Pos, "Invalid variable name in 'register' specified: '%s'", name).WithHint(nameRule)
	}
	return name
}

func (p *pass) with(t *Task, pair tree.Pair) {
	name := strings.TrimPrefix(pair.Name(), "with_")
	switch {
	case t.Loop != nil:
		p.fault(pair.Key.Pos, "duplicate loop in task: %s", name).Plainly().WithHint("a task has one loop: put lists together with + or product()")
	case pair.Value.IsNull():
		p.fault(pair.Key.Pos, "you must specify a value when using with_%s", name)
	default:
		t.Loop, t.LoopLookup = pair.Value, name
	}
}

func (p *pass) loop(t *Task, n *tree.Node) {
	switch {
	case t.Loop != nil:
		p.fault(n.Pos, "duplicate loop in task: %s", t.LoopLookup).Plainly().WithHint("a task has one loop: put lists together with + or product()")
	case !n.IsNull():
		t.Loop = n
	}
}

func (p *pass) loopControl(n *tree.Node) *LoopControl {
	if n.IsNull() {
		return nil
	}
	if n.Kind != tree.Map {
		p.fault(n.Pos, "the `loop_control` value must be specified as a dictionary and cannot be a variable itself (though it can contain variables)")
		return nil
	}
	c := &LoopControl{}
	for _, pair := range n.Pairs {
		switch pair.Name() {
		case "loop_var":
			p.text("loop_var", pair.Value)
			c.LoopVar = given(pair.Value)
		case "index_var":
			p.text("index_var", pair.Value)
			c.IndexVar = given(pair.Value)
		case "label":
			c.Label = given(pair.Value)
		case "pause":
			c.Pause = given(pair.Value)
		case "extended":
			c.Extended = given(pair.Value)
		case "extended_allitems":
			c.ExtendedAllItems = given(pair.Value)
		default:
			p.notAttribute(pair.Key, "LoopControl", controlWords)
		}
	}
	return c
}

// Around are the keywords of what the task stands in.
func (t *Task) Around() Keywords {
	if t.scope == nil {
		return Keywords{}
	}
	return t.scope.Keywords
}

// DelegateAround is where the tasks go that a task stands among.
func (t *Task) DelegateAround() *tree.Node {
	if t.scope == nil {
		return nil
	}
	return t.scope.delegateTo
}

// inherit gives a task what its surroundings say.
func (t *Task) inherit(s *scope) {
	t.Keywords = t.Keywords.inherit(&s.Keywords)
	if t.DelegateTo == nil && !t.LocalAction {
		t.DelegateTo = s.delegateTo
	}
	if t.DelegateFacts == nil {
		t.DelegateFacts = s.delegateFacts
	}
	if t.Notify == nil {
		t.Notify = s.notify
	}
}
