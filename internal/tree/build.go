package tree

import (
	"math/big"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"goplay/internal/source"
	"goplay/internal/value"
)

// maxNodes bounds what aliases may blow a document up to.
const maxNodes = 10_000_000

// builder turns yaml.v3's nodes into ours.
type builder struct {
	src      *text
	options  Options
	slashes  slashes
	anchors  map[*yaml.Node]*anchor
	count    int // nodes so far, those behind aliases counted every time
	tooMany  bool
	opaque   int // depth of !unsafe
	faults   []error
	warnings []*source.Error
}

// anchor is what an alias refers to; node is nil while it is being built.
type anchor struct {
	node *Node
	size int
}

func (b *builder) fault(p source.Pos, format string, args ...any) *source.Error {
	err := source.Errorf(p, format, args...)
	b.faults = append(b.faults, err)
	return err
}

func (b *builder) node(y *yaml.Node) *Node {
	if y.Kind == yaml.AliasNode {
		return b.alias(y)
	}
	before := b.count
	b.count++
	var a *anchor
	if y.Anchor != "" {
		a = &anchor{}
		b.anchors[y] = a
	}
	n := &Node{Pos: source.Pos{File: b.src.file, Line: y.Line, Col: y.Column}, src: b.src}
	nonSpecific := false
	if y.Anchor != "" || y.Style&yaml.TaggedStyle != 0 || b.src.byteAt(n.Pos) == '!' {
		nonSpecific = b.skipProperties(n)
	}
	if y.Style&yaml.TaggedStyle != 0 {
		b.tagged(y, n)
	} else {
		b.untagged(y, n, nonSpecific)
	}
	if a != nil {
		a.node, a.size = n, b.count-before
	}
	return n
}

func (b *builder) untagged(y *yaml.Node, n *Node, nonSpecific bool) {
	switch y.Kind {
	case yaml.MappingNode:
		b.mapping(y, n)
	case yaml.SequenceNode:
		b.sequence(y, n)
	default:
		b.text(y, n)
		if n.style != plain && !nonSpecific {
			return
		}
		resolved, isText, err := resolve(n.Text)
		if err != nil {
			b.fault(n.Pos, "%w", err)
		} else if !isText {
			n.Kind, n.Value, n.Text = Scalar, resolved, ""
		}
	}
}

func (b *builder) text(y *yaml.Node, n *Node) {
	n.Kind, n.Text = Text, b.slashes.text(y)
	n.Opaque, n.Secret = b.opaque > 0, b.options.Secret
	switch {
	case y.Style&yaml.DoubleQuotedStyle != 0:
		n.style = doubleQuoted
	case y.Style&yaml.SingleQuotedStyle != 0:
		n.style = singleQuoted
	case y.Style&yaml.LiteralStyle != 0:
		n.style, n.Block = literal, true
	case y.Style&yaml.FoldedStyle != 0:
		n.style, n.Block = folded, true
	}
}

func (b *builder) sequence(y *yaml.Node, n *Node) {
	n.Kind = List
	n.Items = make([]*Node, 0, len(y.Content))
	for _, item := range y.Content {
		n.Items = append(n.Items, b.node(item))
	}
}

func (b *builder) alias(y *yaml.Node) *Node {
	pos := source.Pos{File: b.src.file, Line: y.Line, Col: y.Column}
	a := b.anchors[y.Alias]
	if a == nil || a.node == nil {
		b.fault(pos, "the alias *%s stands inside its own anchor", y.Value)
		return &Node{Pos: pos}
	}
	b.count += a.size
	if b.count > maxNodes {
		if !b.tooMany {
			b.tooMany = true
			b.fault(pos, "aliases make this document larger than %d values", maxNodes)
		}
		return &Node{Pos: pos}
	}
	return a.node
}

