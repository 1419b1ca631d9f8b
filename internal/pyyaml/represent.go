package pyyaml

import (
	"encoding/base64"
	"math"
	"math/big"
	"strings"
	"time"

	"goplay/internal/value"
)

// representer makes nodes of values; what is shared stays shared.
type representer struct {
	options Options
	done    map[any]*node
	depth   int
}

const maxDepth = 1000

func (r *representer) node(v any) (*node, error) {
	r.depth++
	defer func() { r.depth-- }()
	if r.depth > maxDepth {
		return nil, value.Raise("RecursionError", "maximum recursion depth exceeded")
	}
	if r.options.Armour != nil {
		if armour := r.options.Armour(v); armour != "" {
			return &node{kind: scalar, tag: "!vault", text: armour, style: '|'}, nil
		}
	}
	switch v := v.(type) {
	case nil:
		return r.scalar("!!null", "null"), nil
	case bool:
		if v {
			return r.scalar("!!bool", "true"), nil
		}
		return r.scalar("!!bool", "false"), nil
	case int64, *big.Int:
		return r.scalar("!!int", value.Str(v)), nil
	case float64:
		return r.scalar("!!float", floatText(v)), nil
	case string:
		return r.text(v), nil
	case value.Bytes:
		return &node{kind: scalar, tag: "!!binary", text: binaryText(string(v)), style: '|'}, nil
	case *value.List:
		return r.collection(v, sequence, v.Items)
	case value.Tuple:
		return r.collection(nil, sequence, v)
	case *value.Dict:
		return r.mapping(v, v)
	case value.Mapping:
		d, _, err := value.AsDict(v)
		if err != nil {
			return nil, err
		}
		return r.mapping(v, d)
	case *value.Set:
		d := value.NewDict()
		for _, item := range v.Items() {
			d.Set(item, nil)
		}
		n, err := r.mapping(v, d)
		if err == nil {
			n.tag = "!!set"
		}
		return n, err
	case *value.Undefined:
		if v.Strict() {
			return nil, v.Err()
		}
	}
	return r.other(v)
}

func (r *representer) other(v any) (*node, error) {
	switch v := v.(type) {
	case time.Time, value.Date:
		return r.scalar("!!timestamp", value.Str(v)), nil
	default:
		return nil, value.Raise("RepresenterError", "('cannot represent an object', %s)", value.Repr(v))
	}
}

func (r *representer) text(text string) *node {
	literal := r.options.Literal && strings.Contains(text, "\n")
	if literal {
		text = blockText(text)
	}
	n := r.scalar("!!str", text)
	n.plain, n.typed = isPlainText(text), false
	if literal {
		n.style = '|'
	}
	return n
}

// blockText is text that can stand in a literal block: no blanks at line ends,
// none of tabs, no line end at its end.
func blockText(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\t", "        "), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// scalar is a node of another type than text, which only shows unquoted.
func (r *representer) scalar(tag, text string) *node {
	n := &node{kind: scalar, known: tag, text: text, plain: true, typed: true}
	if s := r.options.DefaultStyle; s != "" {
		n.style = s[0]
	}
	return n
}

// collection makes a node of items; id is what it is known by when it is shared.
func (r *representer) collection(id any, k kind, items []any) (*node, error) {
	if id != nil {
		if n := r.done[id]; n != nil {
			return n, nil
		}
	}
	n := &node{kind: k, known: "!!seq"}
	if k == mapping {
		n.known = "!!map"
	}
	if id != nil {
		r.done[id] = n
	}
	leaf := true
	for _, item := range items {
		child, err := r.node(item)
		if err != nil {
			return nil, err
		}
		if child.kind != scalar || child.style != 0 {
			leaf = false
		}
		n.items = append(n.items, child)
	}
	n.flow = r.options.Flow == FlowAlways || r.options.Flow == FlowLeaves && leaf
	return n, nil
}

func (r *representer) mapping(id any, d *value.Dict) (*node, error) {
	keys := d.Keys()
	if r.options.SortKeys {
		sorted := append([]any{}, keys...)
		// Keys that have no order stay as they are.
		if value.Sort(sorted, nil, false) == nil {
			keys = sorted
		}
	}
	items := make([]any, 0, 2*len(keys))
	for _, k := range keys {
		v, _ := d.Get(k)
		items = append(items, k, v)
	}
	return r.collection(id, mapping, items)
}

func floatText(f float64) string {
	switch {
	case math.IsNaN(f):
		return ".nan"
	case math.IsInf(f, 1):
		return ".inf"
	case math.IsInf(f, -1):
		return "-.inf"
	}
	text := value.Repr(f)
	if !strings.Contains(text, ".") {
		text = strings.Replace(text, "e", ".0e", 1)
	}
	return text
}

// binaryText is base64 in lines of 76, each with its newline.
func binaryText(data string) string {
	encoded := base64.StdEncoding.EncodeToString([]byte(data))
	var b strings.Builder
	for len(encoded) > 76 {
		b.WriteString(encoded[:76] + "\n")
		encoded = encoded[76:]
	}
	b.WriteString(encoded + "\n")
	return b.String()
}
