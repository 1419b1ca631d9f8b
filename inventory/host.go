package inventory

import (
	"cmp"
	"slices"
)

// Host is one machine of the inventory.
type Host struct {
	Name string
	Vars Vars // what the inventory source says of this host
	// Implicit says that no source names the host: it is the localhost that is
	// always there.
	Implicit bool
	// File is the source the host was first named in and Dir its folder; both
	// are empty for a host that comes from no file.
	File, Dir string

	inv    *Inventory
	groups []*Group // it is a member of itself
}

// GroupsOf lists all groups of a host in the order their variables are merged:
// what comes later wins. all comes first, also for the implicit localhost.
func (inv *Inventory) GroupsOf(h *Host) []*Group {
	inv.mu.RLock()
	defer inv.mu.RUnlock()
	return inv.groupsOf(h)
}

func (inv *Inventory) groupsOf(h *Host) []*Group {
	all := inv.groups[All]
	out := []*Group{all}
	seen := map[*Group]bool{all: true}
	var visit func(groups []*Group)
	visit = func(groups []*Group) {
		for _, g := range groups {
			if !seen[g] {
				seen[g] = true
				out = append(out, g)
				visit(g.parents)
			}
		}
	}
	visit(h.groups)
	slices.SortFunc(out[1:], func(a, b *Group) int {
		return cmp.Or(cmp.Compare(a.depth, b.depth), cmp.Compare(a.priority, b.priority), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// GroupNames lists the names of a host's groups but all, sorted: the variable
// group_names. A host that is not there has none.
func (inv *Inventory) GroupNames(host string) []string {
	h := inv.Host(host)
	if h == nil {
		return nil
	}
	var names []string
	for _, g := range inv.GroupsOf(h)[1:] {
		names = append(names, g.Name)
	}
	slices.Sort(names)
	return names
}

// SourceOf is the path of the source a host was first named in, "" when it
// comes from no file.
func (inv *Inventory) SourceOf(host string) string {
	if h := inv.Host(host); h != nil {
		return h.File
	}
	return ""
}

// Membership is a group's name with the names of all its hosts and those of
// the groups below it.
type Membership struct {
	Group string
	Hosts []string
}

// Members lists all groups with their hosts. The list is not to be changed; the
// same one is returned until the inventory changes.
func (inv *Inventory) Members() []Membership {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	if inv.members == nil {
		for _, g := range inv.groupOrder {
			m := Membership{Group: g.Name, Hosts: []string{}}
			for _, h := range g.allHosts() {
				m.Hosts = append(m.Hosts, h.Name)
			}
			inv.members = append(inv.members, m)
		}
	}
	return inv.members
}