// mapping puts merged keys before the mapping's own, as PyYAML does, so that
// the own ones win.
func (b *builder) mapping(y *yaml.Node, n *Node) {
	n.Kind = Map
	inner := len(b.warnings)
	var merged, own []Pair
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, val := y.Content[i], y.Content[i+1]
		if isMerge(key) {
			merged = append(merged, b.merge(b.node(val))...)
			continue
		}
		own = append(own, Pair{b.key(key), b.node(val)})
	}
	if merged != nil {
		b.count += len(merged)
		own = append(merged, own...)
	}
	outer := len(b.warnings)
	n.Pairs = b.unique(n, source.Pos{Line: y.Line, Col: y.Column}, own)
	if outer > inner {
		b.warnings = slices.Concat(b.warnings[:inner], b.warnings[outer:], b.warnings[inner:outer]) // from outside, as in PyYAML
	}
}

func isMerge(key *yaml.Node) bool {
	return key.Kind == yaml.ScalarNode && key.Tag == "!!merge" &&
		(key.Style == 0 || key.Style&yaml.TaggedStyle != 0)
}

// key builds a key. A bare "=" is text here, while as a value it is YAML's
// default-value type that nobody supports.
func (b *builder) key(y *yaml.Node) *Node {
	if y.Kind == yaml.ScalarNode && y.Value == "=" && y.Style == 0 {
		b.count++
		n := &Node{Pos: source.Pos{File: b.src.file, Line: y.Line, Col: y.Column}, src: b.src}
		b.text(y, n)
		return n
	}
	return b.node(y)
}

func (b *builder) merge(n *Node) []Pair {
	switch n.Kind {
	case Map:
		return n.Pairs
	case List:
		var pairs []Pair
		for i := len(n.Items) - 1; i >= 0; i-- {
			if n.Items[i].Kind != Map {
				b.fault(n.Items[i].Pos, "expected a mapping for merging, but found %s", n.Items[i].yamlKind())
				continue
			}
			pairs = append(pairs, n.Items[i].Pairs...)
		}
		return pairs
	default:
		b.fault(n.Pos, "expected a mapping or list of mappings for merging, but found %s", n.yamlKind())
		return nil
	}
}

func (n *Node) yamlKind() string {
	switch n.Kind {
	case Map:
		return "mapping"
	case List:
		return "sequence"
	default:
		return "scalar"
	}
}

// unique drops keys given twice: the last value wins, at the place of the first.
func (b *builder) unique(n *Node, start source.Pos, pairs []Pair) []Pair {
	index := make(map[any]int, len(pairs))
	out := make([]Pair, 0, len(pairs))
	for _, p := range pairs {
		if p.Key.Kind == List || p.Key.Kind == Map {
			b.unhashable(p.Key)
			continue
		}
		id := p.Key.identity()
		i, twice := index[id]
		if !twice {
			index[id] = len(out)
			out = append(out, p)
			continue
		}
		b.twice(p.Key, start)
		out[i].Value = p.Value
	}
	return out
}

func (b *builder) twice(key *Node, start source.Pos) {
	const text = "While constructing a mapping from %s, line %d, column %d, found a duplicate dict key (%s). Using last defined value only."
	at := []any{b.src.file, start.Line, start.Col, key.String()}
	switch b.options.Twice {
	case "ignore":
	case "error":
		b.fault(key.Pos, text, at...)
	default:
		b.warnings = append(b.warnings, source.Errorf(key.Pos, text, at...))
	}
}

func (b *builder) unhashable(key *Node) {
	kind := "AnsibleSequence"
	if key.Kind == Map {
		kind = "AnsibleMapping"
	}
	err := b.fault(key.Pos, "found unacceptable key (unhashable type: '%s')", kind)
	if strings.HasPrefix(b.src.data[b.src.offset(key.Pos.Line, max(1, key.Pos.Col-1)):], "{{") {
		err.Col--
		err.WithHint("%s", quoteBraces)
	}
}

// identity is what makes two keys the same key: Python's equality.
func (n *Node) identity() any {
	if n.Kind == Text {
		return n.Text
	}
	switch v := n.Value.(type) {
	case bool:
		if v {
			return int64(1)
		}
		return int64(0)
	case float64:
		if v == float64(int64(v)) {
			return int64(v)
		}
		return v
	case *big.Int:
		return [1]string{v.String()}
	case value.Bytes, int64, nil:
		return v
	default:
		return [1]string{value.Repr(v)}
	}
}
