package jinja

import (
	"context"
	"math/big"
	"strings"

	"goplay/internal/source"
	"goplay/internal/value"
)

// expr and action are compiled nodes.
type (
	expr   func(*frame) (any, error)
	action func(*frame) error
)

// missing fills a slot whose name has no value.
type missingType struct{}

var missing = &missingType{}

// frame is one activation of a function.
type frame struct {
	slots  []any
	outer  *frame // the activation of the function around this one
	ctx    *scopes
	run    *run
	out    *output
	parent **Template // what {% extends %} named; nil where there is none
}

func newFrame(fn *function, outer *frame, ctx *scopes, r *run, out *output) *frame {
	f := &frame{outer: outer, ctx: ctx, run: r, out: out}
	if outer != nil {
		f.parent = outer.parent
	}
	if fn.slots > 0 {
		f.slots = make([]any, fn.slots)
		for i := range f.slots {
			f.slots[i] = missing
		}
	}
	return f
}

func (f *frame) up(hops int) *frame {
	for ; hops > 0; hops-- {
		f = f.outer
	}
	return f
}

// scopes is Jinja2's context: the names that a template has exported, in
// front of those it was given.
type scopes struct {
	vars     map[string]any
	exported map[string]bool
	locals   map[string]any // what the place that included this saw
	base     Scope          // nil: globals only
	globals  map[string]any
	blocks   map[string][]*block
}

// Lookup finds a name in what was exported, given, or is a global.
func (s *scopes) Lookup(name string) (any, bool, error) {
	if v, ok := s.vars[name]; ok {
		return v, true, nil
	}
	if v, ok := s.locals[name]; ok {
		return v, true, nil
	}
	if s.base != nil {
		if v, ok, err := s.base.Lookup(name); ok || err != nil {
			return v, ok, err
		}
	}
	v, ok := s.globals[name]
	return v, ok, nil
}

func (s *scopes) export(name string, v any) {
	if s.vars == nil {
		s.vars = map[string]any{}
	}
	s.vars[name] = v
	s.setExported(name, name[0] != '_')
}

func (s *scopes) setExported(name string, yes bool) {
	if !yes {
		delete(s.exported, name)
		return
	}
	if s.exported == nil {
		s.exported = map[string]bool{}
	}
	s.exported[name] = true
}

// inner makes the context of an included template or a scoped block.
func (s *scopes) inner(locals map[string]any) *scopes {
	return &scopes{locals: locals, base: s, globals: s.globals}
}

// run is one rendering: what it has used of its limits, and what it cached.
type run struct {
	env     *Env
	ctx     context.Context
	fuel    int64
	depth   int
	bytes   int
	modules map[*Template]*module
	groups  map[*any]bool // groupby's tuples, by where their parts are
	classes *Classes      // of texts; nil where nobody asks
	left    bool          // something still runs aside: nothing here is looked at any more
}

const (
	defaultFuel   = 15_000_000
	defaultDepth  = 400
	defaultOutput = 256 << 20
	defaultRepeat = 32 << 20
)

func newRun(env *Env, ctx context.Context, s Scope) *run {
	return &run{env: env, ctx: ctx, fuel: env.limits.Fuel, classes: classesOf(s)}
}

// step pays for one unit of work and looks at the context now and then.
func (r *run) step() error {
	r.fuel--
	if r.fuel < 0 {
		return r.exhausted()
	}
	if r.fuel&255 == 0 {
		return r.ctx.Err()
	}
	return nil
}

func (r *run) enter() error {
	if r.depth++; r.depth > r.env.limits.Depth {
		r.depth--
		return &LimitError{"macros, includes and calls are nested too deeply"}
	}
	return r.step()
}

func (r *run) leave() {
	if !r.left {
		r.depth--
	}
}

// output is where a frame writes: text, or piece by piece into emit.
type output struct {
	text strings.Builder
	emit func(v any, literal bool) error
}

func (f *frame) writeData(s string) error {
	if err := f.spend(len(s)); err != nil {
		return err
	}
	if f.out.emit != nil {
		return f.out.emit(s, true)
	}
	f.out.text.WriteString(s)
	return nil
}

func (f *frame) spend(n int) error {
	f.run.bytes += n
	if f.run.bytes > f.run.env.limits.Output {
		return &LimitError{"the template's output is too long"}
	}
	return nil
}

