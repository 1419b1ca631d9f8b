package value

// Callable is anything that can be called: a bound method, a macro, a global
// function. kwargs is nil when there are none.
type Callable interface {
	Call(args []any, kwargs *Dict) (any, error)
}

// Func is a Go function as a Python one.
type Func struct {
	Name string
	Fn   func(args []any, kwargs *Dict) (any, error)
}

// Call runs the function.
func (f *Func) Call(args []any, kwargs *Dict) (any, error) { return f.Fn(args, kwargs) }

// Object is a value that another package makes (a loop, a namespace, a macro).
// It says more about itself through the optional interfaces Sized, Indexed,
// Iterable, Container, Truther, Stringer and Represented.
type Object interface {
	// TypeName is what type(v).__name__ gives.
	TypeName() string
}

// Attributed is an Object with attributes.
type Attributed interface {
	Attr(name string) (any, bool)
}

// Sized is an Object with a length.
type Sized interface {
	Len() int
}

// Indexed is an Object that can be subscripted.
type Indexed interface {
	Item(key any) (any, error)
}

// Iterable is an Object that can be iterated over.
type Iterable interface {
	Iterator() (*Iterator, error)
}

// Container is an Object that answers `in` itself.
type Container interface {
	Contains(item any) (bool, error)
}

// Truther is an Object with a truth of its own; others are true, or by their length.
type Truther interface {
	Truth() bool
}

// Stringer is an Object with a str() of its own; for others it is their repr().
type Stringer interface {
	String() string
}

// Enclosing is an Object whose repr() has that of another value in it.
type Enclosing interface {
	Enclosed() (before string, inner any, after string)
}

// Represented is an Object with a repr() of its own.
type Represented interface {
	Repr() string
}
