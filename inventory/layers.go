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

// DefaultPrecedence is the order in which variables of groups are merged; what
// comes later wins. "plugins" are group_vars beside the inventory or the play.
var DefaultPrecedence = []string{
	"all_inventory", "groups_inventory", "all_plugins_inventory", "all_plugins_play", "groups_plugins_inventory", "groups_plugins_play",
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

// Layers lists the mappings of variables of a host; what comes later wins: those
// of its groups in the order of Precedence, then the host's own from the
// inventory, host_vars beside the inventory and beside the playbook. dirs are
// the folders that count as the playbook's where it is not its own alone. A
// host that is not there has those of all; "" has none.
func (inv *Inventory) Layers(host string, dirs ...string) ([]*tree.Node, error) {
	h := inv.Host(host)
	if host == "" {
		return nil, nil
	}
	if h == nil { // a task may be delegated to it: like every host it is one of all
		h = &Host{Name: host}
	}
	beside, playbook := inv.varsDirs()
	if len(dirs) > 0 {
		playbook = dirs
	}
	order := inv.Precedence
	if order == nil {
		order = DefaultPrecedence
	}
	var out []*tree.Node
	for _, entry := range order {
		nodes, err := inv.groupStep(entry, inv.GroupsOf(h), beside, playbook)
		if err != nil {
			return nil, err
		}
		out = append(out, nodes...)
	}
	own, err := inv.hostLayers(h, slices.Concat(beside, playbook))
	return append(out, own...), err
}

// groupStep are the mappings of one entry of the precedence; all is the first
// of groups.
func (inv *Inventory) groupStep(entry string, groups []*Group, beside, playbook []string) ([]*tree.Node, error) {
	if strings.HasPrefix(entry, "all_") {
		groups = groups[:1]
	} else {
		groups = groups[1:]
	}
	var out []*tree.Node
	dirs := beside
	switch {
	case !strings.Contains(entry, "_plugins_"):
		for _, g := range groups {
			if g.Vars.Len() > 0 {
				out = append(out, g.Vars.Node())
			}
		}
		return out, nil
	case strings.HasSuffix(entry, "_play"):
		dirs = playbook
	}
	for _, dir := range dirs {
		for _, g := range groups {
			nodes, err := inv.Files.Group(dir, g.Name)
			if err != nil {
				return nil, err
			}
			out = append(out, nodes...)
		}
	}
	return out, nil
}

// listedDirs are the folders of the inventory's sources, and that of the
// playbook if it counts for listings.
func (inv *Inventory) listedDirs(playbook bool) []string {
	beside, own := inv.varsDirs()
	if !playbook {
		return beside
	}
	return slices.Concat(beside, own)
}

// hostLayers are the mappings that concern a host alone.
func (inv *Inventory) hostLayers(h *Host, dirs []string) ([]*tree.Node, error) {
	var out []*tree.Node
	if h.Vars.Len() > 0 {
		out = append(out, h.Vars.Node())
	}
	for _, dir := range dirs {
		nodes, err := inv.Files.Host(dir, h.Name)
		if err != nil {
			return nil, err
		}
		out = append(out, nodes...)
	}
	return out, nil
}

// groupLayers are the mappings that concern a group alone.
func (inv *Inventory) groupLayers(g *Group, dirs []string) ([]*tree.Node, error) {
	var out []*tree.Node
	if g.Vars.Len() > 0 {
		out = append(out, g.Vars.Node())
	}
	for _, dir := range dirs {
		nodes, err := inv.Files.Group(dir, g.Name)
		if err != nil {
			return nil, err
		}
		out = append(out, nodes...)
	}
	return out, nil
}
