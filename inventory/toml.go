package inventory

import (
	"errors"
	"fmt"
	"time"

	"github.com/BurntSushi/toml"

	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// toml reads groups as tables.
func (r *reading) toml(path string) error {
	data, _, err := r.bytes(path)
	if err != nil {
		return err
	}
	var root map[string]any
	meta, err := toml.Decode(string(data), &root)
	if err != nil {
		return fmt.Errorf("TOML file (%s) is invalid: %w", path, err)
	}
	if len(root) == 0 {
		return errors.New("Parsed empty TOML file")
	}
	if root["plugin"] != nil {
		return errors.New("Plugin configuration TOML file, not TOML inventory")
	}
	t := tomlOrder{at: map[string][]string{}, pos: source.Pos{File: path}}
	for _, key := range meta.Keys() {
		t.add(key)
	}
	for _, name := range t.keys("", root) {
		if err := r.tomlGroup(name, t.node(name, root[name])); err != nil {
			return err
		}
	}
	return nil
}

func (r *reading) tomlGroup(name string, n *tree.Node) error {
	if n.Kind != tree.Map {
		r.inv.warn("Skipping '%s' as this is not a valid group definition", name)
		return nil
	}
	g := r.inv.AddGroup(name)
	for _, p := range n.Pairs {
		var err error
		switch key := p.Name(); {
		case key == "vars" && p.Value.Kind == tree.Map:
			err = r.yamlSection(g, "vars", p.Value)
		case key == "hosts" && p.Value.Kind == tree.Map:
			err = r.yamlSection(g, "hosts", p.Value)
		case key == "children" && p.Value.Kind == tree.List:
			for _, c := range p.Value.Items {
				if c.Kind != tree.Text {
					return fmt.Errorf("Invalid group name supplied, expected a string but got %s for %s", builtinName(c), value.Str(c.Data()))
				}
				if err = r.inv.AddChild(g, r.inv.AddGroup(c.String())); err != nil {
					break
				}
			}
		case key == "vars" || key == "hosts":
			err = fmt.Errorf(`Invalid "%s" entry for "%s" group, requires a dict, found "%s" instead.`, key, g.Name, builtinName(p.Value))
		case key == "children":
			err = fmt.Errorf(`Invalid "%s" entry for "%s" group, requires a list, found "%s" instead.`, key, g.Name, builtinName(p.Value))
		default:
			r.inv.warn(`Skipping unexpected key "%s" in group "%s", only "vars", "children" and "hosts" are valid`, key, g.Name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// tomlOrder restores the order of keys, which decoding into maps loses.
type tomlOrder struct {
	at  map[string][]string // path of a table -> its keys
	pos source.Pos
}

func (t *tomlOrder) add(key toml.Key) {
	table := ""
	for _, part := range key {
		known := false
		for _, k := range t.at[table] {
			known = known || k == part
		}
		if !known {
			t.at[table] = append(t.at[table], part)
		}
		table += "\x00" + part
	}
}

func (t *tomlOrder) keys(table string, m map[string]any) []string {
	var out []string
	for _, k := range t.at[table] {
		if _, ok := m[k]; ok {
			out = append(out, k)
		}
	}
	return out
}

func (t *tomlOrder) node(key string, v any) *tree.Node { return t.nodeAt("\x00"+key, v) }

func (t *tomlOrder) nodeAt(table string, v any) *tree.Node {
	switch v := v.(type) {
	case map[string]any:
		n := &tree.Node{Pos: t.pos, Kind: tree.Map}
		for _, k := range t.keys(table, v) {
			n.Pairs = append(n.Pairs, tree.Pair{Key: tree.TextNode(t.pos, k), Value: t.nodeAt(table+"\x00"+k, v[k])})
		}
		return n
	case []map[string]any:
		n := &tree.Node{Pos: t.pos, Kind: tree.List}
		for _, item := range v {
			n.Items = append(n.Items, t.nodeAt(table, item))
		}
		return n
	case []any:
		n := &tree.Node{Pos: t.pos, Kind: tree.List}
		for _, item := range v {
			n.Items = append(n.Items, t.nodeAt(table, item))
		}
		return n
	case string:
		return tree.TextNode(t.pos, v)
	case time.Time:
		return &tree.Node{Pos: t.pos, Value: moment(v)}
	default:
		return &tree.Node{Pos: t.pos, Value: value.Of(v)}
	}
}

// moment is what Python makes of a date or time: the decoder tells those
// without a zone by the names of its own zones.
func moment(t time.Time) any {
	switch t.Location().String() {
	case "date-local":
		return value.DateOf(t)
	case "datetime-local":
		return value.AsNaive(t)
	case "time-local":
		midnight := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
		return value.Clock{Micros: t.Sub(midnight).Microseconds()}
	}
	return t
}

// builtinName is how Python calls the type of what came from TOML or JSON.
func builtinName(n *tree.Node) string { return "<class '" + value.TypeName(n.Data()) + "'>" }
