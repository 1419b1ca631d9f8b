package template

import (
	"context"
	"fmt"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// Condition evaluates one term of when, until, changed_when or failed_when
// with 2.14's leniency: a list is true when all its terms are, what is no text counts by its
// truth, {{ }} is allowed with a warning. Errors are in Ansible's words.
func (e *Engine) Condition(ctx context.Context, n *tree.Node, v Vars) (bool, error) {
	if n.IsNull() {
		return true, nil
	}
	switch n.Kind {
	case tree.Text:
		return e.ConditionText(ctx, n.Text, n.Pos, v)
	case tree.List:
		for _, item := range n.Items {
			ok, err := e.Condition(ctx, item, v)
			if !ok || err != nil {
				return false, err
			}
		}
		return true, nil
	default:
		return value.Truth(n.Data()), nil
	}
}

// ConditionText is Condition of a text that stands at a place of a file.
func (e *Engine) ConditionText(ctx context.Context, text string, at source.Pos, v Vars) (bool, error) {
	if text == "" {
		return true, nil
	}
	ok, err := e.condition(e.enter(ctx, v), text, at, v)
	if err != nil {
		out := &source.Error{Pos: at, Err: err}
		if placed, is := err.(*source.Error); is {
			out.Pos, out.Hint = placed.Pos, placed.Hint
		}
		out.Msg = fmt.Sprintf("The conditional check '%s' failed. The error was: %s", text, Message(err))
		return false, out
	}
	return ok, nil
}

func (e *Engine) condition(ctx context.Context, text string, at source.Pos, v Vars) (bool, error) {
	original := text
	if IsTemplate(text) {
		e.warn("conditional statements should not include jinja2 templating delimiters such as {{ }} or {% %}. Found: " + text)
		out, err := e.text(ctx, text, at, v)
		if err != nil {
			return e.missing(err, original)
		}
		inner, ok := out.(string)
		if !ok || inner == "" {
			return value.Truth(out), nil
		}
		// What a template gave may come from a host: it is still read as an
		// expression, as Ansible does, but it can run nothing.
		text = inner
		ctx = WithoutLookups(ctx)
	}
	c := e.compile(condMode, text, at)
	if c.err != nil {
		return false, c.err
	}
	ok, err := e.truth(c, &scope{engine: e, ctx: ctx, vars: v, copies: c.mutates})
	if err != nil {
		return e.missing(runError(err, conditionStart+text+conditionEnd, at), original)
	}
	return ok, nil
}

// truth runs a compiled condition.
func (e *Engine) truth(c *compiled, s *scope) (bool, error) {
	if c.expr == nil {
		out, err := c.tpl.Render(s.ctx, s)
		return strings.TrimSpace(out) == "True", err
	}
	out, err := c.expr.Eval(s.ctx, s)
	if u, ok := out.(*value.Undefined); ok && err == nil && u.Strict() {
		err = u.Err()
	}
	return value.Truth(out), err
}

var (
	undefinedName = lazy.Regexp(`'(hostvars\[.+\]|\w+)' is undefined`)
	definedTest   = lazy.Regexp(`(hostvars\[.+\]|\w+)\s+(not\s+is|is|is\s+not)\s+(defined|undefined)`)
)

// missing forgives an undefined variable when the condition itself asks
// whether that variable is defined, wherever in the condition it does.
func (e *Engine) missing(err error, text string) (bool, error) {
	if !IsUndefined(err) {
		return false, err
	}
	msg := Message(err)
	if found := undefinedName.FindStringSubmatch(msg); found != nil {
		for _, test := range definedTest.FindAllStringSubmatch(text, -1) {
			if sameName(test[1], found[1]) {
				shouldExist := strings.Contains(test[2], "not") != (test[3] == "defined")
				return !shouldExist, nil
			}
		}
	}
	out := &source.Error{Err: err, Msg: fmt.Sprintf("error while evaluating conditional (%s): %s", text, msg)}
	if placed, ok := err.(*source.Error); ok {
		out.Pos, out.Hint = placed.Pos, placed.Hint
	}
	return false, out
}

func sameName(a, b string) bool {
	return strings.ReplaceAll(a, "'", `"`) == strings.ReplaceAll(b, "'", `"`)
}
