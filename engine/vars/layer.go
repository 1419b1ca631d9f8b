// Package vars answers what a variable is for one host at one task: Ansible's
// levels of precedence as layers, searched from the top when a name is asked
// for, so that nothing is merged or evaluated that nobody uses. It knows what
// was written and what was found on hosts, and runs nothing.
package vars

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// Layer is one level of variables: each is a value, a *tree.Node still to be
// evaluated, or a template.Lazy.
type Layer map[string]any

// OfNode makes a layer of a mapping as written; anything else gives an empty one.
func OfNode(n *tree.Node) Layer {
	if n == nil || n.Kind != tree.Map {
		return nil
	}
	l := make(Layer, len(n.Pairs))
	for _, p := range n.Pairs {
		l[p.Name()] = p.Value
	}
	return l
}

// OfDict makes a layer of data.
func OfDict(d *value.Dict) Layer {
	l := make(Layer, d.Len())
	for k, v := range d.All() {
		l[value.Str(k)] = v
	}
	return l
}

// Scope is the variables of one host at one task. It is immutable.
type Scope struct {
	layers []Layer        // the winner first
	merge  bool           // hash_behaviour = merge
	order  map[string]int // in which variables without a place were set
}

var _ template.Vars = (*Scope)(nil)

// NewScope makes a scope of layers, the winner first; nil layers are dropped.
// With merge, dicts of the same name are combined instead of the upper one
// hiding the lower.
func NewScope(merge bool, layers ...Layer) *Scope {
	s := &Scope{merge: merge, layers: make([]Layer, 0, len(layers))}
	for _, l := range layers {
		if len(l) > 0 {
			s.layers = append(s.layers, l)
		}
	}
	return s
}

// With puts a layer on top.
func (s *Scope) With(top Layer) *Scope {
	if len(top) == 0 {
		return s
	}
	layers := make([]Layer, 0, len(s.layers)+1)
	return &Scope{merge: s.merge, order: s.order, layers: append(append(layers, top), s.layers...)}
}

// Under puts a layer below all others.
func (s *Scope) Under(bottom Layer) *Scope {
	if len(bottom) == 0 {
		return s
	}
	return &Scope{merge: s.merge, order: s.order, layers: append(s.layers[:len(s.layers):len(s.layers)], bottom)}
}

// Lookup finds a variable. What it returns may still have to be evaluated.
func (s *Scope) Lookup(name string) (any, bool) {
	for i, l := range s.layers {
		v, ok := l[name]
		if !ok {
			continue
		}
		if s.merge && isDict(v) {
			return s.merged(name, v, s.layers[i+1:]), true
		}
		return v, true
	}
	return nil, false
}

// Names lists every variable once: those of the lowest layer first, each layer's
// as they are written.
func (s *Scope) Names() []string {
	seen := map[string]bool{}
	var names []string
	for _, l := range slices.Backward(s.layers) {
		for _, name := range l.written(s.order) {
			if !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	return names
}

// written are the names of a layer in the order in which a file has them; those
// that come from no file are in the order in which they were set, or of the
// alphabet.
func (l Layer) written(order map[string]int) []string {
	return slices.SortedFunc(maps.Keys(l), func(a, b string) int {
		p, q := placeOf(l[a]), placeOf(l[b])
		switch {
		case p.Before(q):
			return -1
		case q.Before(p):
			return 1
		default:
			return cmp.Or(order[a]-order[b], strings.Compare(a, b))
		}
	})
}

func placeOf(v any) source.Pos {
	if n, ok := v.(*tree.Node); ok && n != nil {
		return n.Pos
	}
	return source.Pos{}
}

func isDict(v any) bool {
	switch v := v.(type) {
	case *tree.Node:
		return v.Kind == tree.Map
	case *value.Dict:
		return true
	}
	return false
}

func (s *Scope) merged(name string, top any, below []Layer) any {
	for _, l := range below {
		if v, ok := l[name]; ok && isDict(v) {
			top = tree.Merge(asNode(v), asNode(top))
		}
	}
	return top
}

func asNode(v any) *tree.Node {
	if n, ok := v.(*tree.Node); ok {
		return n
	}
	return tree.FromValue(source.Pos{}, v)
}

// FactsLayer makes the layer of injected facts and the ansible_facts variable
// of what modules reported: setup's names lose their ansible_ there. Restricted
// names are in ansible_facts alone.
func FactsLayer(facts *value.Dict, inject bool) Layer {
	namespaced := value.NewDict()
	l := Layer{}
	for k, v := range facts.All() {
		name := value.Str(k)
		if inject && !Restricted(name) {
			l[name] = v
		}
		if name != "ansible_local" {
			name = strings.TrimPrefix(name, "ansible_")
		}
		namespaced.Set(name, v)
	}
	if local, ok := facts.Get("ansible_local"); ok {
		l["ansible_local"] = local
	}
	l["ansible_facts"] = namespaced
	return l
}

// Flatten makes one layer of mappings as written; later ones win, and with
// merge their dicts extend those of the same name.
func Flatten(merge bool, levels []*tree.Node) Layer {
	out := Layer{}
	for _, level := range levels {
		for name, v := range OfNode(level) {
			if old, ok := out[name]; merge && ok && isDict(old) && isDict(v) {
				v = tree.Merge(asNode(old), asNode(v))
			}
			out[name] = v
		}
	}
	return out
}
