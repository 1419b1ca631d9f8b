package template

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync/atomic"

	"goplay/internal/jinja"
	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// errLoop is in the chain of every error about a variable that leads back to itself.
var errLoop = errors.New("recursive loop detected in template string")

// maxDepth is how many variables may lead to one another; Ansible ends at
// Python's recursion limit, which is less.
const maxDepth = 100

// link is one variable being evaluated, and the one that asked for it.
type link struct {
	node  *tree.Node
	vars  Vars
	up    *link
	depth int
}

// run is what an evaluation hands to the evaluations within it.
type run struct {
	engine    *Engine
	vars      Vars
	chain     *link
	spent     *atomic.Int64 // variables evaluated so far, by all that belong together
	noLookups bool
}

// maxEvaluations is how many variables one argument may have evaluated:
// variables that each use another one twice double the work with every step.
const maxEvaluations = 2_000_000

type runKey struct{}

func runOf(ctx context.Context) *run {
	r, _ := ctx.Value(runKey{}).(*run)
	return r
}

// enter makes the context for what is evaluated in v.
func (e *Engine) enter(ctx context.Context, v Vars) context.Context {
	if r := runOf(ctx); r != nil {
		if r.engine == e && sameVars(r.vars, v) {
			return ctx
		}
		return context.WithValue(ctx, runKey{}, &run{engine: e, vars: v, chain: r.chain, spent: r.spent, noLookups: r.noLookups})
	}
	return context.WithValue(ctx, runKey{}, &run{engine: e, vars: v, spent: new(atomic.Int64)})
}

// Of returns the engine and the variables of the evaluation that ctx belongs
// to; a global function finds them so.
func Of(ctx context.Context) (*Engine, Vars, bool) {
	r := runOf(ctx)
	if r == nil {
		return nil, nil, false
	}
	return r.engine, r.vars, true
}

// LookupsAllowed reports whether the evaluation may use lookups: not when its
// text is itself the outcome of a template.
func LookupsAllowed(ctx context.Context) bool {
	r := runOf(ctx)
	return r == nil || !r.noLookups
}

// WithoutLookups is a context for text that may not come from a file: what is
// evaluated in it runs no lookups.
func WithoutLookups(ctx context.Context) context.Context {
	r := run{spent: new(atomic.Int64)}
	if found := runOf(ctx); found != nil {
		r = *found
	}
	r.noLookups = true
	return context.WithValue(ctx, runKey{}, &r)
}

// scope gives a template its variables.
type scope struct {
	engine *Engine
	ctx    context.Context
	vars   Vars
	copies bool // the template may change containers, so it gets its own
}

// Classes are those of the engine's texts.
func (s *scope) Classes() *jinja.Classes { return &s.engine.classes }

// Lookup evaluates a variable.
func (s *scope) Lookup(name string) (any, bool, error) {
	raw, found := s.vars.Lookup(name)
	if !found {
		return nil, false, nil
	}
	v, err := s.engine.variable(s.ctx, name, raw, s.vars)
	if err == nil && s.copies {
		v = value.DeepCopy(v)
	}
	return v, true, err
}

// variable evaluates what Vars.Lookup gave.
func (e *Engine) variable(ctx context.Context, name string, raw any, vars Vars) (any, error) {
	switch raw := raw.(type) {
	case *tree.Node:
		if raw == nil {
			return nil, nil
		}
		if name == "vars" {
			return raw.Data(), nil // all variables at once are never evaluated
		}
		v, err := e.node(ctx, raw, vars)
		if err != nil {
			return variableError(name, raw.String(), err)
		}
		return v, nil
	case Lazy:
		v, err := raw(ctx)
		if node, ok := v.(*tree.Node); ok && err == nil {
			return e.variable(ctx, name, node, vars)
		}
		if err != nil && IsUndefined(err) {
			return &value.Undefined{Name: name, Hint: Message(err)}, nil
		}
		return v, err
	default:
		return raw, nil
	}
}

// node evaluates a variable's node, noticing when it is being evaluated already.
func (e *Engine) node(ctx context.Context, n *tree.Node, vars Vars) (any, error) {
	switch {
	case n.Kind == tree.Scalar:
		return n.Value, nil
	case n.Kind == tree.Text && n.Sealed == nil && (n.Opaque || !IsTemplate(n.Text)):
		return e.textOf(n), nil
	}
	r := runOf(ctx)
	if r == nil {
		ctx = e.enter(ctx, vars)
		r = runOf(ctx)
	}
	if r.spent.Add(1) > maxEvaluations {
		return nil, source.Errorf(n.Pos, "more than %d variables were evaluated for one template", maxEvaluations)
	}
	next := &link{node: n, vars: vars}
	if r.chain != nil {
		next.up, next.depth = r.chain, r.chain.depth+1
	}
	for l := next.up; l != nil; l = l.up {
		if l.node == n && sameVars(l.vars, vars) {
			return nil, loopError(n)
		}
	}
	if next.depth > maxDepth {
		return nil, loopError(n)
	}
	ctx = context.WithValue(ctx, runKey{}, &run{engine: e, vars: vars, chain: next, spent: r.spent, noLookups: r.noLookups})
	return e.deep(ctx, n, vars, e.variableText)
}

func loopError(n *tree.Node) error {
	return &source.Error{
		Pos: n.Pos,
		Msg: fmt.Sprintf("recursive loop detected in template string: %s. maximum recursion depth exceeded", n.String()),
		Err: errLoop,
	}
}

func sameVars(a, b Vars) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	t := reflect.TypeOf(a)
	return t == reflect.TypeOf(b) && t.Comparable() && a == b
}

// overlay is a dict on top of other variables.
type overlay struct {
	top *value.Dict
	Vars
}

// Overlay puts values on top of variables.
func Overlay(v Vars, top *value.Dict) Vars {
	if top.Len() == 0 {
		return v
	}
	return &overlay{top, v}
}

// Lookup finds a variable, on top first.
func (o *overlay) Lookup(name string) (any, bool) {
	if v, ok := o.top.Get(name); ok {
		return v, true
	}
	return o.Vars.Lookup(name)
}

// Names lists the names of both.
func (o *overlay) Names() []string {
	names := o.Vars.Names()
	for k := range o.top.All() {
		if _, below := o.Vars.Lookup(value.Str(k)); !below {
			names = append(names, value.Str(k))
		}
	}
	return names
}
