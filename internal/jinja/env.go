package jinja

import (
	"context"

	"goplay/internal/source"
)

// Env is a registry with options: what templates are parsed and rendered in.
// It is safe for concurrent use.
type Env struct {
	reg  *Registry
	opts Options
}

// New makes an environment. The registry is kept, not copied.
func New(reg *Registry, opts Options) *Env { return &Env{reg: reg, opts: opts} }

// Registry returns the filters, tests and globals of the environment.
func (e *Env) Registry() *Registry { return e.reg }

// Options returns the options of the environment.
func (e *Env) Options() Options { return e.opts }

// Ref is a name as a template uses it, with its place.
type Ref struct {
	Pos  source.Pos
	Name string
}

// Template is a parsed and compiled template or expression. It is immutable
// and safe for concurrent use.
type Template struct {
	env *Env
}

// Parse compiles a template whose text starts at a place of a file. Errors are
// *source.Error.
func (e *Env) Parse(src string, at source.Pos) (*Template, error) {
	return nil, source.Errorf(at, "not yet")
}

// ParseExpr compiles an expression alone, as `when:` has it. Errors are
// *source.Error.
func (e *Env) ParseExpr(src string, at source.Pos) (*Template, error) {
	return nil, source.Errorf(at, "not yet")
}

// Render gives the text of the template.
func (t *Template) Render(ctx context.Context, s Scope) (string, error) { return "", nil }

// Nodes gives what the template puts out, piece by piece: template data as
// string, expressions as their value after Finalize.
func (t *Template) Nodes(ctx context.Context, s Scope) ([]any, error) { return nil, nil }

// Eval gives the value of an expression from ParseExpr; it may be a
// *value.Undefined.
func (t *Template) Eval(ctx context.Context, s Scope) (any, error) { return nil, nil }

// Undeclared lists the variables that the template takes from outside.
func (t *Template) Undeclared() []Ref { return nil }

// Unknown lists the filters and tests that the registry does not have.
func (t *Template) Unknown() (filters, tests []Ref) { return nil, nil }
