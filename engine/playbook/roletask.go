package playbook

import (
	"slices"

	"goplay/internal/source"
	"goplay/internal/tree"
)

// roleTask reads import_role and include_role; the first is read now, the
// second stays a task.
func (p *pass) roleTask(t *Task, short string, s *scope) []Node {
	t.FreeForm = nil
	name := t.Args.Get("name")
	if name.IsNull() {
		name = t.Args.Get("role")
	}
	if name.IsNull() {
		p.fault(t.Pos, "'name' is a required field for %s.", t.Module)
		return nil
	}
	allowed := append([]string{"name", "role", "allow_duplicates", "rolespec_validate", "public"}, fromWords...)
	if short == "include_role" {
		allowed = append(allowed, "apply")
	}
	if !p.allowed(t, allowed) {
		return nil
	}
	for _, word := range fromWords {
		if from := t.Args.Get(word); from != nil && from.Kind != tree.Text {
			p.fault(from.Pos, "Expected a string for %s but got %s instead", word, kindName(from))
			return nil
		}
	}
	if short == "include_role" {
		return []Node{t}
	}
	if t.Loop != nil {
		p.fault(t.Pos, "You cannot use loops on 'import_role' statements. You should use 'include_role' instead.")
		return nil
	}
	return p.importRole(t, name, s)
}

func (p *pass) importRole(t *Task, name *tree.Node, s *scope) []Node {
	o := RoleOptions{AllowDuplicates: true, Validate: true, Public: true}
	named := s.of(t)
	var ok bool
	if o.Name, ok = p.expand(name, named); !ok {
		return nil
	}
	for word, to := range map[string]*string{"tasks_from": &o.TasksFrom, "vars_from": &o.VarsFrom, "defaults_from": &o.DefaultsFrom, "handlers_from": &o.HandlersFrom} {
		if n := t.Args.Get(word); n != nil {
			if *to, ok = p.expand(n, named); !ok {
				return nil
			}
		}
	}
	for word, to := range map[string]*bool{"allow_duplicates": &o.AllowDuplicates, "rolespec_validate": &o.Validate, "public": &o.Public} {
		n := t.Args.Get(word)
		if n.IsNull() {
			continue
		}
		if n.Kind == tree.Text && isTemplate(n.Text) {
			text, ok := p.expand(n, named)
			if !ok {
				return nil
			}
			n = tree.TextNode(n.Pos, text)
		}
		*to = p.flag(n)
	}
	inner := *s
	inner.Keywords = t.Keywords
	inner.delegateTo, inner.delegateFacts, inner.notify = t.DelegateTo, t.DelegateFacts, t.Notify
	r := p.role(o.use(name.Pos, t), &inner)
	if r == nil {
		return nil
	}
	if r.Public = o.Public; r.Public {
		s.play.Roles = append(s.play.Roles, r)
	}
	s.play.Handlers = append(s.play.Handlers, r.CompiledHandlers()...)
	return []Node{&Block{Pos: t.Pos, Keywords: t.Keywords, Tasks: r.Compiled(), Role: r, Implicit: true}}
}

// RoleOptions are those of include_role and import_role, evaluated.
type RoleOptions struct {
	Name                                            string
	TasksFrom, VarsFrom, DefaultsFrom, HandlersFrom string
	Public, AllowDuplicates, Validate               bool
}

func (o RoleOptions) use(at source.Pos, t *Task) use {
	return use{
		name: o.Name, at: at, keywords: t.Keywords, vars: slices.Clone(t.ownVars), again: o.AllowDuplicates, validate: o.Validate,
		from: map[string]string{"tasks": o.TasksFrom, "vars": o.VarsFrom, "defaults": o.DefaultsFrom, "handlers": o.HandlersFrom},
	}
}
