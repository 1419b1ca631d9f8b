package inventory

import (
	"sync"

	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// Vars are variables as written, in order. The zero value is empty; reading and
// setting may happen at once.
type Vars struct {
	mu    sync.RWMutex
	pairs []tree.Pair
	index map[string]int
}

// Set gives a variable its value; one that is there keeps its place.
func (v *Vars) Set(name string, n *tree.Node) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.index == nil {
		v.index = map[string]int{}
	}
	// Nodes that were handed out share the array: it is never written to.
	pair := tree.Pair{Key: tree.TextNode(n.Pos, name), Value: n}
	if i, ok := v.index[name]; ok {
		pairs := append([]tree.Pair(nil), v.pairs...)
		pairs[i] = pair
		v.pairs = pairs
		return
	}
	v.index[name] = len(v.pairs)
	v.pairs = append(v.pairs, pair)
}

// Get returns a variable, nil when it is not set.
func (v *Vars) Get(name string) *tree.Node {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if i, ok := v.index[name]; ok {
		return v.pairs[i].Value
	}
	return nil
}

// Len is the number of variables.
func (v *Vars) Len() int {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return len(v.pairs)
}

// Node is all variables as a mapping; what is set later does not show in it.
func (v *Vars) Node() *tree.Node {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return &tree.Node{Kind: tree.Map, Pairs: v.pairs[:len(v.pairs):len(v.pairs)]}
}

// literal reads a value of an INI file: what is a Python literal gets its type,
// all else is text. Text may be a template, also within lists and dicts.
func literal(pos source.Pos, text string) *tree.Node {
	v, err := value.ParseLiteral(text)
	if err != nil {
		return tree.TextNode(pos, text)
	}
	if b, ok := v.(value.Bytes); ok {
		v = string(b)
	}
	return written(pos, v)
}

// written makes nodes of data that a user wrote: unlike tree.FromValue its text
// may hold templates.
func written(pos source.Pos, v any) *tree.Node {
	switch v := v.(type) {
	case string:
		return tree.TextNode(pos, v)
	case *value.List:
		n := &tree.Node{Pos: pos, Kind: tree.List}
		for _, item := range v.Items {
			n.Items = append(n.Items, written(pos, item))
		}
		return n
	case *value.Dict:
		n := &tree.Node{Pos: pos, Kind: tree.Map}
		for k, item := range v.All() {
			n.Pairs = append(n.Pairs, tree.Pair{Key: written(pos, k), Value: written(pos, item)})
		}
		return n
	default:
		return &tree.Node{Pos: pos, Kind: tree.Scalar, Value: v}
	}
}
