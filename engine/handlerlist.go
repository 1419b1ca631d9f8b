package engine

import (
	"fmt"

	"goplay/engine/playbook"
	"goplay/internal/value"
)

// handlerList are a play's handlers in the order they were defined. Those of a
// role that counts as one with an earlier use of it are the same handlers:
// asked for by both, they run once, where the earlier ones stand and with what
// stands around the later ones.
type handlerList struct {
	tasks []*playbook.Task
	ids   map[*playbook.Task]string // what those of roles are the same by
}

// allHandlers lists the play's handlers in the order they were defined.
func (p *playRun) allHandlers() []*playbook.Task {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.handlers.tasks
}

// addHandlers adds those of a file, or of an included role and what it depends
// on. given are the variables that the role has beside its own.
func (p *playRun) addHandlers(nodes []playbook.Node, role *playbook.Role, given any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.handlers.ids == nil {
		p.handlers.ids = map[*playbook.Task]string{}
	}
	first := map[string]*playbook.Task{}
	for _, t := range p.handlers.tasks {
		if id, ok := p.handlers.ids[t]; ok {
			first[id] = t
		}
	}
	all := append([]*playbook.Task(nil), p.handlers.tasks...)
	playbook.Walk(nodes, func(n playbook.Node) bool {
		t, ok := n.(*playbook.Task)
		if !ok || isRoleMarker(t) {
			return true
		}
		if t.Role != nil {
			id := fmt.Sprintf("%s\x00%v", t.Role.Key, t.Pos)
			if t.Role == role && given != nil {
				id += "\x00" + value.Repr(given)
			}
			switch same := first[id]; {
			case same == nil:
			case p.free: // others may be running them
				t = same
			default:
				for i := range all {
					if all[i] == same {
						all[i] = t
					}
				}
				for _, h := range p.batch {
					h.passNotice(same, t)
				}
			}
			first[id], p.handlers.ids[t] = t, id
		}
		all = append(all, t)
		return true
	})
	p.handlers.tasks = all
}
