package jinja

import (
	"cmp"
	"context"
	"slices"

	"goplay/internal/source"
)

// Ref is a name as a template uses it, with its place.
type Ref struct {
	Pos  source.Pos
	Name string
}

// Template is a parsed and compiled template or expression. It is immutable
// and safe for concurrent use.
type Template struct {
	env     *Env
	name    string
	ast     Node
	fn      *function
	self    *symbol
	main    action // of a template
	value   expr   // of an expression
	entries []entry
	blocks  map[string]*block
	size    int // of the source: about what a template puts out

	failure        error // what Jinja2 finds when it compiles and we when it is used
	refused        bool  // the failure is none of Jinja2's own
	undeclared     []Ref
	filters, tests []Ref
	unknown        Ref
	unknownKind    string
}

// note takes over what the compiler found.
func (t *Template) note(c *compiler) {
	t.failure = cmp.Or(c.failure, c.nameless, c.paramTwice, c.keywordTwice, c.outsideLoop)
	t.refused = c.failure == nil && t.failure != nil
	t.unknown, t.unknownKind = c.unknown, c.unknownKind
	t.undeclared, t.filters, t.tests = sorted(c.undeclared), sorted(c.filters), sorted(c.tests)
}

func sorted(refs []Ref) []Ref {
	order := func(a, b Ref) int {
		switch {
		case a.Pos.Before(b.Pos):
			return -1
		case b.Pos.Before(a.Pos):
			return 1
		default:
			return 0
		}
	}
	if !slices.IsSortedFunc(refs, order) {
		slices.SortStableFunc(refs, order)
	}
	return refs
}

// expression compiles an expression that stands alone.
func (c *compiler) expression(t *Template, x Expr) expr {
	c.fn = &function{}
	t.fn = c.fn
	sc := &scope{sy: newSymbols(nil, c.fn)}
	(&analyzer{s: sc.sy}).expr(x)
	t.entries = c.entries(sc.sy)
	return c.expr(x, sc)
}

// start renders the template as the outermost one of a context.
func (t *Template) start(ctx *scopes, r *run, out *output) error {
	if t.failure != nil {
		return t.failure
	}
	ctx.blocks = make(map[string][]*block, len(t.blocks))
	for name, b := range t.blocks {
		ctx.blocks[name] = []*block{b}
	}
	return t.render(ctx, r, out)
}

// render runs the template's main part; its blocks are in ctx already.
func (t *Template) render(ctx *scopes, r *run, out *output) error {
	if t.failure != nil {
		return t.failure
	}
	if err := r.enter(); err != nil {
		return err
	}
	defer r.leave()
	f := newFrame(t.fn, nil, ctx, r, out)
	f.parent = new(*Template)
	if t.self != nil {
		f.slots[t.self.slot] = &selfReference{ctx, r}
	}
	return t.main(f)
}

func (t *Template) run(ctx context.Context, s Scope, out *output) (err error) {
	defer caught(t.ast.Position(), &err)
	r := newRun(t.env, ctx, s)
	if err := ctx.Err(); err != nil {
		return err
	}
	scopes := &scopes{base: s, globals: t.env.reg.globals}
	if t.value == nil {
		return t.start(scopes, r, out)
	}
	v, err := t.evaluate(scopes, r, out)
	if err == nil && t.env.opts.Finalize != nil {
		v, err = t.env.opts.Finalize(v)
	}
	if err == nil {
		err = (&frame{run: r, out: out}).writeValue(v)
	}
	return place(t.ast.Position(), err)
}

func (t *Template) evaluate(ctx *scopes, r *run, out *output) (any, error) {
	if t.failure != nil {
		return nil, t.failure
	}
	return t.valueIn(newFrame(t.fn, nil, ctx, r, out))
}

func (t *Template) valueIn(f *frame) (any, error) {
	if err := enter(f, t.entries); err != nil {
		return nil, err
	}
	return t.value(f)
}

// evaluation is all that a small expression needs, in one piece of memory.
type evaluation struct {
	run    run
	scopes scopes
	frame  frame
	slots  [6]any
}

// Render gives the text of the template: str() of all that it puts out, joined.
// Errors are *source.Error, but for what ctx says.
func (t *Template) Render(ctx context.Context, s Scope) (string, error) {
	out := &output{}
	out.text.Grow(t.size)
	err := t.run(ctx, s, out)
	return out.text.String(), err
}

// Nodes gives what the template puts out, piece by piece: template text as
// string, expressions as their value after Finalize. Stream tells text from
// an expression's string.
func (t *Template) Nodes(ctx context.Context, s Scope) ([]any, error) {
	var nodes []any
	err := t.Stream(ctx, s, func(v any, _ bool) error {
		nodes = append(nodes, v)
		return nil
	})
	return nodes, err
}

// Stream hands out the pieces that Nodes collects; literal says that a piece
// is text of the template itself.
func (t *Template) Stream(ctx context.Context, s Scope, emit func(v any, literal bool) error) error {
	return t.run(ctx, s, &output{emit: emit})
}

// Eval gives the value of an expression from ParseExpr; it may be a
// *value.Undefined. For a template it is the rendered text.
func (t *Template) Eval(ctx context.Context, s Scope) (v any, err error) {
	if t.value == nil {
		return t.Render(ctx, s)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if t.failure != nil {
		return nil, t.failure
	}
	defer caught(t.ast.Position(), &err)
	e := &evaluation{
		run:    run{env: t.env, ctx: ctx, fuel: t.env.limits.Fuel, classes: classesOf(s)},
		scopes: scopes{base: s, globals: t.env.reg.globals},
	}
	e.frame = frame{ctx: &e.scopes, run: &e.run}
	if t.fn.slots <= len(e.slots) {
		e.frame.slots = e.slots[:t.fn.slots]
	} else {
		e.frame.slots = make([]any, t.fn.slots)
	}
	v, err = t.valueIn(&e.frame)
	return v, place(t.ast.Position(), err)
}

// AST is the tree of the template: a *Root, or an Expr from ParseExpr.
func (t *Template) AST() Node { return t.ast }

// Undeclared lists every use of a variable that the template takes from
// outside, globals included, in the order of the text.
func (t *Template) Undeclared() []Ref { return t.undeclared }

// Failure is what makes every rendering fail, such as a block that is defined
// twice; nil for none.
func (t *Template) Failure() error { return t.failure }

// Refused reports whether the failure is not an error of the template in
// Jinja2's eyes, but of the code made of it in Python's.
func (t *Template) Refused() bool { return t.refused }

// Unknown lists the filters and tests that the registry does not have. Using
// one fails when the template is rendered, as Jinja2 fails when it compiles:
// at once, or under an if only when it is reached.
func (t *Template) Unknown() (filters, tests []Ref) { return t.filters, t.tests }

// FirstUnknown is the filter or test that Jinja2 misses first; kind is empty
// when it misses none.
func (t *Template) FirstUnknown() (ref Ref, kind string) { return t.unknown, t.unknownKind }
