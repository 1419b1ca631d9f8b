package jinja

import (
	"maps"

	"goplay/internal/source"
)

// function is one activation of locals at run time: a template's root, a
// block, a macro or the body of a recursive loop. Names of enclosing functions
// are reached through the frame that made it, as Python's closures do.
type function struct {
	parent  *function
	slots   int
	symbols slab[symbol]
}

// symbol is a local variable: a slot of a function's frame.
type symbol struct {
	name string
	fn   *function
	slot int
	load load // how the slot is filled when the scope is entered
}

type loadKind uint8

const (
	loadUndefined loadKind = iota // the slot starts out missing
	loadParam                     // something else fills the slot
	loadResolve                   // asked of the context
	loadAlias                     // copied from an outer symbol
)

type load struct {
	kind loadKind
	from *symbol
	pos  source.Pos
}

// symbols is what one scope knows of its names. It follows the rules of Jinja2:
// a name that is only read comes from outside; one that is assigned is the
// scope's own and starts as the outer one or as missing.
type symbols struct {
	parent *symbols
	fn     *function
	own    *table
	refs   map[string]*symbol
	stores map[string]bool
}

// table holds the symbols of a scope, shared by the branches of an if. Where
// there are no branches refs knows them all, and byName is not made.
type table struct {
	byName map[string]*symbol
	order  []*symbol
}

func (t *table) index() {
	if t.byName != nil {
		return
	}
	t.byName = make(map[string]*symbol, len(t.order))
	for _, sym := range t.order {
		t.byName[sym.name] = sym
	}
}

func newSymbols(parent *symbols, fn *function) *symbols {
	return &symbols{parent: parent, fn: fn, own: &table{}}
}

// depth is how many scopes stand around this one.
func (s *symbols) depth() (n int) {
	for s = s.parent; s != nil; s = s.parent {
		n++
	}
	return n
}

func (s *symbols) copy() *symbols {
	s.own.index()
	return &symbols{parent: s.parent, fn: s.fn, own: s.own, refs: maps.Clone(s.refs), stores: maps.Clone(s.stores)}
}

func (s *symbols) define(name string, l load) *symbol {
	sym := s.refs[name]
	if sym == nil {
		sym = s.own.byName[name]
	}
	if sym == nil {
		sym = s.fn.symbols.take()
		*sym = symbol{name: name, fn: s.fn, slot: s.fn.slots}
		s.fn.slots++
		if s.own.byName != nil {
			s.own.byName[name] = sym
		}
		s.own.order = append(s.own.order, sym)
	}
	if s.refs == nil {
		s.refs = map[string]*symbol{}
	}
	s.refs[name] = sym
	sym.load = l
	return sym
}

// find returns the symbol a name stands for, or nil.
func (s *symbols) find(name string) *symbol {
	for ; s != nil; s = s.parent {
		if sym := s.refs[name]; sym != nil {
			return sym
		}
	}
	return nil
}

func (s *symbols) addStore(name string) {
	if s.stores == nil {
		s.stores = map[string]bool{}
	}
	s.stores[name] = true
}

// store notes that a name is assigned to.
func (s *symbols) store(name string) {
	s.addStore(name)
	if s.refs[name] != nil {
		return
	}
	if s.parent != nil {
		if outer := s.parent.find(name); outer != nil {
			s.define(name, load{kind: loadAlias, from: outer})
			return
		}
	}
	s.define(name, load{kind: loadUndefined})
}

// param notes a name that something else fills.
func (s *symbols) param(name string) *symbol {
	s.addStore(name)
	return s.define(name, load{kind: loadParam})
}

// load notes that a name is read.
func (s *symbols) load(name string, pos source.Pos) {
	if s.find(name) == nil {
		s.define(name, load{kind: loadResolve, pos: pos})
	}
}

// branches merges what the branches of an if know. A name that not every
// branch assigns starts as the outer one.
func (s *symbols) branches(branches []*symbols, pos source.Pos) {
	stored := map[string]int{}
	var names []string
	for _, b := range branches {
		for name := range b.stores {
			if s.stores[name] {
				continue
			}
			if stored[name] == 0 {
				names = append(names, name)
			}
			stored[name]++
		}
	}
	for _, b := range branches {
		for k, v := range b.refs {
			if s.refs == nil {
				s.refs = map[string]*symbol{}
			}
			s.refs[k] = v
		}
		for k := range b.stores {
			s.addStore(k)
		}
	}
	for _, name := range names {
		if stored[name] == len(branches) {
			continue
		}
		target := s.find(name)
		if s.parent != nil {
			if outer := s.parent.find(name); outer != nil {
				target.load = load{kind: loadAlias, from: outer}
				continue
			}
		}
		target.load = load{kind: loadResolve, pos: pos}
	}
}

// stored lists every assigned name of this scope and those around it, each with
// the symbol that is seen here.
func (s *symbols) stored() map[string]*symbol {
	all := map[string]*symbol{}
	for node := s; node != nil; node = node.parent {
		for name := range node.stores {
			if all[name] == nil {
				all[name] = s.find(name)
			}
		}
	}
	return all
}
