package jinja

import (
	"strings"

	"goplay/internal/value"
)

// Params are the parameters of a Python function, by which the arguments of a
// filter, a test or a function are put in order with Python's errors.
type Params struct {
	fn       string
	names    []string
	defaults []any
	required int
	hidden   int // leading parameters that Jinja2 fills, counted in messages
}

// NewParams reads "s, width=4, first=False": names, and defaults as Python
// literals without commas. environment, context, eval_ctx and self in front are
// counted as Python does and never bound. It panics on a default that is no
// literal.
func NewParams(fn, spec string) *Params {
	p := &Params{fn: fn}
	for _, part := range strings.Split(spec, ",") {
		name, def, hasDefault := strings.Cut(strings.TrimSpace(part), "=")
		switch {
		case name == "environment" || name == "context" || name == "eval_ctx" || name == "self":
			p.hidden++
			continue
		case !hasDefault:
			p.required++
		default:
			v, err := value.ParseLiteral(def)
			if err != nil {
				panic("jinja: " + fn + ": default " + def + ": " + err.Error())
			}
			p.defaults = append(p.defaults, v)
		}
		p.names = append(p.names, name)
	}
	return p
}

// Bind gives the value of every parameter, in order.
func (p *Params) Bind(args []any, kwargs *value.Dict) ([]any, error) {
	if len(args) > len(p.names) {
		return nil, p.tooMany(len(args))
	}
	if len(args) == len(p.names) && kwargs.Len() == 0 {
		return args, nil
	}
	bound := make([]any, len(p.names))
	given := make([]bool, len(p.names))
	for i := copy(bound, args) - 1; i >= 0; i-- {
		given[i] = true
	}
	for k, v := range kwargs.All() {
		i := p.index(k)
		if i < 0 {
			return nil, value.Raise("TypeError", "%s() got an unexpected keyword argument %s", p.fn, value.Repr(k))
		}
		if given[i] {
			return nil, value.Raise("TypeError", "%s() got multiple values for argument %s", p.fn, value.Repr(k))
		}
		bound[i], given[i] = v, true
	}
	var lacking []string
	for i := range bound {
		switch {
		case given[i]:
		case i < p.required:
			lacking = append(lacking, value.Repr(p.names[i]))
		default:
			bound[i] = p.defaults[i-p.required]
		}
	}
	if len(lacking) > 0 {
		return nil, p.tooFew(lacking)
	}
	return bound, nil
}

func (p *Params) index(name any) int {
	for i, n := range p.names {
		if n == name {
			return i
		}
	}
	return -1
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

func (p *Params) tooMany(given int) error {
	most, least := p.hidden+len(p.names), p.hidden+p.required
	given += p.hidden
	verb := "were"
	if given == 1 {
		verb = "was"
	}
	if most == least {
		return value.Raise("TypeError", "%s() takes %d positional %s but %d %s given", p.fn, most, plural(most, "argument"), given, verb)
	}
	return value.Raise("TypeError", "%s() takes from %d to %d positional arguments but %d %s given", p.fn, least, most, given, verb)
}

func (p *Params) tooFew(lacking []string) error {
	n := len(lacking)
	list := lacking[0]
	switch {
	case n == 2:
		list = lacking[0] + " and " + lacking[1]
	case n > 2:
		list = strings.Join(lacking[:n-1], ", ") + ", and " + lacking[n-1]
	}
	return value.Raise("TypeError", "%s() missing %d required positional %s: %s", p.fn, n, plural(n, "argument"), list)
}

// Func makes a Func of code that takes its arguments bound.
func (p *Params) Func(code func(c *Call, args []any) (any, error)) Func {
	return func(c *Call) (any, error) {
		args, err := p.Bind(c.Args, c.Kwargs)
		if err != nil {
			return nil, err
		}
		return code(c, args)
	}
}

// builtin makes a Func of one of Python's own functions of n arguments.
func builtin(name string, n int, code func(c *Call, args []any) (any, error)) Func {
	return func(c *Call) (any, error) {
		if c.Kwargs.Len() > 0 {
			return nil, value.Raise("TypeError", "%s() takes no keyword arguments", name)
		}
		switch {
		case len(c.Args) == n:
			return code(c, c.Args)
		case n == 1:
			return nil, value.Raise("TypeError", "%s() takes exactly one argument (%d given)", name, len(c.Args))
		}
		return nil, value.Raise("TypeError", "%s expected %d arguments, got %d", name, n, len(c.Args))
	}
}
