package engine

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"os"
	"path"
	"strings"
	"unicode/utf8"

	"goplay/engine/check"
	"goplay/engine/playbook"
	"goplay/engine/vars"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// flag evaluates a keyword that is true or false; nil means def.
func (r *run) flag(ctx context.Context, keyword string, n *tree.Node, scope template.Vars, def bool) (bool, error) {
	if n.IsNull() {
		return def, nil
	}
	if b, ok := n.Value.(bool); ok && n.Kind == tree.Scalar {
		return b, nil
	}
	v, err := r.opts.Template.Eval(ctx, n, scope)
	if err != nil {
		return def, err
	}
	if v == nil || v == r.omit {
		return def, nil
	}
	b, err := check.Bool(keyword, v)
	if err != nil {
		return def, notOfKind(err, n)
	}
	return b, nil
}

// taskFlag is flag for a task's keyword name, which field finds. Where the
// task's own comes to omit, what stands around the task says it.
func (r *run) taskFlag(ctx context.Context, name string, t *playbook.Task, field func(*playbook.Keywords) *tree.Node, scope template.Vars, def bool) (bool, error) {
	return r.flag(ctx, name, r.said(ctx, t, field, scope), scope, def)
}

// said is a keyword of a task, or of what stands around it where the task's own
// comes to omit.
func (r *run) said(ctx context.Context, t *playbook.Task, field func(*playbook.Keywords) *tree.Node, scope template.Vars) *tree.Node {
	n := field(&t.Keywords)
	if r.omits(ctx, n, scope) {
		around := t.Around()
		n = field(&around)
	}
	return n
}

// omits reports whether a keyword's template comes to omit.
func (r *run) omits(ctx context.Context, n *tree.Node, scope template.Vars) bool {
	if n == nil || n.Kind != tree.Text || !isTemplate(n.Text) {
		return false
	}
	v, err := r.opts.Template.Eval(ctx, n, scope)
	return err == nil && v == r.omit
}

func noLogOf(k *playbook.Keywords) *tree.Node             { return k.NoLog }
func checkModeOf(k *playbook.Keywords) *tree.Node         { return k.CheckMode }
func diffModeOf(k *playbook.Keywords) *tree.Node          { return k.Diff }
func ignoreErrorsOf(k *playbook.Keywords) *tree.Node      { return k.IgnoreErrors }
func ignoreUnreachableOf(k *playbook.Keywords) *tree.Node { return k.IgnoreUnreachable }
func anyErrorsFatalOf(k *playbook.Keywords) *tree.Node    { return k.AnyErrorsFatal }
func timeoutOf(k *playbook.Keywords) *tree.Node           { return k.Timeout }

// once evaluates run_once: a text is true there whatever word it is, since
// Ansible's strategies ask before it becomes a boolean.
func (r *run) once(ctx context.Context, n *tree.Node, scope template.Vars) (bool, error) {
	if b, err := r.flag(ctx, "run_once", n, scope, false); b || err != nil || n.IsNull() {
		return b, err
	}
	v, err := r.opts.Template.Eval(ctx, n, scope)
	return value.Truth(v), err
}

// inField says that a keyword of a task is what an undefined variable stands in.
func inField(name string, err error) error {
	if !template.IsUndefined(err) {
		return err
	}
	fault := source.Errorf(source.Pos{}, "The field '%s' has an invalid value, which includes an undefined variable. The error was: %w", name, err)
	var placed *source.Error
	if errors.As(err, &placed) {
		fault.Pos, fault.Msg = placed.Pos, strings.Replace(fault.Msg, err.Error(), placed.Msg, 1)
	}
	return fault
}

// inContext is inField for a keyword that tells how a host is reached, whose
// fault Ansible tells twice.
func inContext(name string, err error) error {
	out := inField(name, err)
	if fault, ok := out.(*source.Error); ok && template.IsUndefined(err) {
		fault.Msg += ". " + faultMessage(err)
	}
	return out
}