// writeValue writes what an expression, a macro or a block gave, finalized.
func (f *frame) writeValue(v any) error {
	if f.out.emit != nil {
		if s, ok := v.(string); ok {
			if err := f.spend(len(s)); err != nil {
				return err
			}
		}
		return f.out.emit(v, false)
	}
	s, err := str(v)
	if err != nil {
		return err
	}
	if err := f.spend(len(s)); err != nil {
		return err
	}
	f.out.text.WriteString(s)
	return nil
}

// capture runs a body with an output of its own and joins what it wrote.
func (f *frame) capture(body action) (any, error) {
	outside := f.out
	defer func() { f.out = outside }()
	concat := f.run.env.opts.Concat
	if concat == nil {
		f.out = &output{}
		if err := body(f); err != nil {
			return nil, err
		}
		return f.out.text.String(), nil
	}
	var nodes []any
	f.out = &output{emit: func(v any, _ bool) error {
		nodes = append(nodes, v)
		return nil
	}}
	if err := body(f); err != nil {
		return nil, err
	}
	if len(nodes) == 1 && f.run.classes.Stays(nodes[0]) {
		return nodes[0], nil
	}
	return concat(f.run.classes.Plain(nodes))
}

// str is Python's str(v), which fails for a strict undefined value.
func str(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case *value.Undefined:
		if v.Strict() {
			return "", v.Err()
		}
		return "", nil
	case *big.Int:
		if err := value.Printable(v); err != nil {
			return "", err
		}
	case *value.List, value.Tuple, *value.Dict:
		if deep(v, maxNesting) {
			return "", value.Raise("RecursionError", "maximum recursion depth exceeded while getting the repr of an object")
		}
		if err := value.Readable(v); err != nil {
			return "", err
		}
	case value.Mapping:
		d, _, err := value.AsDict(v)
		if err != nil {
			return "", err
		}
		return str(d)
	}
	return value.Str(v), nil
}

// truth is Python's bool(v), which fails for a strict undefined value.
func truth(v any) (bool, error) {
	switch v := v.(type) {
	case bool:
		return v, nil
	case *value.Undefined:
		if v.Strict() {
			return false, v.Err()
		}
		return false, nil
	}
	return value.Truth(v), nil
}

// entry is one name that a scope fills when it is entered.
type entry struct {
	sym  *symbol
	hops int // of the outer symbol of an alias
}

// enter fills the names of a scope.
func enter(f *frame, entries []entry) error {
	for i := range entries {
		e := &entries[i]
		switch l := &e.sym.load; l.kind {
		case loadUndefined:
			f.slots[e.sym.slot] = missing
		case loadAlias:
			f.slots[e.sym.slot] = f.up(e.hops).slots[l.from.slot]
		case loadResolve:
			v, ok, err := f.ctx.Lookup(e.sym.name)
			if err != nil {
				return place(l.pos, err)
			}
			if !ok {
				v = missing
			}
			f.slots[e.sym.slot] = v
		}
	}
	return nil
}

// visible is the Scope of a call: locals first.
type visible struct {
	f  *frame
	fn *function
	sy *symbols
}

// Lookup finds a name as an expression at the call's place would.
func (v *visible) Lookup(name string) (any, bool, error) {
	if sym := v.sy.find(name); sym != nil {
		if val := v.f.up(hops(v.fn, sym.fn)).slots[sym.slot]; val != any(missing) {
			return val, true, nil
		}
	}
	return v.f.ctx.Lookup(name)
}

func hops(from, to *function) int {
	n := 0
	for from != to {
		from = from.parent
		n++
	}
	return n
}

// undefined makes the undefined value of a name.
func (e *Env) undefined(name string) *value.Undefined {
	return &value.Undefined{Name: name, Kind: e.opts.Undefined}
}

func (e *Env) undefinedHint(hint string, name any) *value.Undefined {
	return &value.Undefined{Hint: hint, Name: name, Kind: e.opts.Undefined}
}

// undefinedIn makes the undefined value of an attribute or item.
func (e *Env) undefinedIn(obj, name any) *value.Undefined {
	return &value.Undefined{Obj: obj, HasObj: true, Name: name, Kind: e.opts.Undefined}
}

func exception(pos source.Pos, typ, format string, args ...any) error {
	return place(pos, value.Raise(typ, format, args...))
}
