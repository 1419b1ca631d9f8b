package jinja

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"sync"

	"goplay/internal/source"
	"goplay/internal/value"
)

var background = context.Background()

// maxCached is how many compiled templates an environment keeps.
const maxCached = 4096

// Env is a registry with options: what templates are parsed and rendered in.
// It keeps what it has compiled, and is safe for concurrent use.
type Env struct {
	reg    *Registry
	opts   Options
	syntax *syntax
	limits Limits

	mu    sync.Mutex
	cache map[cacheKey]*Template
}

type cacheKey struct {
	src  string
	at   source.Pos
	name string
	expr bool
}

// New makes an environment. The registry is kept, not copied.
func New(reg *Registry, opts Options) *Env {
	e := &Env{reg: reg, opts: opts, syntax: newSyntax(opts), limits: opts.Limits, cache: map[cacheKey]*Template{}}
	if e.limits.Fuel <= 0 {
		e.limits.Fuel = defaultFuel
	}
	if e.limits.Depth <= 0 {
		e.limits.Depth = defaultDepth
	}
	if e.limits.Output <= 0 {
		e.limits.Output = defaultOutput
	}
	if e.limits.Repeat <= 0 {
		e.limits.Repeat = defaultRepeat
	}
	return e
}

// Registry returns the filters, tests and globals of the environment.
func (e *Env) Registry() *Registry { return e.reg }

// Options returns the options of the environment.
func (e *Env) Options() Options { return e.opts }

// Parse compiles a template whose text starts at a place of a file. Errors are
// *source.Error with a *SyntaxError inside. Equal texts at equal places give
// the same Template.
func (e *Env) Parse(src string, at source.Pos) (*Template, error) {
	return e.parse(src, at, "")
}

func (e *Env) parse(src string, at source.Pos, name string) (*Template, error) {
	return e.cached(cacheKey{src, at, name, false}, func() (*Template, error) {
		root, err := parseTemplate(e.syntax, src, at)
		if err != nil {
			return nil, err
		}
		if e.opts.Rewrite != nil {
			e.opts.Rewrite(root)
		}
		t := &Template{env: e, ast: root, name: name, size: len(src)}
		c := &compiler{env: e, name: name}
		t.main = c.template(t, root)
		t.note(c)
		return t, nil
	})
}

// ParseExpr compiles an expression alone, as `when:` has it. Errors are
// *source.Error with a *SyntaxError inside.
func (e *Env) ParseExpr(src string, at source.Pos) (*Template, error) {
	return e.cached(cacheKey{src, at, "", true}, func() (*Template, error) {
		x, err := parseExpression(e.syntax, src, at)
		if err != nil {
			return nil, err
		}
		if e.opts.Rewrite != nil {
			e.opts.Rewrite(x)
		}
		t := &Template{env: e, ast: x}
		c := &compiler{env: e}
		t.value = c.expression(t, x)
		t.note(c)
		return t, nil
	})
}

func (e *Env) cached(key cacheKey, parse func() (*Template, error)) (*Template, error) {
	e.mu.Lock()
	t := e.cache[key]
	e.mu.Unlock()
	if t != nil {
		return t, nil
	}
	t, err := parse()
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.cache) >= maxCached {
		clear(e.cache)
	}
	e.cache[key] = t
	return t, nil
}

// template loads what an include or extends names: a name, or the first of
// several that is there.
func (e *Env) template(v any) (*Template, error) {
	switch v := v.(type) {
	case string, value.Markup:
		return e.oneTemplate(v)
	case *value.Undefined:
		return nil, v.Err()
	}
	if !value.Truth(v) {
		return nil, value.Raise("TemplatesNotFound", "Tried to select from an empty list of templates.")
	}
	names, err := value.Items(v)
	if err != nil {
		return nil, err
	}
	tried := make([]string, 0, len(names))
	for _, name := range names {
		t, err := e.oneTemplate(name)
		if err == nil || !IsNotFound(err) {
			return t, err
		}
		tried = append(tried, value.Str(name))
	}
	return nil, value.Raise("TemplatesNotFound", "none of the templates given were found: %s", strings.Join(tried, ", "))
}

func (e *Env) oneTemplate(v any) (*Template, error) {
	if u, ok := v.(*value.Undefined); ok {
		return nil, u.Err()
	}
	if err := hashable(v); err != nil {
		return nil, err
	}
	name, err := str(v)
	if err != nil {
		return nil, err
	}
	if e.opts.Loader == nil {
		return nil, value.Raise("TypeError", "no loader for this environment specified")
	}
	src, file, err := e.opts.Loader.Load(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, value.Raise("TemplateNotFound", "%s", name)
	}
	if err != nil {
		return nil, err
	}
	return e.parse(src, source.Pos{File: file, Line: 1, Col: 1}, name)
}