// text evaluates a keyword that is text; nil means "".
func (r *run) text(ctx context.Context, n *tree.Node, scope template.Vars) (string, error) {
	if n.IsNull() {
		return "", nil
	}
	v, err := r.opts.Template.Eval(ctx, n, scope)
	if err != nil {
		return "", err
	}
	if v == nil || v == r.omit {
		return "", nil
	}
	if l, ok := v.(*value.List); ok {
		parts := make([]string, l.Len())
		for i, item := range l.Items {
			parts[i] = value.Str(item)
		}
		return strings.Join(parts, ","), nil
	}
	return value.Str(v), nil
}

// number evaluates a keyword that is a whole number; nil means def.
func (r *run) number(ctx context.Context, keyword string, n *tree.Node, scope template.Vars, def int64) (int64, error) {
	if n.IsNull() {
		return def, nil
	}
	v, err := r.keyword(ctx, keyword, "int", n, scope)
	if err != nil || v == nil || v == r.omit {
		return def, err
	}
	i, err := check.Int(keyword, v)
	if err != nil {
		return def, notOfKind(err, n)
	}
	return i, nil
}

// keyword evaluates a keyword of a kind. What is undefined in it, and what
// Python refuses as a value, is said of the keyword.
func (r *run) keyword(ctx context.Context, name, kind string, n *tree.Node, scope template.Vars) (any, error) {
	v, err := r.opts.Template.Eval(ctx, n, scope)
	if exc := pythonsOwn(err); exc != nil && isValueError(exc.Type) {
		return nil, notOfKind(&check.Invalid{Keyword: name, Kind: kind, Why: exc.Msg}, n)
	}
	return v, inField(name, err)
}

// notOfKind places the fault of a keyword's value, which it shows as written.
func notOfKind(err error, n *tree.Node) error {
	var invalid *check.Invalid
	if errors.As(err, &invalid) {
		invalid.Text = n.String()
	}
	return source.Errorf(n.Pos, "%w", err)
}

// heading is a task's name as the screen shows it, its role in front.
func (w *walk) heading(ctx context.Context, t *playbook.Task, h *Host) string {
	name := Title(t)
	if t.Name != "" && isTemplate(name) {
		magic := w.hostMagic(h, t)
		delete(magic, "ansible_search_path") // it comes later, with what the task is given
		if v, err := w.opts.Template.EvalText(ctx, name, t.Pos, w.scopeOf(h, t, magic)); err == nil {
			name = value.Str(v)
		}
	}
	return UnderRole(t, name)
}

// UnderRole puts a task's role in front of its name. The include of a role
// stands without one, as Ansible has it.
func UnderRole(t *playbook.Task, name string) string {
	switch {
	case t.Role == nil || shortName(t.Module) == "include_role":
		return name
	case t.Role.FQCN != "":
		return t.Role.FQCN + " : " + name
	}
	return t.Role.Name + " : " + name
}

// Title is the name of a task as written, or its module; a role that is
// included is named too.
func Title(t *playbook.Task) string {
	if t.Name != "" {
		return t.Name
	}
	if shortName(t.Module) == "include_role" {
		for _, option := range []string{"name", "role"} {
			if n := t.Args.Get(option); n != nil {
				return t.Module + " : " + n.String()
			}
		}
	}
	return t.Module
}

func isTemplate(s string) bool {
	return strings.Contains(s, "{{") || strings.Contains(s, "{%") || strings.Contains(s, "{#")
}

func shortName(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

func matches(pattern, name string) bool {
	if pattern == name {
		return true
	}
	ok, err := path.Match(pattern, name)
	return err == nil && ok
}

func firstRune(s string) (rune, int) { return utf8.DecodeRuneInString(s) }

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// newOmit makes the value of the omit variable: nothing a host sends can be equal to it.
func newOmit() string {
	var b [20]byte
	_, _ = rand.Read(b[:])
	return "__omit_place_holder__" + hex.EncodeToString(b[:])
}

// scope is what a host sees at a task.
func (p *playRun) scope(h *Host, t *playbook.Task) *vars.Scope {
	return p.scopeOf(h, t, p.hostMagic(h, t))
}

func (p *playRun) scopeOf(h *Host, t *playbook.Task, magic vars.Layer) *vars.Scope {
	s := p.source.Scope(h.Name, p.vars, t, magic)
	return withAll(s.Under(p.connectionVars(h, t, s)))
}
