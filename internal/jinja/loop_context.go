package jinja

import (
	"fmt"

	"goplay/internal/value"
)

// loopContext is the `loop` of a template's for.
type loopContext struct {
	source  any // what is iterated over, for its length
	it      *value.Iterator
	length  int // -1 until it is known
	index0  int
	before  any
	current any
	after   any // peeked at; missing otherwise
	changed []any
	depth0  int
	recurse func(iterable any, depth int) (any, error) // nil unless recursive
	env     *Env
}

func (l *loopContext) next() (bool, error) {
	var v any
	if l.after != any(missing) {
		v, l.after = l.after, missing
	} else {
		var ok bool
		var err error
		if v, ok, err = l.it.Next(); !ok || err != nil {
			return false, err
		}
	}
	l.index0++
	l.before, l.current = l.current, v
	return true, nil
}

func (l *loopContext) peek() (any, error) {
	if l.after != any(missing) {
		return l.after, nil
	}
	v, ok, err := l.it.Next()
	if ok && err == nil {
		l.after = v
	}
	return l.after, err
}

// count is the number of items; an iterator is read to its end for it.
func (l *loopContext) count() (int, error) {
	if l.length >= 0 {
		return l.length, nil
	}
	if n, err := value.Len(l.source); err == nil {
		l.length = n
		return n, nil
	}
	rest, err := value.Items(l.it)
	if err != nil {
		return 0, err
	}
	l.it = value.SliceIterator("list_iterator", rest)
	l.length = len(rest) + l.index0 + 1
	if l.after != any(missing) {
		l.length++
	}
	return l.length, nil
}

// TypeName is Python's.
func (l *loopContext) TypeName() string { return "LoopContext" }

// TypeModule is where Python has the class.
func (l *loopContext) TypeModule() string { return "jinja2.runtime" }

// Repr is what Jinja2 prints for it.
func (l *loopContext) Repr() string {
	n, _ := l.count()
	return fmt.Sprintf("<LoopContext %d/%d>", l.index0+1, n)
}

// Call goes through another iterable with the body of a recursive loop.
func (l *loopContext) Call(args []any, kwargs *value.Dict) (any, error) {
	if l.recurse == nil {
		return nil, value.Raise("TypeError", "The loop must have the 'recursive' marker to be called recursively.")
	}
	if len(args) != 1 || kwargs.Len() > 0 {
		return nil, value.Raise("TypeError", "LoopContext.__call__() takes 2 positional arguments but %d were given", len(args)+1)
	}
	return l.recurse(args[0], l.depth0+1)
}

// Attr gives loop.index and its like; an error while the items are counted
// shows as the item that fails, so it is left to the loop itself.
func (l *loopContext) Attr(name string) (any, bool) {
	switch name {
	case "index":
		return int64(l.index0 + 1), true
	case "index0":
		return int64(l.index0), true
	case "first":
		return l.index0 == 0, true
	case "depth":
		return int64(l.depth0 + 1), true
	case "depth0":
		return int64(l.depth0), true
	case "previtem":
		if l.index0 == 0 {
			return l.env.undefinedHint("there is no previous item", nil), true
		}
		return l.before, true
	case "cycle":
		return &value.Func{Name: "cycle", Fn: l.cycle}, true
	case "changed":
		return &value.Func{Name: "changed", Fn: l.hasChanged}, true
	}
	return l.ahead(name)
}

// ahead gives what needs to know the items that are still to come.
func (l *loopContext) ahead(name string) (any, bool) {
	switch name {
	case "last", "nextitem":
		next, err := l.peek()
		if err != nil {
			next = missing
			l.it = &value.Iterator{Next: func() (any, bool, error) { return nil, false, err }}
		}
		switch {
		case name == "last":
			return next == any(missing), true
		case next == any(missing):
			return l.env.undefinedHint("there is no next item", nil), true
		}
		return next, true
	case "length", "revindex", "revindex0":
		n, err := l.count()
		if err != nil {
			l.it = &value.Iterator{Next: func() (any, bool, error) { return nil, false, err }}
		}
		switch name {
		case "revindex":
			n -= l.index0
		case "revindex0":
			n -= l.index0 + 1
		}
		return int64(n), true
	}
	return nil, false
}

func (l *loopContext) cycle(args []any, _ *value.Dict) (any, error) {
	if len(args) == 0 {
		return nil, value.Raise("TypeError", "no items for cycling given")
	}
	return args[l.index0%len(args)], nil
}

func (l *loopContext) hasChanged(args []any, _ *value.Dict) (any, error) {
	same := l.changed != nil && len(l.changed) == len(args)
	for i := 0; same && i < len(args); i++ {
		var err error
		if same, err = equal(l.changed[i], args[i]); err != nil {
			return nil, err
		}
	}
	if !same {
		l.changed = append([]any{}, args...)
	}
	return !same, nil
}
