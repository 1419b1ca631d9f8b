package playbook

import (
	"strings"

	"goplay/internal/source"
	"goplay/internal/tree"
)

// action is the module of a task and how it is called.
type action struct {
	name  string
	pos   source.Pos
	args  *tree.Node // mapping or nil
	free  *tree.Node
	whole *tree.Node
	local bool
}

// Short names of modules that take a line of text.
var (
	commandLines = set([]string{"command", "raw", "script", "shell", "win_command", "win_shell"})
	takesText    = set([]string{"add_host", "command", "group_by", "import_role", "import_tasks", "include", "include_role",
		"include_tasks", "include_vars", "meta", "raw", "script", "set_fact", "shell", "win_command", "win_shell"})
)

// RunsOnce are the actions that Ansible runs for the first host alone.
var RunsOnce = map[string]bool{"ansible.builtin.add_host": true, "ansible.builtin.pause": true}

// Strategy tells of a strategy whether it is known, and whether each host goes
// through a play on its own under it; else all are kept in step.
func Strategy(name string) (free, known bool) {
	free, known = strategies[name[strings.LastIndexByte(name, '.')+1:]]
	return free, known
}

var strategies = map[string]bool{"linear": false, "debug": false, "free": true, "host_pinned": true}

// builtin is the short name of a module of ansible-core; other names stay whole.
func builtin(name string) string {
	for _, prefix := range [...]string{"ansible.builtin.", "ansible.legacy.", "ansible.windows."} {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			return rest
		}
	}
	return name
}

// action finds the module of a task: action:, local_action: or the one key
// that is no keyword.
func (p *pass) action(n *tree.Node) (a action, ok bool) {
	var candidates []tree.Pair
	for _, pair := range n.Pairs {
		name := pair.Name()
		if !noModules[name] && !strings.HasPrefix(name, "with_") && pair.Key.Kind == tree.Text {
			candidates = append(candidates, pair)
		}
	}
	given, local := n.Get("action"), n.Get("local_action")
	switch {
	case given != nil && local != nil:
		p.fault(n.Pos, "action and local_action are mutually exclusive")
		return a, false
	case given == nil && local == nil && len(candidates) == 0:
		p.fault(n.Pos, "no module/action detected in task.").WithHint("a task needs the name of a module: debug: ..., copy: ...")
		return a, false
	case given != nil || local != nil:
		if given == nil {
			given = local
		}
		if a, ok = p.oldStyle(given); !ok {
			return a, false
		}
		a.local = local != nil
	default:
		first := candidates[0]
		candidates = candidates[1:]
		a = action{name: first.Name(), pos: first.Key.Pos}
		if !p.conflict(n, a.name, first.Key.Pos, candidates) {
			return a, false
		}
		return a, p.arguments(&a, first.Value)
	}
	return a, p.conflict(n, a.name, a.pos, candidates)
}

// conflict complains of more than one module in a task; one of them may be a
// keyword misspelt.
func (p *pass) conflict(n *tree.Node, name string, at source.Pos, others []tree.Pair) bool {
	if len(others) == 0 {
		return true
	}
	fault := p.fault(n.Pos, "conflicting action statements: %s, %s", name, others[0].Name())
	wrong := []tree.Pair{{Key: &tree.Node{Kind: tree.Text, Pos: at, Text: name}}}
	for _, one := range append(wrong, others...) {
		if p.options.IsAction != nil && p.options.IsAction(one.Name(), nil) {
			continue
		}
		if now := former[one.Name()]; now != "" {
			fault.Pos = one.Key.Pos
			fault.WithHint("%s is %s now", one.Name(), now)
			return false
		}
		if near := source.Near(one.Name(), handlerWords); near != "" {
			fault.Pos = one.Key.Pos
			fault.WithHint("did you mean %s instead of %s?", near, one.Name())
			return false
		}
	}
	fault.WithHint("a task has one module: make two tasks of this, or indent the options of the first")
	return false
}

// oldStyle reads the value of action: and local_action:.
func (p *pass) oldStyle(n *tree.Node) (a action, ok bool) {
	a.pos = n.Pos
	switch n.Kind {
	case tree.Text:
		name, rest := cutModule(n.Text)
		a.name = name
		return a, p.line(&a, n, rest)
	case tree.Map:
		module := n.Get("module")
		if module == nil {
			p.fault(n.Pos, "no module/action detected in task.").WithHint("action: as a mapping needs a key module")
			return a, false
		}
		name, rest := cutModule(module.String())
		a.name, a.pos = name, module.Pos
		if !p.line(&a, module, rest) {
			return a, false
		}
		a.args = merge(without(n, "module", "args"), a.args)
		if more := n.Get("args"); more != nil && more.Kind == tree.Map {
			a.args = merge(a.args, more)
		}
		return a, p.rawText(&a)
	default:
		p.fault(n.Pos, "unexpected parameter type in action: %s", kindName(n))
		return a, false
	}
}

