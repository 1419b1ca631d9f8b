package vars

import (
	"maps"
	"slices"
	"sync"

	"goplay/internal/tree"
	"goplay/internal/value"
)

// Store keeps what a run learns about hosts: facts, what set_fact, register
// and include_vars made. It is safe for concurrent use.
type Store struct {
	Inject bool // facts are variables of their own beside ansible_facts
	Merge  bool // hash_behaviour = merge

	mu    sync.RWMutex
	hosts map[string]*hostStore
}

type hostStore struct {
	facts    *value.Dict
	injected Layer
	included Layer
	set      Layer
	order    map[string]int // of the names in set
}

// NewStore makes an empty store.
func NewStore(inject, merge bool) *Store {
	return &Store{Inject: inject, Merge: merge, hosts: map[string]*hostStore{}}
}

func (s *Store) host(name string) *hostStore {
	h := s.hosts[name]
	if h == nil {
		h = &hostStore{facts: value.NewDict()}
		s.hosts[name] = h
	}
	return h
}

// Facts returns what is known of a host, under the names modules gave; it is
// never nil and must not be changed.
func (s *Store) Facts(host string) *value.Dict {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if h := s.hosts[host]; h != nil {
		return h.facts
	}
	return value.NewDict()
}

// AddFacts adds facts to those a host has; a dict of the same name is
// combined with the one there at its first level.
func (s *Store) AddFacts(host string, facts *value.Dict) {
	if facts.Len() == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.host(host)
	all := h.facts.Copy()
	all.Update(facts)
	h.facts = all
	h.injected = FactsLayer(all, s.Inject)
}

// ClearFacts forgets a host's facts.
func (s *Store) ClearFacts(host string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.host(host)
	h.facts, h.injected = value.NewDict(), nil
}

// Lists is a value with lists for its tuples: what is kept and read again as a
// variable is never a tuple, as in Ansible.
func Lists(v any) any {
	if !holdsTuple(v) {
		return v
	}
	switch v := v.(type) {
	case value.Tuple:
		return Lists(value.NewList(v...))
	case *value.List:
		out := &value.List{}
		for _, item := range v.Items {
			out.Append(Lists(item))
		}
		return out
	case *value.Dict:
		out := value.NewDict()
		for k, item := range v.All() {
			out.Set(k, Lists(item))
		}
		return out
	}
	return v
}

func holdsTuple(v any) bool {
	switch v := v.(type) {
	case value.Tuple:
		return true
	case *value.List:
		return slices.ContainsFunc(v.Items, holdsTuple)
	case *value.Dict:
		for _, item := range v.All() {
			if holdsTuple(item) {
				return true
			}
		}
	}
	return false
}

// Set gives a variable its value at the level of set_fact and register.
func (s *Store) Set(host, name string, v any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.host(host)
	h.set = with(h.set, Layer{name: Lists(v)})
	if _, known := h.order[name]; !known {
		order := make(map[string]int, len(h.order)+1)
		maps.Copy(order, h.order)
		order[name] = len(order) + 1
		h.order = order
	}
}

// order is that in which a host's variables were set.
func (s *Store) order(host string) map[string]int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if h := s.hosts[host]; h != nil {
		return h.order
	}
	return nil
}

// Include adds variables at the level of include_vars; where that is the rule of
// the run, dicts extend those of the same name.
func (s *Store) Include(host string, l Layer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.host(host)
	if s.Merge {
		l = combined(h.included, l)
	}
	h.included = with(h.included, l)
}

func combined(under, over Layer) Layer {
	out := Layer{}
	for name, v := range over {
		if old, ok := under[name]; ok && isDict(old) && isDict(v) {
			v = tree.Merge(asNode(old), asNode(v))
		}
		out[name] = v
	}
	return out
}

// with copies a layer, so that scopes that hold the old one stay as they are.
func with(old, add Layer) Layer {
	l := make(Layer, len(old)+len(add))
	for k, v := range old {
		l[k] = v
	}
	for k, v := range add {
		l[k] = v
	}
	return l
}

// layers are a host's levels: set_fact and register, include_vars, facts.
func (s *Store) layers(host string) (set, included, facts Layer) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	h := s.hosts[host]
	if h == nil {
		return nil, nil, s.nothingKnown()
	}
	if h.injected == nil {
		return h.set, h.included, s.nothingKnown()
	}
	return h.set, h.included, h.injected
}

// nothingKnown is the level of facts before any were gathered: the variables
// that hold them are there, and empty.
func (s *Store) nothingKnown() Layer {
	l := Layer{"ansible_facts": value.NewDict()}
	if !s.Inject {
		l["ansible_local"] = value.NewDict()
	}
	return l
}

// cache keeps the layer of each node: nodes are immutable.
type cache struct{ m sync.Map }

func (c *cache) of(n *tree.Node) Layer {
	if n == nil {
		return nil
	}
	if l, ok := c.m.Load(n); ok {
		return l.(Layer)
	}
	l := OfNode(n)
	c.m.Store(n, l)
	return l
}
