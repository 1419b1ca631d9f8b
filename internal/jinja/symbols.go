package jinja

import "goplay/internal/source"

// function is one activation of locals at run time: a template's root, a
// block, a macro or the body of a recursive loop. Names of enclosing functions
// are reached through the frame that made it, as Python's closures do.
type function struct {
	parent *function
	slots  int
}

// symbol is a local variable: a slot of a function's frame.
type symbol struct {
	name string
	fn   *function
	slot int
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
	name string
	pos  source.Pos
}

// symbols is what one scope knows of its names. It follows the rules of Jinja2:
// a name that is only read comes from outside; one that is assigned is the
// scope's own and starts as the outer one or as missing.
type symbols struct {
	parent *symbols
	fn     *function
	own    map[string]*symbol // shared by the branches of an if
	refs   map[string]*symbol
	loads  map[*symbol]load
	order  []*symbol // of loads, as they were first defined
	stores map[string]bool
}

func newSymbols(parent *symbols, fn *function) *symbols {
	return &symbols{parent: parent, fn: fn, own: map[string]*symbol{}, refs: map[string]*symbol{},
		loads: map[*symbol]load{}, stores: map[string]bool{}}
}

func (s *symbols) copy() *symbols {
	c := &symbols{parent: s.parent, fn: s.fn, own: s.own, refs: make(map[string]*symbol, len(s.refs)),
		loads: make(map[*symbol]load, len(s.loads)), stores: make(map[string]bool, len(s.stores)),
		order: append([]*symbol(nil), s.order...)}
	for k, v := range s.refs {
		c.refs[k] = v
	}
	for k, v := range s.loads {
		c.loads[k] = v
	}
	for k := range s.stores {
		c.stores[k] = true
	}
	return c
}

func (s *symbols) define(name string, l load) *symbol {
	sym := s.own[name]
	if sym == nil {
		sym = &symbol{name: name, fn: s.fn, slot: s.fn.slots}
		s.fn.slots++
		s.own[name] = sym
	}
	s.refs[name] = sym
	s.setLoad(sym, l)
	return sym
}

func (s *symbols) setLoad(sym *symbol, l load) {
	if _, ok := s.loads[sym]; !ok {
		s.order = append(s.order, sym)
	}
	s.loads[sym] = l
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

func (s *symbols) findLoad(sym *symbol) (load, bool) {
	for ; s != nil; s = s.parent {
		if l, ok := s.loads[sym]; ok {
			return l, true
		}
	}
	return load{}, false
}

// store notes that a name is assigned to.
func (s *symbols) store(name string) {
	s.stores[name] = true
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
	s.stores[name] = true
	return s.define(name, load{kind: loadParam})
}

// load notes that a name is read.
func (s *symbols) load(name string, pos source.Pos) {
	if s.find(name) == nil {
		s.define(name, load{kind: loadResolve, name: name, pos: pos})
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
			s.refs[k] = v
		}
		for _, sym := range b.order {
			s.setLoad(sym, b.loads[sym])
		}
		for k := range b.stores {
			s.stores[k] = true
		}
	}
	for _, name := range names {
		if stored[name] == len(branches) {
			continue
		}
		target := s.find(name)
		if s.parent != nil {
			if outer := s.parent.find(name); outer != nil {
				s.setLoad(target, load{kind: loadAlias, from: outer})
				continue
			}
		}
		s.setLoad(target, load{kind: loadResolve, name: name, pos: pos})
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
