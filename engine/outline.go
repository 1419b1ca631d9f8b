package engine

import (
	"context"
	"errors"
	"slices"
	"strings"

	"goplay/engine/playbook"
	"goplay/engine/vars"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// Outline is what can be said of a play before it meets a host.
type Outline struct {
	Name  string
	Hosts []string // its patterns, evaluated; nil for None
	open  bool
	run   *run
	vars  *vars.Play
}

// Outline evaluates the keywords of a play that need no host.
func (e *Engine) Outline(ctx context.Context, play *playbook.Play) (*Outline, error) {
	p := e.run.newPlay(play)
	if err := p.before(ctx); err != nil {
		return nil, err
	}
	p.vars.Prompts = vars.Layer{}
	for _, q := range play.VarsPrompt {
		if _, given := p.opts.Extra[q.Name]; !given {
			p.vars.Prompts[q.Name] = q.Default
		}
	}
	scope := p.hostless()
	patterns, err := p.patterns(ctx, scope)
	if err != nil {
		return nil, err
	}
	for _, keyword := range []struct {
		name string
		n    *tree.Node
	}{{"gather_facts", play.GatherFacts}, {"strategy", play.Strategy}} {
		if _, err := p.text(ctx, keyword.n, scope); err != nil {
			return nil, invalidField(keyword.name, keyword.n, err)
		}
	}
	return &Outline{Name: p.name(ctx, scope, patterns), Hosts: patterns, open: anyTemplate(play.Hosts), run: e.run, vars: p.vars}, nil
}

func anyTemplate(n *tree.Node) bool {
	if n.IsNull() {
		return false
	}
	if n.Kind == tree.List {
		return slices.ContainsFunc(n.Items, anyTemplate)
	}
	return isTemplate(n.String())
}

// Patterns select the hosts. As in Ansible None selects nobody.
func (o *Outline) Patterns() []string { return named(o.Hosts) }

// Open reports whether the hosts are a template: which ones it means is not
// looked into before they are listed.
func (o *Outline) Open() bool { return o.open }

func named(patterns []string) []string {
	if patterns == nil {
		return []string{"None"}
	}
	return patterns
}

// Tags are a task's tags, evaluated with what is known before any host is.
func (o *Outline) Tags(ctx context.Context, t *playbook.Task) ([]string, error) {
	if !strings.Contains(strings.Join(t.Tags, ""), "{{") {
		return t.Tags, nil
	}
	return ExpandTags(ctx, o.run.opts.Template, t.Tags, o.run.source.Scope("", o.vars, t, o.run.opts.Magic))
}

// newPlay readies a play; its variables are known, its hosts are not.
func (r *run) newPlay(play *playbook.Play) *playRun {
	p := &playRun{run: r, play: play, slots: make(chan struct{}, r.opts.Forks)}
	p.vars = &vars.Play{Vars: play.Vars, Roles: play.Roles, Private: r.opts.PrivateRoles}
	r.opts.Inventory.SetPlaybookDir(play.Dir)
	r.forgetHostVars()
	return p
}

// before reads those vars_files that can be found without a host: the play's
// own keywords see them.
func (p *playRun) before(ctx context.Context) error {
	if len(p.play.VarsFiles) == 0 {
		return nil
	}
	p.vars.Files = func(host string, magic vars.Layer) []*tree.Node {
		files, err := p.varsFiles(ctx, host, magic)
		if err != nil {
			p.halt(err)
		}
		return files
	}
	_, err := p.varsFiles(ctx, "", p.opts.Magic)
	return err
}

// hostless is what a play's own keywords see. As in Ansible there are no hostvars
// before the first play has begun.
func (p *playRun) hostless() *vars.Scope {
	magic := p.playMagic()
	if !p.begun {
		delete(magic, "hostvars")
	}
	return withAll(p.source.Scope("", p.vars, nil, magic))
}

// patterns are the play's hosts: a list, each evaluated; a template may give
// a list of its own.
func (p *playRun) patterns(ctx context.Context, scope *vars.Scope) ([]string, error) {
	if p.play.Hosts.IsNull() {
		return nil, nil
	}
	v, err := p.opts.Template.Eval(ctx, p.play.Hosts, scope)
	if err != nil {
		return nil, invalidField("hosts", p.play.Hosts, err)
	}
	l, ok := v.(*value.List)
	switch {
	case v == nil || v == p.omit:
		return nil, nil
	case !ok:
		return []string{value.Str(v)}, nil
	}
	out := make([]string, l.Len())
	for i, item := range l.Items {
		out[i] = value.Str(item)
	}
	return out, nil
}

// name is the play's name, or its hosts.
func (p *playRun) name(ctx context.Context, scope *vars.Scope, patterns []string) string {
	written := p.play.Name
	if written == "" {
		if p.play.Hosts == nil || p.play.Hosts.Kind != tree.Text {
			return strings.Join(patterns, ",")
		}
		written = p.play.Hosts.Text // a template that gives a list is shown as one
	}
	name, err := p.opts.Template.EvalText(ctx, written, p.play.Pos, scope)
	if err != nil {
		return written
	}
	return value.Str(name)
}

// ErrUnreadable marks what ends a run as a playbook that cannot be understood.
var ErrUnreadable = errors.New("a playbook cannot be understood")

// invalidField says which keyword could not be evaluated, as Ansible does.
func invalidField(name string, n *tree.Node, err error) error {
	if !template.IsUndefined(err) {
		return err
	}
	out := source.Errorf(n.Pos, "The field '%s' has an invalid value, which includes an undefined variable. The error was: %s", name, err)
	var fault *source.Error
	if errors.As(err, &fault) {
		out.Msg = strings.Replace(out.Msg, fault.Error(), fault.Msg, 1)
		if !fault.Pos.IsZero() {
			out.Pos = fault.Pos
		}
	}
	out.Err = errors.Join(ErrUnreadable, err)
	return out
}
