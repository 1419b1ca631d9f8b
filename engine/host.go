package engine

import (
	"sync"

	"goplay/engine/playbook"
)

// Host is one host in a run. Its fate lasts for the whole run, the rest for a
// play.
type Host struct {
	Name string

	mu       sync.Mutex
	failed   bool // a task failed and nothing has rescued it
	lost     bool // could not be reached: it leaves without rescue or always
	ended    bool // meta: end_host and its like; the play is over for it
	notified map[*playbook.Task]bool
	// rolesDone holds the roles whose tasks this host has been through.
	rolesDone map[string]bool
	leftRole  *playbook.Role // by meta: end_role
}

func (h *Host) get(flag *bool) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return *flag
}

func (h *Host) set(flag *bool, v bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	*flag = v
}

// well reports whether the host goes on with the next task.
func (h *Host) well() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return !h.failed && !h.lost && !h.ended
}

func (h *Host) hasFailed() bool { return h.get(&h.failed) }
func (h *Host) isLost() bool    { return h.get(&h.lost) }
func (h *Host) hasEnded() bool  { return h.get(&h.ended) }

// enterPlay forgets what belongs to the play before.
func (h *Host) enterPlay() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ended = false
	h.notified = map[*playbook.Task]bool{}
	h.rolesDone = map[string]bool{}
}

// notify asks for a handler and reports whether nobody had asked yet.
func (h *Host) notify(t *playbook.Task) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.notified[t] {
		return false
	}
	h.notified[t] = true
	return true
}

// takeNotice reports whether the handler was asked for, and forgets it.
func (h *Host) takeNotice(t *playbook.Task) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	asked := h.notified[t]
	delete(h.notified, t)
	return asked
}

func filter(hosts []*Host, keep func(*Host) bool) []*Host {
	var out []*Host
	for _, h := range hosts {
		if keep(h) {
			out = append(out, h)
		}
	}
	return out
}

func well(hosts []*Host) []*Host { return filter(hosts, (*Host).well) }

func names(hosts []*Host) []string {
	out := make([]string, len(hosts))
	for i, h := range hosts {
		out[i] = h.Name
	}
	return out
}
