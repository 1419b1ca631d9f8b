package vars

import (
	"goplay/engine/playbook"
	"goplay/internal/tree"
)

// Play is what a play adds to the variables of its hosts.
type Play struct {
	Vars    []*tree.Node // vars: of the play and of the imports above it, outermost first
	Prompts Layer
	// Files gives the contents of vars_files, in their order, as a host finds
	// them: its variables may name them. nil without any.
	Files func(host string, magic Layer) []*tree.Node
	Roles []*playbook.Role
	// Private keeps roles' variables from the rest of the play.
	Private bool
}

// Source makes scopes. Its fields are set once, before the first Scope.
type Source struct {
	Store *Store
	Extra Layer
	// Inventory gives a host's variables of inventory, group_vars and
	// host_vars, already in their order of precedence. Which folders count may
	// depend on the task, which may be nil.
	Inventory func(host string, task *playbook.Task) Layer

	nodes cache
}

// Scope puts together, after Ansible's list of precedence, what a host sees at
// a task; task and play may be nil. magic wins over everything.
func (s *Source) Scope(host string, play *Play, task *playbook.Task, magic Layer) *Scope {
	set, included, facts := s.Store.layers(host)
	layers := make([]Layer, 0, 24)
	layers = append(layers, magic, s.Extra)
	if task != nil {
		layers = s.reversed(layers, task.Params)
		layers = s.roleParams(layers, task.Role)
	}
	layers = append(layers, set, included)
	if task != nil {
		layers = s.reversed(layers, task.Vars)
		layers = s.roleVars(layers, task.Role)
	}
	if play != nil {
		var files []*tree.Node
		if play.Files != nil {
			files = play.Files(host, magic)
		}
		if !play.Private {
			for i := len(play.Roles) - 1; i >= 0; i-- {
				layers = s.roleVars(layers, play.Roles[i])
			}
		}
		layers = s.playLayers(layers, play, files)
	}
	layers = append(layers, facts)
	if s.Inventory != nil {
		layers = append(layers, s.Inventory(host, task))
	}
	if task != nil {
		layers = s.roleDefaults(layers, task.Role)
	}
	if play != nil {
		for i := len(play.Roles) - 1; i >= 0; i-- {
			layers = s.roleDefaults(layers, play.Roles[i])
		}
	}
	scope := NewScope(s.Store.Merge, layers...)
	scope.order = s.Store.order(host)
	return scope
}

func (s *Source) reversed(layers []Layer, nodes []*tree.Node) []Layer {
	for i := len(nodes) - 1; i >= 0; i-- {
		layers = append(layers, s.nodes.of(nodes[i]))
	}
	return layers
}

// ForFiles puts together what the name of a file in vars_files may use of a
// host: files are those before it.
func (s *Source) ForFiles(host string, play *Play, files []*tree.Node, magic Layer) *Scope {
	_, _, facts := s.Store.layers(host)
	layers := append(s.playLayers([]Layer{magic, s.Extra}, play, files), facts)
	if s.Inventory != nil {
		layers = append(layers, s.Inventory(host, nil))
	}
	for i := len(play.Roles) - 1; i >= 0; i-- {
		layers = s.roleDefaults(layers, play.Roles[i])
	}
	return NewScope(s.Store.Merge, layers...)
}

func (s *Source) playLayers(layers []Layer, play *Play, files []*tree.Node) []Layer {
	layers = append(s.reversed(layers, files), play.Prompts)
	return s.reversed(layers, play.Vars)
}

// roleParams: a role's own win over those of the roles that pulled it in.
func (s *Source) roleParams(layers []Layer, r *playbook.Role) []Layer {
	for ; r != nil; r = r.Parent {
		layers = append(layers, s.nodes.of(r.Params))
	}
	return layers
}

func (s *Source) roleVars(layers []Layer, r *playbook.Role) []Layer {
	if r == nil {
		return layers
	}
	layers = s.reversed(layers, r.RoleVars)
	layers = append(layers, s.nodes.of(r.Vars))
	for i := len(r.Dependencies) - 1; i >= 0; i-- {
		layers = s.roleVars(layers, childless(r.Dependencies[i]))
	}
	for p := r.Parent; p != nil; p = p.Parent {
		layers = s.reversed(layers, p.RoleVars)
		layers = append(layers, s.nodes.of(p.Vars))
	}
	return layers
}

func (s *Source) roleDefaults(layers []Layer, r *playbook.Role) []Layer {
	if r == nil {
		return layers
	}
	layers = s.reversed(layers, r.Defaults)
	for p := r.Parent; p != nil; p = p.Parent {
		layers = s.reversed(layers, p.Defaults)
	}
	for i := len(r.Dependencies) - 1; i >= 0; i-- {
		layers = s.roleDefaults(layers, childless(r.Dependencies[i]))
	}
	return layers
}

// childless is a dependency looked at from above: what its parents say is
// already there.
func childless(r *playbook.Role) *playbook.Role {
	c := *r
	c.Parent = nil
	return &c
}
