package inventory

import (
	"fmt"
	"slices"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// Group is a name for hosts, with variables for all of them.
type Group struct {
	Name string
	Vars Vars

	inv      *Inventory
	hosts    []*Host
	children []*Group
	parents  []*Group
	depth    int
	priority int
}

// Hosts lists the hosts that are members themselves.
func (g *Group) Hosts() []*Host {
	g.inv.mu.RLock()
	defer g.inv.mu.RUnlock()
	return slices.Clone(g.hosts)
}

// AllHosts lists the members of the group and of all groups below it, level by
// level, each once.
func (g *Group) AllHosts() []*Host {
	g.inv.mu.RLock()
	defer g.inv.mu.RUnlock()
	return g.allHosts()
}

func (g *Group) allHosts() []*Host {
	var out []*Host
	seen := map[*Host]bool{}
	for _, d := range g.descendants() {
		for _, h := range d.hosts {
			if !seen[h] && !(h.Implicit && g.Name == All) {
				seen[h] = true
				out = append(out, h)
			}
		}
	}
	return out
}

// Children lists the groups directly below.
func (g *Group) Children() []*Group {
	g.inv.mu.RLock()
	defer g.inv.mu.RUnlock()
	return slices.Clone(g.children)
}

// Depth is the longest way from all down to the group.
func (g *Group) Depth() int { return g.depth }

// Priority is ansible_group_priority: of groups of one depth the higher wins.
func (g *Group) Priority() int { return g.priority }

// Set gives the group a variable. ansible_group_priority is no variable but
// sets the priority.
func (g *Group) Set(name string, n *tree.Node) error {
	if name != "ansible_group_priority" {
		g.inv.put(&g.Vars, name, n)
		return nil
	}
	priority, err := pythonInt(n)
	if err != nil {
		return err
	}
	g.inv.mu.Lock()
	defer g.inv.mu.Unlock()
	g.priority = priority
	g.inv.changed()
	return nil
}

func pythonInt(n *tree.Node) (int, error) {
	text := strings.ReplaceAll(strings.TrimSpace(n.String()), "_", "")
	var i int
	if _, err := fmt.Sscanf(text, "%d", &i); err != nil || fmt.Sprint(i) != strings.TrimPrefix(text, "+") {
		return 0, fmt.Errorf("invalid literal for int() with base 10: %s", value.Repr(n.String()))
	}
	return i, nil
}

// descendants lists the group and all below it, level by level.
func (g *Group) descendants() []*Group {
	out := []*Group{g}
	seen := map[*Group]bool{g: true}
	for i := 0; i < len(out); i++ {
		for _, c := range out[i].children {
			if !seen[c] {
				seen[c] = true
				out = append(out, c)
			}
		}
	}
	return out
}

func (g *Group) hasDescendant(other *Group) bool { return slices.Contains(g.descendants(), other) }

func (g *Group) adopt(child *Group) {
	if slices.Contains(g.children, child) {
		return
	}
	g.children = append(g.children, child)
	child.parents = append(child.parents, g)
	child.sink(g.depth + 1)
}

// sink moves a group and all below it down to at least a depth.
func (g *Group) sink(depth int) {
	if g.depth >= depth {
		return
	}
	g.depth = depth
	for _, c := range g.children {
		c.sink(depth + 1)
	}
}

func (g *Group) join(h *Host) {
	if slices.Contains(h.groups, g) {
		return
	}
	g.hosts = append(g.hosts, h)
	h.groups = append(h.groups, g)
}

func (g *Group) leave(h *Host) {
	i := slices.Index(h.groups, g)
	if i < 0 {
		return
	}
	h.groups = slices.Delete(h.groups, i, i+1)
	g.hosts = slices.DeleteFunc(g.hosts, func(m *Host) bool { return m == h })
}

var unsafeName = lazy.Regexp(`^[\p{Nd}]|[^\p{L}\p{N}_]`)

// safeName is a group's name after the Transform setting had its say.
func (inv *Inventory) safeName(name string) string {
	if !unsafeName.MatchString(name) {
		return name
	}
	switch inv.Transform {
	case "always", "silently":
		if inv.Transform == "always" {
			inv.warn("Invalid characters were found in group names and automatically replaced, use -vvvv to see details")
		}
		return variableName(name)
	case "ignore":
	default:
		inv.warn("Invalid characters were found in group names but not replaced, use -vvvv to see details")
	}
	return name
}

// variableName replaces what can not stand in a variable's name.
func variableName(name string) string { return unsafeName.ReplaceAllString(name, "_") }
