package value

import "math/big"

// member is an attribute of a type: a method with the arguments it takes, or
// with get a plain attribute.
type member struct {
	get   func(self any) any
	fn    func(self any, args []any) (any, error)
	full  func(self any, args []any, kwargs *Dict) (any, error)
	style argStyle
	min   int
	max   int
	names []string // of arguments that may be given by name
}

// argStyle is how a method of CPython reads its arguments, which its error
// words show.
type argStyle uint8

const (
	styleNone  argStyle = iota // takes no arguments
	styleOne                   // takes exactly one
	styleCount                 // "x expected at least 1 argument, got 0"
	styleParse                 // "x() takes at least 1 argument (0 given)"
	styleNamed                 // arguments have names
)

type methodFunc = func(self any, args []any) (any, error)

func attribute(get func(self any) any) *member { return &member{get: get} }

func noArgs(fn func(self any) (any, error)) *member {
	return &member{fn: func(self any, _ []any) (any, error) { return fn(self) }}
}

func oneArg(fn func(self, arg any) (any, error)) *member {
	return &member{style: styleOne, min: 1, max: 1, fn: func(self any, a []any) (any, error) { return fn(self, a[0]) }}
}

func counted(lo, hi int, fn methodFunc) *member {
	return &member{style: styleCount, min: lo, max: hi, fn: fn}
}

func parsed(lo, hi int, fn methodFunc) *member {
	return &member{style: styleParse, min: lo, max: hi, fn: fn}
}

// named methods get one argument for each name; those not given are omitted.
func named(fn methodFunc, least int, names ...string) *member {
	return &member{style: styleNamed, min: least, max: len(names), names: names, fn: fn}
}

// free methods take any arguments.
func free(fn func(self any, args []any, kwargs *Dict) (any, error)) *member {
	return &member{full: fn}
}

// Receiver is the object of a method, nil of all else that can be called.
func Receiver(fn any) any {
	if m, ok := fn.(*method); ok {
		return m.self
	}
	return nil
}

// TextOf is the string whose method is called. It reports whether the method
// makes new texts: partition gives the string itself where it finds nothing.
func TextOf(fn any) (text string, makes bool) {
	m, ok := fn.(*method)
	if !ok {
		return "", false
	}
	text, ok = m.self.(string)
	return text, ok && m.name != "partition" && m.name != "rpartition"
}

// omitted stands for an argument that was not given.
type omittedArg struct{}

var omitted any = omittedArg{}

// method is a method bound to its object.
type method struct {
	*member
	self any
	name string
}

// Call runs the method, with Python's TypeErrors for arguments it does not take.
func (m *method) Call(args []any, kwargs *Dict) (any, error) {
	if m.full != nil {
		return m.full(m.self, args, kwargs)
	}
	if m.style == styleNamed {
		bound, err := m.bind(args, kwargs)
		if err != nil {
			return nil, err
		}
		return m.fn(m.self, bound)
	}
	qualified := TypeName(m.self) + "." + m.name
	if kwargs.Len() > 0 {
		if m.style == styleParse {
			qualified = m.name
		}
		return nil, typeError("%s() takes no keyword arguments", qualified)
	}
	if n := len(args); n < m.min || n > m.max {
		return nil, m.arityError(qualified, n)
	}
	return m.fn(m.self, args)
}

func (m *method) arityError(qualified string, n int) error {
	limit, bound, word := m.min, "at least", "argument"
	if n > m.max {
		limit, bound = m.max, "at most"
	}
	if limit != 1 {
		word = "arguments"
	}
	switch m.style {
	case styleNone:
		return typeError("%s() takes no arguments (%d given)", qualified, n)
	case styleOne:
		return typeError("%s() takes exactly one argument (%d given)", qualified, n)
	case styleCount:
		if m.min == m.max {
			return typeError("%s expected %d %s, got %d", m.name, limit, word, n)
		}
		return typeError("%s expected %s %d %s, got %d", m.name, bound, limit, word, n)
	default:
		if m.min == m.max {
			bound = "exactly"
		}
		return typeError("%s() takes %s %d %s (%d given)", m.name, bound, limit, word, n)
	}
}

func (m *method) bind(args []any, kwargs *Dict) ([]any, error) {
	if n := len(args) + kwargs.Len(); n > m.max {
		return nil, m.arityError("", n)
	}
	bound := make([]any, m.max)
	for i := range bound {
		bound[i] = omitted
	}
	copy(bound, args)
	for k, v := range kwargs.All() {
		i := indexOf(m.names, k)
		if i < 0 {
			return nil, typeError("'%s' is an invalid keyword argument for %s()", Str(k), m.name)
		}
		if i < len(args) {
			return nil, typeError("argument for %s() given by name ('%s') and position (%d)", m.name, Str(k), i+1)
		}
		bound[i] = v
	}
	for i := range m.min {
		if bound[i] == omitted {
			return nil, typeError("%s() missing required argument '%s' (pos %d)", m.name, m.names[i], i+1)
		}
	}
	return bound, nil
}

func indexOf(names []string, name any) int {
	for i, n := range names {
		if n == name {
			return i
		}
	}
	return -1
}

// argInt reads an argument that has to be an int, cut to what any size needs.
func argInt(v any) (int, error) {
	switch v := unbool(v).(type) {
	case int64:
		return int(v), nil
	case *big.Int:
		return 0, Raise("OverflowError", "Python int too large to convert to C ssize_t")
	}
	return 0, typeError("'%s' object cannot be interpreted as an integer", typePath(v))
}

// argType names the type of a wrong argument as CPython's argument parser does.
func argType(v any) string {
	if v == nil {
		return "None"
	}
	return typePath(v)
}
