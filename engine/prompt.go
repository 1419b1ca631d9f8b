package engine

import (
	"context"
	"fmt"

	"goplay/engine/playbook"
	"goplay/engine/vars"
	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// prompt asks for the variables of vars_prompt that -e does not give.
func (p *playRun) prompt(ctx context.Context, scope *vars.Scope) error {
	p.vars.Prompts = vars.Layer{}
	for _, q := range p.play.VarsPrompt {
		if _, given := p.opts.Extra[q.Name]; given {
			continue
		}
		v, err := p.answer(ctx, q, scope)
		if err != nil {
			return err
		}
		p.vars.Prompts[q.Name] = tree.FromValue(q.Pos, v)
	}
	return nil
}

func (p *playRun) answer(ctx context.Context, q *playbook.Prompt, scope *vars.Scope) (any, error) {
	def, err := p.text(ctx, q.Default, scope)
	if err != nil {
		return nil, err
	}
	text, err := p.text(ctx, q.Text, scope)
	if err != nil {
		return nil, err
	}
	if text == "" {
		text = q.Name
	}
	if def != "" {
		text = fmt.Sprintf("%s [%s]", text, def)
	}
	if p.opts.Ask == nil {
		p.warn("Not prompting as we are not in interactive mode")
		if q.Default.IsNull() {
			return "", nil
		}
		return p.encrypted(ctx, q, def, scope)
	}
	got, err := p.ask(ctx, q, text+": ")
	if err != nil {
		return nil, source.Errorf(q.Pos, "ask for %s: %w", q.Name, err)
	}
	if got == "" && !q.Default.IsNull() {
		got = def
	}
	return p.encrypted(ctx, q, got, scope)
}

func (p *playRun) ask(ctx context.Context, q *playbook.Prompt, text string) (string, error) {
	for {
		got, err := p.opts.Ask(ctx, text, q.Private)
		if err != nil || !q.Confirm {
			return got, err
		}
		again, err := p.opts.Ask(ctx, "confirm "+text, q.Private)
		if err != nil || again == got {
			return got, err
		}
		p.warn("***** VALUES ENTERED DO NOT MATCH ****")
	}
}

// encrypted hashes an answer as the prompt's encrypt asks, through the
// password_hash filter.
func (p *playRun) encrypted(ctx context.Context, q *playbook.Prompt, got string, scope *vars.Scope) (any, error) {
	method, err := p.text(ctx, q.Encrypt, scope)
	if err != nil || method == "" {
		return got, err
	}
	salt, err := p.text(ctx, q.Salt, scope)
	if err != nil {
		return nil, err
	}
	own := vars.Layer{"_answer": got, "_method": method, "_salt": salt, "_size": int64(q.SaltSize)}
	expr := "_answer | password_hash(_method)"
	if salt != "" {
		expr = "_answer | password_hash(_method, _salt)"
	}
	v, err := p.opts.Template.Expression(ctx, expr, q.Pos, scope.With(own))
	if err != nil {
		return nil, err
	}
	return value.Str(v), nil
}
