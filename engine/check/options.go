package check

import (
	"strings"

	"goplay/engine/playbook"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/tree"
	"goplay/modules"
)

// options checks a task's options against its module's schema as far as they
// are literal.
func (c *checker) options(t *playbook.Task, m *modules.Module) {
	if t.WholeArgs != nil {
		return
	}
	if t.Args != nil && t.Args.Kind != tree.Map {
		return
	}
	given := map[string]any{}
	if t.Args != nil {
		for _, p := range t.Args.Pairs {
			c.option(t, m, p, given)
		}
	}
	if t.FreeForm != nil {
		if m.FreeForm == "" && template.IsTemplate(t.FreeForm.Text) {
			return
		}
		if m.FreeForm == "" {
			c.add(source.Errorf(t.FreeForm.Pos, "%s takes options, not text: %q", t.Module, t.FreeForm.String()).
				WithHint("write its options as `name: value` below it; `goplay doc %s` lists them", m.Short()))
			return
		}
		given[m.FreeForm] = modules.Unknown
	}
	if len(t.ModuleDefaults) > 0 {
		return
	}
	for _, e := range m.Schema().Check(given) {
		c.argument(t, m, e)
	}
}

// option checks one option's name and notes its value: literal, or unknown
// until the task runs.
func (c *checker) option(t *playbook.Task, m *modules.Module, p tree.Pair, given map[string]any) {
	name := p.Name()
	if m.Schema().Option(name) == nil && !m.AnyOptions {
		e := source.Errorf(p.Key.Pos, "%s: no option %q", t.Module, name)
		if near := source.Near(name, m.Schema().Names()); near != "" {
			e = e.WithHint("did you mean %s?", near)
		} else {
			e = e.WithHint("`goplay doc %s` lists its options", m.Short())
		}
		if m.Heedless {
			c.warn(e)
			return
		}
		c.add(e)
		return
	}
	if m.Schema().Option(name) == nil {
		return
	}
	given[name] = literal(p.Value)
}

// literal is a node's value when it needs no evaluation.
func literal(n *tree.Node) any {
	if hasTemplate(n) {
		if n.Kind == tree.Text && strings.Contains(n.Text, "omit") {
			return modules.Unsure
		}
		return modules.Unknown
	}
	return n.Data()
}

func hasTemplate(n *tree.Node) bool {
	if n == nil || n.Opaque {
		return false
	}
	switch n.Kind {
	case tree.Text:
		return template.IsTemplate(n.Text)
	case tree.List:
		for _, item := range n.Items {
			if hasTemplate(item) {
				return true
			}
		}
	case tree.Map:
		for _, p := range n.Pairs {
			if hasTemplate(p.Value) {
				return true
			}
		}
	}
	return false
}

// argument puts what the schema found where the option stands.
func (c *checker) argument(t *playbook.Task, m *modules.Module, e *modules.ArgError) {
	at := t.ModPos
	if e.Arg != "" && t.Args != nil {
		for _, p := range t.Args.Pairs {
			if p.Name() == e.Arg {
				at = p.Key.Pos
			}
		}
	}
	fault := source.Errorf(at, "%s: %s", t.Module, e.Msg)
	if e.Hint != "" {
		fault.Hint = e.Hint
	}
	c.add(fault)
}
