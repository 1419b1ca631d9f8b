package inventory

import (
	"slices"

	"goplay/internal/tree"
	"goplay/internal/value"
)

// SplitPort takes the port off an address as add_host does; 0 is none.
func SplitPort(name string) (host string, port int) {
	host, port, err := parseAddress(name, false)
	if err != nil {
		return name, 0
	}
	return host, port
}

// AddHost adds a host while plays run, to groups that are made if need be, and
// gives it variables. It reports whether that changed anything.
func (inv *Inventory) AddHost(name string, groups []string, vars *tree.Node) (changed bool, err error) {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	before := inv.generation
	known := inv.hosts[name] != nil
	h := inv.addHost(name, 0)
	if !known {
		inv.groups[All].join(h) // Ansible's is a member of all itself, and so before those below
	}
	for _, group := range groups {
		g := inv.addGroup(inv.safeName(group))
		if !slices.Contains(h.groups, g) {
			g.join(h)
			inv.changed()
		}
	}
	changed = inv.generation != before
	if vars != nil {
		for _, p := range vars.Pairs {
			old := h.Vars.Get(p.Name())
			if old == nil || !value.Equal(old.Data(), p.Value.Data()) {
				h.Vars.Set(p.Name(), p.Value)
				changed = true
			}
		}
	}
	if changed {
		err = inv.reconcile()
	}
	return changed, err
}

// GroupBy puts a host into a group below others while plays run, all made if
// need be. It reports whether that changed anything.
func (inv *Inventory) GroupBy(host, group string, parents []string) (changed bool, err error) {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	before := inv.generation
	g := inv.addGroup(inv.safeName(group))
	for _, name := range parents {
		parent := inv.addGroup(inv.safeName(name))
		if slices.Contains(parent.children, g) {
			continue
		}
		if err := inv.addChild(parent, g); err != nil {
			return false, err
		}
	}
	if h := inv.host(host); h != nil && !slices.Contains(h.groups, g) {
		g.join(h)
		inv.changed()
	}
	if changed = inv.generation != before; changed {
		err = inv.reconcile()
	}
	return changed, err
}
