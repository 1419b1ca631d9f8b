// Package template evaluates text from files the way Ansible does on top of
// Jinja2: variables are looked up lazily and may themselves be templates,
// playbook arguments become data, template files become text, conditions
// become true or false. Text that came from a host is a value here and is
// never evaluated: only tree.Nodes are.
package template

import (
	"context"
	"sync/atomic"

	"goplay/internal/jinja"
)

// Vars are the variables of one step. What Lookup returns is a value, a
// *tree.Node (evaluated in these same Vars whenever it is asked for), or a Lazy.
type Vars interface {
	Lookup(name string) (v any, found bool)
	// Names lists every name there is, for `vars`, varnames and suggestions.
	Names() []string
}

// Lazy is a value that is only made when somebody asks for it. A Lazy that
// evaluates other hosts' variables hands on its ctx, which is how a variable
// that leads back to itself is noticed.
type Lazy func(ctx context.Context) (any, error)

// Options are what an Engine works with.
type Options struct {
	// Registry has the filters, tests and globals; nil is Jinja2's own. New adds
	// the globals now and undef where they are missing.
	Registry *jinja.Registry
	// Native keeps the types of what templates give, as jinja2_native does.
	Native bool
	// IgnoreUndefined leaves a text with undefined variables as it is, as
	// error_on_undefined_vars=false does.
	IgnoreUndefined bool
	// TextFilters give text that stays text even when it looks like a list; nil
	// is Ansible's own choice.
	TextFilters []string
	// Null is what an argument becomes that is one variable whose value is null.
	Null any
	// Without are the statements that templates do not have.
	Without []string
	// Limits bound each template; zero fields are jinja's defaults.
	Limits jinja.Limits
	// BaseDir is where arguments that include templates find them: the
	// playbook's folder. Empty finds nothing.
	BaseDir string
	// Warn is told of what works but should be written otherwise; it may be nil.
	Warn func(text string)
}

// Engine evaluates templates. It is safe for concurrent use.
type Engine struct {
	o     Options
	texts map[string]string // the class of the texts that filters give
	// classes outlive an evaluation: what set_fact or a loop keeps may be such a text.
	classes jinja.Classes
	traced  atomic.Bool // a template asks where its texts come from
	reg     *jinja.Registry
	data    *jinja.Env // playbook arguments
	cache   *cache
	files   *envs
}

// New makes an engine.
func New(o Options) *Engine {
	if o.Registry == nil {
		o.Registry = jinja.NewRegistry()
	}
	registerGlobals(o.Registry)
	if o.TextFilters == nil {
		o.TextFilters = textFilters
	}
	texts := map[string]string{}
	for _, name := range o.TextFilters {
		texts[name] = stays
	}
	e := &Engine{o: o, texts: texts, reg: o.Registry, cache: newCache(4096), files: newEnvs()}
	e.reg.OnMissing(e.missingPlugin)
	e.data = jinja.New(e.reg, e.dataOptions())
	return e
}

// Registry returns the filters, tests and globals of the engine.
func (e *Engine) Registry() *jinja.Registry { return e.reg }

// Native reports whether templates keep the types of what they give.
func (e *Engine) Native() bool { return e.o.Native }

func (e *Engine) dataOptions() jinja.Options {
	o := jinja.Options{
		TrimBlocks:        true,
		DoubleBackslashes: true,
		Finalize:          finalize,
		Concat:            joinData,
		Limits:            e.o.Limits,
		Without:           e.o.Without,
		Rewrite:           templatedTerms,
		TextFilters:       e.texts,
	}
	if e.o.BaseDir != "" {
		o.Loader = loader{e.o.BaseDir}
	}
	if e.o.Native {
		o.Finalize, o.Concat = finalizeNative, joinNative
	}
	return o
}

func (e *Engine) warn(text string) {
	if e.o.Warn != nil {
		e.o.Warn(text)
	}
}
