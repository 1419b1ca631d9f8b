package inventory

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// hostScope is the variables of one host while an inventory is being made.
type hostScope map[string]any

func (s hostScope) Lookup(name string) (any, bool) { v, ok := s[name]; return v, ok }
func (s hostScope) Names() []string                { return slices.Sorted(maps.Keys(s)) }

var _ template.Vars = hostScope(nil)

// scopeOf merges what the sources read so far say of a host; with files also
// group_vars and host_vars beside the inventory.
func (r *reading) scopeOf(h *Host, files bool) (hostScope, error) {
	scope := hostScope{}
	layers := []*tree.Node{}
	if files {
		var err error
		if layers, err = r.inv.Layers(h.Name); err != nil {
			return nil, err
		}
	} else {
		for _, g := range r.inv.GroupsOf(h) {
			layers = append(layers, g.Vars.Node())
		}
		layers = append(layers, h.Vars.Node())
	}
	for _, l := range layers {
		for _, p := range l.Pairs {
			scope[p.Name()] = p.Value
		}
	}
	scope["inventory_hostname"] = h.Name
	scope["group_names"] = value.Strings(r.inv.GroupNames(h.Name))
	return scope, nil
}

func (r *reading) expression(text string, scope hostScope) (any, error) {
	return r.evaluate("{{"+text+"}}", scope)
}

func (r *reading) evaluate(text string, scope hostScope) (any, error) {
	if r.Eval == nil {
		return nil, errors.New("templates can not be evaluated here")
	}
	v, err := r.Eval(tree.TextNode(source.Pos{}, text), scope)
	if err != nil {
		err = errors.New(template.Message(err)) // the text has no place in a file
	}
	return v, err
}

// constructed adds variables and groups that are computed from what the
// sources before it said.
func (r *reading) constructed(path string) error {
	n, err := r.document(path)
	if err != nil {
		return err
	}
	for _, name := range []string{"compose", "groups"} {
		if o := n.Get(name); !o.IsNull() && o.Kind != tree.Map {
			return fmt.Errorf(`Invalid type for configuration option plugin_type: inventory plugin: constructed setting: %s (from Direct): Invalid type provided for "dictionary": %s`, name, value.Str(o.Data()))
		}
	}
	c := construction{reading: r, config: n, strict: truth(n.Get("strict"), false)}
	files := truth(n.Get("use_vars_plugins"), false)
	for _, h := range r.inv.Hosts() {
		err := c.compose(h, files)
		if err == nil {
			err = c.conditionalGroups(h, files)
		}
		if err == nil {
			err = c.keyedGroups(h, files)
		}
		if err != nil {
			return fmt.Errorf("failed to parse %s: %s. %w", path, err, err) // Ansible says it twice
		}
	}
	return nil
}

type construction struct {
	*reading
	config *tree.Node
	strict bool
}

func truth(n *tree.Node, otherwise bool) bool {
	if n.IsNull() {
		return otherwise
	}
	if n.Kind == tree.Text {
		return slices.Contains([]string{"yes", "true", "on", "1", "y", "t", "True", "Yes"}, n.Text)
	}
	return value.Truth(n.Data())
}

func (c construction) compose(h *Host, files bool) error {
	compose := c.config.Get("compose")
	if compose == nil {
		return nil
	}
	scope, err := c.scopeOf(h, files)
	if err != nil {
		return err
	}
	for _, p := range compose.Pairs {
		v, err := c.expression(p.Value.String(), scope)
		if err != nil {
			if c.strict {
				return fmt.Errorf("Could not set %s for host %s: %w", p.Name(), h.Name, err)
			}
			continue
		}
		h.Vars.Set(p.Name(), written(p.Value.Pos, v))
	}
	return nil
}

func (c construction) conditionalGroups(h *Host, files bool) error {
	groups := c.config.Get("groups")
	if groups == nil {
		return nil
	}
	scope, err := c.scopeOf(h, files)
	if err != nil {
		return err
	}
	for _, p := range groups.Pairs {
		v, err := c.evaluate("{% if "+p.Value.String()+" %} True {% else %} False {% endif %}", scope)
		if err != nil {
			if c.strict {
				return fmt.Errorf("Could not add host %s to group %s: %w", h.Name, p.Name(), err)
			}
			continue
		}
		if !isTrue(v) {
			continue
		}
		g := c.inv.AddGroup(variableName(p.Name()))
		if same := c.inv.Group(h.Name); same != nil { // a group of the host's name goes first
			if err := c.inv.AddChild(g, same); err != nil {
				return err
			}
			continue
		}
		c.inv.member(h.Name, 0, g.Name)
	}
	return nil
}

