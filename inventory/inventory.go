// Package inventory says which hosts there are, which groups they belong to
// and what is known of them before a run: it reads every kind of inventory
// source Ansible's core has, selects hosts by patterns and finds group_vars
// and host_vars. It evaluates no variables and reaches no host.
package inventory

import (
	"fmt"
	"sync"

	"goplay/internal/source"
	"goplay/internal/tree"
)

// The two groups every inventory has.
const (
	All       = "all"
	Ungrouped = "ungrouped"
)

// Inventory is hosts and groups. It may be read and changed by many goroutines.
type Inventory struct {
	// Warn is told once of every pattern that matches nothing; nil is silent.
	Warn func(text string)
	// Mismatch says what such a pattern is: "warning" (also ""), "error" or "ignore".
	Mismatch string
	// Files reads group_vars and host_vars; nil reads none.
	Files *VarsFiles
	// Precedence is the order of groups' variables; DefaultPrecedence where it is nil.
	Precedence []string
	// Transform says what becomes of group names that are no variable names:
	// "never" (also ""), "always", "silently" or "ignore".
	Transform string

	mergeDicts bool // hash_behaviour = merge

	mu         sync.RWMutex
	groups     map[string]*Group
	groupOrder []*Group
	hosts      map[string]*Host
	hostOrder  []*Host
	localhost  *Host  // the first host named as this machine, or the implicit one
	playbook   string // folder of the playbook
	sources    []string
	file, dir  string // of the source being read
	warned     map[string]bool
	generation int
	matches    map[string]matched // of patterns, for this generation
	members    []Membership       // for this generation
}

// New makes an inventory without hosts.
func New() *Inventory {
	inv := &Inventory{
		groups:  map[string]*Group{},
		hosts:   map[string]*Host{},
		warned:  map[string]bool{},
		matches: map[string]matched{},
	}
	all, ungrouped := inv.addGroup(All), inv.addGroup(Ungrouped)
	all.adopt(ungrouped)
	return inv
}

// Sources lists what the inventory was read from, as absolute paths or host lists.
func (inv *Inventory) Sources() []string { return inv.sources }

// Groups lists all groups in the order they were named.
func (inv *Inventory) Groups() []*Group {
	inv.mu.RLock()
	defer inv.mu.RUnlock()
	return append([]*Group(nil), inv.groupOrder...)
}

// Hosts lists all hosts in the order they were named, without an implicit localhost.
func (inv *Inventory) Hosts() []*Host {
	inv.mu.RLock()
	defer inv.mu.RUnlock()
	var out []*Host
	for _, h := range inv.hostOrder {
		if !h.Implicit {
			out = append(out, h)
		}
	}
	return out
}

// Group returns a group by name, nil when there is none.
func (inv *Inventory) Group(name string) *Group {
	inv.mu.RLock()
	defer inv.mu.RUnlock()
	return inv.groups[name]
}

// Host returns a host by name, nil when there is none. The names of this
// machine always give a host: the implicit localhost where nothing else does.
func (inv *Inventory) Host(name string) *Host {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	return inv.host(name)
}

func (inv *Inventory) host(name string) *Host {
	if h := inv.hosts[name]; h != nil {
		return h
	}
	if !IsLocal(name) {
		return nil
	}
	if inv.localhost == nil {
		inv.localhost = implicitHost(inv, name)
	}
	return inv.localhost
}

// IsLocal reports whether a name stands for this machine.
func IsLocal(name string) bool {
	return name == "localhost" || name == "127.0.0.1" || name == "::1"
}

func implicitHost(inv *Inventory, name string) *Host {
	h := &Host{Name: name, Implicit: true, inv: inv}
	h.Vars.Set("ansible_connection", tree.TextNode(source.Pos{}, "local"))
	h.Vars.Set("ansible_python_interpreter", tree.TextNode(source.Pos{}, "/usr/bin/python3"))
	return h
}

// AddGroup returns the group of a name, made if need be. The name it gets may
// differ where names are transformed.
func (inv *Inventory) AddGroup(name string) *Group {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	return inv.addGroup(inv.safeName(name))
}