// cutModule takes the module's name, which may be a template, off its line.
func cutModule(text string) (name, rest string) {
	pieces, _ := splitArgs(text)
	if len(pieces) == 0 {
		return "", ""
	}
	name = strings.TrimSpace(pieces[0])
	_, rest, _ = strings.Cut(text, name)
	return name, strings.TrimSpace(rest)
}

// arguments reads what stands behind a module's name.
func (p *pass) arguments(a *action, n *tree.Node) bool {
	switch {
	case n.IsNull():
		return true
	case n.Kind == tree.Text:
		return p.line(a, n, n.Text)
	case n.Kind == tree.Map:
		a.args = n
		return p.rawText(a)
	default:
		p.fault(n.Pos, "unexpected parameter type in action: %s", kindName(n)).
			WithHint("the options of %s are a mapping, or a line of k=v", a.name)
		return false
	}
}

// line reads a line of k=v arguments or a free-form one.
func (p *pass) line(a *action, n *tree.Node, text string) bool {
	short := builtin(a.name)
	pairs, raw, ok := parseKV(text, commandLines[short])
	if !ok {
		p.fault(n.Pos, "failed at splitting arguments, either an unbalanced jinja2 block or quotes: %s", strings.TrimSpace(text))
		return false
	}
	if len(pairs) > 0 {
		a.args = &tree.Node{Pos: n.Pos, Kind: tree.Map}
	}
	from := 0
	for _, one := range pairs {
		pos := n.Pos
		if i := strings.Index(n.Text[from:], one.key+"="); i >= 0 {
			from += i
			pos = n.At(from)
		}
		key := tree.TextNode(pos, one.key)
		pos.Col += len(one.key) + 1
		val := &tree.Node{Pos: pos, Kind: tree.Text, Text: one.val, Opaque: n.Opaque, Secret: n.Secret}
		a.args.Pairs = append(a.args.Pairs, tree.Pair{Key: key, Value: val})
	}
	a.args = lastWins(a.args)
	if raw == "" {
		return true
	}
	free := n
	if raw != n.Text {
		free = &tree.Node{Pos: n.At(max(0, strings.Index(n.Text, raw))), Kind: tree.Text, Text: raw, Opaque: n.Opaque, Secret: n.Secret}
	}
	return p.freeForm(a, free)
}

func (p *pass) freeForm(a *action, free *tree.Node) bool {
	switch {
	case takesText[builtin(a.name)]:
		a.free = free
	case isTemplate(free.String()):
		a.whole = free
	default:
		fault := p.fault(free.Pos, "this task '%s' has extra params, which is only allowed in the following modules: %s",
			a.name, strings.Join(sorted(takesText), ", ")).WithHint("options are written as key=value or as a mapping")
		if near := source.Near(a.name, sorted(takesText)); near != "" && p.options.IsAction != nil && !p.options.IsAction(a.name, nil) {
			fault.WithHint("there is no module %s, did you mean %s?", a.name, near)
		}
		return false
	}
	return true
}

// rawText takes _raw_params out of a mapping: it is another spelling of the free-form text.
func (p *pass) rawText(a *action) bool {
	for _, pair := range pairsOf(a.args) {
		if strings.HasPrefix(pair.Name(), "_ansible_") {
			p.fault(pair.Key.Pos, "invalid parameter specified for action '%s': '%s'", a.name, pair.Name())
			return false
		}
	}
	raw := a.args.Get("_raw_params")
	if raw == nil {
		return true
	}
	a.args = without(a.args, "_raw_params")
	return raw.IsNull() || p.freeForm(a, raw)
}

// addArgs puts the task's args: below the arguments it has.
func (p *pass) addArgs(a *action, n *tree.Node) {
	switch {
	case n.IsNull():
	case n.Kind == tree.Map:
		a.args = merge(n, a.args)
		p.rawText(a)
	case n.Kind == tree.Text && isTemplate(n.Text):
		a.whole = n
	case n.Kind == tree.Text:
		p.fault(n.Pos, "Complex args containing variables cannot use bare variables (without Jinja2 delimiters), and must use the full variable style ('{{var_name}}')")
	default:
		p.fault(n.Pos, `Complex args must be a dictionary or variable string ("{{var}}").`)
	}
}
