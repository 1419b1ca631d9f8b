package engine

import (
	"slices"

	"goplay/engine/playbook"
)

// namesOfRoles are the variables that list roles of a play.
var namesOfRoles = map[string]func([]*playbook.Role) []string{
	"role_names": roleNames, "ansible_play_role_names": roleNames,
	"ansible_dependent_role_names": func(roles []*playbook.Role) []string { return unique(dependencyNames(roles)) },
	"ansible_role_names": func(roles []*playbook.Role) []string {
		return unique(append(roleNames(roles), dependencyNames(roles)...))
	},
}

// known are the play's roles, and those that were included for all of it to see.
func (p *playRun) known() []*playbook.Role {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.vars.Roles
}

// everListed are the play's hosts, in the inventory's order, and those that add_host
// added meanwhile, wherever they belong.
func (p *playRun) everListed() []string {
	p.joinedMu.Lock()
	defer p.joinedMu.Unlock()
	return slices.Concat(p.listed, p.joined)
}

// join notes a host that add_host added.
func (p *playRun) join(name string) {
	p.joinedMu.Lock()
	defer p.joinedMu.Unlock()
	if !contains(p.listed, name) && !contains(p.joined, name) {
		p.joined = append(p.joined, name)
	}
}

// forgetJoined drops what add_host added, as each batch and each refresh does.
func (p *playRun) forgetJoined() {
	p.joinedMu.Lock()
	defer p.joinedMu.Unlock()
	p.joined = nil
}
