package playbook

import (
	"slices"
	"strings"

	"goplay/internal/source"
	"goplay/internal/tree"
)

// shared are the keywords that plays, roles, blocks and tasks have in common.
var shared = []string{
	"any_errors_fatal", "become", "become_exe", "become_flags", "become_method", "become_user", "check_mode",
	"collections", "connection", "debugger", "diff", "environment", "ignore_errors", "ignore_unreachable",
	"module_defaults", "name", "no_log", "port", "remote_user", "run_once", "tags", "throttle", "timeout", "vars",
}

// Names of the keywords of each kind of thing.
var (
	playWords = words("fact_path", "force_handlers", "gather_facts", "gather_subset", "gather_timeout", "handlers",
		"hosts", "max_fail_percentage", "order", "post_tasks", "pre_tasks", "roles", "serial", "strategy", "tasks",
		"vars_files", "vars_prompt", "user")
	blockWords = words("always", "block", "delegate_facts", "delegate_to", "notify", "rescue", "when")
	taskWords  = words("action", "args", "async", "changed_when", "delay", "delegate_facts", "delegate_to", "failed_when",
		"local_action", "loop", "loop_control", "loop_with", "notify", "poll", "register", "retries", "until", "when")
	handlerWords  = append(slices.Clone(taskWords), "listen")
	metaWords     = words("allow_duplicates", "argument_specs", "dependencies", "galaxy_info")
	importWords   = words("import_playbook", "when")
	includeWords  = []string{"action", "args", "collections", "debugger", "ignore_errors", "loop", "loop_control", "loop_with", "name", "no_log", "register", "run_once", "tags", "timeout", "vars", "when"}
	controlWords  = []string{"extended", "extended_allitems", "index_var", "label", "loop_var", "pause"}
	promptWords   = []string{"confirm", "default", "encrypt", "name", "private", "prompt", "salt", "salt_size", "unsafe"}
	debuggerWords = []string{"always", "never", "on_failed", "on_skipped", "on_unreachable"}
	fromWords     = []string{"defaults_from", "handlers_from", "tasks_from", "vars_from"}
	noModules     = set(handlerWords) // listen is no module either
)

func words(more ...string) []string { return append(more, shared...) }

func set(list []string) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, s := range list {
		m[s] = true
	}
	return m
}

// field is where a keyword of a single value is kept; nil for another word.
func (k *Keywords) field(name string) **tree.Node {
	switch name {
	case "any_errors_fatal":
		return &k.AnyErrorsFatal
	case "become":
		return &k.Become
	case "become_user":
		return &k.BecomeUser
	case "become_method":
		return &k.BecomeMethod
	case "become_flags":
		return &k.BecomeFlags
	case "become_exe":
		return &k.BecomeExe
	case "check_mode":
		return &k.CheckMode
	case "connection":
		return &k.Connection
	case "debugger":
		return &k.Debugger
	case "diff":
		return &k.Diff
	case "ignore_errors":
		return &k.IgnoreErrors
	case "ignore_unreachable":
		return &k.IgnoreUnreachable
	case "no_log":
		return &k.NoLog
	case "port":
		return &k.Port
	case "remote_user":
		return &k.RemoteUser
	case "run_once":
		return &k.RunOnce
	case "throttle":
		return &k.Throttle
	case "timeout":
		return &k.Timeout
	}
	return nil
}

// inherit is what a node has after taking over what it does not say itself.
func (own Keywords) inherit(above *Keywords) Keywords {
	for _, pair := range [...]struct {
		to   **tree.Node
		from *tree.Node
	}{
		{&own.AnyErrorsFatal, above.AnyErrorsFatal}, {&own.Become, above.Become}, {&own.BecomeUser, above.BecomeUser},
		{&own.BecomeMethod, above.BecomeMethod}, {&own.BecomeFlags, above.BecomeFlags}, {&own.BecomeExe, above.BecomeExe},
		{&own.CheckMode, above.CheckMode}, {&own.Connection, above.Connection}, {&own.Debugger, above.Debugger},
		{&own.Diff, above.Diff}, {&own.IgnoreErrors, above.IgnoreErrors}, {&own.IgnoreUnreachable, above.IgnoreUnreachable},
		{&own.NoLog, above.NoLog}, {&own.Port, above.Port}, {&own.RemoteUser, above.RemoteUser},
		{&own.RunOnce, above.RunOnce}, {&own.Throttle, above.Throttle}, {&own.Timeout, above.Timeout},
	} {
		if *pair.to == nil {
			*pair.to = pair.from
		}
	}
	own.Environment = join(above.Environment, own.Environment)
	own.ModuleDefaults = join(above.ModuleDefaults, own.ModuleDefaults)
	own.When = join(above.When, own.When)
	own.Vars = join(above.Vars, own.Vars)
	own.Tags = union(above.Tags, own.Tags)
	if own.Collections == nil {
		own.Collections = above.Collections
	}
	return own
}

// join puts two lists behind one another without touching either.
func join[T any](a, b []T) []T {
	switch {
	case len(b) == 0:
		return slices.Clip(a)
	case len(a) == 0:
		return slices.Clip(b)
	}
	return slices.Concat(a, b)
}

