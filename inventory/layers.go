package inventory

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"goplay/internal/tree"
)

// SetPlaybookDir says where the playbook is that runs now: group_vars and
// host_vars beside it count, too.
func (inv *Inventory) SetPlaybookDir(dir string) {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	inv.playbook = dir
}

// varsDirs are the folders that may hold group_vars and host_vars: those of the
// inventory's sources and that of the playbook.
func (inv *Inventory) varsDirs() (beside, playbook []string) {
	inv.mu.RLock()
	defer inv.mu.RUnlock()
	for _, s := range inv.sources {
		info, err := os.Stat(s)
		switch {
		case err != nil && strings.Contains(s, ","):
		case err == nil && info.IsDir():
			beside = append(beside, s)
		default:
			beside = append(beside, filepath.Dir(s))
		}
	}
	if inv.playbook != "" {
		playbook = []string{inv.playbook}
	}
	return beside, playbook
}

// Layers lists the mappings of variables of a host; what comes later wins. The
// order is Ansible's: variables of all, then of the other groups, from the
// inventory itself; group_vars/all beside the inventory, then beside the
// playbook; group_vars of the other groups likewise; then the host's variables
// from the inventory, host_vars beside the inventory and beside the playbook.
// A host that is not there has none.
func (inv *Inventory) Layers(host string) ([]*tree.Node, error) {
	h := inv.Host(host)
	if h == nil {
		return nil, nil
	}
	groups := inv.GroupsOf(h)
	var out []*tree.Node
	for _, g := range groups {
		if g.Vars.Len() > 0 {
			out = append(out, g.Vars.Node())
		}
	}
	beside, playbook := inv.varsDirs()
	for _, step := range []struct {
		dirs   []string
		groups []*Group
	}{{beside, groups[:1]}, {playbook, groups[:1]}, {beside, groups[1:]}, {playbook, groups[1:]}} {
		for _, dir := range step.dirs {
			for _, g := range step.groups {
				nodes, err := inv.Files.Group(dir, g.Name)
				if err != nil {
					return nil, err
				}
				out = append(out, nodes...)
			}
		}
	}
	own, err := inv.hostLayers(h)
	return append(out, own...), err
}

// hostLayers are the mappings that concern a host alone.
func (inv *Inventory) hostLayers(h *Host) ([]*tree.Node, error) {
	var out []*tree.Node
	if h.Vars.Len() > 0 {
		out = append(out, h.Vars.Node())
	}
	beside, playbook := inv.varsDirs()
	for _, dir := range slices.Concat(beside, playbook) {
		nodes, err := inv.Files.Host(dir, h.Name)
		if err != nil {
			return nil, err
		}
		out = append(out, nodes...)
	}
	return out, nil
}

// groupLayers are the mappings that concern a group alone.
func (inv *Inventory) groupLayers(g *Group) ([]*tree.Node, error) {
	var out []*tree.Node
	if g.Vars.Len() > 0 {
		out = append(out, g.Vars.Node())
	}
	beside, playbook := inv.varsDirs()
	for _, dir := range slices.Concat(beside, playbook) {
		nodes, err := inv.Files.Group(dir, g.Name)
		if err != nil {
			return nil, err
		}
		out = append(out, nodes...)
	}
	return out, nil
}