func (inv *Inventory) addGroup(name string) *Group {
	if g := inv.groups[name]; g != nil {
		return g
	}
	g := &Group{Name: name, priority: 1, inv: inv}
	inv.groups[name] = g
	inv.groupOrder = append(inv.groupOrder, g)
	inv.changed()
	return g
}

// member returns the host of a name, made if need be, as a member of groups,
// which are made too. Port 0 is none; it only counts for a new host.
func (inv *Inventory) member(name string, port int, groups ...string) *Host {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	h := inv.addHost(name, port)
	for _, g := range groups {
		inv.addGroup(inv.safeName(g)).join(h)
	}
	inv.changed()
	return h
}

func (inv *Inventory) addHost(name string, port int) *Host {
	h := inv.hosts[name]
	if h != nil {
		return h
	}
	h = &Host{Name: name, File: inv.file, Dir: inv.dir, inv: inv}
	if port != 0 {
		h.Vars.Set("ansible_port", &tree.Node{Kind: tree.Scalar, Value: int64(port)})
	}
	inv.hosts[name] = h
	inv.hostOrder = append(inv.hostOrder, h)
	if IsLocal(name) {
		if inv.localhost == nil || inv.localhost.Implicit {
			inv.localhost = h
		} else {
			inv.warn("A duplicate localhost-like entry was found (%s). First found localhost was %s", name, inv.localhost.Name)
		}
	}
	inv.changed()
	return h
}

// set gives a host a variable. As in Ansible a group of the same name takes
// what a source says of the host.
func (inv *Inventory) set(h *Host, name string, n *tree.Node) error {
	if g := inv.Group(h.Name); g != nil {
		return g.Set(name, n)
	}
	inv.put(&h.Vars, name, n)
	return nil
}

// put sets a variable; with hash_behaviour = merge a dict extends the one that
// an earlier source gave.
func (inv *Inventory) put(v *Vars, name string, n *tree.Node) {
	if old := v.Get(name); inv.mergeDicts && old != nil {
		n = tree.Merge(old, n)
	}
	v.Set(name, n)
}

// AddChild makes one group the parent of another.
func (inv *Inventory) AddChild(parent, child *Group) error {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	return inv.addChild(parent, child)
}

func (inv *Inventory) addChild(parent, child *Group) error {
	if parent == child {
		return fmt.Errorf("can't add group to itself")
	}
	if child.hasDescendant(parent) {
		return fmt.Errorf("Adding group '%s' as child to '%s' creates a recursive dependency loop.", child.Name, parent.Name)
	}
	parent.adopt(child)
	inv.changed()
	return nil
}

// Reconcile puts groups without parents below all and hosts without groups
// into ungrouped. It is done after loading; it has to be called after a run of
// AddGroup and AddHost. A group above all is an error.
func (inv *Inventory) Reconcile() error {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	return inv.reconcile()
}

func (inv *Inventory) reconcile() error {
	all, ungrouped := inv.groups[All], inv.groups[Ungrouped]
	for _, g := range inv.groupOrder {
		if g == all || len(g.parents) > 0 {
			continue
		}
		if err := inv.addChild(all, g); err != nil {
			return err
		}
	}
	for _, h := range inv.hostOrder {
		grouped := false
		for _, g := range h.groups {
			grouped = grouped || g != all && g != ungrouped
		}
		if grouped {
			ungrouped.leave(h)
		} else {
			ungrouped.join(h)
		}
		if inv.groups[h.Name] != nil {
			inv.warn("Found both group and host with same name: %s", h.Name)
		}
	}
	inv.changed()
	return nil
}

// changed forgets what was worked out from the hosts and groups there were.
func (inv *Inventory) changed() {
	inv.generation++
	clear(inv.matches)
	inv.members = nil
}

// warn says something once.
func (inv *Inventory) warn(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if inv.Warn != nil && !inv.warned[text] {
		inv.warned[text] = true
		inv.Warn(text)
	}
}