func union(a, b []string) []string {
	out := slices.Clip(a)
	for _, s := range b {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return slices.Clip(out)
}

// keyword reads a keyword that many kinds share; ok is false for another word.
func (p *pass) keyword(k *Keywords, what, name string, n *tree.Node) (ok bool) {
	if field := k.field(name); field != nil {
		if name == "debugger" && n.Kind == tree.Text && !slices.Contains(debuggerWords, n.Text) {
			p.fault(n.Pos, "'%s' is not a valid value for debugger. Must be one of %s", n.Text, strings.Join(debuggerWords, ", "))
		}
		if !n.IsNull() {
			*field = n
		}
		return true
	}
	switch name {
	case "environment":
		k.Environment = listOf(n)
	case "module_defaults":
		k.ModuleDefaults = p.moduleDefaults(n)
	case "when":
		k.When = conditions(n)
	case "vars":
		k.Vars = p.vars(what, n)
	case "tags":
		k.Tags = p.tags(n)
	case "collections":
		k.Collections = p.names("collections", n)
	default:
		return false
	}
	return true
}

// listOf is a value that may be one or a list of them; null is none.
func listOf(n *tree.Node) []*tree.Node {
	switch {
	case n.IsNull():
		return nil
	case n.Kind == tree.List:
		return n.Items
	default:
		return []*tree.Node{n}
	}
}

func conditions(n *tree.Node) []Condition {
	var out []Condition
	for _, one := range listOf(n) {
		if !one.IsNull() {
			out = append(out, Condition{Node: one})
		}
	}
	return out
}

// givenConditions tells what is not given, which an empty list is too, from null,
// which always holds.
func givenConditions(n *tree.Node) []Condition {
	if out := conditions(n); out != nil || n.Kind == tree.List && len(n.Items) == 0 {
		return out
	}
	return []Condition{}
}

func (p *pass) moduleDefaults(n *tree.Node) []*tree.Node {
	list := listOf(n)
	for _, one := range list {
		if one.Kind != tree.Map {
			p.fault(one.Pos, "The field 'module_defaults' is supposed to be a dictionary or list of dictionaries, the keys of which must be static action, module, or group names. "+
				"Only the values may contain templates. For example: {'ping': \"{{ ping_defaults }}\"}")
			return nil
		}
	}
	return list
}

func (p *pass) vars(what string, n *tree.Node) []*tree.Node {
	list := listOf(n)
	for _, one := range list {
		if one.Kind != tree.Map {
			p.fault(n.Pos, "Vars in a %s must be specified as a dictionary, or a list of dictionaries", what)
			return nil
		}
		for _, v := range one.Pairs {
			if v.Key.Kind != tree.Text || !isName(v.Key.Text) {
				p.fault(v.Key.Pos, "Invalid variable name in vars specified for %s: '%s' is not a valid variable name", what, v.Name()).
					WithHint(nameRule)
			}
		}
	}
	return list
}

// IsKeyword reports whether a word is a keyword of plays, blocks or tasks, which
// makes it a poor name for a variable.
func IsKeyword(word string) bool {
	return word != "vars" && word != "user" && (slices.Contains(playWords, word) || slices.Contains(blockWords, word) || slices.Contains(taskWords, word))
}

const nameRule = "names are letters, digits and underscores, and don't start with a digit"

// isName follows Python's identifiers within ASCII; Python's own words are none.
func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != "" && !pythonWords[s]
}

var pythonWords = set(strings.Fields(`False None True and as assert async await break class continue def del elif else
	except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield`))

// tags reads a list of tags or a text with commas; a comma within a list is part of a tag.
func (p *pass) tags(n *tree.Node) (out []string) {
	if n.IsNull() {
		return nil
	}
	if n.Kind != tree.Text && n.Kind != tree.List {
		p.fault(n.Pos, "tags must be specified as a list")
		return nil
	}
	if n.Kind == tree.Text {
		for tag := range strings.SplitSeq(n.Text, ",") {
			out = append(out, strings.TrimSpace(tag))
		}
	}
	for _, one := range n.Items {
		out = append(out, one.String())
	}
	return slices.DeleteFunc(out, func(tag string) bool { return tag == "" })
}

func (p *pass) names(field string, n *tree.Node) []string {
	out := []string{}
	for _, one := range listOf(n) {
		if one.Kind != tree.Text {
			p.fault(one.Pos, "the field '%s' should be a list of names", field)
			continue
		}
		out = append(out, one.Text)
	}
	return out
}

// notAttribute is the fault of a word that is no keyword.
func (p *pass) notAttribute(key *tree.Node, what string, known []string) *source.Error {
	fault := p.fault(key.Pos, "'%s' is not a valid attribute for a %s", key.String(), what)
	if now := former[key.String()]; now != "" {
		fault.WithHint("it is %s now", now)
	} else if near := source.Near(key.String(), known); near != "" {
		fault.WithHint("did you mean %s?", near)
	}
	return fault
}

// former are keywords of the past and what became of them.
var former = map[string]string{
	"sudo": "become", "sudo_user": "become_user", "su": "become", "su_user": "become_user", "always_run": "check_mode: no",
	"static": "import_tasks or include_tasks",
}

// Words are the keywords that a "play", "block", "task", "handler", "import"
// (of a playbook), "loop_control" or "vars_prompt" may have.
func Words(kind string) []string {
	return map[string][]string{"play": playWords, "block": blockWords, "task": taskWords, "handler": handlerWords,
		"import": importWords, "loop_control": controlWords, "vars_prompt": promptWords}[kind]
}
