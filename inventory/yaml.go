package inventory

import (
	"errors"
	"fmt"

	"goplay/internal/tree"
	"goplay/internal/value"
)

// yaml reads groups as mappings of hosts, children and vars.
func (r *reading) yaml(path string) error {
	root, err := r.document(path)
	switch {
	case err != nil:
		return err
	case emptyNode(root):
		return errors.New("Parsed empty YAML file")
	case root.Kind != tree.Map:
		return fmt.Errorf("YAML inventory has invalid structure, it should be a dictionary, got: %s", className(root))
	case root.Get("plugin") != nil && value.Truth(root.Get("plugin").Data()):
		return errors.New("Plugin configuration YAML file, not YAML inventory")
	}
	for _, p := range root.Pairs {
		if _, err := r.yamlGroup(p.Key, p.Value); err != nil {
			return err
		}
	}
	return nil
}

func emptyNode(n *tree.Node) bool { return n.IsNull() || !value.Truth(n.Data()) }

func (r *reading) yamlGroup(key, n *tree.Node) (*Group, error) {
	if n.Kind != tree.Map && !n.IsNull() {
		r.inv.warn("Skipping '%s' as this is not a valid group definition", value.Str(key.Data()))
		return r.inv.Group(key.String()), nil
	}
	name, err := groupName(key)
	if err != nil {
		return nil, fmt.Errorf("Unable to add group %s: %w", value.Str(key.Data()), err)
	}
	g := r.inv.AddGroup(name)
	for _, section := range []string{"vars", "children", "hosts"} {
		if s := n.Get(section); s != nil && s.Kind != tree.Map && s.Kind != tree.Text && !s.IsNull() {
			return nil, fmt.Errorf(`Invalid "%s" entry for "%s" group, requires a dictionary, found "%s" instead.`, section, g.Name, className(s))
		}
	}
	for _, p := range n.Pairs {
		key, section := p.Name(), p.Value
		isSection := key == "vars" || key == "children" || key == "hosts"
		if isSection && section.Kind == tree.Text {
			section = &tree.Node{Pos: section.Pos, Kind: tree.Map, Pairs: []tree.Pair{{Key: section, Value: &tree.Node{Pos: section.Pos}}}}
		}
		switch {
		case section.IsNull():
		case section.Kind != tree.Map:
			r.inv.warn("Skipping key (%s) in group (%s) as it is not a mapping, it is a %s", key, g.Name, className(section))
		case !isSection:
			r.inv.warn(`Skipping unexpected key (%s) in group (%s), only "vars", "children" and "hosts" are valid`, key, g.Name)
		default:
			if err := r.yamlSection(g, key, section); err != nil {
				return nil, err
			}
		}
	}
	return g, nil
}

func (r *reading) yamlSection(g *Group, kind string, section *tree.Node) error {
	for _, p := range section.Pairs {
		var err error
		switch kind {
		case "vars":
			err = g.Set(p.Name(), p.Value)
		case "children":
			var child *Group
			switch child, err = r.yamlGroup(p.Key, p.Value); {
			case err != nil:
			case child == nil:
				err = fmt.Errorf("%s is not a known host nor group", value.Str(p.Key.Data()))
			default:
				err = r.inv.AddChild(g, child)
			}
		default:
			err = r.yamlHosts(g, p.Key, p.Value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *reading) yamlHosts(g *Group, pattern, vars *tree.Node) error {
	if pattern.Kind != tree.Text {
		return fmt.Errorf("Host pattern %s must be a string. Enclose integers/floats in quotation marks.", value.Str(pattern.Data()))
	}
	names, port, err := hostPattern(pattern.Text)
	if err != nil {
		return err
	}
	return r.populate(g, names, port, vars)
}

// populate adds hosts to a group and gives them variables.
func (r *reading) populate(g *Group, names []string, port int, vars *tree.Node) error {
	if emptyNode(vars) {
		vars = nil
	}
	if vars != nil && vars.Kind != tree.Map {
		return fmt.Errorf("Invalid data from file, expected dictionary and got:\n\n%s", value.Str(vars.Data()))
	}
	for _, name := range names {
		h := r.inv.member(name, port, g.Name)
		if vars == nil {
			continue
		}
		for _, p := range vars.Pairs {
			if err := r.inv.set(h, p.Name(), p.Value); err != nil {
				return err
			}
		}
	}
	return nil
}

// className is how Ansible calls the type of what it read from YAML.
func className(n *tree.Node) string {
	name := value.TypeName(n.Data())
	switch n.Kind {
	case tree.Text:
		name = "ansible.parsing.yaml.objects.AnsibleUnicode"
	case tree.List:
		name = "ansible.parsing.yaml.objects.AnsibleSequence"
	case tree.Map:
		name = "ansible.parsing.yaml.objects.AnsibleMapping"
	}
	return "<class '" + name + "'>"
}
