package inventory

import (
	"fmt"

	"goplay/internal/tree"
	"goplay/internal/value"
)

// generator makes a host for every combination of the items of its layers.
func (r *reading) generator(path string) error {
	config, err := r.document(path)
	if err != nil {
		return err
	}
	hosts := config.Get("hosts")
	if hosts == nil || config.Get("layers") == nil {
		return fmt.Errorf("inventory config '%s' needs hosts and layers", path)
	}
	for _, scope := range combinations(config.Get("layers")) {
		name, err := r.text(hosts.Get("name"), scope)
		if err != nil {
			return err
		}
		r.inv.member(name, 0)
		if err := r.parents(name, hosts.Get("parents"), scope); err != nil {
			return err
		}
	}
	return nil
}

// combinations lists every choice of one item of each layer, the last layer
// changing fastest.
func combinations(layers *tree.Node) []hostScope {
	out := []hostScope{{}}
	for _, layer := range layers.Pairs {
		var next []hostScope
		for _, chosen := range out {
			for _, item := range layer.Value.Items {
				more := hostScope{layer.Name(): item}
				for k, v := range chosen {
					more[k] = v
				}
				next = append(next, more)
			}
		}
		out = next
	}
	return out
}

func (r *reading) text(n *tree.Node, scope hostScope) (string, error) {
	v, err := r.evaluate(n.String(), scope)
	if err != nil {
		return "", err
	}
	return value.Str(v), nil
}

// parents puts a host or a group below the groups of a list, and those below
// theirs.
func (r *reading) parents(child string, list *tree.Node, scope hostScope) error {
	if list == nil {
		return nil
	}
	for _, p := range list.Items {
		if p.Get("name") == nil {
			return fmt.Errorf("Element %s has a parent with no name element", child)
		}
		name, err := r.text(p.Get("name"), scope)
		if err != nil {
			return err
		}
		g := r.inv.AddGroup(name)
		if below := r.inv.Group(child); below != nil {
			err = r.inv.AddChild(g, below)
		} else {
			r.inv.member(child, 0, name)
		}
		if err != nil {
			return err
		}
		if vars := p.Get("vars"); vars != nil {
			for _, v := range vars.Pairs {
				text, err := r.evaluate(v.Value.String(), scope)
				if err != nil {
					return err
				}
				if err := g.Set(v.Name(), written(v.Value.Pos, text)); err != nil {
					return err
				}
			}
		}
		if err := r.parents(name, p.Get("parents"), scope); err != nil {
			return err
		}
	}
	return nil
}
