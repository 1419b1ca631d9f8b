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
	pardons  int  // how often errors of the host were cleared
	spoilt   bool // an include had no file: whatever rescues it, the play is the host's last
	revived  bool // it failed and takes part all the same, in handlers that are forced
	excused  bool // it was rescued and counts as no failure of the run
	ended    bool // meta: end_host and its like; the play is over for it
	removed  bool // by end_host, after which its batch does not list it any more
	notified map[*playbook.Task]bool
	// rolesDone says how far this host has come in the roles of the play, by
	// their Role.Key.
	rolesDone map[string]roleStage
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

// pardon clears a host's errors for good.
func (h *Host) pardon() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.failed, h.lost, h.spoilt = false, false, false
	h.pardons++
}

// spoil fails a host for an include that had nothing to bring in.
func (h *Host) spoil() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.failed, h.spoilt = true, true
}

// leavePlay fails a host that an include has spoilt, and lists one that left
// early again.
func (h *Host) leavePlay() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.removed = false
	if h.spoilt && !h.failed {
		h.failed, h.excused = true, true
	}
}

func (h *Host) isExcused() bool { return h.get(&h.excused) }

// revive lets hosts that failed take part again until what it returns is
// called; those that were pardoned meanwhile stay well.
func revive(hosts []*Host) (condemn func()) {
	pardons := make([]int, len(hosts))
	for i, h := range hosts {
		h.mu.Lock()
		h.failed, pardons[i] = false, h.pardons
		h.mu.Unlock()
	}
	return func() {
		for i, h := range hosts {
			h.mu.Lock()
			h.failed = h.failed || h.pardons == pardons[i]
			h.mu.Unlock()
		}
	}
}

// enterPlay forgets what belongs to the play before.
func (h *Host) enterPlay() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ended = false
	h.notified = map[*playbook.Task]bool{}
	h.rolesDone = map[string]roleStage{}
}

// roleStage is how far a host has come in a role.
type roleStage int

const (
	roleBegun roleStage = iota + 1 // a task of it has run
	roleDone
)

// ranIn notes that a task of a role has run; one whose tasks are all skipped
// is not done with by that.
func (h *Host) ranIn(r *playbook.Role) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.rolesDone[r.Key] = max(h.rolesDone[r.Key], roleBegun)
}

// endRole notes that the host is through a role's tasks.
func (h *Host) endRole(r *playbook.Role) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.rolesDone[r.Key] == roleBegun {
		h.rolesDone[r.Key] = roleDone
	}
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

// passNotice makes of what was asked of a handler a wish for another.
func (h *Host) passNotice(from, to *playbook.Task) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.notified[from] {
		delete(h.notified, from)
		h.notified[to] = true
	}
}

// forgetNotices drops all that was asked for.
func (h *Host) forgetNotices() {
	h.mu.Lock()
	defer h.mu.Unlock()
	clear(h.notified)
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
