package playbook

// Walk calls visit for every task and block below nodes, in order, until it
// returns false.
func Walk(nodes []Node, visit func(Node) bool) bool {
	for _, n := range nodes {
		if !visit(n) {
			return false
		}
		if b, ok := n.(*Block); ok {
			for _, section := range [...][]Node{b.Tasks, b.Rescue, b.Always} {
				if !Walk(section, visit) {
					return false
				}
			}
		}
	}
	return true
}

// Walk calls visit for every task, block and handler of a play, in order,
// until it returns false.
func (p *Play) Walk(visit func(Node) bool) bool {
	for _, section := range [...][]Node{p.PreTasks, p.RoleTasks, p.Tasks, p.PostTasks, p.Handlers} {
		if !Walk(section, visit) {
			return false
		}
	}
	return true
}
