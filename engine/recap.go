package engine

import (
	"sort"
	"sync"
)

// Counts is a host's line of the recap. Changed ones count as OK too, ignored
// failures as OK and Ignored.
type Counts struct {
	OK, Changed, Unreachable, Failed, Skipped, Rescued, Ignored int
}

// Recap is how a run ended, by host.
type Recap struct {
	Hosts map[string]Counts
	// Failed and Lost tell that hosts are out at the end: what was rescued, or
	// cleared by meta: clear_host_errors, is in the counts alone.
	Failed, Lost bool
}

// Names lists the hosts in the order of the recap.
func (r Recap) Names() []string {
	names := make([]string, 0, len(r.Hosts))
	for name := range r.Hosts {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// tally counts while a run goes on.
type tally struct {
	mu    sync.Mutex
	hosts map[string]*Counts
}

func newTally() *tally { return &tally{hosts: map[string]*Counts{}} }

func (t *tally) add(host string, count func(*Counts)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.hosts[host]
	if c == nil {
		c = &Counts{}
		t.hosts[host] = c
	}
	count(c)
}

func (t *tally) recap() Recap {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := Recap{Hosts: map[string]Counts{}}
	for name, c := range t.hosts {
		r.Hosts[name] = *c
	}
	return r
}