// isTrue reads the word a condition was rendered to.
func isTrue(v any) bool {
	if s, ok := v.(string); ok {
		b, err := value.ParseLiteral(s)
		return err == nil && value.Truth(b)
	}
	return value.Truth(v)
}

func (c construction) keyedGroups(h *Host, files bool) error {
	keyed := c.config.Get("keyed_groups")
	if keyed == nil {
		return nil
	}
	scope, err := c.scopeOf(h, files)
	if err != nil {
		return err
	}
	items := keyed.Items
	if keyed.Kind == tree.Text {
		items = []*tree.Node{keyed}
	}
	for _, k := range items {
		if k.Kind != tree.Map {
			return fmt.Errorf("Invalid keyed group entry, it must be a dictionary: %s ", value.Str(k.Data()))
		}
		if err := c.keyedGroup(h, k, scope); err != nil {
			return err
		}
	}
	return nil
}

func (c construction) keyedGroup(h *Host, k *tree.Node, scope hostScope) error {
	key, err := c.expression(k.Get("key").String(), scope)
	if err != nil {
		if c.strict {
			return fmt.Errorf("Could not generate group for host %s from %s entry: %w", h.Name, k.Get("key"), err)
		}
		return nil
	}
	if !k.Get("default_value").IsNull() && !k.Get("trailing_separator").IsNull() {
		return errors.New("parameters are mutually exclusive for keyed groups: default_value|trailing_separator")
	}
	if !value.Truth(key) && (k.Get("default_value") == nil || key == nil) {
		if c.strict {
			return fmt.Errorf("No key or key resulted empty for %s in host %s, invalid entry", k.Get("key"), h.Name)
		}
		return nil
	}
	names, err := keyedNames(key, k)
	if err != nil {
		return err
	}
	prefix, sep := k.Get("prefix").String(), "_"
	if s := k.Get("separator"); s != nil {
		sep = s.String()
	}
	if prefix == "" && !truth(c.config.Get("leading_separator"), true) {
		sep = ""
	}
	for _, name := range names {
		name = variableName(prefix + sep + name)
		c.inv.member(h.Name, 0, name)
		if parent := k.Get("parent_group"); !parent.IsNull() {
			if err := c.parent(name, parent.String(), scope); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c construction) parent(child, parent string, scope hostScope) error {
	name, err := c.evaluate(parent, scope)
	if err != nil {
		if c.strict {
			return fmt.Errorf("Could not generate parent group %s for group %s: %w", parent, child, err)
		}
		return nil
	}
	return c.inv.AddChild(c.inv.AddGroup(variableName(value.Str(name))), c.inv.AddGroup(child))
}

// keyedNames lists the group names, without a prefix, that a key's value gives.
func keyedNames(key any, k *tree.Node) ([]string, error) {
	separator := "_"
	if s := k.Get("separator"); s != nil {
		separator = s.String()
	}
	fallback := k.Get("default_value")
	orDefault := func(v any) string {
		if s, ok := v.(string); ok && s == "" && fallback != nil {
			return fallback.String()
		}
		return value.Str(v)
	}
	switch key := key.(type) {
	case string:
		return []string{orDefault(key)}, nil
	case *value.List:
		var out []string
		for _, item := range key.Items {
			out = append(out, orDefault(item))
		}
		return out, nil
	case *value.Dict:
		var out []string
		for name, v := range key.All() {
			switch text := orDefault(v); {
			case v == "" && fallback == nil && !truth(k.Get("trailing_separator"), true):
				out = append(out, value.Str(name))
			default:
				out = append(out, value.Str(name)+separator+text)
			}
		}
		return out, nil
	default:
		return nil, fmt.Errorf("Invalid group name format, expected a string or a list of them or dictionary, got: <class '%s'>", value.TypeName(key))
	}
}
